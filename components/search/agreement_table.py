"""How alike pairs of rankings are, in three measures with a line of explanation each."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.palette import stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types import Agreement
from engine.types.wording.numbers import decimal


def agreement_table(agreements: Sequence[Agreement], *, key: str) -> None:
    """Draw a row for each pair of rankings; nothing at all without pairs."""
    if agreements:
        caption = "Agreement between the rankings"
        plain_table(
            columns(max(pair.k for pair in agreements)), rows(agreements), caption=caption, key=key
        )


def columns(k: int) -> list[TableColumn]:
    """The headings, with what each measure asks."""
    return [
        TableColumn("Rankings"),
        TableColumn(
            "Kendall's tau",
            "Do the documents that both list stand in the same order? 1 the same, −1 reversed.",
        ),
        TableColumn(
            "RBO, p = 0.9",
            "How alike are the lists where it counts, at the top? 1 identical, 0 nothing shared.",
        ),
        TableColumn(f"Overlap at {k}", f"How many of the first {k} are the same documents?"),
    ]


def rows(agreements: Sequence[Agreement]) -> list[list[TableCell]]:
    """One row of cells a pair; a tau that does not exist says why."""
    return [
        [
            TableCell(f"{stage_label(pair.left)} ↔ {stage_label(pair.right)}"),
            _tau(pair.tau, pair.shared),
            TableCell(f"{pair.rbo:.2f}", share=pair.rbo),
            TableCell(f"{round(pair.overlap * pair.k)} of {pair.k}", share=pair.overlap),
        ]
        for pair in agreements
    ]


def _tau(tau: float | None, shared: int) -> TableCell:
    if tau is None:
        return TableCell("–", note="fewer than two documents in common")
    note = f"n = {shared:,} in both"
    return TableCell(decimal(tau), note=note, share=tau, signed=True)
