"""Makes documents of rows, by the columns that were chosen or by the usual names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from corpora.readers.input_errors import in_row, listed
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.json_rows import Row, as_field, as_id, as_text, title_text
from corpora.readers.tables.names import (
    ID_NAMES,
    TEXT_NAMES,
    TITLE_NAMES,
    at_path,
    either,
    flat,
    usual_name,
)
from engine.types import Document

NAMED_IN_TABLES, NAMED_IN_OBJECTS = 4, 3


class DocumentMaker:
    """Rows of one source as documents; `table` words its errors for columns.

    A cell of an `unnamed` column is a field only where it holds something.
    """

    def __init__(
        self,
        path: Path,
        columns: Columns | None,
        read_options: ReadOptions,
        *,
        table: bool = False,
        unnamed: Collection[str] = (),
    ) -> None:
        self._path = path
        self._columns = columns or Columns()
        self._read_options = read_options
        self._table = table
        self._unnamed = frozenset(unnamed)
        self._known: dict[tuple[str, ...], tuple[str, str, str]] = {}

    def check(self, line: int, names: Sequence[str]) -> None:
        """Raise where rows with these columns have no id or no text."""
        self._keys(line, dict.fromkeys(names, ""))

    def document(self, line: int, row: Row) -> Document:
        """The document in a row; every other value that is not null becomes a field."""
        id_key, text_key, title_key = self._keys(line, row)
        other_values = {key: value for key, value in row.items() if key != id_key}
        fields = {
            key: as_field(value)
            for key, value in flat(other_values).items()
            if key not in (text_key, title_key)
            and value is not None
            and (value != "" or key not in self._unnamed)
        }
        text = as_text(self._path, line, text_key, at_path(row, text_key)[1])
        title = at_path(row, title_key)[1] if title_key else None
        return Document(
            doc_id=self._id(line, id_key, row) if id_key else str(line),
            text=text,
            title=title_text(self._path, line, title_key, title),
            fields={key: value for key, value in fields.items() if key != id_key},
        )

    def _id(self, line: int, key: str, row: Row) -> str:
        """The id without white space around it, for a judgment that names it has none either."""
        written = as_id(self._path, line, key, at_path(row, key)[1])
        if written != written.strip():
            self._read_options.passed(
                self._path,
                line,
                "id had white space around it, which was dropped",
                "ids had white space around them, which was dropped",
            )
        return written.strip()

    def _keys(self, line: int, row: Row) -> tuple[str, str, str]:
        names = tuple(row)
        keys = self._known.get(names)
        if keys is not None and all(at_path(row, key)[0] for key in keys if key):
            return keys
        columns = self._columns
        id_key = self._key(line, row, columns.id, ID_NAMES, needed=columns.text is None)
        text_key = self._key(line, row, columns.text, TEXT_NAMES, needed=True)
        title_key = self._key(
            line, row, columns.title, TITLE_NAMES, needed=self._table and bool(columns.title)
        )
        if id_key == text_key and id_key:
            raise in_row(self._path, line, f"{id_key!r} is id and text: choose two columns")
        if title_key in (id_key, text_key):
            title_key = ""
        if not id_key and columns.id is None:
            self._read_options.note(
                self._path,
                f"no {either(ID_NAMES, 3)} in it, so documents are numbered by their lines: "
                "choose the column of the id if there is one",
            )
        self._known[names] = (id_key, text_key, title_key)
        return self._known[names]

    def _key(
        self,
        line: int,
        row: Row,
        chosen_column: str | None,
        usual_names: Sequence[str],
        *,
        needed: bool,
    ) -> str:
        """The name of a value in the row; "" where there is none and none is needed."""
        if chosen_column == "":
            return ""
        column_word = "column " if self._table else ""
        names = [name.strip() for name in row]
        if chosen_column is not None:
            for name in (chosen_column, usual_name(row, (chosen_column,)) or ""):
                if name and at_path(row, name)[0]:
                    return name
            chosen_folded = chosen_column.strip().casefold()
            matching_name = next(
                (name for name in row if name.strip().casefold() == chosen_folded), None
            )
            if matching_name is not None:
                return matching_name
            if chosen_column.isdigit() and 0 < int(chosen_column) <= len(names) and self._table:
                return list(row)[int(chosen_column) - 1]
            if not needed:
                return ""
            remedy = "add or rename one" if self._table else "choose another column"
            raise in_row(
                self._path,
                line,
                f"no {column_word}{chosen_column!r}; found {listed(names)}: {remedy}",
            )
        usual_column = usual_name(row, usual_names)
        if usual_column is not None:
            return usual_column
        if not needed:
            return ""
        max_names = NAMED_IN_TABLES if self._table else NAMED_IN_OBJECTS
        raise in_row(
            self._path,
            line,
            f"no {column_word}{either(usual_names, max_names)}; found {listed(names)}: add or "
            f"rename one, or choose the column ({'--id' if usual_names is ID_NAMES else '--text'})",
        )
