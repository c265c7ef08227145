"""What judgments change in the figures, and the pairs on which judges differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types.registries.measures import JUDGED, PRIMARY


@dataclass(frozen=True, slots=True)
class ChangedFigures:
    """A pipeline's primary measure and judged share, now and when the list was begun.

    The earlier ones are None where there were none; `queries` is how many have a judgment.
    """

    pipeline: str
    value_before: float | None
    value: float
    judged_before: float | None
    judged: float
    queries: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A pair that judges see differently, with each judge's name and grade."""

    query: str
    title: str
    grades: Sequence[tuple[str, int]]


def changed_figures_table(rows: Sequence[ChangedFigures], *, key: str) -> None:
    """Draw what the figures were and are, a row a pipeline."""
    plain_table(
        [
            TableColumn("Pipeline"),
            TableColumn(PRIMARY.name, "when the list was begun → now"),
            TableColumn(JUDGED, "when the list was begun → now"),
            TableColumn("Queries", "with a judgment"),
        ],
        [
            [
                TableCell(row.pipeline),
                TableCell(_step(row.value_before, row.value, PRIMARY.form)),
                TableCell(_step(row.judged_before, row.judged, ".1%"), share=row.judged),
                TableCell(f"{row.queries:,}"),
            ]
            for row in rows
        ],
        caption="What judgments change",
        key=key,
    )


def conflicts_table(rows: Sequence[Conflict], *, key: str) -> None:
    """Draw the pairs, a row each."""
    plain_table(
        [
            TableColumn("Query"),
            TableColumn("Document", words=True),
            TableColumn("Judges", words=True),
        ],
        [
            [
                TableCell(row.query),
                TableCell(row.title),
                TableCell(", ".join(f"{name}: {grade}" for name, grade in row.grades)),
            ]
            for row in rows
        ],
        caption="Conflicting judgments",
        key=key,
    )


def _step(before: float | None, now: float, form: str) -> str:
    new = format(now, form)
    old = "–" if before is None else format(before, form)
    return new if old == new else f"{old} → {new}"
