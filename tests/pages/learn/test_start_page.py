from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.learn.difference import difference
from engine.search.settings import Settings
from engine.types import BI_ENCODER, CROSS_ENCODER
from state.app_resources import prepare
from state.search.worked_example import worked_example
from tests.pages.driver import PATIENCE, START, columns, components, finished, opened, says
from tests.pages.expected import engine_ids

QUERY = "python snake"


@pytest.fixture
def start() -> AppTest:
    """The start page with its example worked through."""
    opened(START)
    assert worked_example(prepare("senses").result().searcher).job.wait(PATIENCE)
    return opened(START)


def test_it_says_what_this_is_and_what_the_example_corpus_is(start: AppTest) -> None:
    assert says(start, "CrossExam puts four ways to rank the same documents side by side")
    assert says(start, "The example corpus, senses, has 472 documents. Short passages")
    assert start.query_params == {}
    assert not start.text_input, "there is nothing to search here yet"


def test_the_example_is_what_the_models_rank_here(start: AppTest) -> None:
    drawn = columns(start)
    assert list(drawn) == [BI_ENCODER, CROSS_ENCODER]
    for stage, column in drawn.items():
        expected = engine_ids(QUERY, Settings(), stage, len(column["cards"]))
        assert [card["id"] for card in column["cards"]] == expected
    first = [column["cards"][0]["title"] for column in drawn.values()]
    assert says(start, difference(*first))


def test_the_example_is_remembered_for_every_visitor(start: AppTest) -> None:
    searcher = prepare("senses").result().searcher
    assert worked_example(searcher) is worked_example(searcher)
    assert "_jobs" not in start.session_state, "it is no search of this visitor"


def test_while_the_models_load_it_says_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "state.app_resources.prepare", lambda _: SimpleNamespace(wait=lambda _: False)
    )
    monkeypatch.setattr("pages.search.loaded_corpus.show_until_done", lambda _: st.stop())
    at = opened(START)
    assert says(at, "turns every document into a vector, which takes about a minute")
    assert at.button(key="door_0_0"), "the doors are open meanwhile"


def test_while_the_example_is_ranked_it_says_who_reads_what(
    start: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = worked_example(prepare("senses").result().searcher).job
    assert not says(start, "pair by pair")
    running = SimpleNamespace(error=None, running=True, progress=job.progress)
    monkeypatch.setattr(
        "state.search.worked_example.worked_example",
        lambda _: SimpleNamespace(job=running, trace=None),
    )
    assert says(opened(START), "reads the query together with each of 50 candidates, pair by pair")


def test_both_may_put_the_same_document_first() -> None:
    assert difference("A", "A") == "Both put “A” first."


@pytest.mark.parametrize(
    ("door", "shows"),
    [
        ("door_0_0", {}),
        (
            "door_0_1",
            {"q": QUERY, "doc": "python-ball-care", "doc2": "python-programming-tutorial"},
        ),
        ("door_0_2", {}),
        ("door_1_0", {"view": "import"}),
        ("door_1_1", {}),
        ("door_2_0", {"q": QUERY, "stage": "1"}),
        ("door_2_1", {}),
    ],
)
def test_each_door_leads_to_its_page_in_one_click(
    start: AppTest, door: str, shows: dict[str, str]
) -> None:
    start.button(key=door).click()
    finished(start)
    assert start.query_params == shows
    assert not start.error
    marks: dict[str, Callable[[], object]] = {
        "door_0_0": lambda: components(start, "crossexam_lesson_list"),
        "door_0_1": lambda: components(start, "crossexam_inside"),
        "door_0_2": lambda: says(start, "Bi-encoder alone"),
        "door_1_0": lambda: start.session_state["corpus_view"] == "Import",
        "door_1_1": lambda: components(start, "crossexam_example_chips"),
        "door_2_0": lambda: columns(start)[CROSS_ENCODER]["cards"],
        "door_2_1": lambda: says(start, "Is the reranker worth it on this corpus"),
    }
    assert marks[door]()


def test_an_address_without_a_query_opens_the_start_page_and_one_with_it_compare() -> None:
    assert [each.value for each in opened(START).subheader][-1] == "What brings you here?"
    at = opened(START, q=QUERY, depth="5")
    assert at.query_params == {"q": QUERY, "depth": "5"}
    assert len(columns(at)[CROSS_ENCODER]["cards"]) == 5
