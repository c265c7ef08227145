"""A search through named stages, told as ever fuller traces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.search.settings import Settings
from engine.search.stages.stages import Context, Outcome, Stage
from engine.search.stages.stopwatch import Stopwatch
from engine.types import Cancel, CorpusInfo, CrossExamError, Ranking, SearchTrace, StageTiming


def _never() -> bool:
    return False


class Pipeline:
    """Named stages over one corpus; holds no state between searches, so threads may share it."""

    def __init__(self, corpus: CorpusInfo, stages: Sequence[Stage], settings: Settings) -> None:
        self._corpus = corpus
        self._stages = tuple(stages)
        self._settings = settings

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def stages(self) -> tuple[str, ...]:
        return tuple(stage.name for stage in self._stages)

    def stream(self, query: str, *, cancel: Cancel = _never) -> Iterator[SearchTrace]:
        """Yield a trace after every stage and every batch of the reranker.

        The last one is complete unless `cancel()` became true. The clock stands still
        while the consumer holds a trace. Raises CrossExamError for a blank query.
        """
        if not query.strip():
            raise CrossExamError("the query is empty: type at least one word")
        clock = Stopwatch()
        clock.start()
        rankings: dict[str, Ranking] = {}
        timings: dict[str, tuple[StageTiming, ...]] = {}
        outcomes: dict[str, Outcome] = {}
        trace = SearchTrace(query=query, corpus=self._corpus)
        last_number = len(self._stages) - 1
        for number, stage in enumerate(self._stages):
            if cancel():
                return
            context = Context(query, self._settings, rankings, cancel)
            for outcome in stage.run(context):
                rankings[stage.name] = outcome.ranking
                timings[stage.name] = outcome.timings
                outcomes[stage.name] = outcome
                # the clock stops first: what follows only tells what was found
                clock.pause()
                trace = SearchTrace(
                    query=query,
                    corpus=self._corpus,
                    rankings=tuple(rankings.values()),
                    timings=tuple(step for steps in timings.values() for step in steps),
                    total_seconds=clock.seconds,
                    complete=outcome.done and number == last_number,
                    scored=outcome.scored or trace.scored,
                    to_score=outcome.to_score or trace.to_score,
                    truncated=outcome.truncated or trace.truncated,
                    notices=tuple(
                        dict.fromkeys(n for each in outcomes.values() for n in each.notices)
                    ),
                    scoring="" if outcome.done else stage.name,
                    usage={name: o.usage for name, o in outcomes.items() if o.usage is not None},
                    failures={name: o.failure for name, o in outcomes.items() if o.failure},
                )
                yield trace
                clock.start()
            if not outcome.done:
                return

    def run(self, query: str, *, cancel: Cancel = _never) -> SearchTrace:
        """The last trace of `stream`; incomplete when it was cancelled."""
        trace = SearchTrace(query=query, corpus=self._corpus)
        for latest in self.stream(query, cancel=cancel):
            trace = latest
        return trace
