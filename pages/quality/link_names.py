"""What a link of the Quality page can name."""

from __future__ import annotations

from components.quality.fusion_wording import FOLDS, KINDS
from engine.quality.calibration.floor import LEAST_PRECISION, MOST_PRECISION, PRECISION
from engine.quality.calibration.gathering import RANKERS
from engine.quality.fusion_tuning import RRF_KS
from engine.types import CROSS_ENCODER, FIRST_STAGES
from engine.types.quality.gate import GATE_SIGNALS
from engine.types.registries.measures import PRIMARY, comparable
from engine.types.registries.search_parameters import FIRST_STAGE
from engine.types.share.link_names import (
    LONGEST_ID,
    LinkName,
    as_list,
    choice,
    choices,
    identifier,
    listed,
    number,
    one_of,
    switch,
    text,
)
from pages.search.link_names import TOKENIZER, TOKENS
from state.quality.auto_judge import COUNTED, SWITCH
from state.quality.judging import AGGREGATION_KEY, aggregations

RECALL_AT = (5, 10, 20, 50, 100)
RESULTS, QUERIES, JUDGE, FUSION, FAILURES, TWO = (
    "Results",
    "Queries",
    "Judge",
    "Fusion",
    "Failures",
    "Two runs",
)
CALIBRATION = "Calibration"
WHEN_TO_RERANK, TOKEN_BUDGET = "When to rerank", "Token budget"
WON, LOST, EITHER, ALL = "Won most", "Lost most", "Changed most", "All queries"
ANY, SHARED, NONE = "Any words", "Shares a word with the answer", "Shares no word with the answer"
BY_HAND, BY_AUTO_JUDGE = "By hand", "Proposed by a cross-encoder"
NOBODY, NOT_ME, EVERYTHING = (
    "Nobody has judged",
    "I have not judged",
    "Everything in the top 10s",
)
DEPTHS = (10, 20, 50, 100, 200)
WITHOUT = 1.0
KEEP: dict[str, tuple[float | None, str]] = {
    "95": (0.95, "keep 95% of the gain"),
    "90": (0.9, "keep 90% of the gain"),
    "80": (0.8, "keep 80% of the gain"),
    "best": (None, f"reach the best {PRIMARY.name}"),
}
MIXES = (WITHOUT, 0.9, 0.8, 0.7, 0.5)
MOST_PARITY_QUERIES, MOST_PARITY_DEPTH, MOST_PARITY_REPEATS = 1_000, 200, 20

_ID = text("", LONGEST_ID).read


def _ids(name: str, allowed: str, key: str) -> LinkName:
    return LinkName(name, listed(_ID), None, f"{allowed}, with commas between them", key, as_list)


def _words(value: str) -> tuple[int, int]:
    low, _, high = value.partition("-")
    return int(low), int(high)


