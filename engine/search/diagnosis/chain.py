"""A document's places in all stages of a search, and to whom and by how much it was lost."""

from __future__ import annotations

from engine.search.diagnosis.subject import Subject
from engine.types import Ranking
from engine.types.diagnosis.causes import ChainLink
from engine.types.ranker_names import name_of, retrieves
from engine.types.rankings import Hit, StageRank
from engine.types.traces import BLEND, CROSS_ENCODER

NAMED = 3  # how many of those that took its place are named


def chain_of(subject: Subject) -> tuple[ChainLink, ...]:
    """A link for each stage of the search, in its order."""
    return tuple(_link(subject, place) for place in subject.lookup.places)


def _link(subject: Subject, place: StageRank) -> ChainLink:
    ranking = subject.trace.ranking(place.stage)
    is_first = place.stage == subject.settings.first_stage
    limit = subject.settings.depth if is_first else subject.case.top
    if ranking is None or not ranking.hits:
        return ChainLink(place, limit)
    border = ranking.hits[min(limit, len(ranking.hits)) - 1]
    is_beyond = place.rank is None or place.rank > limit
    gap = border.score - place.score if is_beyond and place.score is not None else None
    lost_to = _lost_to(subject, place, ranking, border) if is_beyond else ()
    return ChainLink(place, limit, border, gap, lost_to)


def _lost_to(subject: Subject, place: StageRank, ranking: Ranking, border: Hit) -> tuple[str, ...]:
    """Who took its place: of a reranker's list those that passed it, else the last that count."""
    above = [
        hit.doc_id
        for hit in ranking.hits
        if hit.doc_id != subject.doc_id and (place.rank is None or hit.rank < place.rank)
    ]
    first = subject.trace.ranking(subject.settings.first_stage)
    if first is not None and _reranks(place.stage):
        first_rank = subject.first.rank if subject.first is not None else None
        ranks = {hit.doc_id: hit.rank for hit in first.hits}
        passed = [
            doc_id
            for doc_id in above
            if first_rank is not None and ranks.get(doc_id, first_rank + 1) > first_rank
        ]
        if passed:
            return tuple(passed[:NAMED])
        return tuple(above[:NAMED])
    return tuple(doc_id for doc_id in above if _rank(ranking, doc_id) <= border.rank)[-NAMED:][::-1]


def _reranks(stage: str) -> bool:
    return stage in (CROSS_ENCODER, BLEND) or (name_of(stage) is not None and not retrieves(stage))


def _rank(ranking: Ranking, doc_id: str) -> int:
    hit = ranking.find(doc_id)
    return hit.rank if hit is not None else len(ranking.hits) + 1


def lost_at(subject: Subject) -> str:
    """The stage that lost the document, "" where it stands where it was expected."""
    if subject.case.met(subject.rank) or not subject.case.wanted:
        return ""
    return CROSS_ENCODER if subject.listed else subject.settings.first_stage
