"""Neighbours whose scores are nearer than what the backend may be off by."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from engine.search.csv_export import comparison_csv
from engine.search.folding import fold
from engine.search.precision.near_ties import near_tie_notes, near_ties
from engine.search.settings import Settings
from engine.search.stages.stages import Context, RerankStage
from engine.search.trace_json import trace_values
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    Drift,
    Hit,
    Ranking,
    ScorePrecision,
    SearchTrace,
    precision_of,
)
from tests.drifting import DriftingReranker
from tests.tiny import QUERY, Tiny, tiny_searcher

BF16 = ScorePrecision("OpenVINO bf16", 0.05)
FP32 = ScorePrecision("OpenVINO fp32", 0.0)


def listed(precision: ScorePrecision | None, **scores: float) -> Ranking:
    hits = (Hit(doc_id, score, i) for i, (doc_id, score) in enumerate(scores.items(), 1))
    return Ranking(CROSS_ENCODER, "m", tuple(hits), precision=precision)


def test_neighbours_within_twice_the_drift_are_near_ties() -> None:
    assert near_ties(listed(BF16, a=5.0, b=3.0, c=2.91, d=1.0)) == {"b", "c"}
    assert near_ties(listed(BF16, a=5.0, b=3.0, c=2.89, d=1.0)) == frozenset()


def test_a_chain_of_close_scores_is_marked_as_a_whole() -> None:
    assert near_ties(listed(BF16, a=3.0, b=2.95, c=2.9, d=0.0)) == {"a", "b", "c"}


def test_fp32_has_near_ties_only_within_the_noise_of_floats() -> None:
    assert near_ties(listed(FP32, a=3.0, b=2.999, c=1.0, d=0.99995)) == {"c", "d"}


def test_a_score_that_is_fp32s_takes_no_part_in_the_margin() -> None:
    mixed = replace(BF16, exact=frozenset({"a", "b"}))
    assert near_ties(listed(mixed, a=3.0, b=2.93, c=2.87, d=0.0)) == frozenset()
    assert near_ties(listed(mixed, a=3.0, b=2.92, c=2.88, d=2.79)) == {"b", "c", "d"}


def test_without_a_known_drift_nothing_is_marked() -> None:
    assert near_ties(listed(None, a=3.0, b=3.0)) == frozenset()
    assert near_tie_notes(listed(None, a=3.0, b=3.0)) == {}


def test_a_document_that_is_last_by_rule_ties_with_none_that_is_not() -> None:
    ranking = replace(listed(BF16, a=3.0, b=2.99), last=frozenset({"b"}))
    assert near_ties(ranking) == frozenset()


def test_the_note_says_whose_drift_it_is_and_whether_it_was_measured_here() -> None:
    note = near_tie_notes(listed(BF16, a=3.0, b=2.99))["a"]
    assert note == (
        "near tie, too close to call: a neighbour's score is nearer than the two may be off "
        "together. One of OpenVINO bf16 drifts from fp32's by 0.050 logits (99th percentile, "
        "measured on this machine), one of fp32 does not"
    )
    unmeasured = listed(precision_of("OpenVINO bf16", None), a=3.0, b=2.99)
    note = near_tie_notes(unmeasured)["a"]
    assert "0.060 logits (99th percentile, not measured on this machine)" in note
    assert "0.0001" in near_tie_notes(listed(FP32, a=3.0, b=3.0))["a"]


def test_a_backends_precision_is_what_was_measured_and_a_bound_where_nothing_was() -> None:
    drift = Drift(0.009, 0.046, 0.061, 0.088, 240)
    measured = ScorePrecision("OpenVINO bf16", 0.046, largest=0.088, pairs=240)
    assert precision_of("OpenVINO bf16", drift) == measured
    assert precision_of("OpenVINO bf16", None).measured is False
    assert precision_of("ONNX Runtime fp32", None) == ScorePrecision("ONNX Runtime fp32", 0.0)


def test_a_document_is_as_exact_as_its_best_passage() -> None:
    passages = replace(listed(replace(BF16, exact=frozenset({"p1", "q1"})), p1=3.0, q2=2.9, q1=1.0))
    folded = fold(passages, lambda passage: passage[0])
    assert folded.precision is not None
    assert folded.precision.exact == {"p"}


TINIES = [Tiny(f"d{i:02}", snakes=20 - i) for i in range(14)]
LOGITS = {**{f"d{i:02}": -float(i) for i in range(14)}, "d12": -11.05}  # below the first ten


def searched() -> SearchTrace:
    searcher, _ = tiny_searcher(TINIES)
    searcher = replace(searcher, reranker=DriftingReranker(LOGITS))
    pipeline = searcher.pipeline(Settings(first_stage=BM25, depth=14))
    return pipeline.run(QUERY)


def test_the_trace_marks_them_in_the_ranking_that_was_scored_and_in_no_other() -> None:
    trace = searched()
    searcher, _ = tiny_searcher(TINIES)
    values = trace_values(trace, searcher.store, depth=14, stages=[BM25, CROSS_ENCODER])
    bm25, cross = values["rankings"]
    assert [h["doc_id"] for h in cross["hits"] if h["near_tie"]] == ["d11", "d12"]
    assert cross["precision"]["backend"] == "Toy bf16"
    assert cross["precision"]["drift_p99"] == 0.05
    assert cross["precision"]["drift_measured"] is True
    assert "near_tie" not in bm25["hits"][0]
    assert "precision" not in bm25


def test_the_comparison_as_csv_has_a_column_for_them() -> None:
    text = comparison_csv(
        searched(), {}, {}, stages=[BI_ENCODER, CROSS_ENCODER], baseline=BI_ENCODER
    )
    rows = {row["doc_id"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}
    marks = {doc_id: row["cross-encoder near tie"] for doc_id, row in rows.items()}
    assert set(marks) == set(LOGITS)
    assert {doc_id for doc_id, mark in marks.items() if mark == "yes"} == {"d11", "d12"}
    words = rows["d11"]["cross-encoder precision"]
    assert words == "Toy bf16, p99 of its drift 0.050 (fast)"
    assert "bi-encoder near tie" not in rows["d00"]


@pytest.mark.parametrize("drift", [0.0, 0.05])
def test_the_stage_tells_how_exact_its_scores_are(drift: float) -> None:
    searcher, _ = tiny_searcher(TINIES)
    first = searcher.lexical.retrieve(QUERY, 14)[0]
    context = Context(QUERY, Settings(first_stage=BM25), {BM25: first}, lambda: False)
    *_, last = RerankStage(DriftingReranker(LOGITS, drift=drift), searcher.store).run(context)
    assert last.ranking.precision is not None
    assert last.ranking.precision.drift == drift