RUN = identifier("run", "the id of a saved run", key="_quality_run")
FROM = identifier("from", "the name of a pipeline", key="_quality_from")
TO = identifier("to", "the name of a pipeline", key="_quality_to")
AGAINST = identifier("against", "the name of a pipeline", key="_quality_against")
FAILING = identifier("failing", "the name of a pipeline", key="_quality_failing")
FUSED = identifier("fused", "the name of a pipeline", key="_quality_fused")
GATED = identifier("gated", "the name of a pipeline", key="_quality_gated")
RERANKED_SHARE = number("reranked", 0, 1, 0.4, kind=float, key="quality_reranked_share")
BUDGET_BASELINE = identifier("budget_against", "the name of a pipeline", key="_quality_budget")
SIDE_A = identifier("a", "a saved run and one of its pipelines", key="_quality_side_a")
SIDE_B = identifier("b", "a saved run and one of its pipelines", key="_quality_side_b")
PARITY_A = identifier("parity_a", "one of the rankers that are offered", key="_parity_a")
PARITY_B = identifier("parity_b", "one of the rankers that are offered", key="_parity_b")
PARITY_QUERIES = number("parity_queries", 1, MOST_PARITY_QUERIES, 20)
PARITY_DEPTH = number("parity_depth", 5, MOST_PARITY_DEPTH, 20)
PARITY_REPEATS = number("parity_repeats", 0, MOST_PARITY_REPEATS, 2)
PARITY_FROM = choice("parity_from", {each: each for each in FIRST_STAGES}, FIRST_STAGE.default)
QUERY_ID = identifier("query_id", "the id of a query", key="quality_two_query")
MADE_BY = identifier("made_by", "the name of a judge", key=COUNTED)
MEASURE = LinkName(
    "quality_measure",
    lambda value: one_of(comparable())(value),
    comparable()[0],
    " or ".join(comparable()),
)
WORDS = LinkName(
    "words",
    _words,
    None,
    "two numbers with a hyphen between them",
    "_quality_words",
    lambda bounds: f"{bounds[0]}-{bounds[1]}",
)
JUDGED_LISTS = _ids("judged_lists", "names of pipelines", "_quality_judged_lists")
TAGS = _ids("tags", "tags of queries", "_quality_tags")
FIRSTS = _ids("run_firsts", "names of first stages", "_quality_firsts")
RERANKERS = _ids("run_rerankers", "names of rerankers", "_quality_rerankers")
FUSION_KIND = choice("fused_by", {each: each for each in KINDS}, None, key="_quality_fusion")
FUSED_K = choice("fused_k", {str(k): k for k in RRF_KS}, None, key="quality_rrf_k")
FUSED_SHARE = number("fused_share", 0, 1, None, kind=float, key="_quality_share")
FLOOR_PRECISION = number(
    "floor_precision",
    LEAST_PRECISION,
    MOST_PRECISION,
    PRECISION,
    kind=float,
    key="quality_floor_precision",
)
RELEVANT_FROM = choice("relevant_from", {"1": 1, "2": 2, "3": 3}, 1, key="quality_relevant_from")
BEST_OF = choice("best_of", {s: s for s in RANKERS}, CROSS_ENCODER, key="quality_best_of")
_ORDERS = {"changed": EITHER, "lost": LOST, "won": WON, "all": ALL}
_JUDGES = {"hand": BY_HAND, "machine": BY_AUTO_JUDGE}
_WHICH = {"nobody": NOBODY, "not-me": NOT_ME, "all": EVERYTHING}
_PARTS = {
    "results": RESULTS,
    "queries": QUERIES,
    "judge": JUDGE,
    "fusion": FUSION,
    "failures": FAILURES,
    "when": WHEN_TO_RERANK,
    "tokens": TOKEN_BUDGET,
    "two": TWO,
    "calibration": CALIBRATION,
}

QUALITY_LINKS = {
    "quality": (
        RUN,
        choice("part", _PARTS, RESULTS, key="quality_part"),
        choice("recall", {str(k): k for k in RECALL_AT}, 10, key="quality_recall"),
        choice("counting", {way: way for way in aggregations()}, "mean", key=AGGREGATION_KEY),
        MEASURE,
        AGAINST,
        switch("machine", key=SWITCH),
        MADE_BY,
        FROM,
        TO,
        choice("order", _ORDERS, EITHER, key="quality_order"),
        choice("overlap", {"any": ANY, "shared": SHARED, "none": NONE}, ANY, key="quality_overlap"),
        WORDS,
        TAGS,
        choice("judge", _JUDGES, BY_HAND, key="quality_judge_by"),
        choice("which", _WHICH, NOBODY, key="quality_which"),
        JUDGED_LISTS,
        FUSION_KIND,
        FUSED,
        FUSED_K,
        FUSED_SHARE,
        choice(
            "folds", {str(folds): folds for folds in FOLDS}, list(FOLDS)[1], key="quality_folds"
        ),
        FLOOR_PRECISION,
        RELEVANT_FROM,
        BEST_OF,
        FAILING,
        number("confident", -5, 8, 0.0, kind=float, key="quality_confident"),
        GATED,
        choice(
            "signal",
            {each.name: each.name for each in GATE_SIGNALS},
            "margin",
            key="quality_signal",
        ),
        RERANKED_SHARE,
        choice("keep", {each: each for each in KEEP}, "95", key="quality_keep"),
        choice(
            "share_of",
            {"queries": "queries", "pairs": "pairs"},
            "queries",
            key="quality_gate_axis",
        ),
        TOKENS,
        TOKENIZER,
        BUDGET_BASELINE,
        SIDE_A,
        SIDE_B,
        QUERY_ID,
        FIRSTS,
        choices("run_depths", {str(depth): depth for depth in DEPTHS}, [20], key="quality_depths"),
        RERANKERS,
        choices("run_mixes", {f"{mix:g}": mix for mix in MIXES}, [WITHOUT], key="quality_mixes"),
    ),
    "parity": (PARITY_A, PARITY_B, PARITY_QUERIES, PARITY_DEPTH, PARITY_REPEATS, PARITY_FROM),
}
