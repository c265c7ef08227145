"""A gate's figures as plain values, and its queries and curves as CSV."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.quality.gate.sentence import gate_sentence, unchanged_sentence
from engine.types.quality.gate import (
    GATE_SIGNALS,
    GateCurve,
    GateReport,
    GateValidation,
)
from system.csv_writing import csv_text

SHARES = tuple(step / 20 for step in range(21))


def gate_values(report: GateReport, signal: str, *, watts: float | None = None) -> dict[str, Any]:
    """The report as JSON holds it; joules are an estimate from `watts`, absent without them."""
    full_seconds = report.random.points[-1].seconds

    def point_values(curve: GateCurve, share: float) -> dict[str, Any]:
        point = curve.at(share)
        values = {**asdict(point), "seconds_saved": full_seconds - point.seconds}
        if watts is not None:
            values["joules_saved_estimated"] = watts * values["seconds_saved"]
        return values

    unchanged = asdict(report.unchanged)
    del unchanged["by_query"]
    return {
        "sentence": gate_sentence(report, signal),
        "unchanged_sentence": unchanged_sentence(report.unchanged),
        "first_stage": report.first_name,
        "pipeline": report.reranked_name,
        "measure": report.measure,
        "queries": len(report.queries),
        "first": report.first,
        "full": report.full,
        "gain_interval": list(report.gain_interval),
        "share": report.share,
        "signal": signal,
        "watts_assumed": watts,
        "curves": {
            curve.signal: [point_values(curve, share) for share in SHARES]
            for curve in (*report.signals, report.random, report.oracle)
        },
        "oracle_by_pairs": [asdict(point) for point in report.oracle_pairs.points],
        "against_random": [
            {**asdict(one), "beats_random": one.beats_random} for one in report.advantages
        ],
        "cross_validated": [validation_values(one) for one in report.validations],
        "cross_validation_problem": report.problem,
        "unchanged": unchanged,
    }


def validation_values(validation: GateValidation) -> dict[str, Any]:
    """A validation as plain values; a threshold that reranks all or none is a word."""
    values = asdict(validation)
    values["interval"] = list(validation.interval)
    for fold in values["folds"]:
        fold["threshold"] = threshold_value(fold["threshold"])
    return values


def threshold_value(threshold: float) -> float | str:
    """The number, or "all" or "none"."""
    if math.isinf(threshold):
        return "all" if threshold > 0 else "none"
    return threshold


def curves_csv(report: GateReport) -> str:
    """Every point of every curve, one a line."""
    curves: Sequence[tuple[str, GateCurve]] = [
        *((curve.signal, curve) for curve in report.signals),
        ("random", report.random),
        ("oracle", report.oracle),
        ("oracle by pairs", report.oracle_pairs),
    ]
    return csv_text(
        [
            "gate",
            "share of queries reranked",
            "share of pairs reranked",
            report.measure,
            "seconds a query",
        ],
        [
            (name, point.share, point.pairs_share, point.value, point.seconds)
            for name, curve in curves
            for point in curve.points
        ],
    )


def queries_csv(report: GateReport) -> str:
    """A line a judged query: its signals, what reranking it changes and costs."""
    return csv_text(
        [
            "query id",
            "query",
            *(f"sureness by {signal.name}" for signal in GATE_SIGNALS),
            f"{report.measure} of {report.first_name}",
            f"{report.measure} of {report.reranked_name}",
            "gain",
            "pairs",
            "reranker seconds",
            "first 10",
        ],
        [
            (
                query.query_id,
                query.text,
                *(
                    "" if math.isinf(query.sureness[signal.name]) else query.sureness[signal.name]
                    for signal in GATE_SIGNALS
                ),
                query.first,
                query.reranked,
                query.gain,
                query.pairs,
                query.rerank_seconds,
                report.unchanged.by_query[query.query_id],
            )
            for query in report.queries
        ],
    )
