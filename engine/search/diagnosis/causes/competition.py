"""Why others stand above a document that was reranked: duplicates, a misjudgment, better scores."""

from __future__ import annotations

from engine.search.diagnosis.causes.wording import named, quoted, rank_words, stage_name
from engine.search.diagnosis.query_signs import numbers_in, signs
from engine.search.diagnosis.subject import Subject
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID, Hit
from engine.types.diagnosis.causes import (
    DUPLICATE,
    LIFTED,
    MISJUDGED,
    OUTSCORED,
    Cause,
    Evidence,
)
from engine.types.wording.numbers import decimal

ALIKE = 0.8  # of the word triples, as on the page Corpora
COMPARED = 100  # documents above that are compared
HIGH = 10  # a rank in a first stage that is high
NAMED = 5


def has_duplicates(subject: Subject) -> Cause | None:
    """Documents above it say nearly the same."""
    above = subject.above()[:COMPARED]
    texts = subject.searcher.store.get(above)
    alike = {
        other.doc_id: similarity
        for other in texts
        if (similarity := subject.instruments.similarity(subject.document.content, other.content))
        >= ALIKE
    }
    rank = subject.would_be
    if not alike or rank is None:
        return None
    titles = subject.titles(list(alike))
    evidence = tuple(
        Evidence(f"{titles[doc_id]} ({doc_id})", f"{similarity:.0%} of the word triples shared")
        for doc_id, similarity in list(alike.items())[:NAMED]
    )
    n = len(alike)
    which = "A near-duplicate stands" if n == 1 else f"{n} near-duplicates stand"
    return Cause(
        DUPLICATE,
        f"{which} above it: {named(list(alike)[:NAMED], titles)}",
        evidence,
        "with near-duplicates folded into one",
        rank - n,
        other=next(iter(alike)),
    )


def is_misjudged(subject: Subject) -> Cause | None:
    """High in both first stages, or by people, and below others by the cross-encoder alone."""
    if not subject.listed or subject.grade == 0 or subject.rank is None:
        return None
    rank, grades = subject.rank, subject.grades
    by_first_stages = [subject.rank_in(stage) for stage in (BM25, BI_ENCODER)]
    is_high = all(place is not None and place <= HIGH for place in by_first_stages)
    refused = [doc_id for doc_id in subject.above() if grades.get(doc_id) == 0]
    judged_so = bool(subject.grade) and bool(refused)
    if not is_high and not judged_so:
        return None
    other_ranks = [(subject.rank_in(s), s) for s in (HYBRID, subject.settings.first_stage)]
    options = [(r, f"by {stage_name(s)} alone") for r, s in other_ranks if r is not None]
    if judged_so:
        n = len(refused)
        which = "the one above it that people judged" if n == 1 else f"the {n} above it judged"
        options.append((rank - n, f"with {which} not relevant below it"))
    after, undoing = min(options)
    if after >= rank:
        return None
    evidence = [
        Evidence(f"{stage_name(stage)[:1].upper()}{stage_name(stage)[1:]}", rank_words(place))
        for stage, place in zip((BM25, BI_ENCODER), by_first_stages, strict=True)
    ]
    if subject.grade is not None:
        evidence.append(Evidence("Judged by people", f"relevance {subject.grade}"))
    if refused:
        titles = subject.titles(refused[:NAMED])
        evidence.append(
            Evidence("Above it and judged not relevant", named(refused[:NAMED], titles))
        )
    evidence += _signs(subject)
    return Cause(
        MISJUDGED,
        f"The cross-encoder puts it at {rank_words(rank)}, where "
        + (
            f"people judged it relevant and {len(refused)} of the {rank - 1} above it not"
            if judged_so
            else "BM25 and the bi-encoder both have it among their first 10"
        ),
        tuple(evidence),
        undoing,
        after,
        other=(refused or subject.above() or [""])[0],
    )


def _signs(subject: Subject) -> list[Evidence]:
    """What in the query is known to mislead such models, as it is found there."""
    evidence = []
    for name, words in signs(subject.query).items():
        value = quoted(words)
        if name == "number":
            held = numbers_in(subject.document.content)
            absent = [word for word in words if word not in held]
            value += f"; this document lacks {quoted(absent)}" if absent else "; it holds them"
        evidence.append(
            Evidence(
                f"The query holds a {name}" if name != "acronym" else "The query holds an acronym",
                value,
            )
        )
    return evidence


def is_outscored(subject: Subject) -> Cause | None:
    """The cross-encoder gives those above it more, and nothing else accounts for that."""
    rank, place = subject.would_be, subject.place(CROSS_ENCODER)
    above = subject.above()
    if rank is None or place is None or place.score is None or rank <= subject.case.top:
        return None
    border = _border(subject, above)
    titles = subject.titles([border.doc_id, above[-1]])
    evidence = [
        Evidence("Its logit", decimal(place.score)),
        Evidence(f"Logit at rank {border.rank}", decimal(border.score)),
        Evidence("It lacks", decimal(border.score - place.score)),
        Evidence(f"At rank {border.rank}", named([border.doc_id], titles)),
        Evidence("Next above it", named([above[-1]], titles)),
    ]
    grades = [subject.grades.get(doc_id) for doc_id in above[: subject.case.top]]
    judged = [grade for grade in grades if grade is not None]
    if judged:
        evidence.append(
            Evidence(
                f"Grades of the first {len(grades)}",
                ", ".join("not judged" if grade is None else str(grade) for grade in grades),
            )
        )
    would = "" if subject.listed else " even as a candidate"
    return Cause(
        OUTSCORED,
        f"The cross-encoder gives {rank - 1:,} {'document' if rank == 2 else 'documents'} a higher "
        f"logit{would}",
        (*evidence, *_signs(subject)),
        other=above[-1],
    )


def _border(subject: Subject, above: list[str]) -> Hit:
    border_id = above[min(subject.case.top, len(above)) - 1]
    hit = subject.reranked.find(border_id)
    return hit if hit is not None else subject.reranked.hits[0]


def is_lifted(subject: Subject) -> Cause | None:
    """The stage without which a document that should not be there would stand below."""
    first, rank = subject.first, subject.rank
    if rank is None or first is None:
        return None
    stage = stage_name(first.stage)
    place = subject.place(CROSS_ENCODER)
    evidence = [
        Evidence(f"{stage[:1].upper()}{stage[1:]}", rank_words(first.rank)),
        Evidence("The cross-encoder", rank_words(rank)),
    ]
    if place is not None and place.score is not None:
        evidence.append(Evidence("Its logit", decimal(place.score)))
    if subject.grade is not None:
        evidence.append(Evidence("Judged by people", f"relevance {subject.grade}"))
    evidence += _signs(subject)
    below = subject.reranked.ids(subject.case.top + 1)[-1:]
    if first.rank is not None and first.rank > subject.case.top:
        return Cause(
            LIFTED,
            f"The cross-encoder lifts it from {rank_words(first.rank)} to {rank_words(rank)}",
            tuple(evidence),
            f"by {stage} alone",
            first.rank,
            other=next(iter(below), ""),
        )
    return Cause(
        LIFTED,
        f"Both {stage} ({rank_words(first.rank)}) and the cross-encoder ({rank_words(rank)}) take "
        "it for an answer",
        tuple(evidence),
        other=next(iter(below), ""),
    )
