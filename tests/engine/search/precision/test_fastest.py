"""The mode "fastest": the quickest form scores everything, and the list says how far it drifts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.search.precision.near_ties import near_ties
from engine.search.precision.rescoring import scorer_of
from engine.search.settings import Settings
from engine.search.trace_json import trace_values
from engine.types import BM25, CROSS_ENCODER, MOST_DRIFT_FASTEST, ScorePrecision, SearchTrace
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from tests.drifting import DriftingReranker
from tests.tiny import QUERY, Tiny, tiny_searcher

IDS = [f"d{i:02}" for i in range(12)]
LOGITS = {doc_id: i / 10 for i, doc_id in enumerate(IDS)}
ERRORS = {doc_id: 0.15 if i % 2 else -0.15 for i, doc_id in enumerate(IDS)}
QUICK = "Toy int8"


def toy(drift: float = 0.15) -> DriftingReranker:
    quick = DriftingReranker(LOGITS, ERRORS, drift=drift, label=QUICK)
    return DriftingReranker(LOGITS, drift=0.05, quick=quick)


def search(reranker: DriftingReranker, mode: str) -> SearchTrace:
    searcher, _ = tiny_searcher([Tiny(d, snakes=100 - i) for i, d in enumerate(IDS)])
    settings = Settings(first_stage=BM25, depth=12, precision=mode)
    pipeline = replace(searcher, reranker=reranker).pipeline(settings, [CROSS_ENCODER])
    return pipeline.run(QUERY)


def test_the_quickest_form_scores_all_and_nothing_is_scored_again() -> None:
    reranker = toy()
    trace = search(reranker, FASTEST)
    ranking = trace.ranking(CROSS_ENCODER)
    assert ranking is not None
    assert reranker.quick is not None
    assert sorted(reranker.quick.scored) == IDS
    assert reranker.scored == reranker.exact().scored == []
    assert {h.doc_id: h.score for h in ranking.hits} == {d: LOGITS[d] + ERRORS[d] for d in IDS}
    assert ranking.precision == ScorePrecision(QUICK, 0.15, mode=FASTEST)
    assert "rescore in fp32" not in {step.step for step in trace.timings}


def test_its_drift_is_told_beside_the_list_and_marks_what_is_too_close() -> None:
    trace = search(toy(), FASTEST)
    (notice,) = trace.notices
    assert notice == (
        "Fastest: Toy int8 scored every pair, and nothing was scored again in fp32. A logit may "
        "lie 0.150 from fp32's (99th percentile, measured on this machine)."
    )
    ranking = trace.ranking(CROSS_ENCODER)
    assert ranking is not None
    assert near_ties(ranking) == set(IDS), "each lies within twice 0.15 of a neighbour"
    searcher, _ = tiny_searcher([Tiny(d) for d in IDS])
    (values,) = trace_values(trace, searcher.store, depth=12, stages=[CROSS_ENCODER])["rankings"]
    assert values["precision"]["backend"] == QUICK
    assert values["precision"]["drift_p99"] == 0.15


@pytest.mark.parametrize("backend", [QUICK, "OpenVINO int8", "OpenVINO int8, groups of 384"])
def test_the_precision_of_a_score_is_int8_whatever_the_groups_of_its_scales(backend: str) -> None:
    precision = ScorePrecision(backend, 0.15, exact=frozenset({"again"}), mode=FASTEST)
    assert precision.of("once") == "int8"
    assert precision.of("again") == "fp32"


@pytest.mark.parametrize("mode", [FAST, EXACT])
def test_no_other_mode_asks_the_quickest_form(mode: str) -> None:
    reranker = toy()
    trace = search(reranker, mode)
    assert reranker.quick is not None
    assert reranker.quick.scored == []
    assert trace.notices == ()


@pytest.mark.parametrize("drift", [MOST_DRIFT_FASTEST + 0.01, float("nan")])
def test_one_that_drifts_beyond_its_limit_is_refused(drift: float) -> None:
    reranker = toy(drift)
    scorer = scorer_of(reranker, FASTEST)
    assert scorer.reranker is reranker.exact()
    assert scorer.notice.startswith("Toy int8 drifts by")
    assert "that fastest scoring allows" in scorer.notice


def test_without_a_quicker_form_the_selected_one_scores_and_nothing_again() -> None:
    reranker = DriftingReranker(LOGITS, drift=0.05)
    scorer = scorer_of(reranker, FASTEST)
    assert (scorer.reranker, scorer.rescores) == (reranker, False)
    assert "may lie 0.050 from fp32's" in scorer.notice
    exact = scorer_of(DriftingReranker(LOGITS, drift=0.0), FASTEST)
    assert exact.notice == "", "fp32 drifts by nothing"
