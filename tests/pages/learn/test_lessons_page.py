from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.learn.traces import trace_path, trace_values
from engine.types import Cancelled, CrossExamError
from engine.types.learn.lessons import Show
from engine.types.learn.results import ShowResult
from jobs.job import Job
from pages.learn import lesson_on_screen
from state.learn import lesson_files, live_shows
from tests.lessons import LESSON_TEXT, result_for, small_lesson
from tests.pages.downloads import Downloads
from tests.pages.driver import PATIENCE, components, finished, opened, said, says

LESSONS = "pages/learn/lessons.py"
GERMAN = LESSON_TEXT.replace("language: en", "language: de").replace("Two ways", "Zwei Arten")
Question = tuple[str, str, tuple[tuple[str, str], ...]]


class FakeModels:
    """Answers a lesson's questions as jobs that end when they are let go."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.may_end = threading.Event()
        self.jobs: dict[Question, Job[ShowResult]] = {}

    def ask(
        self, show: Show, *, query: str = "", texts: dict[str, str] | None = None
    ) -> Job[ShowResult]:
        if query == "refuse":
            raise CrossExamError("the query is refused")
        question = (show.name, query, tuple(sorted((texts or {}).items())))
        self.asked.append(question)
        if question in self.jobs:
            return self.jobs[question]
        shown = replace(show, query=query or show.query)

        def work(job: Job[ShowResult]) -> ShowResult:
            self.may_end.wait(PATIENCE)
            return result_for(shown)

        self.jobs[question] = Job("lesson", work)
        return self.jobs[question]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one lesson in two languages, and its recorded results."""
    lesson = small_lesson()
    (tmp_path / "two-readers.md").write_text(LESSON_TEXT, encoding="utf-8")
    (tmp_path / "two-readers.de.md").write_text(GERMAN, encoding="utf-8")
    trace = trace_path(tmp_path, lesson.name)
    trace.parent.mkdir()
    values = trace_values(lesson, {"main": result_for(lesson.shows["main"])})
    trace.write_text(json.dumps(values), encoding="utf-8")
    monkeypatch.setattr(lesson_files, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModels]:
    fake = FakeModels()
    monkeypatch.setattr(live_shows, "workbench", lambda: SimpleNamespace(lessons=fake))
    monkeypatch.setattr(lesson_on_screen, "SOON", 0.05)
    yield fake
    fake.may_end.set()
    for job in fake.jobs.values():
        assert job.wait(PATIENCE)


def lesson_page(**link: str) -> AppTest:
    """The page with the lesson that the link says."""
    at = opened(LESSONS)
    for name, value in link.items():
        at.query_params[name] = value
    return finished(at)


def drawn(at: AppTest) -> dict[str, Any]:
    (view,) = components(at, "crossexam_lesson")
    return view


def send(at: AppTest, event: str, value: Any) -> AppTest:
    """What the component's script would send."""
    at.session_state[f"_lesson_{event}"] = value
    return finished(at)


@pytest.mark.usefixtures("folder")
def test_the_list_has_every_lesson_once_with_time_group_and_languages() -> None:
    (view,) = components(opened(LESSONS), "crossexam_lesson_list")
    (group,) = view["groups"]
    assert group["name"] == "First steps"
    (listed,) = group["lessons"]
    assert listed["title"] == "Two ways to read"
    assert (listed["number"], listed["minutes"]) == (1, 6)
    assert listed["languages"] == ["English", "Deutsch"]
    assert listed["address"] == "?lesson=two-readers"
    assert view["plan"] is None


def test_the_class_plan_says_when_each_lesson_begins(folder: Path) -> None:
    (folder / "more.md").write_text(LESSON_TEXT.replace("order: 1", "order: 2"), encoding="utf-8")
    plan = (
        "title: A class\nparts:\n  - {lesson: two-readers, minutes: 10, note: In pairs}\n"
        "  - {lesson: more, minutes: 35}\n"
    )
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    (view,) = components(opened(LESSONS), "crossexam_lesson_list")
    first, second = view["plan"]["parts"]
    assert (first["from"], first["to"], first["note"]) == (0, 10, "In pairs")
    assert (second["from"], second["to"]) == (10, 45)
    assert view["plan"]["minutes"] == 45


def test_a_malformed_file_is_named_with_its_line_and_the_others_open(folder: Path) -> None:
    broken = LESSON_TEXT.replace("step: why", "step: whi")
    line = broken.splitlines().index("step: whi") + 1
    (folder / "broken.md").write_text(broken, encoding="utf-8")
    at = lesson_page()
    assert says(at, f"broken.md:{line}:")
    assert [each.value for each in at.subheader] == ["1 lesson file cannot be read"]
    (view,) = components(at, "crossexam_lesson_list")
    assert [each["name"] for each in view["groups"][0]["lessons"]] == ["two-readers"]
    at.query_params["lesson"] = "broken"
    assert says(finished(at), "There is no lesson named 'broken'")


def test_hostile_words_in_an_error_and_an_address_stay_words(folder: Path) -> None:
    name = "<img src=x onerror=alert(1)> **b** :smile:"
    text = LESSON_TEXT.replace("step: why", f"step: '{name}'")
    (folder / "hostile.md").write_text(text, encoding="utf-8")
    at = lesson_page(lesson=name)
    assert says(at, f"There is no lesson named '{name}'")
    assert any(name in text for text in said(at) if "hostile.md:" in text)


def test_a_file_that_is_mended_is_read_anew(folder: Path) -> None:
    path = folder / "two-readers.md"
    path.write_text(LESSON_TEXT.replace("step: why", "step: whi"), encoding="utf-8")
    assert says(lesson_page(), "two-readers.md:")
    path.write_text(LESSON_TEXT.replace("minutes: 6", "minutes: 9"), encoding="utf-8")
    (view,) = components(lesson_page(), "crossexam_lesson_list")
    assert view["groups"][0]["lessons"][0]["minutes"] == 9


