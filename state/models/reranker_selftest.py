"""Self-tests of rerankers, one at a time for each visitor."""

from __future__ import annotations

from engine.search.stages.reranker_selftest import SelfTest, self_test
from engine.types import ModelCard
from jobs.job import Job
from jobs.visitor_jobs import Slot
from models.hub.hub_catalogue import additional_cards
from state.app_resources import workbench
from state.search import additional_rankers as rerankers
from state.visitor import visitor_work


def start_self_test(name: str) -> None:
    """Score the three known pairs with that reranker, in the background."""
    load = rerankers.finder()

    def work(job: Job[SelfTest]) -> SelfTest:
        reranker = load(name)
        job.count(0, 3)
        return self_test(name, reranker, cancel=job.should_stop)

    visitor_work().keep(Slot.SELF_TEST, Job(f"testing {name}", work, title="a self-test"))


def current() -> Job[SelfTest] | None:
    """The self-test that was started last."""
    return visitor_work().job(Slot.SELF_TEST)


def default_name() -> str:
    """The name of the cross-encoder that every search uses."""
    return workbench().models.cross_encoder_name


def elsewhere() -> tuple[ModelCard, ...]:
    """Cards of what is not packaged: models of the hub, and services."""
    return additional_cards()
