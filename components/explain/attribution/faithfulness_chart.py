"""The check of an explanation: what the logit does as the words it names first go or come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.common import palette
from components.common.export.chart_view import chart_view
from components.common.messages import plain
from engine.types.wording.numbers import decimal

_HEIGHT = 330
_BAND_ROWS = 190
DIGITS = {"logit": 2, "cosine": 3}
BY_DEFINITION = (
    "Taking words away is what defines leave-one-out, so this check favours it by construction: "
    "its first word is the best single deletion by definition."
)


class CurveLike(Protocol):
    """A logit at each share of words gone (or come), beside random orders."""

    @property
    def shares(self) -> Sequence[float]: ...

    @property
    def logits(self) -> Sequence[float]: ...

    @property
    def random(self) -> Sequence[float]: ...

    @property
    def low(self) -> Sequence[float]: ...

    @property
    def high(self) -> Sequence[float]: ...


class CheckLike(Protocol):
    """The check of one explanation, in logits or cosines."""

    @property
    def sentence(self) -> str: ...

    @property
    def named(self) -> Sequence[str]: ...

    @property
    def passes(self) -> int: ...

    @property
    def words(self) -> int: ...

    @property
    def bins(self) -> Sequence[int]: ...

    @property
    def unit(self) -> str: ...

    @property
    def is_by_definition(self) -> bool: ...

    @property
    def deletion(self) -> CurveLike: ...

    @property
    def insertion(self) -> CurveLike: ...

    @property
    def comprehensiveness(self) -> float: ...

    @property
    def sufficiency(self) -> float: ...

    @property
    def random_comprehensiveness(self) -> Sequence[float]: ...

    @property
    def random_sufficiency(self) -> Sequence[float]: ...


def faithfulness_chart(check: CheckLike, *, dark: bool, key: str) -> None:
    """Draw a check: its sentence, both curves, and both measures against random orders."""
    st.markdown(f"**{plain(check.sentence)}**")
    named_words = ", ".join(f"“{word}”" for word in check.named)
    model = "cross-encoder" if check.unit == "logit" else "bi-encoder"
    st.caption(
        plain(
            f"Named first: {named_words}. {check.passes:,} passes of the {model}; the query stays "
            f"whole, {len(check.random_sufficiency)} random orders beside it."
        )
    )
    if check.is_by_definition:
        st.caption(BY_DEFINITION)
    curves(check.deletion, check.insertion, dark=dark, key=key, unit=check.unit)
    scores = partial(
        scores_figure,
        check.comprehensiveness,
        check.sufficiency,
        check.random_comprehensiveness,
        check.random_sufficiency,
        removal_sizes=removal_sizes_text(check.bins, check.words),
        unit=check.unit,
    )
    verdict_sentence = verdict(
        check.comprehensiveness,
        check.sufficiency,
        check.random_comprehensiveness,
        check.random_sufficiency,
        removal_sizes=removal_sizes_text(check.bins, check.words),
        unit=check.unit,
    )
    chart_view(
        scores,
        dark=dark,
        key=f"{key}_scores",
        title="Faithfulness against random orders",
        alt=verdict_sentence,
    )
    st.caption(plain(verdict_sentence))


def removal_sizes_text(bins: Sequence[int], n_words: int) -> str:
    """ "1, 2 and 5 of 10 words": the removals that the measures are means over."""
    counts = [str(count) for count in bins]
    counts_text = " and ".join([", ".join(counts[:-1]), counts[-1]] if len(counts) > 1 else counts)
    return f"{counts_text} of {n_words:,} {'word' if n_words == 1 else 'words'}"


def curves(
    deletion: CurveLike, insertion: CurveLike, *, dark: bool, key: str, unit: str = "logit"
) -> None:
    """Draw deletion and insertion side by side, on one scale."""
    all_values = [
        v for c in (deletion, insertion) for row in (c.logits, c.low, c.high) for v in row
    ]
    margin = 0.06 * (max(all_values) - min(all_values) or 1.0)
    span = (min(all_values) - margin, max(all_values) + margin)
    left, right = st.columns(2, gap="large")
    for place, curve, gone in ((left, deletion, True), (right, insertion, False)):
        name = "deletion" if gone else "insertion"
        with place:
            chart_view(
                partial(figure, curve, gone=gone, span=span, unit=unit),
                dark=dark,
                key=f"{key}_{name}",
                title=f"{name.capitalize()} curve",
                alt=f"{name} curve: the {unit} goes from {decimal(curve.logits[0])} to "
                f"{decimal(curve.logits[-1])}",
            )


def figure(
    curve: CurveLike,
    *,
    gone: bool,
    span: tuple[float, float] | None = None,
    dark: bool,
    unit: str = "logit",
) -> go.Figure:
    """One curve with the band and the mean of the random orders, as a Plotly figure."""
    shares = list(curve.shares)
    chart = go.Figure()
    chart.add_scatter(
        x=[*shares, *reversed(shares)],
        y=[*curve.high, *reversed(list(curve.low))],
        mode="lines",
        fill="toself",
        fillcolor=_band(dark),
        line={"width": 0},
        hoverinfo="skip",
        name="random orders, 5–95%",
    )
    chart.add_scatter(
        x=shares,
        y=list(curve.random),
        mode="lines",
        line={"color": palette.muted(dark), "width": 2, "dash": "dash"},
        name="their mean",
        hovertemplate="%{x:.0%}: %{y:.2f}<extra>mean of random orders</extra>",
    )
    chart.add_scatter(
        x=shares,
        y=list(curve.logits),
        mode="lines+markers",
        line={"color": palette.up(dark), "width": 3},
        marker={"size": 7},
        name="words this explanation names first",
        hovertemplate="%{x:.0%}: %{y:.2f}<extra>this explanation</extra>",
    )
    title = (
        "Deletion: the lower the line, the better"
        if gone
        else "Insertion: the higher the line, the better"
    )
    axis = f"share of the document's words {'removed' if gone else 'put back'}"
    chart.update_layout(
        **palette.plot_layout(
            dark,
            height=_HEIGHT,
            title={"text": title, "font": {"size": 15}, "x": 0, "xref": "paper", "y": 0.98},
            margin={"l": 8, "r": 12, "t": 84, "b": 8},
        )
    )
    chart.update_xaxes(title_text=axis, tickformat=".0%", range=[-0.02, 1.02], zeroline=False)
    chart.update_yaxes(title_text=unit, zeroline=False, range=list(span) if span else None)
    return chart


def scores_figure(
    comprehensiveness: float,
    sufficiency: float,
    random_comprehensiveness: Sequence[float],
    random_sufficiency: Sequence[float],
    *,
    removal_sizes: str = "",
    unit: str = "logit",
    dark: bool,
) -> go.Figure:
    """Both measures as a diamond on the random orders' dots and their 5–95% box."""
    rows = (
        ("Comprehensiveness<br>higher is better", comprehensiveness, random_comprehensiveness),
        ("Sufficiency<br>lower is better", sufficiency, random_sufficiency),
    )
    chart = go.Figure()
    for place, (_, _, random_values) in enumerate(rows):
        low, high = np.percentile(random_values, (5, 95))
        chart.add_shape(
            type="rect",
            x0=low,
            x1=high,
            y0=place - 0.26,
            y1=place + 0.26,
            line={"width": 0},
            fillcolor=_band(dark),
            layer="below",
        )
    chart.add_scatter(
        x=[value for _, _, random_values in rows for value in random_values],
        y=[place for place, (_, _, random_values) in enumerate(rows) for _ in random_values],
        mode="markers",
        marker={"color": palette.muted(dark), "size": 7, "opacity": 0.6},
        name="a random order",
        hovertemplate="%{x:.2f}<extra>a random order</extra>",
    )
    chart.add_scatter(
        x=[value for _, value, _ in rows],
        y=[0, 1],
        mode="markers+text",
        text=[f"<b>{decimal(value, DIGITS[unit])}</b>" for _, value, _ in rows],
        textposition="top center",
        textfont={"color": palette.ink(dark), "size": 14},
        marker={"symbol": "diamond", "size": 15, "color": palette.up(dark)},
        name="this explanation",
        cliponaxis=False,
        hovertemplate="%{x:.2f}<extra>this explanation</extra>",
    )
    chart.update_layout(**palette.plot_layout(dark, height=_BAND_ROWS + 60))
    chart.update_yaxes(
        tickvals=[0, 1],
        ticktext=[name for name, _, _ in rows],
        range=[1.6, -0.6],
        showgrid=False,
        zeroline=False,
        tickfont={"color": palette.ink(dark), "size": 13},
    )
    chart.update_xaxes(title_text=f"mean drop of the {unit} as {removal_sizes} go")
    return chart


