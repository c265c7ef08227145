"""Eight visitors at once: what they get, and how much is done in all, beside one visitor."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, Log, SearchTrace
from workbench.workbench import Workbench

VISITORS, DEPTH, TURNS = 8, 20, 2
TARGET = 0.9


def measured(bench: Workbench, log: Log, *, depth: int = DEPTH) -> dict[str, Any]:
    """Searches a second of one visitor and of eight at once, over the same eight queries.

    Nothing is remembered but the documents' tokens. One and eight take turns, and the
    better turn of each counts.
    """
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    fresh = replace(searcher, reranker=bench.models.cross_encoder().without_score_cache())
    queries = [query.text for query in corpus.queries[:VISITORS]]
    settings = Settings(depth=depth)
    for query in queries[:2]:
        fresh.pipeline(settings).run(query)
    alone, together = [], []
    for turn in range(TURNS):
        log(f"one visitor, then {VISITORS} at once: {turn + 1} of {TURNS}")
        alone.append(_searched(fresh, settings, queries, visitors=1))
        together.append(_searched(fresh, settings, queries, visitors=VISITORS))
    one, many = min(alone, key=_seconds), min(together, key=_seconds)
    right = sum(_order(a) == _order(b) for a, b in zip(one[1], many[1], strict=True))
    waits = [trace.total_seconds for trace in many[1]]
    return {
        "visitors": VISITORS,
        "depth": depth,
        "searches": len(queries),
        "one_pairs_per_second": len(queries) * depth / one[0],
        "many_pairs_per_second": len(queries) * depth / many[0],
        "share_of_one": one[0] / many[0],
        "target_share": TARGET,
        "right_rankings": f"{right} of {len(queries)}",
        "fastest_search_seconds": min(waits),
        "slowest_search_seconds": max(waits),
    }


def _searched(
    searcher: Searcher, settings: Settings, queries: Sequence[str], *, visitors: int
) -> tuple[float, list[SearchTrace]]:
    """(seconds, traces) of all queries, by so many visitors at once."""
    start = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        traces = list(pool.map(searcher.pipeline(settings).run, queries))
    return time.perf_counter() - start, traces


def _seconds(timed: tuple[float, list[SearchTrace]]) -> float:
    return timed[0]


def _order(trace: SearchTrace) -> list[str]:
    ranking = trace.ranking(CROSS_ENCODER)
    return ranking.ids() if ranking is not None else []


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    return [
        f"{figures['visitors']} visitors at once, {figures['depth']} pairs each",
        f"  one after another   {figures['one_pairs_per_second']:7.1f} pairs/s",
        f"  all at once         {figures['many_pairs_per_second']:7.1f} pairs/s, "
        f"{figures['share_of_one']:.0%} of that; target {figures['target_share']:.0%}",
        f"  right rankings: {figures['right_rankings']}; a search took "
        f"{figures['fastest_search_seconds']:.1f} to {figures['slowest_search_seconds']:.1f} s",
    ]


if __name__ == "__main__":
    measurements = measured(Workbench(), lambda what: print(what, file=sys.stderr, flush=True))
    print("\n".join(report(measurements)))
