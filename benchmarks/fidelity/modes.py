"""What scoring again in fp32 costs: each mode's searches of `senses`, by turns in one run.

Nothing is remembered; the seconds are those of the cross-encoder's steps, waiting and sorting left
out. Wall-clock seconds need an idle machine; processor seconds are there for one that is not.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

from engine.search.precision.rescoring import precision_values
from engine.search.settings import Settings
from engine.types import BI_ENCODER, CROSS_ENCODER, Log
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from workbench.workbench import Workbench

QUERIES, DEPTH = 30, 50
SCORE, RESCORE = "score", "rescore in fp32"
MODES = (EXACT, FAST, FASTEST)


def measured(
    bench: Workbench, log: Log, *, queries: int = QUERIES, depth: int = DEPTH
) -> dict[str, Any]:
    """Pairs, seconds of first scoring and of scoring again in each mode, and their ratios."""
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    cross = bench.models.cross_encoder()
    searcher = replace(searcher, reranker=cross.without_score_cache())
    texts = [query.text for query in corpus.queries]
    chosen = random.Random(0).sample(texts, min(queries, len(texts)))
    pipelines = {
        mode: searcher.pipeline(
            Settings(first_stage=BI_ENCODER, depth=depth, precision=mode),
            (BI_ENCODER, CROSS_ENCODER),
        )
        for mode in MODES
    }
    seconds: dict[str, dict[str, float]] = {mode: defaultdict(float) for mode in MODES}
    pairs: dict[str, dict[str, int]] = {mode: defaultdict(int) for mode in MODES}
    processor: dict[str, float] = defaultdict(float)
    for pipeline in pipelines.values():
        pipeline.run(chosen[0])  # loads and plans
    for number, text in enumerate(chosen, 1):
        for mode, pipeline in pipelines.items():
            began = time.process_time()
            trace = pipeline.run(text)
            processor[mode] += time.process_time() - began
            for timing in trace.timings:
                if timing.stage == CROSS_ENCODER and timing.step in (SCORE, RESCORE):
                    seconds[mode][timing.step] += timing.seconds
                    pairs[mode][timing.step] += timing.n_in
        log(f"modes: query {number} of {len(chosen)}")
    first = seconds[FAST][SCORE]
    return {
        "queries": len(chosen),
        "depth": depth,
        "modes": {
            mode: {
                "precision": precision_values(cross, mode),
                "pairs": pairs[mode][SCORE],
                "seconds": seconds[mode][SCORE],
                "pairs_again": pairs[mode][RESCORE],
                "seconds_again": seconds[mode][RESCORE],
                "processor_seconds_of_searches": processor[mode],
                "times_exact": sum(seconds[EXACT].values()) / sum(seconds[mode].values()),
                "times_exact_by_processor_seconds": processor[EXACT] / processor[mode],
            }
            for mode in MODES
        },
        "price_of_scoring_again": seconds[FAST][RESCORE] / first if first else None,
    }


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    lines = [f"Scoring {figures['queries']} queries at depth {figures['depth']} in each mode"]
    for mode, row in figures["modes"].items():
        lines.append(
            f"  {mode:8} {row['precision']['backend']:18}{row['pairs']:6} pairs"
            f"{row['seconds']:8.1f} s, {row['pairs_again']} again in {row['seconds_again']:.1f} s; "
            f"{row['times_exact']:.2f} times exact ({row['times_exact_by_processor_seconds']:.2f} "
            "by processor seconds of whole searches)"
        )
    price = figures["price_of_scoring_again"]
    if price is not None:
        lines.append(f"  scoring near ties again adds {price:.0%} to the seconds of fast")
    return lines


if __name__ == "__main__":
    print("\n".join(report(measured(Workbench(), lambda what: print(what, file=sys.stderr)))))
