"""Why A above B: the gap of two logits, taken apart into words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import plotly.graph_objects as go
import streamlit as st

from components.common import palette, stage
from components.common.export.chart_view import chart_view
from components.common.messages import plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.explain.attribution.word_attribution import (
    LOGIT,
    ValueWording,
    WordGroup,
    strongest,
    word_attribution,
)
from engine.types import FLAGGED_ABOVE
from engine.types.wording.numbers import decimal

FOR_A = ValueWording("speaks for A", "speaks for B", unit="logits")
_LISTED = 24


class QueryWordLike(Protocol):
    """A query word beside each document."""

    @property
    def word(self) -> str: ...

    @property
    def beside_a(self) -> float: ...

    @property
    def beside_b(self) -> float: ...

    @property
    def value(self) -> float: ...


class DifferenceLike(Protocol):
    """A gap of two logits taken apart; positive values speak for A."""

    @property
    def gap(self) -> float: ...

    @property
    def query(self) -> Sequence[QueryWordLike]: ...

    @property
    def words_a(self) -> Sequence[tuple[str, float]]: ...

    @property
    def words_b(self) -> Sequence[tuple[str, float]]: ...

    @property
    def special(self) -> float: ...

    @property
    def baseline_gap(self) -> float: ...

    @property
    def residual(self) -> float: ...

    @property
    def explained(self) -> float: ...

    @property
    def only_a(self) -> Sequence[str]: ...

    @property
    def only_b(self) -> Sequence[str]: ...

    @property
    def ignored_beside_a(self) -> Sequence[str]: ...

    @property
    def ignored_beside_b(self) -> Sequence[str]: ...


def pairwise_view(diff: DifferenceLike, titles: tuple[str, str], *, dark: bool, key: str) -> None:
    """Draw the gap's parts, the query's words beside each document, and both documents."""
    if diff.residual > FLAGGED_ABOVE:
        st.warning(
            plain(
                f"The parts miss the gap by {diff.residual:.1%}, above {FLAGGED_ABOVE:.0%}: take "
                "small values as rough."
            ),
            icon="⚠️",
        )
    parts, table = st.columns([1, 1.35], gap="large")
    with parts:
        if not stage.is_on():  # its letters are for a desk; the sentence has all its numbers
            chart_view(
                partial(figure, diff),
                dark=dark,
                key=f"{key}_parts",
                title="What makes the gap between the two scores",
                alt=gap_sentence(diff),
            )
        st.caption(plain(gap_sentence(diff)))
    with table:
        st.markdown("**The query's words beside each document**")
        query_table(diff.query, key=f"{key}_query")
        for name, ignored in (
            ("A", diff.ignored_beside_a),
            ("B", diff.ignored_beside_b),
        ):
            if ignored:
                st.caption(plain(f"Next to {name}, {_listed(ignored)} counts for almost nothing."))
    groups = [
        WordGroup("Document A", diff.words_a),
        WordGroup("Document B", diff.words_b),
    ]
    scale = strongest(groups)
    columns = st.columns(2, gap="large")
    only = (diff.only_a, diff.only_b)
    for number, (column, group, title) in enumerate(zip(columns, groups, titles, strict=True)):
        name = "AB"[number]
        with column:
            st.markdown(f"**{plain(name)}: {plain(title)}**")
            word_attribution([group], FOR_A, scale=scale, key=f"{key}_{name}")
            listed_words = _listed(only[number]) if only[number] else "none"
            st.caption(plain(f"Words that only {name} has: {listed_words}."))


def parts_of(diff: DifferenceLike) -> list[tuple[str, float]]:
    """The parts of the gap in logits, the unexplained remainder last; they sum to the gap."""
    return [
        ("query words", sum(word.value for word in diff.query)),
        ("words of A", sum(value for _, value in diff.words_a)),
        ("words of B", sum(value for _, value in diff.words_b)),
        ("special tokens", diff.special),
        ("baselines", diff.baseline_gap),
        ("unexplained", diff.gap - diff.explained),
    ]


def figure(diff: DifferenceLike, *, dark: bool) -> go.Figure:
    """A waterfall from nothing to the gap, as a Plotly figure."""
    parts = parts_of(diff)
    names = [name for name, _ in parts]
    chart = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=[*("relative" for _ in parts), "total"],
            y=[*names, "<b>A − B</b>"],
            x=[*(value for _, value in parts), None],
            text=[
                *(LOGIT.text(value) for _, value in parts),
                f"<b>{LOGIT.text(diff.gap)}</b>",
            ],
            textposition="outside",
            textfont={"color": palette.ink(dark), "size": 13},
            cliponaxis=False,
            increasing={"marker": {"color": palette.up(dark)}},
            decreasing={"marker": {"color": palette.down(dark)}},
            totals={"marker": {"color": palette.muted(dark)}},
            connector={"line": {"color": palette.grid(dark), "width": 1}},
            hovertemplate="%{y}: %{text} logits<extra></extra>",
        )
    )
    reached, total = [0.0], 0.0
    for _, value in parts:
        total += value
        reached.append(total)
    margin = 0.16 * (max(reached) - min(reached) or 1.0)
    chart.update_layout(
        **palette.plot_layout(
            dark, height=360, showlegend=False, margin={"l": 8, "r": 8, "t": 8, "b": 8}
        )
    )
    chart.update_xaxes(
        title_text="logits: right speaks for A, left for B",
        range=[min(reached) - margin, max(reached) + margin],
        zeroline=True,
    )
    chart.update_yaxes(
        autorange="reversed", showgrid=False, tickfont={"color": palette.ink(dark), "size": 13}
    )
    return chart


def query_table(words: Sequence[QueryWordLike], *, key: str) -> None:
    """Draw each query word's value beside A, beside B, and the difference."""
    top = max((abs(v) for w in words for v in (w.beside_a, w.beside_b, w.value)), default=0.0)

    def cell(value: float) -> TableCell:
        return TableCell(LOGIT.text(value), share=value / top if top else 0.0, signed=True)

    plain_table(
        [
            TableColumn("Query word"),
            TableColumn("Beside A"),
            TableColumn("Beside B"),
            TableColumn("A − B", "plus speaks for A"),
        ],
        [[TableCell(w.word), cell(w.beside_a), cell(w.beside_b), cell(w.value)] for w in words],
        caption="Query words beside both documents",
        key=key,
    )


