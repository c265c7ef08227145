"""Quality over a fusion's weight, and what cross-validation makes of the best of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine.quality.candidate_scores import run_of
from engine.quality.evaluation import evaluate
from engine.quality.fusion_tuning import (
    WEIGHTS,
    Curve,
    blend_curve,
    cross_validated,
    hybrid_curve,
    rrf_curve,
)
from engine.quality.ndcg import ndcg
from engine.quality.pipelines import PipelineSpec
from engine.quality.runner import gather
from engine.search.settings import Settings
from engine.types import CrossExamError, Qrel, Query
from tests.engine.quality.test_candidate_scores import MANY
from tests.engine.quality.test_evaluation import drawn
from tests.tiny import tiny_searcher

SPEC = PipelineSpec(Settings(40, "hybrid"), "table")
QUERIES = [Query(f"q{i}", "snake") for i in range(3)]


def judged() -> list[Qrel]:
    draw = random.Random(5)
    return [Qrel(q.query_id, t.doc_id, draw.choice([0, 0, 0, 1, 3])) for q in QUERIES for t in MANY]


def test_our_own_ndcg_is_that_of_ir_measures() -> None:
    run, qrels = drawn(4)
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    theirs = evaluate(run, qrels, depth=10).by_query
    for query_id, values in theirs.items():
        mine = ndcg(run.rankings[query_id].ids(), grades[query_id])
        assert mine == pytest.approx(values["nDCG@10"], abs=1e-9)
    assert ndcg(["a"], {"a": 0}) == 0.0


def test_each_point_of_a_curve_is_that_pipelines_figure() -> None:
    searcher, reranker = tiny_searcher(MANY)
    gathered = gather(searcher, {"table": reranker}, QUERIES, [SPEC])
    qrels = judged()
    reranker.scored.clear()
    curves: list[tuple[Curve, Callable[[float], PipelineSpec]]] = [
        (
            blend_curve(SPEC, gathered, qrels),
            lambda w: PipelineSpec(Settings(40, "hybrid", blend_weight=w), "table", blended=True),
        ),
        (
            rrf_curve(SPEC, gathered, qrels, (1, 60)),
            lambda k: PipelineSpec(Settings(40, "hybrid", rrf_k=int(k))),
        ),
        (
            hybrid_curve(SPEC, gathered, qrels),
            lambda w: PipelineSpec(Settings(40, "hybrid", fusion="weighted", hybrid_weight=w)),
        ),
    ]
    for found, spec_of in curves:
        for setting, mean in zip(found.settings, found.means, strict=True):
            figure = evaluate(run_of(spec_of(setting), gathered), qrels, depth=10).mean["nDCG@10"]
            assert mean == pytest.approx(figure, abs=1e-9)
    assert reranker.scored == []
    assert len(WEIGHTS) == 21
    assert (WEIGHTS[0], WEIGHTS[-1]) == (0.0, 1.0)


def test_cross_validation_by_hand() -> None:
    # setting 0 suits q0 and q1, setting 1 suits q2 alone: means 0.4 and 0.5
    found = Curve((0.0, 1.0), ("q0", "q1", "q2"), ((0.6, 0.6, 0.0), (0.0, 0.5, 1.0)))
    assert list(found.means) == pytest.approx([0.4, 0.5])
    assert found.best == 1
    checked = cross_validated(found, folds=3)
    # without q0 setting 1 wins (0.75 to 0.3): q0 gets 0; without q1 also (0.5 to 0.3): 0.5;
    # without q2 setting 0 wins (0.6 to 0.25): q2 gets 0
    assert sorted(fold.value for fold in checked.folds) == [0.0, 0.0, 0.5]
    assert checked.value == pytest.approx(0.5 / 3)
    assert checked.settings == (0.0, 1.0)
    assert checked == cross_validated(found, folds=3)


def test_what_cannot_be_tuned_is_said() -> None:
    searcher, reranker = tiny_searcher(MANY)
    gathered = gather(searcher, {"table": reranker}, QUERIES, [SPEC])
    with pytest.raises(CrossExamError, match="no reranker to blend"):
        blend_curve(PipelineSpec(Settings(5, "bm25")), gathered, judged())
    with pytest.raises(CrossExamError, match="no query of this run has a relevant judgment"):
        blend_curve(SPEC, gathered, [])
    with pytest.raises(CrossExamError, match="3 judged queries cannot be dealt into 5 folds"):
        cross_validated(blend_curve(SPEC, gathered, judged()))
