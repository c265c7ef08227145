"""Which column of a table, or key of an object, is the id, the text and the title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.readers.input_errors import listed
from corpora.readers.tables.names import ID_NAMES, TEXT_NAMES, TITLE_NAMES, usual_name
from engine.types import CrossExamError

MOST_LETTERS = 40  # of a cell that may be an id


@dataclass(frozen=True, slots=True)
class Columns:
    """The names as the file writes them, or dotted paths into objects.

    None goes by the usual names. An empty `id` numbers rows by their line, an empty `title`
    means that there is none. Every other column becomes a field.
    """

    text: str | None = None
    id: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        if self.text == "":
            raise CrossExamError("no column is chosen for the text: name one")
        chosen = [name for name in (self.id, self.title, self.text) if name]
        if len(set(chosen)) < len(chosen):
            raise CrossExamError(
                f"one column is chosen twice ({listed(chosen)}): id, title and text need one each"
            )


def suggested(names: Sequence[str], rows: Sequence[Mapping[str, str]] = ()) -> Columns | None:
    """The columns by their usual names, None for no column at all.

    Without a usual name the text is the column with the longest cells in `rows`, the id the
    first one whose cells are short and all different; of columns without names, or of unusual
    ones, the title is the only other one of words.
    """
    found_id = usual_name(names, ID_NAMES) or ""
    title, text = usual_name(names, TITLE_NAMES) or "", usual_name(names, TEXT_NAMES) or ""
    positional = bool(names) and all(name.startswith("column ") for name in names)
    unusual = not text and not title
    if not text:
        other_names = [name for name in names if name and name not in (found_id, title)]
        if not other_names:
            return None
        text = max(other_names, key=lambda name: sum(len(row.get(name, "")) for row in rows))
    if not found_id:
        found_id = next((n for n in names if n not in (title, text, "") and _names(n, rows)), "")
    if positional or unusual:
        other_names = [n for n in names if n not in (found_id, text, "") and _is_words(n, rows)]
        if not positional:  # a category repeats itself, a code is one word
            other_names = [n for n in other_names if _differs(n, rows) and _has_blanks(n, rows)]
        title = other_names[0] if len(other_names) == 1 else ""
    return Columns(text, found_id, title)


def _names(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether the cells of a column could be ids: short, without blanks, mostly different."""
    cells = [row.get(name, "").strip() for row in rows]
    filled_cells = [cell for cell in cells if cell]
    all_short = all(len(cell) <= MOST_LETTERS and " " not in cell for cell in filled_cells)
    fewest = min(len(rows), 2)
    return len(filled_cells) >= fewest > 0 and all_short and _differs(name, rows)


def _differs(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether more than half of a column's cells are unlike each other."""
    cells = [row.get(name, "").strip() for row in rows]
    return len({cell for cell in cells if cell}) > len(cells) / 2


def _has_blanks(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether more than half of a column's cells have several words."""
    return sum(" " in row.get(name, "").strip() for row in rows) > len(rows) / 2


def _is_words(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether the cells of a column could be titles: letters, and no addresses."""
    cells = [row.get(name, "").strip() for row in rows]
    return bool(cells) and all(
        any(c.isalpha() for c in cell) and "://" not in cell for cell in cells if cell
    )