def headline_of(score_a: float, score_b: float) -> str:
    """ "Why A stands above B: −3.95 against −5.21"."""
    gap = score_a - score_b
    if decimal(score_a) == decimal(score_b):
        return f"A and B score alike: {decimal(score_a)} against {decimal(score_b)}"
    direction = "above" if gap > 0 else "below"
    return f"Why A stands {direction} B: {decimal(score_a)} against {decimal(score_b)}"


def gap_sentence(diff: DifferenceLike) -> str:
    """The parts and what they sum to, beside the gap and the residual."""
    *parts, (_, unexplained) = parts_of(diff)
    parts_text = ", ".join(f"{name} {LOGIT.text(value)}" for name, value in parts)
    text = (
        f"{parts_text}: together {LOGIT.text(diff.explained)}; the gap is {LOGIT.text(diff.gap)} "
        f"logits ({LOGIT.text(unexplained)} unexplained, residual {diff.residual:.1%}). The part "
        "of the baselines is what two texts without a word, as long as A and B, already differ by."
    )
    return text[:1].upper() + text[1:]


def lead_sentence(diff: DifferenceLike) -> str:
    """The words that speak most for each side, in a sentence."""
    every = [
        *((f"query “{w.word}”", w.value) for w in diff.query),
        *((f"“{word}” of A", value) for word, value in diff.words_a),
        *((f"“{word}” of B", value) for word, value in diff.words_b),
    ]
    ahead = sorted((p for p in every if p[1] > 0), key=lambda p: -p[1])[:3]
    behind = sorted((p for p in every if p[1] < 0), key=lambda p: p[1])[:3]

    def named(pairs: list[tuple[str, float]]) -> str:
        return ", ".join(f"{name} ({LOGIT.text(value)})" for name, value in pairs) or "nothing"

    return f"Most for A: {named(ahead)}. Most for B: {named(behind)}."


def _listed(words: Sequence[str]) -> str:
    words_text = ", ".join(f"“{word}”" for word in words[:_LISTED])
    n_more = len(words) - _LISTED
    return f"{words_text} and {n_more} more" if n_more > 0 else words_text
