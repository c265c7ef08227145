"""Work that takes fp32's scores alone, given a backend that drifts on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.quality.candidate_scores import run_of, scored_pairs
from engine.quality.candidate_scores_json import candidate_score_values, candidate_scores_from
from engine.quality.judging.judging import judge, scores_by
from engine.quality.pipelines import PipelineSpec, spec_from
from engine.quality.runner import gather
from engine.search.precision.rescoring import precision_values
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.training.hard_negatives import Mining, mine
from engine.types import BM25, CROSS_ENCODER, Document, Query
from engine.types.ranker_names import stage_of
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from tests.drifting import DriftingReranker
from tests.tiny import QUERY, Tiny, TinyStore, tiny_searcher

IDS = [f"d{i:02}" for i in range(12)]
LOGITS = {doc_id: i / 100 for i, doc_id in enumerate(IDS)}
ERRORS = {doc_id: 0.05 if i % 2 else -0.05 for i, doc_id in enumerate(IDS)}
BEST_FIRST = IDS[::-1]
QUERIES = (Query("q1", QUERY),)


QUICK = "Toy int8"


@pytest.fixture
def toy() -> DriftingReranker:
    """One that drifts by 0.05, whose quickest form is off by four times as much."""
    quick = DriftingReranker(
        LOGITS, {doc_id: 4 * error for doc_id, error in ERRORS.items()}, drift=0.2, label=QUICK
    )
    return DriftingReranker(LOGITS, ERRORS, quick=quick)


def quick_of(toy: DriftingReranker) -> DriftingReranker:
    assert toy.quick is not None
    return toy.quick


def searcher_of(reranker: DriftingReranker) -> Searcher:
    searcher, _ = tiny_searcher([Tiny(d, snakes=100 - i) for i, d in enumerate(IDS)])
    return replace(searcher, reranker=reranker)


def spec(mode: str, depth: int = 12) -> PipelineSpec:
    return PipelineSpec(Settings(first_stage=BM25, depth=depth, precision=mode), "toy")


def test_a_judge_learns_and_proposes_by_fp32_alone(toy: DriftingReranker) -> None:
    store = TinyStore([Document(d, d, d) for d in IDS])
    pool = [("q1", doc_id) for doc_id in IDS]
    result = judge(toy, store, {"q1": QUERY}, pool, {("q1", IDS[0]): 1})
    assert {doc_id: score for (_, doc_id), score in result.scores.items()} == LOGITS
    assert toy.scored == [], "the backend that drifts was not asked"
    assert quick_of(toy).scored == []
    assert result.revision == "-fp32", "not taken for what an earlier version kept"


def test_a_judge_takes_over_nothing_that_drifts_from_a_run(toy: DriftingReranker) -> None:
    gathered = gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(FAST)])
    exact_scores = scores_by(gathered, "toy")
    assert exact_scores
    assert {doc_id: score for (_, doc_id), score in exact_scores.items()}.items() <= LOGITS.items()
    exact = gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(EXACT)])
    assert {d: s for (_, d), s in scores_by(exact, "toy").items()} == LOGITS


def test_a_saved_run_that_does_not_say_its_scores_are_exact_gives_none_to_a_judge(
    toy: DriftingReranker,
) -> None:
    values = candidate_score_values(gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(FAST)]))
    for entry in values:
        entry["pairs"] = {
            key: {d: row[:3] for d, row in rows.items()} for key, rows in entry["pairs"].items()
        }
    assert scores_by(candidate_scores_from(values), "toy") == {}


def test_a_students_margins_are_fp32s(toy: DriftingReranker) -> None:
    searcher = searcher_of(toy)
    examples = mine(QUERIES, [searcher.lexical], toy, searcher.store, {}, Mining(depth=12))
    assert examples
    assert toy.scored == quick_of(toy).scored == []
    for example in examples:
        for negative, margin in zip(example.negatives, example.margins, strict=True):
            assert margin == pytest.approx(LOGITS[example.positive] - LOGITS[negative])


@pytest.mark.parametrize("mode", [FAST, EXACT])
def test_a_quality_run_ranks_its_first_ten_as_fp32_does(toy: DriftingReranker, mode: str) -> None:
    gathered = gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(mode)])
    assert quick_of(toy).scored == [], "it was not named"
    assert run_of(spec(mode), gathered).rankings["q1"].ids(10) == BEST_FIRST[:10]
    assert candidate_scores_from(candidate_score_values(gathered)) == gathered


def test_an_exact_run_takes_over_nothing_of_a_fast_one(toy: DriftingReranker) -> None:
    fast = gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(FAST)])
    toy.scored.clear()
    exact = gather(
        searcher_of(toy), {"toy": toy}, QUERIES, [spec(EXACT)], scored_pairs=scored_pairs(fast)
    )
    assert toy.scored == []
    assert [pair.score for pair in exact[0].pairs["toy [fp32]"].values()] == list(LOGITS.values())


def test_a_run_with_both_modes_keeps_them_apart(toy: DriftingReranker) -> None:
    specs = [spec(FAST, 5), spec(EXACT)]
    gathered = gather(searcher_of(toy), {"toy": toy}, QUERIES, specs)
    assert set(gathered[0].pairs) == {"toy", "toy [fp32]"}
    assert "(exact)" in specs[1].name
    assert "(exact)" not in specs[0].name


def test_pairs_that_are_taken_over_are_rescored_where_a_deeper_list_needs_it(
    toy: DriftingReranker,
) -> None:
    shallow = gather(searcher_of(toy), {"toy": toy}, QUERIES, [spec(FAST, 5)])
    deep = gather(
        searcher_of(toy), {"toy": toy}, QUERIES, [spec(FAST)], scored_pairs=scored_pairs(shallow)
    )
    assert run_of(spec(FAST), deep).rankings["q1"].ids(10) == BEST_FIRST[:10]


def test_a_run_can_be_called_off_while_it_rescores(toy: DriftingReranker) -> None:
    def off() -> bool:
        return toy.fp32 is not None and len(toy.fp32.scored) > 2

    queries: Sequence[Query] = (*QUERIES, Query("q2", f"{QUERY} {QUERY}"))
    exact = toy.exact()
    gathered = gather(searcher_of(toy), {"toy": toy}, queries, [spec(FAST)], cancel=lambda: False)
    assert len(gathered) == 2
    exact.scored.clear()
    with pytest.raises(BaseException, match="cancelled"):
        gather(searcher_of(toy), {"toy": toy}, queries, [spec(FAST)], cancel=off)


def test_saved_specifications_name_the_mode_and_earlier_ones_are_read() -> None:
    assert spec(EXACT).values()["precision"] == EXACT
    assert spec(FAST).values()["precision"] == FAST
    earlier = {k: v for k, v in spec(FAST).values().items() if k != "precision"}
    assert spec_from(earlier) == spec(FAST)


def test_runs_and_exports_name_mode_backend_and_drift(toy: DriftingReranker) -> None:
    assert precision_values(toy, FAST) == {
        "mode": "fast",
        "backend": "Toy bf16",
        "drift_p99": 0.05,
        "drift_measured": True,
    }
    assert precision_values(toy, EXACT)["backend"] == "Toy fp32"
    assert precision_values(replace(toy, drift=0.2), FAST)["mode"] == EXACT, "refused"


def test_a_run_in_fastest_names_it_and_its_scores_serve_no_other_mode(
    toy: DriftingReranker,
) -> None:
    quickest = spec(FASTEST)
    assert "(fastest)" in quickest.name
    assert quickest.values()["precision"] == FASTEST
    gathered = gather(searcher_of(toy), {"toy": toy}, QUERIES, [quickest])
    assert set(gathered[0].pairs) == {"toy [fastest]"}
    assert sorted(quick_of(toy).scored) == IDS
    assert toy.scored == toy.exact().scored == []
    assert not any(pair.exact for pair in gathered[0].pairs["toy [fastest]"].values())
    assert run_of(quickest, gathered).rankings["q1"].ids(10) != BEST_FIRST[:10], "it drifts"
    assert scores_by(gathered, "toy") == {}, "a judge takes none of it"
    for mode in (FAST, EXACT):
        again = gather(
            searcher_of(toy),
            {"toy": toy},
            QUERIES,
            [spec(mode)],
            scored_pairs=scored_pairs(gathered),
        )
        assert run_of(spec(mode), again).rankings["q1"].ids(10) == BEST_FIRST[:10]
    assert precision_values(toy, FASTEST) == {
        "mode": "fastest",
        "backend": QUICK,
        "drift_p99": 0.2,
        "drift_measured": True,
    }


def test_a_run_with_all_three_modes_keeps_them_apart(toy: DriftingReranker) -> None:
    specs = [spec(FAST), spec(EXACT), spec(FASTEST)]
    gathered = gather(searcher_of(toy), {"toy": toy}, QUERIES, specs)
    assert set(gathered[0].pairs) == {"toy", "toy [fp32]", "toy [fastest]"}


@pytest.mark.parametrize("mode", [FAST, EXACT, FASTEST])
def test_a_document_beyond_the_depth_is_placed_by_the_form_of_the_mode(
    toy: DriftingReranker, mode: str
) -> None:
    """The default cross-encoder, and an additional one, score it as they scored the list."""
    fp32, quick = toy.exact(), quick_of(toy)
    searcher = replace(searcher_of(toy), find_reranker=lambda _: toy)
    settings = Settings(first_stage=BM25, depth=10, precision=mode, rerankers=("more",))
    trace = searcher.pipeline(settings, [CROSS_ENCODER, stage_of("more")]).run(QUERY)
    forms = {FAST: toy, EXACT: fp32, FASTEST: quick}
    for form in forms.values():
        form.scored.clear()
    searcher.where(Document(IDS[11], IDS[11]), trace, settings)
    assert [name for name, form in forms.items() if form.scored] == [mode]
    assert forms[mode].scored == [IDS[11]] * 2
