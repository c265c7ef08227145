"""A diagnosis in one sentence."""

from __future__ import annotations

from engine.search.diagnosis.causes.wording import rank_words, stage_name
from engine.types.diagnosis.causes import Cause, Diagnosis


def diagnosis_sentence(diagnosis: Diagnosis) -> str:
    """Where the document stands, and the first cause with the rank once it is undone."""
    case, title = diagnosis.case, f"“{diagnosis.document.title or diagnosis.document.doc_id}”"
    if not diagnosis.in_corpus:
        where = f"The corpus does not hold this text; in it, it would be at {_would_be(diagnosis)}."
    elif diagnosis.met:
        return f"{title} is {_stands(diagnosis.rank)}, {_as_expected(diagnosis)}."
    elif not case.wanted:
        where = f"{title} is {_stands(diagnosis.rank)}, and should not be in the top {case.top}."
    else:
        lost = f", lost by {stage_name(diagnosis.lost_at)}" if diagnosis.lost_at else ""
        where = f"{title} is {_stands(diagnosis.rank)}, not in the top {case.top}{lost}."
    if diagnosis.first is None:
        return (
            where if not diagnosis.complete else f"{where} No cause was found that can be undone."
        )
    return f"{where} {cause_sentence(diagnosis.first)}"


def cause_sentence(cause: Cause) -> str:
    """ "The query is misspelt: … With the query “…” it is at rank 2."."""
    measured = ""
    if cause.undoing and cause.after is not None:
        undoing = cause.undoing[:1].upper() + cause.undoing[1:]
        measured = f" {undoing}, it is at rank {cause.after:,}."
    return f"{cause.kind.label}: {cause.sentence[:1].lower()}{cause.sentence[1:]}.{measured}"


def _stands(rank: int | None) -> str:
    return "not listed" if rank is None else f"at {rank_words(rank)}"


def _would_be(diagnosis: Diagnosis) -> str:
    missing = next((c for c in diagnosis.causes if c.kind.name == "missing"), None)
    return rank_words(missing.after) if missing is not None else "a rank that is being worked out"


def _as_expected(diagnosis: Diagnosis) -> str:
    return f"{diagnosis.case.wish}, as expected"
