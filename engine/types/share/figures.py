"""Named figures frozen: what a page shows that is no search, no pair and no quality run."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.errors import CrossExamError
from engine.types.share.provenance import Provenance


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of a table: its name, its other cells as they are written, and its number.

    `value` is what is compared when the figures are computed anew, None where a row has no
    number of its own.
    """

    name: str
    cells: tuple[str, ...]
    value: float | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures: `head` names every column, the first that of the rows' names.

    `meaning` says what its figures mean, for a reader who has the table alone.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    meaning: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) + 1 != len(self.head):
                raise CrossExamError(
                    f"the row {row.name[:40]!r} has {len(row.cells)} cells beside its name, and "
                    f"the table {self.caption[:40]!r} {len(self.head)} columns: give one for each"
                )


@dataclass(frozen=True, slots=True)
class FiguresSnapshot:
    """The figures of a page under a sentence.

    `title` names what they are of ("a blind vote"). `opening` says what came out without a term
    that a reader would have to look up, `headline` in the words of the page, and `detail` what
    belongs to it.
    """

    title: str
    provenance: Provenance
    headline: str
    opening: str
    detail: str = ""
    tables: tuple[FigureTable, ...] = ()
    notices: tuple[str, ...] = ()

    def rows(self) -> dict[tuple[str, str], FigureRow]:
        """Each row by its table's caption and its name."""
        return {(table.caption, row.name): row for table in self.tables for row in table.rows}
