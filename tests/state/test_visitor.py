"""A session that is new, of a visitor who is not: their own work is there again, and its Cancel."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from engine.types import CrossExamError
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.corpora.view import VIEW
from state.visitor import visitor_jobs
from tests.pages.driver import ABOUT, ROOT, START, choose, finished, opened, protos, says, work_of

QUALITY, IMPORT, MODELS = (
    f"pages/{name}.py" for name in ("quality/quality", "corpora/corpora", "models/models")
)
PATIENCE = 20.0
ID = "A" * 43
SENSES = "aa023d40b93107d6"  # its fingerprint


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    """What ends the jobs of a test."""
    event = threading.Event()
    yield event
    event.set()
    visitor_jobs.clear()


def long(name: str, title: str, let_go: threading.Event, key: object = None) -> Job[Any]:
    """A job of that name, 3 of 10 done, until it is cancelled or let go."""

    def work(job: Job[Any]) -> None:
        job.report(name, 3, 10)
        while not job.should_stop() and not let_go.wait(0.005):
            pass

    return Job(name, work, title=title, key=key)


def visit(page: str, visitor: str, **url: str) -> AppTest:
    """A new session of a visitor whom the browser knows."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=280)
    at.query_params = dict(url)
    at.session_state["_visitor"] = visitor
    finished(at)
    return finished(at.switch_page(page))


def progress(at: AppTest) -> list[str]:
    return [proto.text.replace("\\", "") for proto in protos(at, "progress")]


def test_an_import_is_found_by_a_new_session_of_its_visitor_and_cancelled_there(
    let_go: threading.Event,
) -> None:
    job = long("reading my secret.csv", "an import", let_go)
    visitor_jobs().of(ID).keep(Slot.IMPORT, job)
    at = visit(IMPORT, ID)
    choose_import(at)
    assert [text.startswith("Reading my secret.csv: 3 of 10") for text in progress(at)] == [True]
    at.button(key="cancel_import").click()
    at.run()
    assert job.cancelled


def test_another_visitor_is_told_that_it_runs_and_none_of_its_texts(
    let_go: threading.Event,
) -> None:
    visitor_jobs().of(ID).keep(Slot.IMPORT, long("reading my secret.csv", "an import", let_go))
    at = opened(IMPORT)
    choose_import(at)
    assert says(at, "An import of another visitor is at work (3 of 10).")
    assert "secret" not in str(at)
    assert progress(at) == []
    assert not [button for button in at.button if button.key == "cancel_import"]


def choose_import(at: AppTest) -> None:
    """Show the view of the import."""
    choose(at, VIEW, "Import")
    finished(at)


def test_a_quality_run_is_found_by_a_new_session_of_its_visitor(let_go: threading.Event) -> None:
    job = long("running", "a quality run", let_go, SENSES)
    visitor_jobs().of(ID).keep(Slot.QUALITY_RUN, job, part=SENSES)
    at = visit(QUALITY, ID)
    assert [text.startswith("Running: 3 of 10") for text in progress(at)] == [True]
    assert at.button(key="run_quality").disabled
    at.button(key="cancel_quality").click()
    at.run()
    assert job.cancelled


@pytest.mark.parametrize(
    ("page", "slot", "part"),
    [
        (QUALITY, Slot.QUALITY_RUN, SENSES),
        ("pages/quality/parity/parity.py", Slot.PARITY, SENSES),
        (MODELS, Slot.SELF_TEST, None),
        (MODELS, Slot.HUB_DOWNLOAD, None),
        (ABOUT, Slot.BACKEND_BENCHMARK, None),
        ("pages/share/blind_vote.py", Slot.BLIND_VOTE, None),
        ("pages/training/training.py", Slot.TRAINING, None),
    ],
)
def test_why_work_failed_is_said_until_its_visitor_leaves_the_page(
    page: str, slot: Slot, part: str | None, let_go: threading.Event
) -> None:
    def work(job: Job[Any]) -> None:
        raise CrossExamError("the disk is full")

    job = Job("work", work)
    visitor_jobs().of(ID).keep(slot, job, part=part)
    assert job.wait(PATIENCE)
    at = visit(page, ID)
    assert says(at, "he disk is full")
    assert says(finished(at), "he disk is full")
    finished(at.switch_page(START))
    assert not says(finished(at.switch_page(page)), "he disk is full")
    assert not says(visit(page, ID), "he disk is full")


def test_a_cancelled_import_is_said_until_something_else_is_chosen(
    let_go: threading.Event,
) -> None:
    for elsewhere in ("view", "corpus", "source"):
        job = long("reading", "an import", let_go)
        visitor_jobs().of(ID).keep(Slot.IMPORT, job)
        job.cancel()
        assert job.wait(PATIENCE)
        at = visit(IMPORT, ID)
        choose_import(at)
        assert says(finished(at), "Cancelled: nothing was changed.")
        if elsewhere == "view":
            choose(at, VIEW, "Library")
            assert not says(finished(at), "Cancelled: nothing was changed.")
            choose_import(at)
        elif elsewhere == "corpus":
            at.selectbox(key="corpus").set_value("pydoc")
            finished(at)
        else:
            at.file_uploader(key="import_upload").set_value(("a.csv", b"a,b\n1,2\n", "text/csv"))
            finished(at)
        assert not says(at, "Cancelled: nothing was changed.")


def test_on_a_server_that_others_reach_a_training_of_another_is_named_by_its_kind(
    let_go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    from state.training.trainings import TrainingState

    job = long("learning distilled/secret", "a training", let_go, "distilled/secret")
    job.publish(TrainingState("distilled/secret", "senses"))
    visitor_jobs().of(ID).keep(Slot.TRAINING, job)
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        other = opened("pages/training/training.py")
        assert says(other, "A training of another visitor is at work (3 of 10).")
        assert "secret" not in str(other)
        assert not [button for button in other.button if button.key == "teach_stop"]
        own = visit("pages/training/training.py", ID)
        assert says(own, "distilled/secret is being trained on senses")
        assert own.button(key="teach_stop").label == "Stop"
    finally:
        config.set_option("server.address", before)


def recognised(kept: str | None) -> tuple[str, str]:
    """(id before, id after) of a session whose browser says that it has `kept`."""

    def page(kept: str | None) -> None:
        import streamlit as st

        from state.visitor import recognise, visitor_id

        st.session_state["before"] = visitor_id()
        recognise(kept)

    at = AppTest.from_function(page, args=(kept,)).run()
    assert not at.exception
    return at.session_state["before"], at.session_state["_visitor"]


@pytest.mark.parametrize("kept", [None, "", "short", "x" * 44, "<script>" + "A" * 35, "é" * 43])
def test_what_is_no_id_is_not_taken_for_one(kept: str | None) -> None:
    before, after = recognised(kept)
    assert before == after
    assert len(before) == 43


def test_the_id_that_the_browser_kept_is_the_visitors_and_ids_differ() -> None:
    before, after = recognised(ID)
    assert after == ID
    assert before != recognised(None)[0]


def test_the_id_is_in_no_link_and_sent_in_one_place_alone() -> None:
    at = opened("pages/learn/about.py")
    visitor = at.session_state["_visitor"]
    assert visitor not in json.dumps(dict(at.query_params))
    holders = [p for p in protos(at, "bidi_component") if visitor in str(p)]
    assert [p.component_name for p in holders] == ["crossexam_visitor"]
    assert work_of(at).at_home
