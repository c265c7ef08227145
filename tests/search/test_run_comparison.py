"""What changed between two runs, by hand."""

from __future__ import annotations

import math

import pytest

from search.agreement import rbo
from search.run_comparison import kept, query_changes, run_agreement
from search.types import CrossExamError, Movement, Query
from tests.search.test_evaluation import judged, run_of
from tests.tiny import ranking

BEFORE = run_of(
    {"q1": ranking("bm25", "x", "y", "a"), "q2": ranking("bm25", "a", "b"), "q3": ranking("bm25")},
    "old",
)
AFTER = run_of(
    {"q1": ranking("ce", "a", "x", "y"), "q2": ranking("ce", "b", "a"), "q9": ranking("ce", "a")},
    "new",
)
QRELS = [*judged("q1", a=2, x=0), *judged("q2", a=3, b=1), *judged("q3", a=1), *judged("q9", a=1)]
QUERIES = {
    "q1": Query("q1", "one two three", ("numbers",)),
    "q2": Query("q2", "one", ("typos", "numbers")),
}


def test_changes_by_hand_those_that_lost_most_first() -> None:
    lost, nowhere, won, new = query_changes(BEFORE, AFTER, QRELS)
    assert (nowhere.query_id, nowhere.before, nowhere.after) == ("q3", 0.0, 0.0)
    # q9 is judged and only the second run has results for it: the first one's count 0
    assert (new.query_id, new.before, new.after) == ("q9", 0.0, 1.0)
    assert (new.first_before, new.first_after, new.rbo) == (None, 1, 0.0)
    assert (lost.query_id, won.query_id) == ("q2", "q1")
    assert won.before == pytest.approx(1 / math.log2(4))
    assert won.after == pytest.approx(1.0)
    assert won.difference == pytest.approx(0.5)
    assert (won.first_before, won.first_after) == (3, 1)
    assert (won.moved, won.grade) == (Movement("a", 3, 1), 2)
    assert won.unjudged == 1  # y
    ideal = 3 + 1 / math.log2(3)
    assert lost.before == pytest.approx(1.0)
    assert lost.after == pytest.approx((1 + 3 / math.log2(3)) / ideal)
    assert (lost.moved, lost.grade) == (Movement("a", 1, 2), 3)
    assert lost.rbo == pytest.approx(rbo(["a", "b"], ["b", "a"]))


def test_a_relevant_document_that_appears_has_no_place_before() -> None:
    (change,) = query_changes(
        run_of({"q": ranking("bm25", "x")}), run_of({"q": ranking("ce", "x", "a")}),
        judged("q", a=1),
    )  # fmt: skip
    assert change.moved == Movement("a", None, 2)
    assert (change.first_before, change.first_after) == (None, 2)


def test_where_no_relevant_document_moved_none_is_named() -> None:
    (change,) = query_changes(
        run_of({"q": ranking("bm25", "a", "x")}), run_of({"q": ranking("ce", "a", "y")}),
        judged("q", a=1),
    )  # fmt: skip
    assert change.moved is None
    assert change.difference == 0.0


def test_agreement_is_a_mean_over_shared_queries() -> None:
    found = run_agreement(BEFORE, AFTER, k=2)
    assert (found.queries, found.tau_queries) == (2, 2)
    assert found.tau == pytest.approx((-1 / 3 + -1) / 2)  # q1: of 3 pairs 2 turned round
    assert found.overlap == pytest.approx((1 / 2 + 1) / 2)


def test_tau_says_over_how_many_queries_it_is_a_mean() -> None:
    before = run_of({"q1": ranking("a", "x", "y"), "q2": ranking("a", "x"), "q3": ranking("a")})
    after = run_of({"q1": ranking("b", "y", "x"), "q2": ranking("b", "x"), "q3": ranking("b")})
    found = run_agreement(before, after)
    assert (found.queries, found.tau_queries, found.tau) == (3, 1, -1.0)
    none = run_agreement(*(run_of({"q3": ranking("a")}) for _ in range(2)))
    assert (none.tau, none.tau_queries) == (None, 0)


def test_runs_of_other_queries_cannot_be_compared() -> None:
    other = run_of({"q7": ranking("bm25", "a")})
    for compare in (
        lambda: query_changes(BEFORE, other, QRELS),
        lambda: run_agreement(BEFORE, other),
    ):
        with pytest.raises(CrossExamError, match="share no query"):
            compare()


def test_changes_are_kept_by_length_by_shared_word_and_by_tag() -> None:
    found = [c for c in query_changes(BEFORE, AFTER, QRELS) if c.query_id in QUERIES]

    def ids(**wanted: object) -> list[str]:
        return [change.query_id for change in kept(found, QUERIES, **wanted)]  # type: ignore[arg-type]

    shares = {"q1": True, "q2": False}
    assert ids() == ["q2", "q1"]
    assert ids(words=(2, 9)) == ["q1"]
    assert ids(shares=shares, shared_word=False) == ["q2"]
    assert ids(shares=shares, shared_word=True) == ["q1"]
    assert ids(tags=["typos"]) == ["q2"]
    assert ids(tags=["numbers"]) == ["q2", "q1"]
