"""nDCG@10 against the share of queries, or of pairs, that are reranked."""

from __future__ import annotations

from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, muted, plot_layout, stage_colour
from components.common.wording import humanised
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID
from engine.types.quality.gate import (
    AGREEMENT,
    LONG,
    MARGIN,
    SHORT,
    GateCurve,
    GatePoint,
    GateReport,
    signal_named,
)

QUERIES, PAIRS = "queries", "pairs"
AXES = {QUERIES: "Share of queries reranked", PAIRS: "Share of pairs reranked"}
# A colour each that is told apart under any colour vision; the labels name the signals.
_COLOUR_OF = {
    MARGIN.name: CROSS_ENCODER,
    AGREEMENT.name: BI_ENCODER,
    LONG.name: HYBRID,
    SHORT.name: BLEND,
}
_DASH_OF = {MARGIN.name: "solid", AGREEMENT.name: "solid", LONG.name: "dash", SHORT.name: "dot"}


def figure(report: GateReport, *, signal: str, axis: str, dark: bool) -> go.Figure:
    """Every signal's curve, the chosen one strong, between the random gate and the oracle."""
    chart = go.Figure()
    oracle = report.oracle if axis == QUERIES else report.oracle_pairs
    _line(chart, oracle, axis, "oracle", colour=ink(dark), dash="dot", width=2)
    _line(chart, report.random, axis, "random gate", colour=muted(dark), dash="dash", width=2)
    for curve in sorted(report.signals, key=lambda each: each.signal == signal):
        chosen = curve.signal == signal
        _line(
            chart,
            curve,
            axis,
            signal_named(curve.signal).label,
            colour=stage_colour(_COLOUR_OF[curve.signal], dark),
            dash=_DASH_OF[curve.signal],
            width=3.5 if chosen else 1.5,
        )
    point = report.curve(signal).at(report.share)
    chart.add_scatter(
        x=[_place(point, axis)],
        y=[point.value],
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": 17,
            "color": ink(dark),
            "line": {"width": 3, "color": ink(dark)},
        },
        name=f"{report.share:.0%} of queries: {point.value:.4f}",
        hoverinfo="skip",
    )
    for validation in report.validations:
        if validation.signal == signal:
            place = validation.share if axis == QUERIES else validation.pairs_share
            chart.add_scatter(
                x=[place],
                y=[validation.value],
                mode="markers",
                marker={"symbol": "diamond", "size": 13, "color": stage_colour(BM25, dark)},
                name=f"threshold, cross-validated: {validation.value:.4f}",
                hoverinfo="skip",
            )
    chart.update_layout(**plot_layout(dark, height=440, margin={"l": 8, "r": 16, "t": 84, "b": 8}))
    chart.update_xaxes(title_text=AXES[axis].lower(), tickformat=".0%", range=[-0.02, 1.02])
    chart.update_yaxes(title_text=report.measure, tickformat=".3f")
    return chart


def gate_curves(report: GateReport, *, signal: str, axis: str, dark: bool, key: str) -> None:
    """Draw the curves."""
    title = f"{report.measure} by {AXES[axis].lower()}: {report.reranked_name}"
    point = report.curve(signal).at(report.share)
    chart_view(
        partial(figure, report, signal=signal, axis=axis),
        dark=dark,
        key=key,
        title=title,
        alt=f"{title}: from {report.first:.4f} with none to {report.full:.4f} with all; "
        f"{signal_named(signal).label} at {report.share:.0%} of the queries {point.value:.4f}, "
        f"the random gate {report.random.at(report.share).value:.4f}, the oracle "
        f"{report.oracle.at(report.share).value:.4f}",
    )


def _line(
    chart: go.Figure,
    curve: GateCurve,
    axis: str,
    name: str,
    *,
    colour: str,
    dash: str,
    width: float,
) -> None:
    chart.add_scatter(
        x=[_place(point, axis) for point in curve.points],
        y=[point.value for point in curve.points],
        mode="lines",
        line={"color": colour, "width": width, "dash": dash},
        name=name,
        text=[humanised(point.seconds) for point in curve.points],
        hovertemplate=f"{name}<br>%{{x:.0%}}: %{{y:.4f}}, %{{text}} a query<extra></extra>",
    )


def _place(point: GatePoint, axis: str) -> float:
    return point.share if axis == QUERIES else point.pairs_share
