"""One search, cold and warm: where the time goes, down to the operations of a forward pass."""

from __future__ import annotations

import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.backends import CROSS, passages
from engine.search.settings import Settings
from engine.types import Log, SearchTrace
from models.loading import cross_encoder_parts
from models.text.wordpiece import padded
from workbench.workbench import Workbench

QUERY, RUNS, DEPTH, PASSES, BATCH = "python snake", 5, 50, 20, 5
PRODUCTS, ATTENTION = "FullyConnected", "Subgraph"  # OpenVINO's names; Subgraph: attention, fused


def measured(bench: Workbench, log: Log, *, runs: int = RUNS) -> dict[str, Any]:
    """Steps of a cold search, of warm ones, of one whose scores are known, and of a pass."""
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    settings = Settings(depth=DEPTH)
    log("profile: a cold search")
    cold, load_seconds = bench.searchers.cold(corpus)
    first = cold.pipeline(settings).run(QUERY)
    del cold
    log(f"profile: {runs} warm searches")
    fresh = replace(searcher, reranker=bench.models.cross_encoder().without_score_cache()).pipeline(
        settings
    )
    fresh.run(QUERY)
    warm = [fresh.run(QUERY) for _ in range(runs)]
    searcher.pipeline(settings).run(QUERY)
    remembered = [searcher.pipeline(settings).run(QUERY) for _ in range(runs)]
    log("profile: the operations of a forward pass")
    return {
        "query": QUERY,
        "depth": DEPTH,
        "load_seconds": load_seconds,
        "cold": _steps([first]),
        "warm": _steps(warm),
        "scores_known": _steps(remembered),
        "forward": forward(bench),
    }


def _steps(traces: list[SearchTrace]) -> dict[str, float]:
    """Median seconds of each step, of what no step explains, and in all."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for trace in traces:
        for timing in trace.timings:
            cached = " (cached)" if timing.cached else ""
            seconds[f"{timing.stage}: {timing.step}{cached}"].append(timing.seconds)
        seconds["other"].append(trace.other_seconds)
        seconds["total"].append(trace.total_seconds)
    return {name: statistics.median(values) for name, values in seconds.items()}


def forward(bench: Workbench) -> dict[str, Any] | None:
    """Share of each kind of operation in OpenVINO's pass over five pairs; None without it."""
    cross = bench.models.cross_encoder()
    if not cross.backend.startswith("OpenVINO"):
        return None
    import openvino

    parts = cross_encoder_parts(cross.name)
    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(str(parts.source.form("openvino", lambda _: None))),
        "CPU",
        {"PERFORMANCE_HINT": "LATENCY", "PERF_COUNT": "YES"},
    )
    pairs = cross.pairs.build(QUERY, passages(bench, BATCH))
    ids, mask = padded([pair.ids for pair in pairs], cross.pairs.special.pad)
    segments = np.zeros_like(ids)
    for row, pair in enumerate(pairs):
        segments[row, pair.document_start : len(pair.ids)] = 1
    request = compiled.create_infer_request()
    spent: Counter[str] = Counter()
    for number in range(PASSES):
        request.infer([ids, mask, segments])
        if number:  # the first one plans
            for row in request.get_profiling_info():
                spent[row.node_type] += row.real_time.total_seconds()
    whole = sum(spent.values())
    length = ids.shape[1]
    products = CROSS.flops(0) * ids.size / 1e9  # with padding, as it is computed
    attention = CROSS.flops(length) * ids.size / 1e9 - products
    seconds = {kind: spent[kind] / (PASSES - 1) for kind in (PRODUCTS, ATTENTION)}
    return {
        "pairs": BATCH,
        "tokens": int(ids.size),
        "seconds": whole / (PASSES - 1),
        "share": {kind: each / whole for kind, each in spent.most_common(8)},
        "gflops": {
            PRODUCTS: products / seconds[PRODUCTS] if seconds[PRODUCTS] else None,
            ATTENTION: attention / seconds[ATTENTION] if seconds[ATTENTION] else None,
        },
    }


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    lines = [
        f"One search, {figures['query']!r}, depth {figures['depth']}, in ms",
        f"  {'':32}{'cold':>9}{'warm':>9}{'scores known':>14}",
        f"  {'loading both models':32}{1000 * figures['load_seconds']:9.1f}",
    ]
    columns = [figures[name] for name in ("cold", "warm", "scores_known")]
    names = list(dict.fromkeys(name for column in columns for name in column))
    for name in sorted(names, key=lambda name: (name == "total", name == "other")):
        cells = [f"{1000 * column[name]:.1f}" if name in column else "" for column in columns]
        lines.append(f"  {name:32}{cells[0]:>9}{cells[1]:>9}{cells[2]:>14}")
    inside = figures["forward"]
    if inside is not None:
        kinds = ", ".join(f"{kind} {share:.0%}" for kind, share in inside["share"].items())
        lines.append(
            f"  a forward pass of {inside['pairs']} pairs ({inside['tokens']:,} tokens, "
            f"{1000 * inside['seconds']:.0f} ms): {kinds}"
        )
        rates = [f"{kind} {rate:,.0f}" for kind, rate in inside["gflops"].items() if rate]
        lines.append(f"  GFLOP/s of the products and of attention: {', '.join(rates)}")
    return lines


if __name__ == "__main__":
    print("\n".join(report(measured(Workbench(), lambda what: print(what, file=sys.stderr)))))