def verdict(
    comprehensiveness: float,
    sufficiency: float,
    random_comprehensiveness: Sequence[float],
    random_sufficiency: Sequence[float],
    *,
    removal_sizes: str = "",
    unit: str = "logit",
) -> str:
    """Where both measures lie against the 5–95% band, and what they are."""
    digits = DIGITS[unit]

    def where(value: float, others: Sequence[float]) -> str:
        low, high = (float(v) for v in np.percentile(others, (5, 95)))
        band = f"the random band ({decimal(low, digits)} to {decimal(high, digits)})"
        if value > high:
            return f"above {band}"
        return f"below {band}" if value < low else f"within {band}"

    units = "logits" if unit == "logit" else "of cosine"
    return (
        f"Comprehensiveness {decimal(comprehensiveness, digits)} {units} lies "
        f"{where(comprehensiveness, random_comprehensiveness)}: how far the {unit} drops when the "
        f"words named first go. Sufficiency {decimal(sufficiency, digits)} lies "
        f"{where(sufficiency, random_sufficiency)}: how far it drops when only they stay. Both are "
        f"means over the first {removal_sizes} (AOPC; DeYoung et al. 2020), but unlike ERASER's of "
        f"the {unit} itself, with equal removals counted once and the empty one (k = 0) left out."
    )


def _band(dark: bool) -> Any:
    return "rgba(163,172,186,0.28)" if dark else "rgba(91,99,114,0.20)"
