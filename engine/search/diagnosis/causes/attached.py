"""Why an attached run does not list the document: what was returned is all that is known."""

from __future__ import annotations

from engine.search.diagnosis.causes.first_stage import ADMITTED
from engine.search.diagnosis.causes.wording import rank_words, stage_name
from engine.search.diagnosis.subject import Subject
from engine.types import BI_ENCODER, BM25
from engine.types.diagnosis.causes import NOT_RETURNED, Cause, Evidence
from engine.types.ranker_names import is_attached


def not_returned(subject: Subject) -> Cause | None:
    """The first stage is another system's run, which does not list the document."""
    place = subject.first
    if subject.listed or place is None or place.rank is not None or not is_attached(place.stage):
        return None
    run = stage_name(place.stage)
    evidence = [
        Evidence(f"{stage_name(stage)[:1].upper()}{stage_name(stage)[1:]} has it at",
                 rank_words(subject.rank_in(stage)))
        for stage in (BM25, BI_ENCODER)
        if subject.place(stage) is not None
    ]  # fmt: skip
    if not subject.trace.ranking(place.stage) or not place.of:
        return Cause(NOT_RETURNED, f"The run {run} has no list for this query", tuple(evidence))
    return Cause(
        NOT_RETURNED,
        f"The run {run} lists {place.of:,} for this query, and not this one",
        tuple(evidence),
        ADMITTED,
        subject.would_be,
    )
