"""Where one document stands in every stage, beyond the depth too, and where it was lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.stages import fuse
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Document,
    Ranking,
    RankLookup,
    Reranker,
    Retriever,
    SearchTrace,
    StageRank,
)
from engine.types.ranker_names import is_attached
from engine.types.registries.search_parameters import LAST
from engine.types.registries.stage_wording import stage_label


def rank_lookup(
    document: Document,
    trace: SearchTrace,
    settings: Settings,
    retrievers: Mapping[str, Retriever],
    reranker: Reranker | None,
    additional: Sequence[StageRank] = (),
) -> RankLookup:
    """The places of `document` in the stages of a finished search.

    First stages that do not list it are asked for their whole ranking; where the
    cross-encoder never saw it, its pair is scored now, so that one can tell whether
    a greater depth would have helped. `additional` are the places in other rankings.
    """
    size = trace.corpus.documents
    doc_id = document.doc_id
    places: list[StageRank] = []
    whole_rankings: dict[str, Ranking] = {}
    reaches = [each.reach for each in retrievers.values()]
    reach = min([size, *(stage_reach for stage_reach in reaches if stage_reach is not None)])
    for stage in (BM25, BI_ENCODER):
        stage_ranking = trace.ranking(stage)
        if stage_ranking is None or stage not in retrievers:
            continue
        whole_rankings[stage] = retrievers[stage].retrieve(trace.query, size)[0]
        places.append(place_in(stage, doc_id, stage_ranking, whole_rankings[stage], size))
    hybrid = trace.ranking(HYBRID)
    if hybrid is not None and len(whole_rankings) == 2:
        deep_hybrid = fuse((whole_rankings[BM25], whole_rankings[BI_ENCODER]), settings, size)
        places.append(place_in(HYBRID, doc_id, hybrid, deep_hybrid, size))
    reranked = trace.ranking(CROSS_ENCODER)
    if reranked is not None and reranker is not None:
        places.append(_reranked_place(document, trace.query, reranked, reranker, settings))
    blended = trace.ranking(BLEND)
    if blended is not None:
        hit = blended.find(doc_id)
        n_blended = len(blended.hits)
        is_listed = hit is not None
        places.append(
            StageRank(
                BLEND, hit.rank if hit else None, hit.score if hit else None, is_listed, n_blended
            )
        )
    places += additional
    first_stage_place = next((p for p in places if p.stage == settings.first_stage), None)
    reranked_place = next((p for p in places if p.stage == CROSS_ENCODER), None)
    lost_stage = (
        settings.first_stage if reranked_place is not None and not reranked_place.listed else None
    )
    known_reach = reach if reach < size else None
    return RankLookup(
        doc_id,
        tuple(places),
        lost_stage,
        _sentence(first_stage_place, reranked_place, settings, known_reach),
    )


def place_in(stage: str, doc_id: str, listed: Ranking, deep: Ranking, size: int) -> StageRank:
    """The place in the list, else below it: where `deep`, the whole ranking, has it."""
    hit = listed.find(doc_id)
    if hit is not None:
        return StageRank(stage, hit.rank, hit.score, True, size)
    hit = deep.find(doc_id)
    if hit is not None:
        below = max(hit.rank, len(listed.hits) + 1)  # fused deeper, a list may order otherwise
        return StageRank(stage, below, hit.score, False, size)
    return StageRank(stage, None, None, False, size)


def _reranked_place(
    document: Document, query: str, reranked: Ranking, reranker: Reranker, settings: Settings
) -> StageRank:
    hit = reranked.find(document.doc_id)
    if hit is not None:
        return StageRank(CROSS_ENCODER, hit.rank, hit.score, True, len(reranked.hits))
    score = next(reranker.score(query, [document.content])).scores[0]
    return would_be(reranked, document, score, settings)


def would_be(listed: Ranking, document: Document, score: float, settings: Settings) -> StageRank:
    """The place that this score would have given a document that the stage never saw."""
    doc_id = document.doc_id
    last = listed.last | (wordless_in([document]) if settings.wordless == LAST else frozenset())
    hits_with_document = rank(
        [*((h.doc_id, h.score) for h in listed.hits), (doc_id, score)], last=last
    )
    place = next(h.rank for h in hits_with_document if h.doc_id == doc_id)
    return StageRank(listed.stage, place, score, False, len(hits_with_document))


def _sentence(
    first: StageRank | None,
    reranking: StageRank | None,
    settings: Settings,
    reach: int | None = None,
) -> str:
    names = {BM25: "BM25", BI_ENCODER: "the bi-encoder", HYBRID: "the hybrid"}
    stage = names.get(settings.first_stage) or stage_label(settings.first_stage)
    if first is None or reranking is None:
        return ""
    if reranking.listed:
        move = (first.rank or 0) - (reranking.rank or 0)
        way = f"up {move}" if move > 0 else f"down {-move}" if move < 0 else "no place moved"
        return (
            f"Kept: {stage} had it at rank {first.rank}, the cross-encoder puts it at rank "
            f"{reranking.rank} of {reranking.of} ({way})."
        )
    if first.rank is None and is_attached(settings.first_stage):
        return (
            f"Lost in the first stage: {first.note or f'{stage} did not return it'}. The "
            f"cross-encoder would put it at rank {reranking.rank}."
        )
    if first.rank is None and reach is not None:
        return (
            f"Lost in the first stage: it is not among the first {reach:,} that the search engine "
            f"lists for {stage}. The cross-encoder would put it at rank {reranking.rank}."
        )
    if first.rank is None:
        return (
            f"Lost in the first stage: it shares no term with the query, so {stage} does not "
            f"list it at any depth. The cross-encoder would put it at rank {reranking.rank}."
        )
    return (
        f"Lost in the first stage: {stage} has it at rank {first.rank}, beyond the depth of "
        f"{settings.depth}. Had it been scored, the cross-encoder would put it at rank "
        f"{reranking.rank} of {reranking.of}."
    )
