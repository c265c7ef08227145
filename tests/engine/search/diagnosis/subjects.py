"""Subjects of diagnoses over the tiny search, and instruments that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.search.diagnosis.diagnose import diagnosed
from engine.search.diagnosis.query_signs import Vocabulary
from engine.search.diagnosis.subject import Instruments, Subject
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Document, TokenBudget
from engine.types.diagnosis.cases import Case
from engine.types.diagnosis.causes import Diagnosis
from tests.tiny import QUERY, Tiny, tiny_searcher

NOTHING_CUT = TokenBudget("m", "cross-encoder", 512, 1, 3, 4, 4, 9, 9)


def instruments(
    *,
    similarity: float = 0.0,
    budgets: tuple[TokenBudget, ...] = (NOTHING_CUT,),
    holding: Mapping[str, int] | None = None,
    idf: Mapping[str, float] | None = None,
) -> Instruments:
    """Instruments that give these values, whatever they are asked."""
    counts = {QUERY: 60, **(holding or {})}
    return Instruments(
        similarity=lambda left, right: similarity if left.split()[1:] == right.split()[1:] else 0.0,
        budgets=lambda query, text: budgets,
        windows=lambda text, length, stride, role: [
            (0, len(text) // 2),
            (len(text) // 2, len(text)),
        ],
        cosines=lambda query, texts: [0.5 for _ in texts],
        lexical=lambda query, texts: [float(text.split().count(QUERY)) for text in texts],
        vocabulary=lambda: Vocabulary(61, counts, lambda term: (idf or {}).get(term, 1.0)),
    )


def _halves(text: str) -> list[tuple[int, int]]:
    middle = len(text) // 2
    return [(0, middle), (middle, len(text))]


def subject(
    tinies: Sequence[Tiny],
    case: Case,
    settings: Settings,
    asked: Instruments | None = None,
    *,
    grades: Mapping[str, int] | None = None,
    differing: tuple[tuple[str, int], ...] = (),
    searcher: Searcher | None = None,
    document: Document | None = None,
) -> Subject:
    """The case with its finished search."""
    searcher = searcher or tiny_searcher(tinies, batch=100)[0]
    trace = searcher.pipeline(settings).run(case.query)
    document = document or searcher.store.get([case.doc_id])[0]
    return Subject(
        case=case,
        document=document,
        searcher=searcher,
        settings=settings,
        trace=trace,
        lookup=searcher.where(document, trace, settings),
        instruments=asked or instruments(),
        grades=grades or {},
        differing=differing,
    )


def diagnosis_of(one: Subject) -> Diagnosis:
    """The last, complete diagnosis."""
    last = list(diagnosed(one, pipeline="p"))[-1]
    assert last.complete
    return replace(last)
