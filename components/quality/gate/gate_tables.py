"""A gate in tables: what each share of the queries comes to, and what each signal is worth."""

from __future__ import annotations

import math

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised
from engine.types.quality.gate import (
    ANY_SIGNAL,
    GATE_SIGNALS,
    GateReport,
    GateValidation,
    signal_named,
)
from engine.types.wording.numbers import MINUS, decimal, signed

SHARES = tuple(step / 10 for step in range(11))


def shares_table(report: GateReport, *, signal: str, watts: float | None, key: str) -> None:
    """Draw a row for each tenth of the queries; without `watts` no joules are known."""
    columns = [
        TableColumn("Queries reranked", "least sure first"),
        TableColumn(report.measure, signal_named(signal).label),
        TableColumn("Gain kept", "of reranking every query"),
        TableColumn("Random gate", "mean over all choices"),
        TableColumn("Oracle", "largest gain first"),
        TableColumn("Pairs read", "of those that reranking all takes"),
        TableColumn("Time a query", "mean, as measured in this run"),
        TableColumn("Time saved", "a query"),
        *([TableColumn("Joules saved", f"a query, at {watts:g} W")] if watts is not None else []),
    ]
    curve, gain = report.curve(signal), report.full - report.first
    everything = report.random.points[-1].seconds
    rows = []
    for share in SHARES:
        point = curve.at(share)
        saved = everything - point.seconds
        kept = "–" if gain <= 0 else _percent((point.value - report.first) / gain)
        joules = [] if watts is None else [_joules(watts * saved)]
        rows.append(
            [
                TableCell(f"{share:.0%}", note=_end(share, report)),
                TableCell(f"{point.value:.4f}"),
                TableCell(kept),
                TableCell(f"{report.random.at(share).value:.4f}"),
                TableCell(f"{report.oracle.at(share).value:.4f}"),
                TableCell(f"{point.pairs_share:.0%}"),
                TableCell(humanised(point.seconds)),
                TableCell(_signed_time(saved)),
                *joules,
            ]
        )
    plain_table(columns, rows, caption="What each share of the queries comes to", key=key)


def signals_table(report: GateReport, *, key: str) -> None:
    """Draw a row for each signal: above the random gate or not, and its threshold elsewhere."""
    measure = report.measure
    columns = [
        TableColumn("Signal"),
        TableColumn("Above random", f"{measure}, mean over all shares; 95% interval below"),
        TableColumn(
            f"At {report.share:.0%} of queries", f"{measure} above random; 95% interval below"
        ),
    ]
    validations = {one.signal: one for one in report.validations}
    if validations:
        columns += [
            TableColumn(f"{measure}, cross-validated", "threshold chosen on the other folds"),
            TableColumn("Gain kept", "by those thresholds"),
            TableColumn("Queries reranked", "by those thresholds"),
            TableColumn("Above random there", "at the same share; 95% interval below"),
            TableColumn("Thresholds", "lowest and highest of the folds"),
        ]
    rows = []
    for signal in GATE_SIGNALS:
        advantage = report.advantage(signal.name)
        rows.append(
            [
                TableCell(signal.label, note=f"{signal.definition}; {signal.order}"),
                TableCell(
                    signed(advantage.area, 4),
                    tag="better than random" if advantage.beats_random else "not shown",
                    dashed=not advantage.beats_random,
                    note=_interval(advantage.area_interval),
                ),
                TableCell(
                    signed(advantage.at_share, 4), note=_interval(advantage.at_share_interval)
                ),
                *(_validated(validations[signal.name]) if validations else []),
            ]
        )
    if validations:
        rows.append(
            [
                TableCell(
                    "Signal and threshold chosen", note="both on the other folds, from the above"
                ),
                TableCell("–"),
                TableCell("–"),
                *_validated(validations[ANY_SIGNAL]),
            ]
        )
    plain_table(columns, rows, caption="Signals against the random gate", key=key)


def _validated(validation: GateValidation) -> list[TableCell]:
    chosen = sorted({fold.threshold for fold in validation.folds})
    signals = sorted({signal_named(fold.signal).label for fold in validation.folds})
    several = validation.signal == ANY_SIGNAL
    return [
        TableCell(f"{validation.value:.4f}", note=f"{humanised(validation.seconds)} a query"),
        TableCell("–" if validation.kept is None else _percent(validation.kept)),
        TableCell(f"{validation.share:.0%}", note=f"{validation.pairs_share:.0%} of the pairs"),
        TableCell(
            signed(validation.value - validation.random, 4),
            note=_interval(validation.interval),
        ),
        TableCell("–", note="; ".join(signals))
        if several
        else TableCell(" to ".join(dict.fromkeys(_threshold(t) for t in (chosen[0], chosen[-1])))),
    ]


def _threshold(value: float) -> str:
    if math.isinf(value):
        return "rerank all" if value > 0 else "rerank none"
    return f"{abs(value):.3g}"


def _end(share: float, report: GateReport) -> str:
    return {0.0: report.first_name, 1.0: report.reranked_name}.get(share, "")


def _percent(value: float) -> str:
    return f"{decimal(100 * value, 0)}%"


def _interval(interval: tuple[float, float]) -> str:
    return " to ".join(signed(end, 4) for end in interval)


def _signed_time(seconds: float) -> str:
    return humanised(seconds) if seconds >= 0 else f"{MINUS}{humanised(-seconds)}"


def _joules(joules: float) -> TableCell:
    size, sign = abs(joules), MINUS if joules < 0 else ""
    text = (
        f"{size:.1f}\N{NO-BREAK SPACE}J"
        if size >= 0.995
        else f"{size * 1000:.0f}\N{NO-BREAK SPACE}mJ"
    )
    return TableCell(f"{sign}{text}", tag="estimated", dashed=True)
