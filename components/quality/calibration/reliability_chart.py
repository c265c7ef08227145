"""The share of judged pairs that are relevant by their logit, with both fits and the floor."""

from __future__ import annotations

from functools import partial
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.common.export.chart_view import chart_view
from components.common.palette import grid, ink, muted, plot_layout, stage_colour
from engine.types import BI_ENCODER, CROSS_ENCODER, HYBRID
from engine.types.calibration.reliability import Calibration, Floor, sigmoid
from engine.types.wording.numbers import decimal

TITLE = "Share of judged pairs that are relevant, by logit"
STEPS = 120


def figure(calibration: Calibration, floor: Floor | None, *, dark: bool) -> go.Figure:
    """Points with intervals and the curves above, how many pairs there are below."""
    chart = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.78, 0.22], vertical_spacing=0.05
    )
    bins = calibration.bins
    low, high = bins[0].low, bins[-1].high
    xs = [low + (high - low) * i / STEPS for i in range(STEPS + 1)]
    curves: list[tuple[str, list[float], list[float], dict[str, Any]]] = [
        (
            "sigmoid of the logit",
            xs,
            [sigmoid(x) for x in xs],
            {"color": muted(dark), "width": 2, "dash": "dot"},
        ),
        (
            "isotonic",
            [low, *calibration.isotonic.scores, high],
            calibration.isotonic.of([low, *calibration.isotonic.scores, high]),
            {"color": stage_colour(HYBRID, dark), "width": 3},
        ),
    ]
    if calibration.platt is not None:
        colour = stage_colour(BI_ENCODER, dark)
        line = {"color": colour, "width": 3, "dash": "dash"}
        curves.append(("Platt", xs, calibration.platt.of(xs), line))
    for name, curve_xs, ys, line in curves:
        chart.add_scatter(
            x=curve_xs,
            y=ys,
            mode="lines",
            line=line,
            name=name,
            hovertemplate=f"{name}: %{{y:.1%}} at %{{x:.2f}}<extra></extra>",
            row=1,
            col=1,
        )
    colour = stage_colour(CROSS_ENCODER, dark)
    chart.add_scatter(
        x=[each.mean_score for each in bins],
        y=[each.share for each in bins],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [each.interval[1] - each.share for each in bins],
            "arrayminus": [each.share - each.interval[0] for each in bins],
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        },
        mode="markers",
        marker={"color": colour, "size": 10},
        name="judged pairs, with 95% intervals",
        text=[
            f"{each.relevant:,} of {each.pairs:,} relevant, logit {decimal(each.low, 0)} to "
            f"{decimal(each.high, 0)}"
            for each in bins
        ],
        hovertemplate="%{text}<extra></extra>",
        row=1,
        col=1,
    )
    middles = [(each.low + each.high) / 2 for each in bins]
    widths = [each.high - each.low for each in bins]
    for name, counts, fill in (
        ("relevant", [each.relevant for each in bins], colour),
        ("not relevant", [each.pairs - each.relevant for each in bins], grid(dark)),
    ):
        chart.add_bar(
            x=middles,
            y=counts,
            width=widths,
            marker={"color": fill, "line": {"color": muted(dark), "width": 0.5}},
            showlegend=False,
            hovertemplate=f"%{{y:,}} {name}<extra></extra>",
            row=2,
            col=1,
        )
    if floor is not None:
        chart.add_vline(x=floor.score, line={"color": ink(dark), "width": 2})
        chart.add_annotation(
            x=floor.score,
            y=1.0,
            xref="x",
            yref="y",
            text=f" floor {decimal(floor.score)} for {floor.precision:.0%} ",
            showarrow=False,
            xanchor="right" if floor.score > (low + high) / 2 else "left",
            yanchor="top",
            font={"color": ink(dark), "size": 14},
        )
    base = plot_layout(dark)
    chart.update_layout(
        **plot_layout(
            dark,
            height=520,
            margin={"l": 8, "r": 16, "t": 64, "b": 8},
            barmode="stack",
            xaxis={**base["xaxis"], "title": {"text": ""}},
        )
    )
    axis = {key: value for key, value in base["yaxis"].items() if key != "title"}
    chart.update_xaxes(**{k: v for k, v in base["xaxis"].items() if k != "title"})
    chart.update_yaxes(**axis)
    chart.update_xaxes(title_text="logit of the cross-encoder (fp32)", row=2, col=1)
    chart.update_yaxes(
        title_text="share relevant", tickformat=".0%", range=[-0.03, 1.05], row=1, col=1
    )
    chart.update_yaxes(title_text="pairs", nticks=3, row=2, col=1)
    chart.for_each_yaxis(lambda axis: axis.title.update(font=base["yaxis"]["title"]["font"]))
    chart.for_each_xaxis(lambda axis: axis.title.update(font=base["xaxis"]["title"]["font"]))
    return chart


def reliability_chart(
    calibration: Calibration, floor: Floor | None, *, dark: bool, key: str
) -> None:
    """Draw it."""
    first, last = calibration.bins[0], calibration.bins[-1]
    floor_words = "" if floor is None else f"; floor at {decimal(floor.score)}"
    chart_view(
        partial(figure, calibration, floor),
        dark=dark,
        key=key,
        title=TITLE,
        alt=f"{TITLE}: {first.share:.0%} from {decimal(first.low, 0)} to {decimal(first.high, 0)}, "
        f"{last.share:.0%} from {decimal(last.low, 0)} to {decimal(last.high, 0)}{floor_words}",
    )
