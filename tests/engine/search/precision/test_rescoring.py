"""The two modes of scoring, with a backend that drifts on purpose."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from engine.search.precision.rescoring import TOP, MixedScores, exact_of, scorer_of
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.trace_json import trace_values
from engine.types import (
    BLEND,
    BM25,
    CROSS_ENCODER,
    CrossExamError,
    Ranking,
    ScoredBatch,
    ScorePrecision,
    SearchTrace,
)
from engine.types.ranker_names import stage_of
from engine.types.registries.search_parameters import EXACT, FAST
from engine.types.traces import LOAD, RESCORE
from tests.drifting import DriftingReranker
from tests.tiny import QUERY, Tiny, tiny_searcher

DRIFT = 0.05
IDS = [f"d{i:02}" for i in range(40)]


def drifting(seed: int, *, spread: float = 2.0, **changes: object) -> DriftingReranker:
    """Forty logits that lie close together, each off by at most the drift."""
    rng = random.Random(seed)
    logits = {doc_id: rng.uniform(0, spread) for doc_id in IDS}
    errors = {doc_id: rng.uniform(-DRIFT, DRIFT) for doc_id in IDS}
    return DriftingReranker(logits, errors, drift=DRIFT, **changes)  # type: ignore[arg-type]


def searcher_with(reranker: DriftingReranker) -> Searcher:
    searcher, _ = tiny_searcher([Tiny(d, snakes=100 - i) for i, d in enumerate(IDS)])
    return replace(searcher, reranker=reranker)


def search(
    reranker: DriftingReranker, mode: str, *, cancel: Callable[[], bool] = lambda: False
) -> SearchTrace:
    settings = Settings(first_stage=BM25, depth=40, precision=mode)
    pipeline = searcher_with(reranker).pipeline(settings, [CROSS_ENCODER, BLEND])
    return pipeline.run(QUERY, cancel=cancel)


def reranked(trace: SearchTrace) -> Ranking:
    ranking = trace.ranking(CROSS_ENCODER)
    assert ranking is not None
    return ranking


def by_fp32(reranker: DriftingReranker) -> list[str]:
    return sorted(IDS, key=lambda d: (-reranker.logits[d], d))


@pytest.mark.parametrize("seed", range(25))
def test_fast_keeps_the_first_ten_of_fp32_and_the_list_monotone(seed: int) -> None:
    reranker = drifting(seed)
    ranking = reranked(search(reranker, FAST))
    assert ranking.ids(TOP) == by_fp32(reranker)[:TOP]
    scores = [hit.score for hit in ranking.hits]
    assert scores == sorted(scores, reverse=True)
    assert sorted(ranking.ids()) == IDS


def test_without_rescoring_the_first_ten_are_not_fp32s() -> None:
    reranker = drifting(3)
    drifted = sorted(IDS, key=lambda d: -(reranker.logits[d] + reranker.errors[d]))
    assert drifted[:TOP] != by_fp32(reranker)[:TOP], "else the test above shows nothing"


def test_a_rescored_document_shows_fp32s_score_and_says_so() -> None:
    reranker = drifting(3)
    ranking = reranked(search(reranker, FAST))
    assert ranking.precision is not None
    assert ranking.precision.exact
    for hit in ranking.hits:
        exact = hit.doc_id in ranking.precision.exact
        expected = reranker.logits[hit.doc_id] + (0.0 if exact else reranker.errors[hit.doc_id])
        assert hit.score == expected
        assert ranking.precision.of(hit.doc_id) == ("fp32" if exact else "bf16")


def test_only_what_is_too_close_to_call_is_scored_again() -> None:
    far = DriftingReranker({d: -float(i) for i, d in enumerate(IDS)}, drift=DRIFT)
    trace = search(far, FAST)
    assert far.fp32 is None, "nothing was near, and fp32 was not even loaded"
    assert reranked(trace).ids() == IDS
    near = DriftingReranker({**far.logits, IDS[10]: -9.09, IDS[30]: -30.95}, drift=DRIFT)
    search(near, FAST)
    assert near.fp32 is not None
    assert near.fp32.scored == [IDS[9], IDS[10]], "at the border of the first ten, not below"


def test_the_price_of_rescoring_is_a_step_of_its_own() -> None:
    trace = search(drifting(3), FAST)
    steps = [t for t in trace.timings if t.stage == CROSS_ENCODER]
    assert [t.step for t in steps][-1] == RESCORE
    exact = reranked(trace).precision
    assert exact is not None
    assert steps[-1].n_in == len(exact.exact)
    assert RESCORE not in [t.step for t in search(drifting(3), EXACT).timings]


class RememberingReranker(DriftingReranker):
    """Says of what it scored before that it was remembered, and took a second a document."""

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Callable[[], bool] | None = None
    ) -> Iterator[ScoredBatch]:
        known = set(self.scored)
        for batch in super().score(query, documents, cancel=cancel):
            cached = all(documents[place].split()[0] in known for place in batch.positions)
            yield replace(batch, cached=cached, measured_seconds=len(batch.positions) * cached)


def test_fp32_scores_that_were_remembered_are_said_to_be() -> None:
    reranker = drifting(3)
    reranker.fp32 = RememberingReranker(reranker.logits, drift=0.0)
    first, second = search(reranker, FAST), search(reranker, FAST)
    assert not any(step.cached for step in first.timings)
    (again,) = [step for step in second.timings if step.step == RESCORE]
    exact = reranked(second).precision
    assert exact is not None
    assert again.cached
    assert again.n_in == again.measured_seconds == len(exact.exact)
    assert reranked(first) == reranked(second)


@dataclass
class LoadsLate(DriftingReranker):
    """Its fp32 form takes a while to load, once."""

    def exact(self) -> DriftingReranker:
        if self.fp32 is None:
            time.sleep(0.3)
        return super().exact()


@pytest.mark.parametrize("mode", [FAST, EXACT])
def test_loading_the_form_that_scores_is_a_step_of_its_own_and_in_no_other(mode: str) -> None:
    toy = drifting(3)
    late = LoadsLate(toy.logits, toy.errors)
    steps = [t for t in search(late, mode).timings if t.stage == CROSS_ENCODER]
    (load,) = [t for t in steps if t.step == LOAD]
    assert load.seconds >= 0.3
    assert sum(t.seconds for t in steps if t is not load) < 0.3
    again = [t.step for t in search(late, mode).timings if t.stage == CROSS_ENCODER]
    assert LOAD not in again, "it is loaded"


def test_an_additional_ranker_has_one_step_of_loading() -> None:
    late = LoadsLate(drifting(3).logits)
    searcher, _ = tiny_searcher([Tiny(d, snakes=100 - i) for i, d in enumerate(IDS)])
    searcher = replace(searcher, find_reranker=lambda _: late)
    settings = Settings(first_stage=BM25, depth=12, precision=EXACT)
    stage = stage_of("more")
    trace = searcher.pipeline(replace(settings, rerankers=("more",)), [stage]).run(QUERY)
    (load,) = [t for t in trace.timings if t.stage == stage and t.step == LOAD]
    assert load.seconds >= 0.3


def test_exact_asks_fp32_alone() -> None:
    reranker = drifting(3)
    trace = search(reranker, EXACT)
    assert reranker.scored == []
    assert reranked(trace).ids() == by_fp32(reranker)
    assert reranked(trace).precision == ScorePrecision("Toy fp32", 0.0, mode=EXACT)


def test_a_backend_in_fp32_has_nothing_to_score_again() -> None:
    fp32 = DriftingReranker(drifting(3).logits, drift=0.0)
    trace = search(fp32, FAST)
    assert len(fp32.scored) == len(IDS)
    assert RESCORE not in [t.step for t in trace.timings]
    assert reranked(trace).precision == ScorePrecision("Toy fp32", 0.0, mode=FAST)


@pytest.mark.parametrize("drift", [0.0601, 0.3, float("nan")])
def test_a_backend_above_the_limit_is_refused_and_the_search_says_so(drift: float) -> None:
    reranker = replace(drifting(3), drift=drift)
    trace = search(reranker, FAST)
    assert reranker.scored == [], "it never scored"
    assert reranked(trace).ids() == by_fp32(reranker)
    assert any("Toy fp32 scored instead" in notice for notice in trace.notices)
    assert not search(reranker, EXACT).notices, "in exact nobody asked for it"


def test_the_limit_itself_is_allowed() -> None:
    assert scorer_of(replace(drifting(1), drift=0.06), FAST).rescores


def test_a_reranker_that_says_nothing_of_its_precision_scores_as_ever() -> None:
    searcher, table = tiny_searcher([Tiny("a"), Tiny("b")])
    assert scorer_of(table, EXACT).reranker is table
    trace = searcher.pipeline(Settings(precision=EXACT)).run(QUERY)
    assert reranked(trace).precision is None


def test_cancel_works_between_the_batches_of_the_rescoring() -> None:
    reranker = drifting(3)
    trace = search(
        reranker, FAST, cancel=lambda: reranker.fp32 is not None and len(reranker.fp32.scored) > 2
    )
    assert not trace.complete
    assert reranker.fp32 is not None
    assert 0 < len(reranker.fp32.scored) < len(IDS)
    assert trace.ranking(BLEND) is None


def test_documents_that_are_last_by_rule_are_not_scored_again() -> None:
    precision = ScorePrecision("Toy bf16", DRIFT, mode=FAST)
    mixed = MixedScores(precision, {"a": 3.0, "b": 2.99, "c": 2.98}, last={"c"})
    assert mixed.wanted() == ["a", "b"]
    mixed.take([("a", 2.97), ("b", 2.96)])
    assert mixed.wanted() == [], "both are fp32's now"
    assert mixed.ranking(CROSS_ENCODER, "m").ids() == ["a", "b", "c"]


def test_new_scores_can_bring_others_near() -> None:
    precision = ScorePrecision("Toy bf16", DRIFT, mode=FAST)
    mixed = MixedScores(precision, {"a": 3.2, "b": 3.1, "c": 3.005})
    assert mixed.wanted() == ["b", "c"]
    mixed.take([("b", 3.16), ("c", 3.0)])
    assert mixed.wanted() == ["a"]


def test_work_that_takes_no_other_score_is_given_fp32_or_an_error() -> None:
    reranker = drifting(1)
    assert exact_of(reranker).precision == ScorePrecision("Toy fp32", 0.0)

    class NoFp32(DriftingReranker):
        def exact(self) -> DriftingReranker:
            return self

    with pytest.raises(CrossExamError, match="has no fp32 form here"):
        exact_of(NoFp32(reranker.logits, drift=DRIFT))


def test_the_trace_names_mode_backend_and_drift_and_each_score_its_precision() -> None:
    searcher = searcher_with(drifting(3))
    trace = search(drifting(3), FAST)
    (cross,) = trace_values(trace, searcher.store, depth=40, stages=[CROSS_ENCODER])["rankings"]
    assert cross["precision"] == {
        "mode": "fast",
        "backend": "Toy bf16",
        "drift_p99": DRIFT,
        "drift_measured": True,
        "rescored": sum(hit["precision"] == "fp32" for hit in cross["hits"]),
    }
    assert {hit["precision"] for hit in cross["hits"]} == {"fp32", "bf16"}
    assert not any(hit["near_tie"] for hit in cross["hits"][: TOP - 1])
