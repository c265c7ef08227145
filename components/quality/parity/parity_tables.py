"""The figures of a comparison of two rankers as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from engine.types.parity.faults import FAULT_WORDS
from engine.types.parity.report import (
    TOP,
    Differences,
    DocumentFault,
    ParityReport,
    QueryParity,
    Repeats,
    Spread,
)
from engine.types.wording.numbers import decimal, signed

MOST_ROWS = 100
SIDES = ("A", "B")


def figures_table(report: ParityReport, *, key: str) -> None:
    """Draw the differences of the scores, and as probabilities where one side gives those."""
    rows = []
    for name, figures in (
        ("B − A", report.differences),
        ("B − A as probabilities", report.on_probabilities),
    ):
        if figures is not None:
            rows.append(_figures_row(name, figures, report))
    columns = [
        TableColumn("Difference"),
        TableColumn("Pairs"),
        TableColumn("Largest"),
        TableColumn("99th percentile", "from 100 pairs on"),
        TableColumn("Median"),
        TableColumn("Mean", "signed"),
        TableColumn("Pearson"),
        TableColumn("Spearman"),
    ]
    plain_table(columns, rows, caption="Differences of the scores", key=key)


def _figures_row(name: str, figures: Differences, report: ParityReport) -> list[TableCell]:
    whose = f"{figures.doc_id}, query {figures.query_id}"
    is_raw = figures is report.differences
    return [
        TableCell(name),
        TableCell(f"{figures.pairs:,}"),
        TableCell(f"{figures.largest:.4f}", note=whose if figures.largest else ""),
        TableCell("–" if figures.p99 is None else f"{figures.p99:.4f}"),
        TableCell(f"{figures.median:.4f}"),
        TableCell(signed(figures.mean, 4)),
        TableCell(_decimals(report.pearson) if is_raw else "–"),
        TableCell(_decimals(report.spearman) if is_raw else "–"),
    ]


def queries_table(queries: Sequence[QueryParity], *, key: str) -> None:
    """Draw a row for each of these queries, at most 100: what moved in its first ten."""
    columns = [
        TableColumn("Query"),
        TableColumn(f"First {TOP}", words=True),
        TableColumn("Shared", f"of the first {TOP}"),
        TableColumn("Turned round", "the two that A holds farthest apart"),
        TableColumn("Largest difference"),
        TableColumn("Spearman"),
    ]
    rows = [_query_row(query) for query in queries[:MOST_ROWS]]
    plain_table(columns, rows, caption="Queries whose first ten differ", key=key)


def _query_row(query: QueryParity) -> list[TableCell]:
    turned = query.turned
    return [
        TableCell(query.text, note=query.query_id),
        TableCell(
            "other documents" if not query.same_set else "another order",
            tag="scores at other documents" if query.permuted else "",
        ),
        TableCell(f"{query.overlap:.0%}"),
        TableCell("–")
        if turned is None
        else TableCell(f"{turned.gap:.4f}", note=f"{turned.first} · {turned.second}"),
        TableCell(f"{query.largest:.4f}", note=query.largest_id),
        TableCell(_decimals(query.spearman)),
    ]


def faults_table(report: ParityReport, *, key: str) -> None:
    """Draw a row for each fault of an answer, at most 100."""
    columns = [
        TableColumn("Query"),
        TableColumn("Ranker", words=True),
        TableColumn("What is wrong", words=True),
        TableColumn("Document", words=True),
        TableColumn("Answered", words=True),
    ]
    rows = [row for query in report.faulty for row in _fault_rows(query)]
    plain_table(columns, rows[:MOST_ROWS], caption="Faulty answers", key=key)


def _fault_rows(query: QueryParity) -> Iterator[list[TableCell]]:
    answers: tuple[tuple[str, tuple[DocumentFault, ...], str], ...] = (
        ("A", query.faults_a, query.failure_a),
        ("B", query.faults_b, query.failure_b),
    )
    for side, faults, failure in answers:
        head = [TableCell(query.text, note=query.query_id), TableCell(side)]
        for fault in faults:
            yield [
                *head,
                TableCell(FAULT_WORDS[fault.kind]),
                TableCell(fault.doc_id or "–"),
                TableCell(fault.value or "–"),
            ]
        if failure:
            yield [*head, TableCell("no answer"), TableCell("–"), TableCell(failure)]


def repeats_table(report: ParityReport, *, key: str) -> None:
    """Draw how far repeated calls of each ranker lie apart."""
    columns = [
        TableColumn("Ranker called again"),
        TableColumn("Calls"),
        TableColumn("The very same score"),
        TableColumn("Largest spread", "of one pair"),
    ]
    rows = [
        row
        for side, repeats in zip(SIDES, (report.repeats_a, report.repeats_b), strict=True)
        if repeats is not None
        for row in _repeats_rows(side, repeats)
    ]
    plain_table(columns, rows, caption="Repeated calls", key=key)


def _repeats_rows(side: str, repeats: Repeats) -> Iterator[list[TableCell]]:
    named: tuple[tuple[str, Spread], ...] = (
        ("in the same order", repeats.same_order),
        ("in a shuffled order", repeats.shuffled),
    )
    for words, spread in named:
        faulty = f"{counted(spread.faulty, 'call')} failed or lacked scores" * bool(spread.faulty)
        where = f"{spread.doc_id}, query {spread.query_id}" if spread.largest else ""
        yield [
            TableCell(f"{side}, {words}"),
            TableCell(f"{spread.calls:,}", note=faulty),
            TableCell(f"{spread.identical:,} of {counted(spread.pairs, 'pair')}"),
            TableCell(f"{spread.largest:.6f}", note=where),
        ]


def _decimals(value: float | None) -> str:
    return "–" if value is None else decimal(value, 4)
