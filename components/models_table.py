"""The catalogue of models as a table."""

from __future__ import annotations

from collections.abc import Sequence

from components.palette import STAGE_LABELS
from components.plain_table import TableCell, TableColumn, plain_table
from search.types import ModelCard


def models_table(cards: Sequence[ModelCard], *, key: str) -> None:
    """Draw a row for each model: role, size, limit, licence, source and whether it is here."""
    columns = [
        TableColumn("Model"),
        TableColumn("Role"),
        TableColumn("Size"),
        TableColumn("Longest input"),
        TableColumn("Licence"),
        TableColumn("Source"),
        TableColumn("Here?"),
    ]
    plain_table(columns, [row(card) for card in cards], caption="The models", key=key)


def row(card: ModelCard) -> list[TableCell]:
    """One model as cells."""
    size = f"{card.size_bytes / 1e6:,.0f}\N{NO-BREAK SPACE}MB" if card.size_bytes else "–"
    limit = f"{card.max_length} tokens" if card.max_length else "no limit"
    return [
        TableCell(card.name, note=card.note),
        TableCell(STAGE_LABELS.get(card.role, card.role)),
        TableCell(size),
        TableCell(limit),
        TableCell(card.licence),
        TableCell(card.source, note=card.revision),
        TableCell("yes" if card.available else "no", dashed=not card.available),
    ]
