"""The runs of other systems that are attached to a corpus, as a table, and one in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from engine.types.runs import AttachedHead

LONGEST_ID = 40


def attached_runs_table(heads: Sequence[AttachedHead], *, key: str) -> None:
    """Draw a row for each run: its file, whose queries it answers, and what is not here."""
    plain_table(
        [
            TableColumn("Run"),
            TableColumn("Lists", "one a query"),
            TableColumn("Queries of this corpus", "matched by id or text"),
            TableColumn("Documents", "each once"),
            TableColumn("Not in this corpus", "shown by their ids, and not reranked"),
        ],
        [
            [
                TableCell(head.name, note=f"{head.source}, {_day(head.attached_at)}"),
                TableCell(f"{head.queries:,}", note=counted(head.rows, "row")),
                TableCell(
                    f"{head.by_id + head.by_text:,}",
                    note=f"{head.by_id:,} by id, {head.by_text:,} by text",
                ),
                TableCell(f"{head.documents:,}"),
                TableCell(f"{head.missing:,}", note=missing_words(head)),
            ]
            for head in heads
        ],
        caption="Runs attached to this corpus",
        key=key,
    )


def attached_sentence(head: AttachedHead) -> str:
    """What came of attaching a run: its queries and its documents, and what is not here."""
    of_corpus = head.by_id + head.by_text
    others = head.queries - of_corpus
    text = (
        f"{head.name}: {counted(head.queries, 'list')} of {counted(head.documents, 'document')}; "
        f"{of_corpus:,} {'is' if of_corpus == 1 else 'are'} for queries of this corpus"
    )
    if others:
        text += f", {others:,} for others, found when such a query is typed"
    if head.missing:
        text += f". {counted(head.missing, 'document')} not in this corpus: {missing_words(head)}"
    return f"{text}."


def missing_words(head: AttachedHead) -> str:
    """The first ids that the corpus lacks, and how many more there are."""
    names = ", ".join(doc_id[:LONGEST_ID] for doc_id in head.named)
    n_more = head.missing - len(head.named)
    return f"{names} and {n_more:,} more" if n_more > 0 else names


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%d")
