"""One search, cold and warm: where the time goes, down to the operations of a forward pass."""

from __future__ import annotations

import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.backends import BI, CROSS, Shape, passages
from engine.search.settings import Settings
from engine.types import Log, SearchTrace
from models.backends.backends import Tokens
from models.backends.building import BackendSource
from models.loading import bi_encoder_parts, cross_encoder_parts
from models.text.wordpiece import padded
from workbench.workbench import Workbench

QUERY, RUNS, DEPTH, PASSES, BATCH = "python snake", 5, 50, 20, 5
TEXTS, TEXT_TOKENS = 13, 75
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
        "forward": forward_of_cross_encoder(bench),
        "forward_of_bi_encoder": forward_of_bi_encoder(bench),
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


def forward_of_cross_encoder(bench: Workbench) -> dict[str, Any] | None:
    """A pass of OpenVINO over five pairs, as `_profile` gives it; None without OpenVINO."""
    cross = bench.models.cross_encoder()
    if not cross.backend.startswith("OpenVINO"):
        return None
    pairs = cross.pairs.build(QUERY, passages(bench, BATCH))
    ids, mask = padded([pair.ids for pair in pairs], cross.pairs.special.pad)
    segments = np.zeros_like(ids)
    for row, pair in enumerate(pairs):
        segments[row, pair.document_start : len(pair.ids)] = 1
    parts = cross_encoder_parts(cross.name)
    return _profile(parts.source, CROSS, (ids, mask, segments))


def forward_of_bi_encoder(bench: Workbench) -> dict[str, Any] | None:
    """A pass of OpenVINO over thirteen texts of 75 tokens; None without OpenVINO."""
    encoder = bench.models.bi_encoder()
    if not encoder.backend.startswith("OpenVINO"):
        return None
    pieces = bench.models.cross_encoder().pairs.pieces
    special = bench.models.cross_encoder().pairs.special
    texts = [pieces.encoding(text).ids[: TEXT_TOKENS - 2] for text in passages(bench, TEXTS)]
    rows = [np.array([special.cls, *text, special.sep], np.int32) for text in texts]
    ids, mask = padded(rows, special.pad)
    parts = bi_encoder_parts(encoder.name)
    return _profile(parts.source, BI, (ids, mask, np.zeros_like(ids)))


def _profile(source: BackendSource, shape: Shape, inputs: Sequence[Tokens]) -> dict[str, Any]:
    """Seconds of a pass, the share of each kind of operation, and GFLOP/s of the two large ones."""
    import openvino

    core = openvino.Core()
    compiled = core.compile_model(
        core.read_model(str(source.form("openvino", lambda _: None))),
        "CPU",
        {"PERFORMANCE_HINT": "LATENCY", "PERF_COUNT": "YES"},
    )
    request = compiled.create_infer_request()
    spent: Counter[str] = Counter()
    for number in range(PASSES):
        request.infer(list(inputs))
        if number:  # the first one plans
            for row in request.get_profiling_info():
                spent[row.node_type] += row.real_time.total_seconds()
    whole = sum(spent.values())
    texts, length = inputs[0].shape
    flops = {PRODUCTS: shape.flops(0), ATTENTION: shape.flops(length) - shape.flops(0)}
    return {
        "texts": texts,
        "tokens": texts * length,
        "seconds": whole / (PASSES - 1),
        "share": {kind: each / whole for kind, each in spent.most_common(8)},
        "gflops": {
            kind: each * texts * length * (PASSES - 1) / spent[kind] / 1e9
            for kind, each in flops.items()
            if spent[kind]
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
    for what, inside in (
        ("pairs, cross-encoder", figures["forward"]),
        ("texts, bi-encoder", figures["forward_of_bi_encoder"]),
    ):
        if inside is None:
            continue
        kinds = ", ".join(f"{kind} {share:.0%}" for kind, share in inside["share"].items())
        rates = ", ".join(f"{kind} {rate:,.0f}" for kind, rate in inside["gflops"].items())
        lines += [
            f"  a forward pass of {inside['texts']} {what} ({inside['tokens']:,} tokens, "
            f"{1000 * inside['seconds']:.0f} ms): {kinds}",
            f"  GFLOP/s: {rates}",
        ]
    return lines


if __name__ == "__main__":
    print("\n".join(report(measured(Workbench(), lambda what: print(what, file=sys.stderr)))))
