"""Thirty who ask the same cause one answer; own queries and texts are checked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.learn.asked import asked_show
from engine.types import Cancel, Cancelled, CrossExamError, Log
from engine.types.learn.lessons import LessonDocument, Show
from engine.types.learn.results import ShowResult
from workbench.learn import lessons
from workbench.learn.lessons import Lessons
from workbench.learn.show_results import ShowResults
from workbench.workbench import Workbench

SHOW = Show(
    "main",
    "pairs",
    ("cross_encoder",),
    "python snake",
    (LessonDocument("a", text="A python."), LessonDocument("b", text="A snake.")),
)
COST = Show("cost", "cost", ("seconds",), "q", corpus_size=10, queries_a_day=1, depth=1)


class Counted:
    """Stands in for the models: notes what it is asked, answers once it may."""

    def __init__(self) -> None:
        self.questions: list[Show] = []
        self.may_answer = threading.Event()
        self.fails = False

    def result(self, show: Show, *, cancel: Cancel, log: Log) -> ShowResult:
        self.questions.append(show)
        while not self.may_answer.wait(0.01):
            if cancel():
                raise Cancelled("called off")
        if self.fails:
            raise CrossExamError("no such document")
        return ShowResult(show.name, show.query, (), {}, {})


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    results = Counted()
    monkeypatch.setattr(ShowResults, "result", lambda _, show, **k: results.result(show, **k))
    yield results
    results.may_answer.set()


@pytest.fixture
def answers(counted: Counted) -> Lessons:
    return Workbench().lessons


def test_thirty_equal_questions_are_answered_once(counted: Counted, answers: Lessons) -> None:
    with ThreadPoolExecutor(30) as threads:
        jobs = list(threads.map(lambda _: answers.ask(SHOW, query="snakes"), range(30)))
        counted.may_answer.set()
        results = list(threads.map(lambda job: job.result(), jobs))
    assert [show.query for show in counted.questions] == ["snakes"]
    assert {id(result) for result in results} == {id(results[0])}
    assert answers.ask(SHOW, query="  snakes ").result() is results[0]
    answers.ask(SHOW, query="other").result()
    answers.ask(SHOW, texts={"a": "Another."}).result()
    assert len(counted.questions) == 3


def test_labels_alone_make_no_new_question(counted: Counted, answers: Lessons) -> None:
    titled = replace(SHOW, documents=tuple(replace(d, title="Titel") for d in SHOW.documents))
    assert answers.ask(SHOW) is answers.ask(titled)


def test_what_was_cancelled_or_failed_is_tried_anew(counted: Counted, answers: Lessons) -> None:
    job = answers.ask(SHOW)
    job.cancel()
    assert job.wait(10)
    with pytest.raises(Cancelled, match="run it again"):
        job.result()
    counted.fails = True
    counted.may_answer.set()
    with pytest.raises(CrossExamError, match="no such document"):
        answers.ask(SHOW).result()
    counted.fails = False
    assert answers.ask(SHOW).result().query == "python snake"


def test_a_question_that_nobody_waits_for_ends(
    counted: Counted, answers: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lessons, "ABANDONED_AFTER", -1.0)
    job = answers.ask(SHOW)
    assert job.wait(10)
    assert job.value is None


def test_costs_are_measured_anew_once_the_last_measurement_is_old(
    counted: Counted, answers: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted.may_answer.set()
    job = answers.ask(COST)
    job.result()
    assert answers.ask(COST) is job
    monkeypatch.setattr(lessons, "SAME_TIMES", -1.0)
    assert answers.ask(COST) is not job


def test_own_words_take_the_place_of_the_lessons() -> None:
    corpus = replace(SHOW.documents[0], key="c", text="", corpus="senses", doc_id="x")
    show = replace(SHOW, documents=(*SHOW.documents, corpus))
    own = asked_show(show, query=" my \n query ", texts={"c": "Own text. "})
    assert own.query == "my query"
    assert own.documents[2] == LessonDocument("c", text="Own text.")
    assert own.documents[:2] == show.documents[:2]
    assert asked_show(show) == show
    assert asked_show(COST, query="other") == COST


@pytest.mark.parametrize(
    ("query", "texts", "says"),
    [
        ("a" * 501, {}, "the query has 501 characters: give at most 500"),
        ("", {"x": "text"}, "has no document 'x'"),
        ("", {"a": "  "}, "the text of a is empty: type at least one word"),
        ("", {"a": "a" * 10_001}, "the text of a has 10,001 characters"),
    ],
)
def test_what_cannot_be_asked_is_refused(query: str, texts: dict[str, str], says: str) -> None:
    with pytest.raises(CrossExamError, match=says):
        asked_show(SHOW, query=query, texts=texts)
