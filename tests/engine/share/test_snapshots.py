"""Frozen figures hold exactly what the search, the explanation and the run hold."""

from __future__ import annotations

import pytest

from engine.share.report.provenance_part import precision_facts
from engine.share.report.report import report_of
from engine.share.run_snapshot import run_provenance
from engine.types import CROSS_ENCODER, CorpusInfo, CrossExamError
from engine.types.share.snapshots import AttentionLinks
from tests.engine.share.report.reading import read
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


def test_first_results_count_by_how_often_a_query_is_searched() -> None:
    once, weighted = frozen_quality(), frozen_quality(weights={"q00": 90.0, "q01": 10.0})
    assert once.first_results is not None
    assert (once.first_results.queries, once.first_results.weighted) == (30, False)
    changed = [query.first_before != query.first_after for query in once.queries]
    assert once.first_results.changed == pytest.approx(sum(changed) / 30)
    values = {query.query_id: query.after for query in weighted.queries}
    by_searches = (90 * values["q00"] + 10 * values["q01"]) / 100
    after = weighted.pipeline(weighted.after)
    assert after is not None
    assert after.by_searches[weighted.measure] == pytest.approx(by_searches)
    assert all(not pipeline.by_searches for pipeline in once.pipelines)
    shown = [t.attributes["aria-label"] for t in read(report_of(weighted)).all("table")]
    assert "Measures by searches" in shown
    assert weighted.first_results is not None
    assert (weighted.first_results.queries, weighted.first_results.weighted) == (2, True)
    assert weighted.first_results.without == 28
    assert {q.query_id: q.weight for q in weighted.queries if q.weight is not None} == {
        "q00": 90.0,
        "q01": 10.0,
    }


def test_a_runs_origin_names_the_backend_of_each_mode() -> None:
    modes = [
        {"mode": "exact", "backend": "OpenVINO fp32", "drift_p99": 0.0},
        {"mode": "fastest", "backend": "OpenVINO int8, groups of 384", "drift_p99": 0.236},
    ]
    corpus = CorpusInfo("c", 2, "f")
    both = run_provenance(corpus, {"engine": "OpenVINO bf16", "precision": modes}, 0.0, [])
    assert both.backend == "OpenVINO fp32; OpenVINO int8, groups of 384", "bf16 scored nothing"
    assert (both.mode, both.drift) == ("exact, fastest", 0.236)
    assert ("Drift", "at most 0.236 logits (99th percentile of the distance from fp32)") in (
        precision_facts(both)
    )
    exact = run_provenance(corpus, {"engine": "OpenVINO bf16", "precision": modes[:1]}, 0.0, [])
    assert (exact.backend, exact.drift) == ("OpenVINO fp32", 0.0)
    earlier = run_provenance(corpus, {"engine": "OpenVINO bf16"}, 0.0, [])
    assert (earlier.backend, earlier.drift) == ("OpenVINO bf16", None)
