"""Two runs side by side: how alike they are, their measures, and the places of one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types.registries.measures import JUDGED, said, shown_at
from engine.types.wording.numbers import decimal


@dataclass(frozen=True, slots=True)
class RunMeasures:
    """One run's mean of every measure, and the judged share of its top documents."""

    name: str
    measures: Mapping[str, float]
    judged: float
    length: int  # of its longest list


@dataclass(frozen=True, slots=True)
class PlacedDocument:
    """A document's rank in either run and its relevance, None where there is none."""

    title: str
    before: int | None
    after: int | None
    grade: int | None


def agreement_figures(
    *, tau: float | None, tau_queries: int, rbo: float, overlap: float, queries: int
) -> None:
    """Draw how alike the two runs' lists are, each figure in a box of its own."""
    tau_text = "–" if tau is None else f"{decimal(tau, 3)} (n = {tau_queries:,})"
    boxes = (
        (
            "Kendall's tau",
            tau_text,
            "documents in both lists, −1 to 1; the mean over the n queries whose lists share at "
            "least two documents",
        ),
        ("Rank-biased overlap", f"{rbo:.3f}", "p = 0.9, 0 to 1"),
        ("Overlap of the top 10", f"{overlap:.1%}", "mean share"),
        ("Queries in both", f"{queries:,}", ""),
    )
    for column, (label, value, explanation) in zip(
        st.columns(len(boxes), border=True), boxes, strict=True
    ):
        column.metric(label, value, help=explanation or None)


def measures_of_runs(rows: Sequence[RunMeasures], *, key: str) -> None:
    """Draw the measures of both runs, a row each; MAP@k where both list as much."""
    lengths = {row.length for row in rows}

    def heading(name: str) -> str:
        return shown_at(name, rows[0].length) if len(lengths) == 1 else name

    def cell(row: RunMeasures, name: str) -> TableCell:
        shown = shown_at(name, row.length)
        note = shown if shown != heading(name) else ""
        return TableCell(said(name, row.measures[name]), note=note)

    plain_table(
        [
            TableColumn("Run"),
            *(TableColumn(heading(name)) for name in rows[0].measures),
            TableColumn(JUDGED),
        ],
        [
            [
                TableCell(row.name),
                *(cell(row, name) for name in row.measures),
                TableCell(f"{row.judged:.1%}"),
            ]
            for row in rows
        ],
        caption="Measures of the two runs",
        key=key,
    )


def movement_table(rows: Sequence[PlacedDocument], *, key: str) -> None:
    """Draw where each document stands in either run, and how far it moved."""
    plain_table(
        [
            TableColumn("Document"),
            TableColumn("Rank in A"),
            TableColumn("Rank in B"),
            TableColumn("Moved"),
            TableColumn("Relevance"),
        ],
        [
            [
                TableCell(row.title),
                TableCell(_rank(row.before)),
                TableCell(_rank(row.after)),
                TableCell(_moved(row.before, row.after)),
                TableCell("not judged" if row.grade is None else str(row.grade)),
            ]
            for row in rows
        ],
        caption="Rank movement",
        key=key,
    )


def _rank(rank: int | None) -> str:
    return "not listed" if rank is None else str(rank)


def _moved(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "–"
    if before == after:
        return "="
    return f"{'▲' if after < before else '▼'} {abs(before - after)}"
