"""Cases: a document that should be in the first ranks for a query, or should not."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.documents import Document
from engine.types.errors import CrossExamError, shown

TOP, MOST_TOP = 3, 100
LONGEST_NOTE = 300
PASTED = "pasted-text"  # the id of a text that the corpus does not hold


@dataclass(frozen=True, slots=True)
class Case:
    """This document in the first `top` for this query; not in them where it is not `wanted`."""

    query: str
    doc_id: str
    top: int = TOP
    wanted: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if not self.query.strip():
            raise CrossExamError("the case's query is empty: give at least one word")
        if not self.doc_id.strip():
            raise CrossExamError("the case names no document: give its id")
        if not 1 <= self.top <= MOST_TOP:
            raise CrossExamError(
                f"top is {shown(self.top)}: give a whole number from 1 to {MOST_TOP}"
            )

    def met(self, rank: int | None) -> bool:
        """Whether a document at this rank (None: not listed) is as the case wants it."""
        return (rank is not None and rank <= self.top) == self.wanted

    @property
    def wish(self) -> str:
        """ "in the top 3" or "not in the top 3"."""
        return f"{'' if self.wanted else 'not '}in the top {self.top}"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case after a search: the document's rank (None: not listed), or why there is none."""

    case: Case
    rank: int | None
    of: int
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether the document is where the case wants it; a case with a problem fails."""
        return not self.problem and self.case.met(self.rank)


@dataclass(frozen=True, slots=True)
class Expected:
    """A document that was expected, and whether the corpus holds it."""

    document: Document
    in_corpus: bool = True
