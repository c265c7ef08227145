"""The stage of an additional reranker, chosen by name: it may be remote, and it may fail."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from engine.search.precision.reranker_around import RerankerAround
from engine.search.stages.failure import failure_of, passes_on
from engine.search.stages.stages import Context, Outcome, RerankStage
from engine.types import (
    Cancel,
    Cancelled,
    CrossExamError,
    DocumentStore,
    Ranking,
    Reranker,
    ScoredBatch,
    StageTiming,
    Usage,
)
from engine.types.ranker_names import stage_of
from engine.types.traces import LOAD

FindReranker = Callable[[str], Reranker]


class NamedRerankStage:
    """Scores the candidates with the reranker that `find` gives for a name.

    Where it fails the search goes on: the outcome says why in `failure`, and its ranking
    holds what was scored before, if anything.
    """

    def __init__(self, name: str, find: FindReranker, store: DocumentStore) -> None:
        self.name = stage_of(name)
        self._reranker_name = name
        self._find = find
        self._store = store

    def run(self, context: Context) -> Iterator[Outcome]:
        start = time.perf_counter()
        last = Outcome(Ranking(self.name, self._reranker_name, ()), ())
        try:
            reranker = _Noting(self._find(self._reranker_name))
            loading = StageTiming(self.name, LOAD, time.perf_counter() - start, 0, 0)
            stage = RerankStage(reranker, self._store, best_first=False)  # it may read whole lists
            for outcome in stage.run(context):
                last = self._renamed(outcome, reranker, loading)
                yield last
            if not last.done and not context.cancel():
                raise CrossExamError(
                    f"it gave {last.scored} scores for {last.to_score} documents and ended"
                )
        except Cancelled:
            yield replace(last, done=False)
        except BaseException as error:  # whatever it is, the others go on ranking
            if passes_on(error):
                raise
            yield replace(last, done=True, failure=failure_of(error))

    def _renamed(self, outcome: Outcome, reranker: _Noting, loading: StageTiming) -> Outcome:
        """The outcome under this stage's name, with what only the batches told."""
        notices = [*outcome.notices, *reranker.notices] if outcome.done else []
        if outcome.done and outcome.truncated:
            notices.append(
                f"{reranker.name} did not read all of {len(outcome.truncated)} of the "
                f"{outcome.to_score} candidates: {beyond_limit(outcome.truncated.values())}."
            )
        more_loading = sum(step.seconds for step in outcome.timings if step.step == LOAD)
        return replace(
            outcome,
            ranking=replace(outcome.ranking, stage=self.name, kind=reranker.kind),
            timings=(
                replace(loading, seconds=loading.seconds + more_loading),
                *(replace(step, stage=self.name) for step in outcome.timings if step.step != LOAD),
            ),
            truncated={},
            notices=tuple(notices),
            usage=reranker.usage,
        )


class _Noting(RerankerAround):
    """A reranker that keeps what its batches say beside the scores; for one search."""

    def __init__(self, reranker: Reranker) -> None:
        super().__init__(reranker)
        self.usage: Usage | None = None
        self.notices: list[str] = []

    def _around(self, reranker: Reranker) -> _Noting:
        return _Noting(reranker)

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for batch in self._reranker.score(query, documents, cancel=cancel):
            if batch.usage is not None:
                self.usage = batch.usage + (self.usage or Usage())
            if not all(math.isfinite(score) for score in batch.scores):
                raise CrossExamError(f"{self.name} gave a document a score that is not a number")
            self.notices += batch.notices
            yield batch


def beyond_limit(cuts: Collection[int]) -> str:
    """How far texts are beyond a model's limit, given the tokens that it cut from each."""
    if len(cuts) == 1:
        return f"it is longer than its limit, by {_tokens(max(cuts))}"
    return f"they are longer than its limit, by up to {_tokens(max(cuts))}"


def _tokens(number: int) -> str:
    return f"{number:,} token{'s' if number != 1 else ''}"
