"""Percentiles by stage, cold against warm, and what one pair costs, as figures to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.palette import stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import milliseconds
from engine.types import RUNS_FOR
from engine.types.wording.numbers import MINUS

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class StageFigures:
    """Seconds of one stage: warm percentiles, and the cold run.

    None for a percentile that the runs are too few for, and for a cold run without the stage.
    """

    stage: str
    p50: float
    p95: float | None
    p99: float | None
    p25: float
    p75: float
    least: float
    most: float
    cold: float | None
    note: str = ""


def latency_table(rows: Sequence[StageFigures], *, runs: int, key: str) -> None:
    """Draw a row for each stage."""
    columns = [
        TableColumn("Stage"),
        TableColumn("p50", f"median of {runs} warm runs"),
        TableColumn("p95", _needs(95, runs)),
        TableColumn("p99", _needs(99, runs)),
        TableColumn("Spread", "p25 to p75, the middle half"),
        TableColumn("Fastest to slowest"),
        TableColumn("Cold", "one run, models just loaded"),
        TableColumn("Cold − p50", "what the cold run took more"),
    ]
    plain_table(
        columns, [_cells(row) for row in rows], caption="Latency by stage, warm and cold", key=key
    )


def _needs(share: int, runs: int) -> str:
    least = RUNS_FOR[share]
    return f"takes at least {least} runs" if runs < least else "interpolated between runs"


def _cells(row: StageFigures) -> list[TableCell]:
    return [
        TableCell(stage_label(row.stage), note=row.note),
        TableCell(milliseconds(row.p50)),
        TableCell("–" if row.p95 is None else milliseconds(row.p95)),
        TableCell("–" if row.p99 is None else milliseconds(row.p99)),
        TableCell(_range(row.p25, row.p75)),
        TableCell(_range(row.least, row.most)),
        TableCell("–" if row.cold is None else milliseconds(row.cold)),
        TableCell("–" if row.cold is None else _signed(row.cold - row.p50)),
    ]


def _range(low: float, high: float) -> str:
    """Two durations; a line may break after the dash alone."""
    return " – ".join(milliseconds(seconds).replace(" ", NO_BREAK) for seconds in (low, high))


def _signed(seconds: float) -> str:
    text = milliseconds(abs(seconds))
    sign = "+" if seconds > 0 else MINUS
    return text if text == milliseconds(0) else sign + text


def pair_figures(
    *, ms_per_pair: float, pairs_per_second: float, tokens_per_second: float | None, backend: str
) -> None:
    """Four figures in a row; tokens are "not counted" where nothing counted them."""
    columns = st.columns(4, border=True)
    tokens = "not counted" if tokens_per_second is None else f"{tokens_per_second:,.0f}"
    figures = (
        ("ms per pair", f"{ms_per_pair:,.1f}"),
        ("Pairs per second", f"{pairs_per_second:,.1f}"),
        ("Tokens per second, padding included", tokens),
        ("Backend and precision", backend),
    )
    for column, (label, value) in zip(columns, figures, strict=True):
        column.metric(label, value)
