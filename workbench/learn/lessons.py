"""Lessons with live models: equal questions are answered once, for everyone who asks."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

from engine.learn.asked import asked_show
from engine.learn.traces import labelled, question_of
from engine.types import Cancel, Log
from engine.types.aliases import silent
from engine.types.learn.columns import COST
from engine.types.learn.lessons import Show
from engine.types.learn.results import ShowResult
from jobs.job import Job
from jobs.result_cache import ResultCache
from workbench.corpora import Corpora
from workbench.explainers import Explainers
from workbench.learn.pair_columns import PairModels
from workbench.learn.show_results import ShowResults
from workbench.model_loader import ModelLoader
from workbench.searchers import Searchers
from workbench.token_reader import TokenReader

REMEMBERED = 300
ABANDONED_AFTER = 30.0  # seconds without anybody who asks how far it is
SAME_TIMES = 10.0  # seconds in which those who measure costs share one measurement


class SharedQuestion:
    """A show that is being answered, or was, for all who ask it."""

    def __init__(self, results: ShowResults, show: Show) -> None:
        self._asked_at = time.monotonic()
        self._ended_at = 0.0

        def work(job: Job[ShowResult]) -> ShowResult:
            return results.result(show, cancel=job.should_stop, log=job.log)

        self.job = Job[ShowResult](
            "lesson",
            work,
            title="a lesson's step",
            first_step="the models are being loaded",
            failed="the step failed",
            on_cancel="the step was cancelled: run it again",
            abandoned=lambda: time.monotonic() - self._asked_at > ABANDONED_AFTER,
            on_end=lambda _: self._end(),
        )

    def asked(self) -> None:
        """Somebody waits for it."""
        self._asked_at = time.monotonic()

    @property
    def usable(self) -> bool:
        """Whether it runs, or ended with a result."""
        return (self.job.running and not self.job.stop_requested) or self.job.value is not None

    @property
    def age(self) -> float:
        """Seconds since it ended; 0 while it runs."""
        return time.monotonic() - self._ended_at if self._ended_at else 0.0

    def _end(self) -> None:
        self._ended_at = time.monotonic()


class Lessons:
    """Answers what lessons ask: at once for a test or a recording, or as a job that is shared."""

    def __init__(
        self,
        models: ModelLoader,
        explainers: Explainers,
        tokens: TokenReader,
        corpora: Corpora,
        searchers: Searchers,
    ) -> None:
        self._results = ShowResults(PairModels(models, explainers, tokens), corpora, searchers)
        self._questions: ResultCache[SharedQuestion] = ResultCache(REMEMBERED)

    def result(
        self,
        show: Show,
        *,
        query: str = "",
        texts: Mapping[str, str] | None = None,
        cancel: Cancel = lambda: False,
        log: Log = silent,
    ) -> ShowResult:
        """What the show gives now, with another query or other texts if so asked.

        Raises CrossExamError for what cannot be asked, Cancelled when it was called off.
        """
        own_show = asked_show(show, query=query, texts=texts)
        return labelled(self._results.result(own_show, cancel=cancel, log=log), own_show)

    def ask(
        self, show: Show, *, query: str = "", texts: Mapping[str, str] | None = None
    ) -> Job[ShowResult]:
        """The same as a job: running, remembered, or started now; equal questions share one.

        Ask again while you wait: a job that nobody asks about ends after half a minute. The
        labels of its rows may be those of another language: `labelled` gives a lesson's own.
        Costs are measured anew, but by one measurement for all who ask within some seconds.
        """
        own_show = asked_show(show, query=query, texts=texts)
        longest = SAME_TIMES if own_show.kind == COST else math.inf
        question = self._questions.get_or_make(
            question_of(own_show),
            lambda: SharedQuestion(self._results, own_show),
            usable=lambda kept: kept.usable and kept.age <= longest,
        )
        question.asked()
        return question.job
