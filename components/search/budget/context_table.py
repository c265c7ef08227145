"""The passages of two rankings in and out of a token budget."""

from __future__ import annotations

from collections.abc import Mapping

from components.common.palette import stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, grade_words
from engine.types.quality.contexts import ContextChange, FilledContext


def context_table(change: ContextChange, titles: Mapping[str, str], *, key: str) -> None:
    """Draw a row for each passage that is in either context: first those that are in after."""
    ids = list(
        dict.fromkeys(passage.doc_id for passage in (*change.after.inside, *change.before.inside))
    )
    columns = [
        TableColumn("Passage"),
        TableColumn("Tokens", "title and text"),
        *(
            TableColumn(stage_label(context.stage), "rank, and whether it fits")
            for context in (change.before, change.after)
        ),
        TableColumn("Judged"),
    ]
    rows = [_cells(doc_id, change, titles) for doc_id in ids]
    caption = f"Passages within {counted(change.after.budget, 'token')}"
    if rows:
        plain_table(columns, rows, caption=caption, key=key)


def _cells(doc_id: str, change: ContextChange, titles: Mapping[str, str]) -> list[TableCell]:
    by_id = {p.doc_id: p for p in (*change.before.passages, *change.after.passages)}
    passage = by_id[doc_id]
    grade = "–" if passage.grade is None else grade_words(passage.grade)
    return [
        TableCell(titles.get(doc_id) or doc_id, note=doc_id if titles.get(doc_id) else ""),
        TableCell(f"{passage.tokens:,}"),
        *(_place(doc_id, context) for context in (change.before, change.after)),
        TableCell(grade),
    ]


def _place(doc_id: str, context: FilledContext) -> TableCell:
    rank = next((p.rank for p in context.passages if p.doc_id == doc_id), None)
    if rank is None:
        return TableCell("not listed", tag="out", dashed=True)
    inside = any(passage.doc_id == doc_id for passage in context.inside)
    return TableCell(f"{rank}", tag="in" if inside else "out", dashed=not inside)