@pytest.mark.usefixtures("folder")
def test_the_first_view_is_the_shipped_result_and_asks_no_model(models: FakeModels) -> None:
    at = lesson_page(lesson="two-readers")
    view = drawn(at)
    assert models.asked == []
    assert view["live"] == {}
    assert view["live_state"] == "loading"
    lesson = lesson_files.lessons().lesson("two-readers")
    assert lesson is not None
    result = result_for(lesson.shows["main"])
    assert view["shipped"]["main"]["values"] == result.values
    assert view["shipped"]["main"]["order"]["cross_encoder"] == ["care", "case", "lists"]
    assert [step["kind"] for step in view["lesson"]["steps"]] == [
        *("predict", "reveal", "why", "predict", "reveal", "do", "break"),
    ]


@pytest.mark.usefixtures("folder")
def test_the_live_model_takes_over_once_it_has_answered(models: FakeModels) -> None:
    at = lesson_page(lesson="two-readers")
    assert drawn(finished(at))["live_state"] == "loading"
    assert models.asked
    assert set(models.asked) == {("main", "", ())}
    models.may_end.set()
    for job in models.jobs.values():
        assert job.wait(PATIENCE)
    view = drawn(finished(at))
    assert view["live_state"] == "ready"
    assert view["live"]["main"]["order"]["bi_encoder"] == ["case", "lists", "care"]


@pytest.mark.usefixtures("folder")
def test_a_run_is_waited_for_and_its_result_comes_under_its_id(models: FakeModels) -> None:
    at = lesson_page(lesson="two-readers")
    texts = {"lists": "mine", "care": "not to be edited"}
    send(at, "run", {"id": "a", "show": "main", "query": " learn  ", "texts": texts})
    question = ("main", "learn", (("lists", "mine"),))
    assert question in models.asked
    assert drawn(at)["run"] == {"id": "a", "waiting": True, "error": "", "result": None}
    before = models.asked.count(question)
    finished(at)
    assert models.asked.count(question) > before, "nobody says that it is still waited for"
    models.may_end.set()
    for job in models.jobs.values():
        assert job.wait(PATIENCE)
    run = drawn(finished(at))["run"]
    assert (run["id"], run["waiting"]) == ("a", False)
    assert run["result"]["query"] == "learn"
    assert run["note"] == "Live, on this machine: 250 ms"


@pytest.mark.usefixtures("folder")
def test_a_run_that_was_dropped_while_the_page_waited_is_begun_anew(models: FakeModels) -> None:
    at = lesson_page(lesson="two-readers")
    send(at, "run", {"id": "a", "show": "main", "query": "learn", "texts": {}})
    dropped = models.jobs.pop(("main", "learn", ()))
    dropped.cancellation = Cancelled("nobody waited")
    models.may_end.set()
    assert dropped.wait(PATIENCE)
    dropped.value = None
    for _ in range(2):
        finished(at)
        for job in models.jobs.values():
            assert job.wait(PATIENCE)
    assert drawn(finished(at))["run"]["result"]["query"] == "learn"


@pytest.mark.usefixtures("folder", "models")
@pytest.mark.parametrize(
    "asked",
    [
        {"id": "a", "show": "other", "query": "q"},
        {"id": 3, "show": "main", "query": "q"},
        {"id": "a", "show": "main", "query": None},
        {"id": "a", "show": ["main"], "query": "q"},
        "main",
    ],
)
def test_what_no_script_of_ours_sends_is_left_aside(asked: Any) -> None:
    at = lesson_page(lesson="two-readers")
    assert drawn(send(at, "run", asked))["run"] is None


@pytest.mark.usefixtures("folder", "models")
def test_a_run_that_is_refused_says_why() -> None:
    at = lesson_page(lesson="two-readers")
    send(at, "run", {"id": "a", "show": "main", "query": "refuse", "texts": {}})
    assert drawn(at)["run"]["error"] == "The query is refused."


@pytest.mark.usefixtures("folder", "models")
def test_a_link_opens_a_step_and_a_language_and_the_way_back_is_kept() -> None:
    at = lesson_page(lesson="two-readers", step="3")
    assert drawn(at)["start"] == 3
    at.button(key="language_de").click()
    view = drawn(finished(at))
    assert (view["lesson"]["language"], view["words"]["back"]) == ("de", "Zurück")
    assert at.query_params == {"lesson": "two-readers", "step": "3", "lang": "de"}
    at.button(key="all_lessons").click()
    finished(at)
    assert components(at, "crossexam_lesson_list")
    assert at.query_params == {}


@pytest.mark.usefixtures("folder", "models")
@pytest.mark.parametrize("step", ["0x3", "-1", "two", "12345", "³"])
def test_a_step_that_is_no_number_is_left_aside(step: str) -> None:
    assert drawn(lesson_page(lesson="two-readers", step=step))["start"] is None


def test_a_lesson_without_a_trace_opens_and_says_so(folder: Path, models: FakeModels) -> None:
    trace_path(folder, "two-readers").unlink()
    view = drawn(lesson_page(lesson="two-readers"))
    assert view["shipped"] == {}
    assert models.asked == []


@pytest.mark.usefixtures("folder", "models")
def test_the_worksheet_is_handed_out_as_a_page(downloads: Downloads) -> None:
    worksheet = downloads.text(lesson_page(lesson="two-readers"))
    assert worksheet.startswith("<!DOCTYPE html>")
    assert "Two ways to read" in worksheet
    assert "<script" not in worksheet
