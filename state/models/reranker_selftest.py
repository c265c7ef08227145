"""Self-tests of rerankers, one at a time for each visitor."""

from __future__ import annotations

import streamlit as st

from engine.search.stages.reranker_selftest import SelfTest, self_test
from engine.types import ModelCard
from jobs.job import Job
from models.hub.hub_catalogue import additional_cards
from state.app_resources import workbench
from state.search import additional_rankers as rerankers

_TEST = "_self_test"


def start_self_test(name: str) -> None:
    """Score the three known pairs with that reranker, in the background."""
    running = current()
    if running is not None:
        running.cancel()
    load = rerankers.finder()

    def work(job: Job[SelfTest]) -> SelfTest:
        found = load(name)
        job.count(0, 3)
        return self_test(name, found, cancel=job.should_stop)

    st.session_state[_TEST] = Job(f"testing {name}", work)


def current() -> Job[SelfTest] | None:
    """The self-test that was started last."""
    found: Job[SelfTest] | None = st.session_state.get(_TEST)
    return found


def default_name() -> str:
    """The name of the cross-encoder that every search uses."""
    return workbench().models.cross_encoder_name


def elsewhere() -> tuple[ModelCard, ...]:
    """Cards of what is not packaged: models of the hub, and services."""
    return additional_cards()
