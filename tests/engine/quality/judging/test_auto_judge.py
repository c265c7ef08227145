"""Bounds, kappas and orders by hand and by other libraries; no query is on both sides."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from engine.quality.evaluation import evaluate
from engine.quality.judging.auto_judge import (
    DEFAULT_THRESHOLD,
    Pair,
    Thresholds,
    best_threshold,
    calibrates,
    halves,
    thresholds_for,
)
from engine.quality.judging.judge_agreement import agreement_with, kappa_of, system_order, tau_b
from engine.quality.judging.judging import (
    ITSELF,
    PERHAPS,
    RELATED,
    circular,
    judge,
    passages_of,
    pool_of,
    scores_by,
)
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, Cancelled, CrossExamError, Document, Qrel, Run
from tests.tiny import QUERY, TableReranker, TinyStore, ranking

CHOOSING = [f"q{i}" for i in range(60) if calibrates(f"q{i}")]
MEASURING = [f"q{i}" for i in range(60) if not calibrates(f"q{i}")]


def graded(
    queries: Sequence[str], spread: float = 0.0
) -> tuple[dict[Pair, int], dict[Pair, float]]:
    """Grades 0 to 3 of four documents a query, and scores 10 apart with noise of that spread."""
    noise = random.Random(1)
    people = {(q, f"d{grade}"): grade for q in queries for grade in range(4)}
    scores = {pair: 10.0 * grade + noise.gauss(0, spread) for pair, grade in people.items()}
    return people, scores


def test_kappa_by_hand() -> None:
    # 20 and 15 agree of 50; by chance 25 * 30/50 + 25 * 20/50 = 25: (35 - 25) / (50 - 25)
    assert kappa_of([[20, 5], [10, 15]]) == pytest.approx(0.4)
    # one disagreement two grades apart; expected by chance, of 4: see the sums below
    matrix = [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    assert kappa_of(matrix) == pytest.approx(1 - 1 / (4 - (2 * 1 + 1 * 1 + 1 * 2) / 4))
    assert kappa_of(matrix, 2) == pytest.approx(1 - 4 / ((2 + 2 * 2 * 4 + 1 + 2 + 1 + 1 * 4) / 4))
    assert kappa_of([[5, 0], [0, 0]]) is None
    assert kappa_of([[0, 3], [3, 0]]) == pytest.approx(-1)


@pytest.mark.parametrize(("power", "weights"), [(0, None), (1, "linear"), (2, "quadratic")])
def test_kappa_is_sklearns(power: int, weights: str | None) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    draw = np.random.default_rng(5)
    for _ in range(20):
        left = draw.integers(4, size=60)
        right = np.clip(left + draw.integers(-1, 2, size=60), 0, 3)
        matrix = np.zeros((4, 4), int)
        np.add.at(matrix, (left, right), 1)
        wanted = metrics.cohen_kappa_score(left, right, labels=range(4), weights=weights)
        assert kappa_of(matrix, power) == pytest.approx(wanted)


def test_tau_is_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    draw = random.Random(3)
    for _ in range(30):
        left, right = ([draw.randint(0, 5) for _ in range(7)] for _ in range(2))
        assert tau_b(left, right) == pytest.approx(float(stats.kendalltau(left, right).statistic))
    assert tau_b([1, 1], [1, 2]) is None
    assert tau_b([], []) is None


def test_a_bound_by_hand() -> None:
    scores = [-3.0, -2.0, 1.0, 2.0, 5.0]
    assert best_threshold(scores, [False, False, True, True, True]) == -0.5
    # cuts: kappa 0.29 above -3, 0.67 above -2, 0.55 above 1 (not a cut that splits a tie)
    assert best_threshold(
        [-3.0, -2.0, 1.0, 1.0, 2.0, 5.0], [False, True, False, True, True, True]
    ) == (pytest.approx(-2.5))


def test_a_bound_is_the_best_of_all_cuts() -> None:
    draw = random.Random(7)
    for _ in range(50):
        scores = [round(draw.gauss(0, 1), 1) for _ in range(25)]
        yes = [score + draw.gauss(0, 1) > 0 for score in scores]
        if len(set(yes)) < 2:
            continue

        def kappa(threshold: float, scores: list[float] = scores, yes: list[bool] = yes) -> float:
            said = [score >= threshold for score in scores]
            counts = [[0, 0], [0, 0]]
            for meant, told in zip(yes, said, strict=True):
                counts[meant][told] += 1
            return kappa_of(counts) or 0.0

        distinct = sorted(set(scores))
        cuts = [(a + b) / 2 for a, b in pairwise(distinct)]
        assert kappa(best_threshold(scores, yes)) == pytest.approx(max(map(kappa, cuts)))


def test_grades_part_where_the_scores_do() -> None:
    people, scores = graded(CHOOSING)
    found = thresholds_for(scores, people)
    assert found.least == ((1, 5.0), (2, 15.0), (3, 25.0))
    assert (found.pairs, found.queries, found.calibrated) == (len(people), len(CHOOSING), True)
    assert [found.grade(score) for score in (-9, 4.9, 5.0, 15.0, 24.9, 99)] == [0, 0, 1, 2, 2, 3]


def test_a_bound_never_falls_below_the_one_before() -> None:
    people = {(q, f"d{i}"): grade for q in CHOOSING for i, grade in enumerate((0, 0, 1, 2))}
    scores = {pair: (0.0, 1.0, 9.0, 5.0)[int(pair[1][1])] for pair in people}  # 2 scores below 1
    least = [threshold for _, threshold in thresholds_for(scores, people).least]
    assert least == sorted(least)


def test_two_grades_give_one_bound() -> None:
    people = {(q, f"d{i}"): i for q in CHOOSING for i in range(2)}
    scores = {pair: 4.0 * grade - 7 for pair, grade in people.items()}
    assert thresholds_for(scores, people).least == ((1, -5.0),)


def test_queries_lie_on_one_side_for_good_and_nothing_leaks() -> None:
    assert 15 < len(CHOOSING) < 45
    people, scores = graded([*CHOOSING, *MEASURING], spread=8.0)
    choose, measure = halves(people)
    assert choose.keys() | measure.keys() == people.keys()
    assert not {q for q, _ in choose} & {q for q, _ in measure}
    thresholds = thresholds_for(scores, people)
    spoilt = {pair: 3 - grade if pair in measure else grade for pair, grade in people.items()}
    assert thresholds_for(scores, spoilt) == thresholds  # what it is measured on chose nothing
    grades = {pair: thresholds.grade(score) for pair, score in scores.items()}
    agreed = agreement_with(people, grades)
    turned = {pair: 3 - grade if pair in choose else grade for pair, grade in people.items()}
    assert agreement_with(turned, grades) == agreed  # and what it learnt from measures nothing
    assert agreed is not None
    assert (agreed.pairs, agreed.queries) == (len(measure), len(MEASURING))


def test_too_few_judgments_leave_the_default_and_say_so() -> None:
    people, scores = graded(CHOOSING[:2])
    found = thresholds_for(scores, people)
    assert found.least == ((1, DEFAULT_THRESHOLD),)
    assert not found.calibrated
    assert "10 of each in 3 are needed" in found.words
    assert "uncalibrated" in found.words
    with pytest.raises(CrossExamError, match="a cosine has no bound of its own"):
        thresholds_for(scores, people, kind="cosine")


def test_the_agreement_by_hand() -> None:
    a, b = MEASURING[:2]
    people = {(a, "w"): 3, (a, "x"): 0, (a, "y"): 1, (b, "z"): 0, (CHOOSING[0], "v"): 2}
    machine = {(a, "w"): 2, (a, "x"): 0, (a, "y"): 0, (b, "z"): 3, (CHOOSING[0], "v"): 2}
    found = agreement_with(people, machine)
    assert found is not None
    assert found.matrix == ((1, 0, 0, 1), (1, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0))
    assert (found.pairs, found.queries, found.same) == (4, 2, 0.25)
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert found.binary == pytest.approx(0.0)
    assert found.interval is not None
    assert agreement_with(people, {}) is None


def test_pipelines_are_ordered_by_either_judge_on_the_same_pairs() -> None:
    q = MEASURING[0]
    runs = {
        "good": Run("good", {q: ranking(BM25, "a", "b")}),
        "bad": Run("bad", {q: ranking(BM25, "b", "a")}),
    }
    people = {(q, "a"): 1, (q, "b"): 0}
    found = system_order(runs, people, {(q, "a"): 0, (q, "b"): 1, (q, "c"): 3})
    low = 1 / math.log2(3)
    assert [(s.name, s.people, s.auto_judge) for s in found.systems] == [
        ("good", 1.0, pytest.approx(low)), ("bad", pytest.approx(low), 1.0),
    ]  # fmt: skip
    assert (found.tau, found.queries) == (-1.0, 1)


def test_a_query_that_a_pipeline_has_no_list_for_counts_0_as_in_evaluate() -> None:
    asked, silent = MEASURING[:2]
    full = {q: ranking(BM25, "a", "b") for q in (asked, silent)}
    runs = {"all": Run("all", full), "half": Run("half", {asked: full[asked]})}
    people = {(q, d): grade for q in (asked, silent) for d, grade in (("a", 1), ("b", 0))}
    by_evaluate = {
        name: evaluate(run, [Qrel(q, d, g) for (q, d), g in people.items()], depth=10)
        for name, run in runs.items()
    }
    measured = system_order(runs, people, people)
    assert measured.queries == 2
    for system in measured.systems:
        assert system.people == by_evaluate[system.name].mean["nDCG@10"]
        assert system.auto_judge == system.people
    assert [system.people for system in measured.systems] == [1.0, 0.5]


def table(*ids: str) -> tuple[TinyStore, TableReranker]:
    store = TinyStore([Document(i, f"{i} text") for i in ids])
    return store, TableReranker({i: float(n) for n, i in enumerate(ids)})


def test_the_judge_reads_the_pool_once_and_a_document_in_passages_by_its_best() -> None:
    store, reranker = table("a", "b", "p1", "p2")
    runs = {"one": Run("one", {"q": ranking(BM25, "a", "b")}),
            "two": Run("two", {"q": ranking(BM25, "b", "p")})}  # fmt: skip
    pool = pool_of(runs, 2)
    assert pool == [("q", "a"), ("q", "b"), ("q", "p")]
    found = judge(
        reranker, store, {"q": QUERY}, pool, {("q", "a"): 0},
        passages={("q", "p"): ("p1", "p2")}, scored={("q", "b"): 7.0},
    )  # fmt: skip
    assert found.scores == {("q", "a"): 0.0, ("q", "b"): 7.0, ("q", "p"): 3.0}
    assert sorted(reranker.scored) == ["a", "p1", "p2"]
    assert found.grades == {("q", "a"): 1, ("q", "b"): 1, ("q", "p"): 1}
    assert not found.thresholds.calibrated


def test_called_off_it_keeps_the_queries_that_it_finished() -> None:
    store, reranker = table("a", "b")
    pool = [("q", "a"), ("r", "b")]
    done: list[int] = []
    found = judge(
        reranker, store, {"q": QUERY, "r": QUERY}, pool, {},
        on_progress=lambda _w, n, _t: done.append(n),
        cancel=lambda: 1 in done,
    )  # fmt: skip
    assert set(found.scores) == {("q", "a")}
    assert found.unread == 1
    with pytest.raises(Cancelled):
        judge(reranker, store, {"q": QUERY}, pool[:1], {("q", "a"): 1}, cancel=lambda: True)


def test_a_pipeline_that_holds_its_own_judge_is_named() -> None:
    own, other = "cross-encoder/ms-marco-MiniLM-L-12-v2", "BAAI/bge-reranker-base"
    specs = [
        *(PipelineSpec(Settings(10, BM25), reranker) for reranker in ("", own, other)),
        PipelineSpec(Settings(10, BI_ENCODER, blend_weight=0.8), own, blended=True),
        PipelineSpec(Settings(10, BM25), "/models/ms-marco-MiniLM-L-12-v2/"),
        PipelineSpec(Settings(10, BM25), "infinity:http://127.0.0.1:7997"),
    ]  # fmt: skip
    found = circular(own, specs)
    assert found == {specs[1].name: ITSELF, specs[3].name: ITSELF, specs[5].name: PERHAPS}
    student = PipelineSpec(Settings(10, "bi-encoder:distilled/mine"))
    assert circular(own, [student], {"distilled/mine"}) == {student.name: RELATED}
    assert specs[4].name == specs[1].name  # a folder of that model is that model


def test_bounds_read_as_a_sentence() -> None:
    assert Thresholds(((1, -2.5), (3, 4.0)), 1210, 40).words == (
        "1 from \N{MINUS SIGN}2.50, 3 from 4.00 (chosen on 1,210 pairs of 40 queries)"
    )
    assert Thresholds(((1, 1.0), (2, 2.0), (3, 2.0))).levels == "1 from 1.00, 2 never, 3 from 2.00"
    assert not passages_of([])
    assert not scores_by([], "x")
    with pytest.raises(CrossExamError, match="top is 0"):
        pool_of({}, 0)
