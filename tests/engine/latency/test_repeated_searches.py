"""Repeated runs, percentiles, what a pair costs: by hand, with pipelines that do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from engine.latency.repeated_searches import (
    Counted,
    LatencyReport,
    PairCost,
    accounted,
    cold_seconds,
    cost_of,
    cost_when_read,
    percentiles,
    repeat,
    samples_of,
    stage_latencies,
)
from engine.types import (
    BM25,
    CROSS_ENCODER,
    Cancel,
    CorpusInfo,
    CrossExamError,
    Reranker,
    ScoredBatch,
    ScorePrecision,
    SearchTrace,
    StageTiming,
)


def trace(
    bm25: float, score: float, *, total: float, cached: bool = False, complete: bool = True
) -> SearchTrace:
    return SearchTrace(
        "q",
        CorpusInfo("toy", 3, "f"),
        timings=(
            StageTiming(BM25, "tokenise", bm25 / 4, 1, 1),
            StageTiming(BM25, "score", bm25 * 3 / 4, 1, 3),
            StageTiming(CROSS_ENCODER, "tokenise", 0.0, 4, 4, cached),
            StageTiming(CROSS_ENCODER, "score", score, 4, 4),
        ),
        total_seconds=total,
        complete=complete,
    )


class Told:
    """A pipeline whose searches are told beforehand."""

    def __init__(self, *traces: SearchTrace, then: Callable[[], None] = lambda: None) -> None:
        self.left = list(traces)
        self.asked: list[str] = []
        self._then = then

    def run(self, query: str, *, cancel: Cancel) -> SearchTrace:
        self.asked.append(query)
        self._then()
        return self.left.pop(0)


FIVE = [trace(0.25, s, total=0.5 + s, cached=s > 1) for s in (1.0, 2.0, 3.0, 4.0, 5.0)]


def test_every_run_gives_a_value_for_each_stage_and_they_add_up_to_its_total() -> None:
    told: list[tuple[int, int]] = []
    found = repeat(Told(*FIVE), "q", 5, on_progress=lambda run, of: told.append((run, of)))
    assert found is not None
    assert list(found.by_stage) == [BM25, CROSS_ENCODER, "other"]
    assert found.by_stage[BM25] == (0.25,) * 5
    assert found.by_stage[CROSS_ENCODER] == (1.0, 2.0, 3.0, 4.0, 5.0)
    for run in range(5):
        assert sum(s[run] for s in found.by_stage.values()) == found.totals[run]
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_step_from_memory_is_counted_by_the_runs_it_came_so() -> None:
    assert samples_of(FIVE).cached == {(CROSS_ENCODER, "tokenise"): 4}


def test_a_cancelled_measurement_gives_nothing_and_runs_no_further() -> None:
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = len(pipeline.asked) == 2

    pipeline = Told(*FIVE, then=stop)
    assert repeat(pipeline, "q", 5, cancel=lambda: stopped) is None
    assert len(pipeline.asked) == 2


def test_a_search_that_did_not_finish_is_no_sample() -> None:
    assert repeat(Told(trace(0.1, 0.1, total=0.3, complete=False)), "q", 5) is None


@pytest.mark.parametrize("runs", [4, 201, 0])
def test_the_number_of_runs_is_checked(runs: int) -> None:
    with pytest.raises(CrossExamError, match=f"{runs} runs.* from 5 to 200"):
        repeat(Told(), "q", runs)


@pytest.mark.parametrize(
    ("runs", "p95", "p99"),
    [(19, None, None), (20, 19.05, None), (99, 94.1, None), (100, 95.05, 99.01)],
)
def test_a_percentile_is_given_only_of_enough_runs(
    runs: int, p95: float | None, p99: float | None
) -> None:
    found = percentiles([float(i) for i in range(runs, 0, -1)])
    assert found.p95 == (None if p95 is None else pytest.approx(p95))
    assert found.p99 == (None if p99 is None else pytest.approx(p99))


def test_percentiles_are_interpolated_by_hand() -> None:
    found = percentiles([4.0, 1.0, 3.0, 2.0, 5.0])
    assert (found.least, found.p25, found.p50, found.p75, found.most) == (1, 2, 3, 4, 5)
    assert percentiles([4.0, 1.0, 3.0, 2.0]).p25 == pytest.approx(1.75)  # position 0.25 * 3
    many = percentiles([float(i) for i in range(1, 101)])
    assert many.p95 == pytest.approx(95.05)  # position 0.95 * 99 = 94.05 of 1 … 100
    assert many.p99 == pytest.approx(99.01)  # position 0.99 * 99 = 98.01
    with pytest.raises(CrossExamError, match="no runs"):
        percentiles([])


def test_the_report_sets_cold_beside_warm_stage_by_stage() -> None:
    cold = trace(1.0, 8.0, total=9.5)
    rows = stage_latencies(LatencyReport(samples_of(FIVE), cold, load_seconds=2.0))
    assert [row.stage for row in rows] == [BM25, CROSS_ENCODER, "other", "total"]
    assert [row.warm.p50 for row in rows] == [0.25, 3.0, 0.25, 3.5]
    assert [row.cold_seconds for row in rows] == [1.0, 8.0, 0.5, 9.5]
    found = cold_seconds(cold)
    assert sum(found.values()) - found["total"] == found["total"]


def test_a_pair_costs_what_the_score_steps_took() -> None:
    step = StageTiming(CROSS_ENCODER, "score", 0.001, 4, 4, cached=True, measured_seconds=2.0)
    cached_search = SearchTrace("q", CorpusInfo("toy", 3, "f"), timings=(step,))
    assert cost_of([cached_search]) is None, "nothing was scored in this search"
    assert cost_when_read(cached_search) == PairCost(4, 2.0)
    assert cost_when_read(SearchTrace("q", CorpusInfo("toy", 3, "f"))) is None
    cost = cost_of(FIVE)
    assert cost is not None
    assert (cost.pairs, cost.seconds) == (20, 15.0)
    assert cost.ms_per_pair == 750
    assert cost.pairs_per_second == pytest.approx(4 / 3)
    assert cost.tokens_per_second is None
    assert PairCost(20, 15.0, tokens=3_000).tokens_per_second == 200
    assert PairCost(20, 15.0, tokens=3_000).tokens_per_pair == 150
    assert cost_of([SearchTrace("q", CorpusInfo("toy", 3, "f"))]) is None
    with pytest.raises(CrossExamError, match="0 pairs"):
        PairCost(0, 1.0)


def test_the_sentence_adds_up_and_gives_the_share_of_other() -> None:
    said = accounted(trace(0.1, 0.1, total=0.25))
    assert "250.00 ms in all" in said
    assert "200.00 ms" in said
    assert "50.00 ms (20.0%) is other" in said
    assert "(less than 0.1%)" in accounted(trace(1.0, 9.0, total=10.0001))
    assert "0.00 ms (0.0%)" in accounted(SearchTrace("q", CorpusInfo("toy", 3, "f")))


class Batches(Reranker):
    """A reranker of two batches with 30 and 12 tokens."""

    name = "batches"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        yield ScoredBatch((0, 1), (1.0, 2.0), (0, 0), 1.0, tokens=30)
        yield ScoredBatch((2,), (3.0,), (0,), 1.0, tokens=12)

    def query_notice(self, query: str) -> str | None:
        return "long"


def test_a_counted_reranker_passes_everything_on() -> None:
    counted = Counted(Batches())
    assert list(counted.score("q", ["a", "b", "c"])) == list(Batches().score("q", []))
    assert (counted.tokens, counted.name, counted.query_notice("q")) == (42, "batches", "long")


class Forms(Batches):
    """One that drifts, with an fp32 form of its own."""

    backend = "Toy bf16"
    precision = ScorePrecision("Toy bf16", 0.05)

    def exact(self) -> Batches:
        return Batches()

    def fastest(self) -> Batches:
        return Batches()


def read(reranker: Reranker) -> None:
    for _ in reranker.score("q", ["a", "b", "c"]):
        pass


def test_tokens_of_what_is_scored_again_are_no_part_of_what_a_pair_costs() -> None:
    fast = Counted(Forms())
    read(fast)
    read(fast.exact())
    assert fast.tokens == 42


@pytest.mark.parametrize("form", [Counted.exact, Counted.fastest])
def test_tokens_are_counted_of_the_form_that_scores_in_its_place(
    form: Callable[[Counted], Counted],
) -> None:
    counted = Counted(Forms())
    for _ in range(2):  # each search asks anew for the form
        read(form(counted))
    assert (counted.tokens, counted.backend) == (84, "Toy bf16")
