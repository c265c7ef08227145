"""Why the first stage left a document out: the query's words, the vector, or the depth alone."""

from __future__ import annotations

from collections import Counter

from engine.search.diagnosis.causes.wording import quoted, rank_words, stage_name
from engine.search.diagnosis.query_signs import same_stem
from engine.search.diagnosis.subject import Subject
from engine.types import BI_ENCODER, BM25, HYBRID
from engine.types.diagnosis.causes import DEPTH, FAR, TERMS, Cause, Evidence
from engine.types.ranker_names import is_encoder
from engine.types.wording.numbers import decimal

USUAL_DEPTH = 100  # the upper end of what the depth's own help calls usual
HALF = 0.5
ADMITTED = "had it been a candidate, scored among those that were"


def lacks_terms(subject: Subject) -> Cause | None:
    """BM25 lost it, and the terms that it lacks weigh at least half of the query's."""
    if subject.listed or subject.settings.first_stage not in (BM25, HYBRID):
        return None
    query_terms = list(dict.fromkeys(subject.searcher.terms(subject.query)))
    document_terms = Counter(subject.searcher.terms(subject.document.content))
    missing = [term for term in query_terms if not document_terms[term]]
    vocabulary = subject.instruments.vocabulary()
    weights = {
        term: vocabulary.idf(term) if vocabulary is not None else 1.0 for term in query_terms
    }
    total = sum(weights.values())
    if not missing or sum(weights[term] for term in missing) < HALF * total:
        return None
    evidence = []
    for term in query_terms:
        near = same_stem(term, document_terms) if term in missing else ""
        facts = []
        if vocabulary is not None:
            n = vocabulary.holding.get(term, 0)
            facts.append(f"idf {decimal(weights[term])}, in {n:,} of {vocabulary.documents:,}")
        facts.append("not in this document" if term in missing else "in this document")
        if near:
            facts.append(f"it has {quoted([near])} instead")
        evidence.append(Evidence(f"“{term}”", "; ".join(facts)))
    place = subject.place(BM25)
    n_shared = len(query_terms) - len(missing)
    shares = "no term" if not n_shared else f"{n_shared} of {len(query_terms)} terms"
    rank = place.rank if place is not None else None
    return Cause(
        TERMS,
        f"It shares {shares} with the query, so BM25 has it at {rank_words(rank)}"
        if rank is not None
        else f"It shares {shares} with the query, so BM25 does not list it at any depth",
        tuple(evidence),
        ADMITTED,
        subject.would_be,
    )


def too_far(subject: Subject) -> Cause | None:
    """The bi-encoder lost it, far beyond a usual depth: its vector is not near the query's."""
    stage = BI_ENCODER if subject.settings.first_stage == HYBRID else subject.settings.first_stage
    place, first = subject.place(stage), subject.first
    if subject.listed or place is None or not (stage == BI_ENCODER or is_encoder(stage)):
        return None
    if first is not None and first.rank is not None and first.rank <= USUAL_DEPTH:
        return None
    ranking = subject.trace.ranking(stage)
    if ranking is None or not ranking.hits:
        return None
    border = ranking.hits[min(subject.settings.depth, len(ranking.hits)) - 1]
    evidence = [
        Evidence(f"Cosine by {stage_name(stage)}", _score(place.score)),
        Evidence(f"Cosine at rank {border.rank}", decimal(border.score, 3)),
    ]
    if place.score is not None:
        evidence.append(Evidence("It lacks", decimal(border.score - place.score, 3)))
    lexical = subject.place(BM25)
    if lexical is not None:
        evidence.append(Evidence("BM25 has it at", rank_words(lexical.rank)))
    return Cause(
        FAR,
        f"{_cap(stage_name(stage))} has it at {rank_words(place.rank)} of {place.of:,}, beyond any "
        f"usual depth (up to {USUAL_DEPTH})",
        tuple(evidence),
        ADMITTED,
        subject.would_be,
        other=border.doc_id,
    )


def beyond_depth(subject: Subject) -> Cause | None:
    """The first stage has it, but not among the first that are reranked."""
    place = subject.first
    if subject.listed or place is None or place.rank is None:
        return None
    ranking = subject.trace.ranking(place.stage)
    depth = subject.settings.depth
    evidence = [
        Evidence("Depth", f"{depth:,}"),
        Evidence(f"{_cap(stage_name(place.stage))} has it at", rank_words(place.rank)),
    ]
    if ranking is not None and ranking.hits and place.score is not None:
        border = ranking.hits[min(depth, len(ranking.hits)) - 1]
        evidence.append(
            Evidence(
                f"Score, and that at rank {border.rank}",
                f"{decimal(place.score, 3)}, {decimal(border.score, 3)}",
            )
        )
    return Cause(
        DEPTH,
        f"{_cap(stage_name(place.stage))} has it at {rank_words(place.rank)}, and only the first "
        f"{depth:,} are reranked",
        tuple(evidence),
        f"with a depth of at least {place.rank:,}, {ADMITTED}",
        subject.would_be,
    )


def _score(score: float | None) -> str:
    return "not known" if score is None else decimal(score, 3)


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
