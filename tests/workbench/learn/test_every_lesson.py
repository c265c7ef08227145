"""Every lesson that is shipped says what the live models give; its trace is what they give."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engine.learn.checking import library_errors
from engine.learn.claims import broken_claims
from engine.learn.library import FOLDER, lesson_library
from engine.learn.traces import results_of, trace_path
from engine.types.learn.columns import COLUMNS, COST, PASSES, SECONDS, STEPS, WATT_HOURS
from engine.types.learn.lessons import Lesson
from engine.types.learn.results import ShowResult
from tests.workbench.learn.conftest import LiveResult
from workbench.workbench import Workbench

LIBRARY = lesson_library()
ORIGINALS = [lesson for lesson in LIBRARY.lessons if lesson.language == "en"]
# How far a recorded number may lie from this machine's: in logits what the bf16 of two processors
# may differ by (0.2 for one pair of these lessons, between units of AVX-512 and of AMX), and what
# that makes of the numbers worked out from logits; times are each machine's own.
DRIFT = {
    "cross_encoder": 0.25,
    "sigmoid": 0.025,
    "blend": 0.02,
    "bi_encoder": 0.005,
    "maxsim": 0.05,
    "hybrid": 0.002,
    "attention": 0.005,
}
EXACT = 1e-4
ALONG_A_CURVE = 0.025  # a mean over queries, of which two have neighbours that change places
TIMES = (SECONDS, WATT_HOURS)


def named(lesson: Lesson) -> str:
    return lesson.path.name


def trace_of(lesson: Lesson) -> dict[str, ShowResult]:
    return results_of(trace_path(FOLDER, lesson.name), lesson)


def test_every_file_can_be_read_and_languages_agree() -> None:
    assert [str(error) for error in library_errors(LIBRARY)] == []
    assert ORIGINALS


@pytest.mark.parametrize("lesson", ORIGINALS, ids=named)
def test_every_claim_holds_with_the_live_models(lesson: Lesson, live: LiveResult) -> None:
    """Translations make the same claims: `test_every_file_can_be_read_and_languages_agree`."""
    results = {name: live(show) for name, show in lesson.shows.items()}
    assert [str(broken.error) for broken in broken_claims(lesson, results)] == []


@pytest.mark.parametrize("lesson", LIBRARY.lessons, ids=named)
def test_every_show_has_a_trace_that_bears_out_the_claims(lesson: Lesson) -> None:
    results = trace_of(lesson)
    assert list(results) == list(lesson.shows), "record it: cli.py lessons --record"
    assert [str(broken.error) for broken in broken_claims(lesson, results)] == []
    for name, result in results.items():
        assert set(result.values) == set(lesson.shows[name].columns)
        assert result.models
        assert result.documents


def _allowed(recorded: ShowResult, column: str) -> float:
    is_curve = any(row.x is not None for row in recorded.documents)
    allowed = DRIFT.get(column, EXACT)
    return max(allowed, ALONG_A_CURVE) if is_curve and column in DRIFT else allowed


def differences(recorded: ShowResult, result: ShowResult) -> list[str]:
    """Where a trace lies further from a live result than its numbers may drift."""
    differing = []
    for column, numbers in result.values.items():
        if set(numbers) != set(recorded.values[column]):
            differing.append(f"{column} has other rows")
            continue
        allowed = _allowed(recorded, column)
        differing += [
            f"{column} of {key}: {recorded.values[column][key]:.4f} recorded, {number:.4f} live"
            for key, number in numbers.items()
            if column not in TIMES and abs(recorded.values[column][key] - number) > allowed
        ]
        for first, second in pairwise(result.order.get(column, ())):
            places = recorded.order[column]
            apart = numbers[first] - numbers[second] > 2 * allowed
            if apart and not places.index(first) < places.index(second):
                differing.append(f"{column} has {first} and {second} the other way round")
    return differing


@pytest.mark.parametrize("lesson", ORIGINALS, ids=named)
def test_every_trace_is_what_the_live_models_give(
    lesson: Lesson, live: LiveResult, bench: Workbench
) -> None:
    for name, recorded in trace_of(lesson).items():
        result = live(lesson.shows[name])
        assert differences(recorded, result) == [], name
        assert [row.key for row in recorded.documents] == [row.key for row in result.documents]
        assert [row.text for row in recorded.documents] == [row.text for row in result.documents]
        assert recorded.corpora == result.corpora
        assert recorded.models == result.models


def test_a_trace_that_lies_off_is_seen() -> None:
    values = {"cross_encoder": {"a": 1.0, "b": 0.4}}
    order = {"cross_encoder": ("a", "b")}
    result = ShowResult("main", "q", (), values, order)
    assert differences(result, result) == []
    near = {"cross_encoder": {"a": 1.09, "b": 0.4}}
    assert differences(ShowResult("main", "q", (), near, order), result) == []
    far = {"cross_encoder": {"a": 1.3, "b": 0.4}}
    assert differences(ShowResult("main", "q", (), far, order), result) == [
        "cross_encoder of a: 1.3000 recorded, 1.0000 live"
    ]
    turned = ShowResult("main", "q", (), values, {"cross_encoder": ("b", "a")})
    assert differences(turned, result) == ["cross_encoder has a and b the other way round"]


def test_the_tolerances_are_of_columns_that_there_are() -> None:
    assert {*DRIFT, PASSES, STEPS, *TIMES} <= set(COLUMNS)
    assert all(COST in COLUMNS[column].kinds for column in TIMES)
