"""A search as plain values under the field names of the domain types."""

from __future__ import annotations

import json

import pytest

from engine.search.settings import Settings
from engine.search.trace_json import evaluation_values, trace_values
from engine.types import BM25, CROSS_ENCODER, Evaluation
from tests.tiny import QUERY, Tiny, tiny_searcher

TEN = [Tiny(f"d{i}", snakes=10 - i, angle=i / 20, logit=float(i), cut=i % 2) for i in range(10)]


def test_a_trace_becomes_the_json_of_the_issue() -> None:
    searcher, _ = tiny_searcher(TEN, notice="cut")
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY)
    values = trace_values(trace, searcher.store, depth=5, stages=[BM25, CROSS_ENCODER])
    assert json.loads(json.dumps(values)) == values
    assert values["query"] == QUERY
    assert values["corpus"] == {"name": "tiny", "fingerprint": "f1", "documents": 10}
    assert [r["stage"] for r in values["rankings"]] == [BM25, CROSS_ENCODER]
    assert [len(r["hits"]) for r in values["rankings"]] == [5, 5]
    assert values["rankings"][1]["model"] == "table"
    assert values["rankings"][1]["hits"][0] == {
        "doc_id": "d4",
        "rank": 1,
        "score": 4.0,
        "title": "d4",
    }
    assert set(values["timings"][0]) == {
        *("stage", "step", "seconds", "n_in", "n_out", "cached", "measured_seconds")
    }
    assert values["total_seconds"] == trace.total_seconds
    assert values["other_seconds"] == trace.other_seconds
    assert values["truncated"] == {"d1": 1, "d3": 1}
    assert values["notices"] == ["cut"]
    assert values["complete"] is True


def test_an_evaluation_is_its_means_and_what_was_judged() -> None:
    evaluation = Evaluation("bm25", {"nDCG@10": 1 / 3, "Recall@50": 1.0}, {}, 2 / 3)
    assert evaluation_values(evaluation, 7) == {
        "stage": "bm25",
        "queries": 7,
        "nDCG@10": pytest.approx(0.333333, abs=1e-9),
        "Recall@50": 1.0,
        "judged@10": pytest.approx(0.666667, abs=1e-9),
    }
