"""The numbers behind the figures of Latency as columns and rows, to be taken away."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from engine.latency.ann import AnnReport
from engine.latency.batching import BatchReport
from engine.latency.depth import DepthCurve
from engine.latency.energy import Worth
from engine.latency.figure_export import Value
from engine.latency.index_scaling import IndexScaling
from engine.latency.repeated_searches import OTHER, TOTAL, LatencyReport, cold_seconds
from engine.latency.scale import MILLION, SAMPLE, ScaleCost
from engine.types import SearchTrace
from engine.types.registries.measures import PRIMARY


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Rows of values under named columns; a column's name ends in its unit."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


def search_table(trace: SearchTrace) -> FigureTable:
    """Every step of one search, then what lies between steps, and the total."""
    steps = [
        (
            *(t.stage, t.step, t.seconds, t.n_in, t.n_out, t.cached),
            t.measured_seconds if t.cached else t.seconds,
        )
        for t in trace.timings
    ]
    return FigureTable(
        ("stage", "step", "seconds", "in", "out", "cached", "seconds when computed"),
        [
            *steps,
            (OTHER, "", trace.other_seconds, None, None, False, trace.other_seconds),
            (TOTAL, "", trace.total_seconds, None, None, False, None),
        ],
    )


def runs_table(report: LatencyReport) -> FigureTable:
    """Every stage's seconds in the cold run and in each warm one."""
    samples = report.samples
    warm_runs_by_stage = {**samples.by_stage, TOTAL: samples.totals}
    return FigureTable(
        ("stage", "run", "temperature", "seconds"),
        [
            *((stage, None, "cold", value) for stage, value in cold_seconds(report.cold).items()),
            *(
                (stage, number, "warm", seconds)
                for stage, runs in warm_runs_by_stage.items()
                for number, seconds in enumerate(runs, 1)
            ),
        ],
    )


def depth_table(curve: DepthCurve, measured: Container[int]) -> FigureTable:
    """Seconds and quality at every depth; at `measured` depths a timed chunk ended."""
    return FigureTable(
        ("depth", "seconds", curve.measure, "end of a timed chunk"),
        [(p.depth, p.seconds, p.quality, p.depth in measured) for p in curve.points],
    )


def batches_table(report: BatchReport) -> FigureTable:
    """Speed and memory of every batch setting; no token budget where batches go by size."""
    return FigureTable(
        (
            "token budget",
            "largest batch",
            "pairs",
            "seconds",
            "pairs per second",
            "batches",
            "tokens with padding",
            "peak resident bytes",
            "rise bytes",
        ),
        [
            (
                None if p.setting.by_size else p.setting.budget,
                p.setting.largest,
                p.pairs,
                p.seconds,
                p.pairs_per_second,
                p.batches,
                p.tokens,
                p.peak,
                p.rise,
            )
            for p in report.points
        ],
    )


def scaling_table(scaling: IndexScaling) -> FigureTable:
    """Both indexes at every size that was measured."""
    return FigureTable(
        (
            "vectors",
            "synthetic vectors",
            "exact search seconds",
            "hnsw search seconds",
            "hnsw build seconds",
            "exact bytes",
            "hnsw bytes",
            "hnsw recall@10",
        ),
        scaling.rows(),
    )


def costs_table(costs: Sequence[ScaleCost]) -> FigureTable:
    """Seconds against one, a hundred and a million documents, and the basis of each."""
    return FigureTable(
        ("way", "documents", "seconds", "known by", "note"),
        [
            (
                cost.name,
                n_documents,
                estimate.seconds,
                "measured" if estimate.measured else "extrapolated",
                estimate.note,
            )
            for cost in costs
            for n_documents, estimate in (
                (1, cost.one),
                (SAMPLE, cost.hundred),
                (MILLION, cost.million),
            )
        ],
    )


def recall_table(report: AnnReport) -> FigureTable:
    """Recall of every query at every efSearch, and the relevant documents that were missed."""
    return FigureTable(
        (
            "efSearch",
            "query id",
            "query",
            f"recall@{report.k}",
            "missed relevant",
            "median seconds",
        ),
        [
            (
                p.breadth,
                query.query_id,
                query.text,
                p.recall[query.query_id],
                " ".join(m.doc_id for m in p.missed if m.query_id == query.query_id),
                p.seconds,
            )
            for p in report.points
            for query in report.queries
        ],
    )


def energy_table(rows: Sequence[Worth], *, known_by: str) -> FigureTable:
    """What each ranking takes and gains; `known_by` is "measured" or "estimated"."""
    return FigureTable(
        (
            "ranking",
            "seconds",
            "joules",
            "known by",
            PRIMARY.name,
            f"gained {PRIMARY.name}",
            "joules per point",
        ),
        [(r.stage, r.seconds, r.joules, known_by, r.quality, r.gained, r.per_point) for r in rows],
    )
