"""Where a reranker's time went: its batches, told as the steps of a stage."""

from __future__ import annotations

from dataclasses import replace

from engine.search.precision.rescoring import RescoringRound
from engine.types import ScoredBatch, StageTiming
from engine.types.traces import RESCORE


class ScoreClock:
    """Adds up the batches of one search; scores from memory are kept apart from computed ones."""

    def __init__(self) -> None:
        self._recalled = self._computed = 0
        self._recalling = self._tokenising = self._waiting = self._scoring = 0.0
        self._measured = 0.0
        self._tokens_cached = True

    def add(self, batch: ScoredBatch | None, took: float) -> None:
        """Count a batch that came after `took` seconds; None: there was no other."""
        if batch is None:
            self._add_rest(took)
            return
        self._waiting += batch.waited_seconds
        took -= batch.waited_seconds
        if batch.cached:
            self._recalled += len(batch.positions)
            self._recalling += took
            self._measured += batch.measured_seconds
        else:
            self._computed += len(batch.positions)
            self._tokens_cached = self._tokens_cached and batch.tokenise_cached
            self._tokenising += batch.tokenise_seconds
            self._scoring += took - batch.tokenise_seconds

    def add_round(self, rescored: RescoringRound | None, took: float) -> None:
        """Count the batches of a round that took so many seconds; None: there was no other."""
        for batch in () if rescored is None else rescored.batches:
            own = batch.seconds + batch.tokenise_seconds + batch.waited_seconds
            self.add(batch, own)
            took -= own
        self._add_rest(took)

    def _add_rest(self, took: float) -> None:
        if self._recalled and not self._computed:
            self._recalling += took
        else:
            self._scoring += took

    def timings(self, stage: str, *, reading: float, sorting: float) -> tuple[StageTiming, ...]:
        """The steps so far: read, tokenise, wait, score and sort.

        Remembered scores have a "score" step of their own, marked as cached, with what they
        took when they were computed; "tokenise" is marked so where the tokens of every batch
        were remembered; "wait" is there where the model was busy with another visitor's pairs.
        """
        n_pairs = self._recalled + self._computed
        return (
            StageTiming(stage, "read", reading, n_pairs, n_pairs),
            *self._score_steps(stage, "score", tokenise_apart=True),
            StageTiming(stage, "sort", sorting, n_pairs, n_pairs),
        )

    def timings_again(self, stage: str) -> tuple[StageTiming, ...]:
        """The steps of scoring again so far: from memory, waiting and computed.

        Each is there where it took place, "rescore in fp32" always.
        """
        return self._score_steps(stage, RESCORE, tokenise_apart=False)

    def _score_steps(
        self, stage: str, name: str, *, tokenise_apart: bool
    ) -> tuple[StageTiming, ...]:
        """Scoring so far, under this name; tokenising is a step before it, or a part of it."""
        n_recalled, n_computed = self._recalled, self._computed

        def step(name: str, seconds: float, pairs: int, cached: bool = False) -> StageTiming:
            return StageTiming(stage, name, seconds, pairs, pairs, cached)

        steps = []
        if n_recalled:
            from_memory = step(name, self._recalling, n_recalled, cached=True)
            steps.append(replace(from_memory, measured_seconds=self._measured))
        if tokenise_apart and (n_computed or not n_recalled):
            tokens_cached = n_computed > 0 and self._tokens_cached
            steps.append(step("tokenise", self._tokenising, n_computed, cached=tokens_cached))
        if self._waiting > 0:
            steps.append(step("wait", self._waiting, n_computed or n_recalled))
        if n_computed or not n_recalled:
            seconds = self._scoring + (0.0 if tokenise_apart else self._tokenising)
            steps.append(step(name, seconds, n_computed))
        return tuple(steps)
