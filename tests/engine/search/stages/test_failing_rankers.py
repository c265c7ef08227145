"""One bad additional ranker never ends a search, whatever it raises and wherever it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.additional_encoder import AdditionalRetriever
from engine.types import STAGES, Cancel, CrossExamError, Reranker, ScoredBatch, SearchTrace
from engine.types.ranker_names import stage_of
from tests.tiny import QUERY, TableReranker, Tiny, tiny_searcher

TINIES = [Tiny("a", 1, 0.1, 1.0), Tiny("b", 2, 0.2, 2.0), Tiny("c", 3, 0.3, 3.0)]
TURNED = {"a": 3.0, "b": 2.0, "c": 1.0}
ENCODER = "bi-encoder:org/second"
BAD, GOOD = "m/bad", "m/good"


class Panic(BaseException):
    """As the tokenizers library raises: no Exception."""


ERRORS = [
    CrossExamError("the server went away"),
    RuntimeError("CUDA out of memory"),
    MemoryError(),
    KeyError("relevance_score"),
    ValueError("two\nlines"),
    OSError(24, "Too many open files"),
    RecursionError("deep"),
    AssertionError(),
    SystemExit(3),
    Panic("index out of range"),
    StopIteration(),
]


class Bad(Reranker):
    """A reranker that fails where it is told to."""

    name = "bad"

    def __init__(self, error: BaseException, after: int = 0, *, early: bool = False) -> None:
        self._error, self._after, self._early = error, after, early

    def query_notice(self, query: str) -> str | None:
        if self._early:
            raise self._error
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for i in range(len(documents)):
            if i == self._after:
                raise self._error
            yield ScoredBatch((i,), (float(i),), (0,), 0.0)


class Silent(Bad):
    """Ends before every document has its score."""

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        yield ScoredBatch((0,), (1.0,), (0,), 0.0)


class NotANumber(Bad):
    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        scores = (float("nan"),) * len(documents)
        yield ScoredBatch(tuple(range(len(documents))), scores, (0,) * len(documents), 0.0)


def with_bad(bad: Any) -> Searcher:
    """A searcher that knows a good reranker, and a bad one that fails as it is loaded or later."""

    def find(name: str) -> Any:
        if name == GOOD:
            return TableReranker(TURNED)
        if isinstance(bad, BaseException):
            raise bad
        return bad

    return replace(tiny_searcher(TINIES)[0], find_reranker=find)


def searched(searcher: Searcher, *names: str) -> SearchTrace:
    return searcher.pipeline(Settings(rerankers=names)).run(QUERY)


def the_others_rank(trace: SearchTrace, stage: str) -> str:
    """Why that stage failed, once all the others were seen to have ranked."""
    assert trace.complete
    assert list(trace.failures) == [stage]
    for other in (*STAGES, stage_of(GOOD)):
        ranking = trace.ranking(other)
        assert ranking is not None
        assert len(ranking.hits) == 3, other
    good = trace.ranking(stage_of(GOOD))
    assert good is not None
    assert good.ids() == ["a", "b", "c"]
    return trace.failures[stage]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("when", ["load", "first", "later", "notice"])
def test_whatever_a_reranker_raises_the_others_rank_and_the_trace_says_why(
    error: BaseException, when: str
) -> None:
    bad = {
        "load": error,
        "first": Bad(error),
        "later": Bad(error, after=2),
        "notice": Bad(error, early=True),
    }[when]
    trace = searched(with_bad(bad), BAD, GOOD)
    why = the_others_rank(trace, stage_of(BAD))
    said = " ".join(str(error).split())
    if isinstance(error, CrossExamError):
        assert why == said
    elif not isinstance(error, StopIteration):  # which Python itself makes a RuntimeError of
        assert type(error).__name__ in why
        assert said in why
    partial = trace.ranking(stage_of(BAD))
    assert partial is not None
    assert len(partial.hits) == (2 if when == "later" else 0)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("when", ["load", "retrieve"])
def test_whatever_a_bi_encoder_raises_the_others_rank_and_the_trace_says_why(
    error: BaseException, when: str
) -> None:
    class Broken:
        model = "org/second"

        def retrieve(self, query: str, k: int) -> Any:
            raise error

        def n_truncated(self, text: str) -> int:
            raise error

    def find(name: str) -> AdditionalRetriever:
        if when == "load":
            raise error
        return AdditionalRetriever(name, Broken())  # type: ignore[arg-type]

    searcher = replace(with_bad(error), find_retriever=find)
    trace = searched(searcher, ENCODER, GOOD)
    assert the_others_rank(trace, ENCODER)
    place = searcher.where(TINIES[0].document, trace, Settings(rerankers=(ENCODER, GOOD)))
    notes = {one.stage: one.note for one in place.places}
    assert notes[ENCODER] == "it failed in this search"
    assert searcher.reading_notices(trace) is not None


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_encoder_that_breaks_after_it_ranked_leaves_the_notices_and_the_lookup(
    error: BaseException,
) -> None:
    """It ranked; what is asked of it afterwards fails."""
    searcher, _ = tiny_searcher(TINIES)
    calls = iter([False])

    def find(name: str) -> AdditionalRetriever:
        if next(calls, True):
            raise error
        return AdditionalRetriever(name, searcher.dense)

    searcher = replace(searcher, find_retriever=find)
    trace = searched(searcher, ENCODER)
    assert trace.failures == {}
    told = [text for text in searcher.reading_notices(trace) if "is not known" in text]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Silent(ValueError()), "it gave 1 scores for 3 documents and ended"),
        (NotANumber(ValueError()), "bad gave a document a score that is not a number"),
    ],
)
def test_scores_that_cannot_rank_are_a_failure_too(bad: Bad, why: str) -> None:
    assert the_others_rank(searched(with_bad(bad), BAD, GOOD), stage_of(BAD)) == why


def test_ctrl_c_is_no_failure_of_a_ranker() -> None:
    with pytest.raises(KeyboardInterrupt):
        searched(with_bad(KeyboardInterrupt()), BAD, GOOD)
