"""The live steps of the walkthrough that a visitor plays, computed one after another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.share.snapshot_differences import snapshot_differences
from engine.share.walkthrough_json import walkthrough_text
from engine.types import Cancelled, CrossExamError
from engine.types.share.differences import SnapshotDifferences
from engine.types.share.snapshots import Snapshot
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import preparations, workbench
from state.corpora.library import corpus_names
from state.search import additional_rankers as rankers
from state.visitor import visitor_work
from workbench.share.step_figures import StepFigures
from workbench.share.step_rankers import why_not_asked

WAIT = 0.2  # seconds between two looks at whether the visitor called it off


@dataclass(frozen=True, slots=True)
class LiveStep:
    """The figures of now of a step with what moved, or the sentence of why there are none."""

    now: Snapshot | None = None
    differences: SnapshotDifferences | None = None
    problem: str = ""


LiveSteps = Mapping[int, LiveStep]  # by the number of the step, from 0


def token_of(walkthrough: Walkthrough) -> str:
    """What tells a walkthrough from any other."""
    return hashlib.sha256(walkthrough_text(walkthrough).encode()).hexdigest()[:16]


def live_steps(walkthrough: Walkthrough) -> Job[LiveSteps]:
    """This visitor's computing of the live steps: at work, ended, or begun now."""
    token = token_of(walkthrough)
    job: Job[LiveSteps] | None = visitor_work().job(Slot.WALKTHROUGH)
    if job is not None and job.key == token and not job.cancelled:
        return job
    job = _computing(walkthrough, token)
    visitor_work().keep(Slot.WALKTHROUGH, job)
    return job


def end_live_steps() -> None:
    """Call the computing off, and compute anew when a walkthrough is next played."""
    job = visitor_work().job(Slot.WALKTHROUGH)
    if job is not None:
        job.cancel()
    visitor_work().forget(Slot.WALKTHROUGH)


def _computing(walkthrough: Walkthrough, token: str) -> Job[LiveSteps]:
    bench, corpora, names = workbench(), preparations(), corpus_names()
    agreed = tuple(name for name in rankers.chosen() if rankers.was_added(name))

    def checked(name: str) -> str:
        if name not in names:
            raise CrossExamError(f"there is no corpus {name[:40]!r} here: import it first")
        return name

    def work(job: Job[LiveSteps]) -> LiveSteps:
        def opened(name: str) -> tuple[Corpus, Searcher]:
            preparation = corpora.of(checked(name))
            while not preparation.wait(WAIT):
                if job.should_stop():
                    raise Cancelled("the walkthrough was ended")
            loaded = preparation.result()
            return loaded.corpus, loaded.searcher

        figures = StepFigures(
            bench,
            opened,
            lambda name: bench.corpora.open(checked(name)),
            lambda name: why_not_asked(name, agreed),
        )
        steps: dict[int, LiveStep] = {}
        live = [(number, step) for number, step in enumerate(walkthrough.steps) if step.live]
        for done, (number, step) in enumerate(live):
            job.report("computing the live steps", done, len(live), "steps")
            steps = {**steps, number: _live_step(figures, step, job)}
            job.publish(steps)
        return steps

    return Job(
        "live steps",
        work,
        key=token,
        title="a walkthrough's live steps",
        first_step="computing the live steps",
        failed="the live steps could not be computed",
        abandoned=visitor_work().abandoned,
    )


def _live_step(figures: StepFigures, step: WalkthroughStep, job: Job[LiveSteps]) -> LiveStep:
    """The step computed now; why not is a sentence, but for a visitor who ended it."""
    try:
        now = figures.of(step, cancel=job.should_stop, log=job.log)
        kept = step.snapshot
        return LiveStep(now, snapshot_differences(kept, now) if kept is not None else None)
    except Cancelled:
        raise
    except CrossExamError as problem:
        return LiveStep(problem=str(problem))
