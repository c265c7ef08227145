"""How long a corpus' documents are, against what each model reads of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, muted, plot_layout, stage_colour, stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted

BINS = 48


@dataclass(frozen=True, slots=True)
class ModelRoom:
    """What one model reads: `room` tokens of a document; `cut` documents are longer."""

    model: str
    role: str
    limit: int
    room: int
    cut: int
    documents: int
    unread_share: float
    with_unknown: int = 0
    unreadable: int = 0
    unknown_share: float = 0.0

    @property
    def share(self) -> float:
        return self.cut / self.documents if self.documents else 0.0


def cut_sentence(rooms: Sequence[ModelRoom]) -> str:
    """Which model cuts how many documents: "The bi-encoder cuts 3 of 1,400 documents (0.2%)"."""
    texts = []
    for number, room in enumerate(rooms):
        name = stage_label(room.role)
        subject = f"The {name.lower()}" if number == 0 else f"the {name.lower()}"
        share = f" ({room.share:.1%})" if room.cut else ""
        texts.append(f"{subject} cuts {room.cut:,} of {counted(room.documents, 'document')}{share}")
    return ", ".join(texts) + "."


def unknown_sentence(rooms: Sequence[ModelRoom]) -> str:
    """Which model cannot read every word of how many documents; "" where all can."""
    texts = []
    for room in rooms:
        if not room.with_unknown:
            continue
        text = (
            f"the {stage_label(room.role).lower()} cannot read every word of "
            f"{room.with_unknown:,} of {counted(room.documents, 'document')} "
            f"({_share(room.unknown_share)} of all tokens)"
        )
        if room.unreadable:
            text += f", and no word of {room.unreadable:,}"
        texts.append(text)
    if not texts:
        return ""
    sentence = "; ".join(texts)
    return (
        f"{sentence[:1].upper()}{sentence[1:]}. Such a word becomes [UNK], the same token for "
        "every unknown word."
    )


def lengths_chart(
    lengths: Sequence[int], rooms: Sequence[ModelRoom], *, dark: bool, key: str
) -> None:
    """Draw the histogram with a line where each model stops reading."""
    chart_view(
        partial(lengths_figure, lengths, rooms),
        dark=dark,
        key=key,
        title="Documents by their length in tokens",
        alt="Documents by their length in tokens. " + cut_sentence(rooms),
    )


def lengths_figure(lengths: Sequence[int], rooms: Sequence[ModelRoom], *, dark: bool) -> go.Figure:
    """The histogram; the last bar holds all that is longer than the picture is wide."""
    tokens = np.asarray(lengths, dtype=np.int64)
    longest = int(tokens.max(initial=1))
    wanted_limits = max([round(1.15 * room.room) for room in rooms] + [1])
    top = min(longest, max(wanted_limits, int(np.percentile(tokens, 99)))) if len(tokens) else 1
    width = max(1, -(-top // BINS))
    bins = np.minimum(tokens // width, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    last = int(np.flatnonzero(counts)[-1]) if counts.any() else 0
    starts = [width * i for i in range(last + 1)]
    texts = [_bin_words(start, width, longest, last=i == last) for i, start in enumerate(starts)]
    chart = go.Figure(
        go.Bar(
            x=[start + width / 2 for start in starts],
            y=counts[: last + 1].tolist(),
            width=[width * 0.94] * len(starts),
            marker={"color": muted(dark), "line": {"width": 0}},
            customdata=texts,
            hovertemplate="%{customdata}<br>%{y:,} documents<extra></extra>",
            showlegend=False,
        )
    )
    chart.update_layout(
        **plot_layout(dark, height=280, margin={"l": 8, "r": 8, "t": 58, "b": 8}, bargap=0)
    )
    right = max(width * (last + 1), wanted_limits)
    chart.update_xaxes(title_text="tokens of title and text", range=[0, right], tickformat=",")
    few = {"dtick": 1} if counts.max(initial=0) < 6 else {}
    chart.update_yaxes(title_text="documents", tickformat=",", rangemode="tozero", **few)
    for number, room in enumerate(sorted(rooms, key=lambda each: each.room)):
        colour = stage_colour(room.role, dark)
        chart.add_vline(x=room.room, line={"color": colour, "width": 2, "dash": "dash"})
        chart.add_annotation(
            x=room.room,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=2 + 22 * number,
            xanchor="right" if room.room > 0.6 * right else "left",
            text=f"{stage_label(room.role)} reads {room.room:,}",
            showarrow=False,
            font={"color": ink(dark), "size": 12},
        )
    if longest >= width * (last + 1):  # beside the bar, which is narrower than the words
        chart.add_annotation(
            x=width * (last + 1),
            y=int(counts[last]),
            xanchor="right",
            yanchor="bottom",
            text=f"{starts[-1]:,} and longer",
            showarrow=False,
            font={"color": muted(dark), "size": 12},
        )
    return chart


def cut_table(rooms: Sequence[ModelRoom], *, key: str) -> None:
    """A row for each model: its limit, its room, what it cuts."""
    plain_table(
        [
            TableColumn("Model"),
            TableColumn("Reads", "tokens of a document"),
            TableColumn("Cuts", "documents"),
            TableColumn("Truncated", "tokens"),
            TableColumn("[UNK]", "documents"),
        ],
        [
            [
                TableCell(stage_label(room.role), note=room.model.rsplit("/", 1)[-1]),
                TableCell(f"{room.room:,}", note=f"limit {room.limit:,}"),
                TableCell(f"{room.cut:,}", note=f"{room.share:.1%}", share=room.share),
                TableCell(f"{room.unread_share:.1%}"),
                TableCell(f"{room.with_unknown:,}", note=_share(room.unknown_share)),
            ]
            for room in rooms
        ],
        caption="How many documents each model cuts",
        key=key,
    )


def _share(share: float) -> str:
    return "under 0.1%" if 0 < share < 0.001 else f"{share:.1%}"


def _bin_words(start: int, width: int, longest: int, *, last: bool) -> str:
    end = max(start + width - 1, longest) if last else start + width - 1
    return f"{counted(start, 'token')}" if end == start else f"{start:,} to {counted(end, 'token')}"
