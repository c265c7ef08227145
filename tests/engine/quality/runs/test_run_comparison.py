"""What changed between two runs, by hand."""

from __future__ import annotations

import math

import pytest

from engine.quality.evaluation import evaluate
from engine.quality.runs.run_comparison import (
    changes,
    kept,
    most_telling,
    query_changes,
    run_agreement,
)
from engine.search.agreement import rbo
from engine.types import CrossExamError, Movement, Query
from tests.engine.quality.test_evaluation import judged, run_of
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
    assert (change.difference, change.grade) == (0.0, 0)
    assert most_telling(ranking("a", "x", "y"), ranking("b", "y", "x"), {"x": 0}) is None


def test_agreement_is_a_mean_over_shared_queries() -> None:
    found = run_agreement(BEFORE, AFTER, k=2)
    assert (found.queries, found.tau_queries) == (2, 2)
    assert found.tau == pytest.approx((-1 / 3 + -1) / 2)  # q1: of 3 pairs 2 turned round
    assert found.overlap == pytest.approx((1 / 2 + 1) / 2)
    both = rbo(["x", "y", "a"], ["a", "x", "y"]) + rbo(["a", "b"], ["b", "a"])
    assert found.rbo == pytest.approx(both / 2)


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
    assert ids(word_range=(2, 9)) == ids(word_range=(2, 3)) == ids(word_range=(3, 9)) == ["q1"]
    assert ids(word_range=(0, 1)) == ["q2"]
    assert [c.query_id for c in kept(found, {}, word_range=(0, 0))] == ["q2", "q1"]
    chinese = {"q1": Query("q1", "北京大学"), "q2": Query("q2", "大")}
    assert [c.query_id for c in kept(found, chinese, word_range=(4, 4))] == ["q1"]
    assert ids(shares_word_by_query=shares, shared_word=False) == ["q2"]
    assert ids(shares_word_by_query=shares, shared_word=True) == ["q1"]
    assert ids(tags=["typos"]) == ["q2"]
    assert ids(tags=["numbers"]) == ["q2", "q1"]


def test_the_document_whose_move_changed_dcg_most_is_named_not_the_farthest() -> None:
    letters = [f"x{i}" for i in range(30)]
    before = ranking("bm25", "a", "b", *letters, "c")
    after = ranking("ce", "x0", "a", "c", "b", *letters[1:])
    grades = {"a": 2, "b": 3, "c": 1}
    # a: 2 (1/log2 3 - 1) = -0.74; b: 3 (1/log2 5 - 1/log2 3) = -0.60; c: 1/log2 4 = 0.5
    assert most_telling(before, after, grades) == Movement("a", 1, 2)
    assert most_telling(before, after, {**grades, "b": 4}) == Movement("b", 2, 4)
    assert most_telling(before, after, {"b": 1, "c": 1}) == Movement("c", 33, 3)


def test_below_the_top_ten_the_farthest_move_is_named_a_fall_out_of_the_list_included() -> None:
    letters = [f"x{i:02}" for i in range(12)]
    before = ranking("bm25", *letters, "a", "b", "c")
    after = ranking("ce", *letters, "b", "a", "d")
    # a: 13 to 14, b: 14 to 13, c: 15 to beyond the 15 (16)
    assert most_telling(before, after, {"a": 1, "b": 1}) == Movement("b", 14, 13)
    far = ranking("ce", *letters, "y", "z", "w", "a")
    assert most_telling(before, far, {"a": 1, "c": 1}) == Movement("a", 13, 16)
    # c: 15 to 17 is two places, b: 14 to 17 three, as many as a: the greater id of the two
    assert most_telling(before, far, {"a": 1, "b": 1, "c": 1}) == Movement("b", 14, None)
    # the eleventh place carries no gain, the tenth does
    edge = ranking("bm25", *letters[:9], "e", "f")
    turned = ranking("ce", *letters[:9], "y", "z", "f", "e")
    assert most_telling(edge, turned, {"e": 1, "f": 3}) == Movement("e", 10, 13)


def test_unjudged_are_counted_over_both_top_tens() -> None:
    before = run_of({"q": ranking("a", *"abcdefghijK")})
    after = run_of({"q": ranking("b", *"lmcdefghijN")})
    (change,) = query_changes(before, after, judged("q", c=1, d=0, m=2))
    # a to j and l, m: twelve, of which c, d and m are judged; the eleventh places do not count
    assert change.unjudged == 9


def test_only_queries_that_both_evaluations_hold_are_compared() -> None:
    qrels = [*judged("q1", a=1), *judged("q2", a=1)]
    run = run_of({"q1": ranking("a", "a"), "q2": ranking("a", "a")})
    one, both = (
        evaluate(run, qrels, depth=5, query_ids=query_ids) for query_ids in (["q1"], ["q1", "q2"])
    )
    assert [c.query_id for c in changes(run, run, (one, both), qrels)] == ["q1"]
    assert [c.query_id for c in changes(run, run, (both, one), qrels)] == ["q1"]


def test_agreement_of_runs_overlaps_in_the_top_ten() -> None:
    before, after = (run_of({"q": ranking("x", *ids)}) for ids in ("abcdefghijK", "abcdefghiKj"))
    assert run_agreement(before, after).overlap == pytest.approx(9 / 10)
