"""A claim holds or is named with what is the case instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.learn.claims import broken_claims, why_broken
from engine.types.learn.lessons import (
    ABOVE,
    BETWEEN,
    CLAIMS,
    FIRST,
    LAST,
    MISSING,
    ORDER,
    RANK,
    TIMES,
    WITHIN,
    Claim,
)
from engine.types.learn.results import ResultRow, ShowResult
from tests.engine.learn.documented import documented_lesson

RESULT = ShowResult(
    show="main",
    query="q",
    documents=tuple(ResultRow(key) for key in "abcd"),
    values={
        "cross_encoder": {"a": 4.0, "b": 1.0, "c": -2.5},
        "attention": {"a": 0.41, "b": 0.48, "c": 0.30},
        "bm25": {"a": 1.0, "b": 1.0},  # equal: the order says who stands first
    },
    order={"cross_encoder": ("a", "b", "c"), "bm25": ("b", "a")},
)


def claim(kind: str, keys: str, *numbers: float, column: str = "cross_encoder") -> Claim:
    return Claim(kind, column, tuple(keys), numbers)


HOLD = (
    claim(FIRST, "a"),
    claim(FIRST, "b", column="bm25"),
    claim(FIRST, "b", column="attention"),
    claim(LAST, "c"),
    claim(ORDER, "abc"),
    claim(ORDER, "ac"),
    claim(ORDER, "ba", column="bm25"),
    claim(ABOVE, "ab", 3.0),
    claim(ABOVE, "bc", 0.0),
    claim(TIMES, "ab", 4.0),
    claim(BETWEEN, "c", -2.5, -2.5),
    claim(WITHIN, "ab", 3.0),
    claim(RANK, "b", 2.0),
    claim(MISSING, "d"),
)
BROKEN = (
    (claim(FIRST, "b"), "has a at rank 1, and b at rank 2"),
    (claim(LAST, "a"), "has c at rank 3, and a at rank 1"),
    (claim(ORDER, "acb"), "does not order them so: a 4, c -2.5, b 1"),
    (claim(ORDER, "ab", column="bm25"), "does not order them so"),
    (claim(ABOVE, "ab", 3.1), "a gap of 3"),
    (claim(ABOVE, "ba", 0.0), "a gap of -3"),
    (claim(ABOVE, "ab", 0.0, column="bm25"), "a gap of 0"),
    (claim(TIMES, "ab", 4.5), "a 4, b 1"),
    (claim(BETWEEN, "c", -2.0, 0.0), "c -2.5"),
    (claim(WITHIN, "abc", 6.0), "6.5 apart"),
    (claim(RANK, "b", 4.0), "has nothing at rank 4, and b at rank 2"),
    (claim(MISSING, "db"), "lists b after all"),
    (claim(FIRST, "d"), "has no value for d"),
    (claim(ABOVE, "ab", 1.0, column="tokens"), "has no value for a, b"),
)


@pytest.mark.parametrize("one", HOLD, ids=lambda one: f"{one.kind} {one.keys}")
def test_a_claim_that_holds_says_nothing(one: Claim) -> None:
    assert why_broken(one, RESULT) == ""


@pytest.mark.parametrize(("one", "says"), BROKEN, ids=lambda one: getattr(one, "kind", ""))
def test_a_claim_that_does_not_hold_says_what_is_the_case(one: Claim, says: str) -> None:
    assert says in why_broken(one, RESULT)


def test_every_kind_of_claim_is_tried_both_ways() -> None:
    assert {one.kind for one in HOLD} == {one.kind for one, _ in BROKEN} == set(CLAIMS)


def test_a_broken_claim_is_named_with_file_line_and_step() -> None:
    lesson = documented_lesson()
    values = {"bi_encoder": {"own": 0.3, "care": 0.5}}
    result = replace(RESULT, values=values, order={"bi_encoder": ("care", "own")})
    (broken,) = broken_claims(lesson, {"main": result})
    line = lesson.steps[1].claims[0].line
    assert str(broken.error) == (
        f"two-ways.md:{line}: step 'The bi-encoder': bi_encoder has care at rank 1, and own at "
        "rank 2"
    )
    right = replace(result, order={"bi_encoder": ("own", "care")})
    assert broken_claims(lesson, {"main": right}) == ()
