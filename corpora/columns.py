"""Which column of a table, or key of an object, is the id, the text and the title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.complaints import listed
from search.types import CrossExamError

ID_NAMES = ("_id", "id", "doc_id", "docid")
TEXT_NAMES = ("text", "body", "content", "passage")
TITLE_NAMES = ("title", "headline", "heading", "subject", "name")


@dataclass(frozen=True, slots=True)
class Columns:
    """The names as the file writes them; an empty `id` numbers rows by their line.

    An empty `title` means that there is none. Every other column becomes a field.
    """

    text: str
    id: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        if not self.text:
            raise CrossExamError("no column is chosen for the text: name one")
        chosen = [name for name in (self.id, self.title, self.text) if name]
        if len(set(chosen)) < len(chosen):
            raise CrossExamError(
                f"one column is chosen twice ({listed(chosen)}): id, title and text need one each"
            )


def suggested(names: Sequence[str], rows: Sequence[Mapping[str, str]] = ()) -> Columns | None:
    """The columns by their usual names, None for no column at all.

    Without a usual name the text is the column with the longest cells in `rows`, and the
    id the first one whose cells are short and all different.
    """
    folded = {name.casefold(): name for name in reversed(names)}

    def usual(wanted: Sequence[str]) -> str:
        return next((folded[name] for name in wanted if name in folded), "")

    found_id, title, text = usual(ID_NAMES), usual(TITLE_NAMES), usual(TEXT_NAMES)
    if not text:
        rest = [name for name in names if name and name not in (found_id, title)]
        if not rest:
            return None
        text = max(rest, key=lambda name: sum(len(row.get(name, "")) for row in rows))
    if not found_id:
        found_id = next((n for n in names if n not in (title, text, "") and _names(n, rows)), "")
    return Columns(text, found_id, title)


def _names(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether the cells of a column could be ids: short, without blanks, mostly different."""
    cells = [row.get(name, "").strip() for row in rows]
    given = [cell for cell in cells if cell]
    short = all(len(cell) <= 40 and " " not in cell for cell in given)
    return len(given) > 1 and short and len(set(given)) > len(cells) / 2
