"""The local library as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table

KINDS = {"bundled": "bundled", "built-in": "built in", "path": "by path", "imported": "imported"}


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A corpus as the table shows it; None where a figure is missing or the data is not here."""

    name: str
    kind: str
    source: str
    documents: int | None
    fingerprint: str | None
    size: int | None
    models: Sequence[tuple[str, int]]
    missing: bool


def library_table(rows: Sequence[LibraryRow], *, key: str) -> None:
    """A row for each corpus: how many documents, how large, indexed by which models."""
    plain_table(
        [
            TableColumn("Corpus"),
            TableColumn("Documents"),
            TableColumn("Files", "copied here"),
            TableColumn("Indexed by", "embeddings kept here", words=True),
            TableColumn("Fingerprint", "of the documents", words=True),
        ],
        [
            [
                TableCell(
                    row.name,
                    tag="missing" if row.missing else KINDS.get(row.kind, row.kind),
                    dashed=True,
                    note=row.source,
                ),
                TableCell("not opened yet" if row.documents is None else f"{row.documents:,}"),
                TableCell("–" if row.size is None else size_in_words(row.size)),
                TableCell(
                    ", ".join(model.rsplit("/", 1)[-1] for model, _ in row.models) or "none yet",
                    note=", ".join(size_in_words(size) for _, size in row.models),
                ),
                TableCell(row.fingerprint or "–"),
            ]
            for row in rows
        ],
        caption="The local library",
        key=key,
    )


def size_in_words(number: int) -> str:
    """A size on disk: 812 bytes, 1.5 kB, 300 MB."""
    if number < 1000:
        return f"{number} bytes"
    size = float(number)
    for unit in ("kB", "MB"):
        size /= 1000
        if size < 999.5:
            return f"{size:.1f} {unit}" if size < 9.95 else f"{size:,.0f} {unit}"
    return f"{size / 1000:,.1f} GB"
