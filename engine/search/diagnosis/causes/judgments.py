"""Whether the judgment may be what is wrong: judges differ, or every ranker speaks against it."""

from __future__ import annotations

from engine.search.diagnosis.causes.wording import named, rank_words, stage_name
from engine.search.diagnosis.subject import Subject
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER
from engine.types.diagnosis.causes import JUDGED, Cause, Evidence

FIRST = 10  # a ranker that has it among these does not speak against it
TOP = 3
RANKERS = (BM25, BI_ENCODER, CROSS_ENCODER)


def is_judged_wrongly(subject: Subject) -> Cause | None:
    """Several judges differ, or people said the contrary of what all rankers say."""
    if len({grade for _, grade in subject.differing}) > 1:
        evidence = tuple(
            Evidence(judge, f"relevance {grade}") for judge, grade in subject.differing
        )
        return Cause(JUDGED, "Those who judged this document differ", evidence)
    grade = subject.grade
    if grade is None:
        return None
    places = [
        Evidence(_cap(stage_name(stage)), rank_words(subject.rank_in(stage))) for stage in RANKERS
    ]
    judged = Evidence("Judged by people", f"relevance {grade}")
    if not subject.case.wanted:
        if grade == 0:
            return None
        return Cause(JUDGED, "People judged it relevant to this query", (judged, *places))
    if grade == 0:
        return Cause(JUDGED, "People judged it not relevant to this query", (judged, *places))
    if any((rank := subject.rank_in(stage)) is not None and rank <= FIRST for stage in RANKERS):
        return None
    refused = _refused(subject)
    if not refused:
        return None
    titles = subject.titles(refused)
    return Cause(
        JUDGED,
        "It is judged relevant, but no ranker has it among its first 10, and what they put first "
        "is judged not relevant",
        (judged, *places, Evidence("Put first and judged not relevant", named(refused, titles))),
        other=refused[0],
    )


def _refused(subject: Subject) -> list[str]:
    """Documents that at least two rankers have in their top 3, and people judged not relevant."""
    tops = [
        ranking.ids(TOP)
        for stage in RANKERS
        if (ranking := subject.trace.ranking(stage)) is not None
    ]
    votes = [doc_id for top in tops for doc_id in top]
    return [
        doc_id
        for doc_id in dict.fromkeys(votes)
        if votes.count(doc_id) >= 2 and subject.grades.get(doc_id) == 0
    ]


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
