"""Frozen figures hold exactly what the search, the explanation and the run hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.share.quality_snapshot import first_results
from engine.types import CROSS_ENCODER, CrossExamError
from engine.types.share.snapshots import AttentionLinks, QueryFigure
from tests.frozen import GRADES, STAGES, frozen_pair, frozen_quality, frozen_search, tiny_trace


def test_a_search_keeps_ranks_scores_and_movements_of_its_trace() -> None:
    trace, snapshot = tiny_trace(), frozen_search()
    assert [column.stage for column in snapshot.columns] == list(STAGES)
    before = trace.ranking(snapshot.baseline)
    assert before is not None
    for column in snapshot.columns:
        ranking = trace.ranking(column.stage)
        assert ranking is not None
        assert column.listed == len(ranking.hits)
        assert [(row.doc_id, row.rank, row.score) for row in column.rows] == [
            (hit.doc_id, hit.rank, hit.score) for hit in ranking.hits[:10]
        ]
        for row in column.rows:
            hit = before.find(row.doc_id)
            assert row.before == (hit.rank if hit else None)
            assert row.grade == GRADES.get(row.doc_id)
    assert [timing.seconds for timing in snapshot.timings] == [t.seconds for t in trace.timings]
    assert snapshot.total_seconds == trace.total_seconds


def test_a_search_says_where_it_is_from() -> None:
    made = frozen_search().provenance
    assert (made.corpus, made.fingerprint, made.documents) == ("tiny", "f1", 20)
    assert made.made_at == "2026-11-29T12:00:00Z"
    assert made.settings["Depth (candidates to rerank)"] == "20"
    assert {"CrossExam", "python", "torch"} <= made.versions.keys()


def test_a_search_has_its_headline_and_what_became_of_the_relevant() -> None:
    snapshot = frozen_search()
    assert snapshot.headline.startswith("The cross-encoder changed")
    assert "relevant documents" in snapshot.detail
    column = snapshot.column(CROSS_ENCODER)
    assert column is not None
    assert column.ndcg is not None
    assert column.judged == sum(row.grade is not None for row in column.rows)


def test_a_pair_keeps_its_words_and_their_values() -> None:
    pair = frozen_pair()
    assert [word.text for word in pair.query_words] == ["python", "snake"]
    values = [word.value for word in (*pair.query_words, *pair.document_words)]
    assert values == pytest.approx([0.5, -0.45, 0.4, -0.35, 0.3])
    assert pair.attention is not None
    assert pair.attention.weights[1][2] == pytest.approx(0.06)


def test_weights_that_fit_no_words_are_refused() -> None:
    with pytest.raises(CrossExamError, match="give a row for each query unit"):
        AttentionLinks(("a", "b"), ("c",), ((0.1,),), "layer 1")


def test_a_run_keeps_means_differences_and_queries() -> None:
    snapshot = frozen_quality()
    assert len(snapshot.pipelines) == 3
    before, after = snapshot.pipeline(snapshot.before), snapshot.pipeline(snapshot.after)
    assert before is not None
    assert after is not None
    assert after.reranks
    assert not before.reranks
    change = next(one for one in snapshot.differences if one.name == after.name)
    gap = after.means[snapshot.measure] - before.means[snapshot.measure]
    assert change.difference == pytest.approx(gap)
    assert change.low <= change.difference <= change.high
    assert change.better + change.worse + change.equal == snapshot.query_count == 30
    mean = sum(query.difference for query in snapshot.queries) / 30
    assert mean == pytest.approx(change.difference)


def query(before: str, after: str, grades: tuple[int | None, int | None]) -> QueryFigure:
    return QueryFigure("q", "q", 0.0, 0.0, before, after, *grades)


def test_first_results_are_counted_by_what_they_are_judged() -> None:
    rows = [
        query("a", "b", (0, 2)),
        query("a", "b", (None, 1)),
        query("a", "b", (3, None)),
        query("a", "b", (None, None)),
        query("a", "a", (1, 1)),
    ]
    counted = first_results(rows)
    assert counted is not None
    assert (counted.queries, counted.weighted) == (5, False)
    assert (counted.changed, counted.better, counted.worse) == pytest.approx((0.8, 0.4, 0.2))
    assert first_results([]) is None


def test_first_results_count_by_weight_where_every_query_has_one() -> None:
    rows = [
        replace(query("a", "b", (0, 2)), weight=90.0),
        replace(query("a", "b", (1, 0)), weight=10.0),
    ]
    counted = first_results(rows)
    assert counted is not None
    assert counted.weighted
    assert (counted.changed, counted.better, counted.worse) == pytest.approx((1.0, 0.9, 0.1))
    partly = first_results([rows[0], replace(rows[1], weight=None)])
    assert partly is not None
    assert not partly.weighted
