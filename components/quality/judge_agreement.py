"""A model's grades against people's: who gave what, and what it does to the pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import streamlit as st

from components.common.messages import plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, grade_words
from engine.types.registries.measures import PRIMARY
from engine.types.wording.numbers import decimal, signed


class Agreement(Protocol):
    """How far two judges agree on pairs of queries: shares, and Cohen's kappas by weight.

    `interval` is the quadratic kappa's. What cannot be told is None.
    """

    @property
    def pairs(self) -> int: ...

    @property
    def queries(self) -> int: ...

    @property
    def same(self) -> float: ...

    @property
    def kappa(self) -> float | None: ...

    @property
    def linear(self) -> float | None: ...

    @property
    def quadratic(self) -> float | None: ...

    @property
    def binary(self) -> float | None: ...

    @property
    def interval(self) -> tuple[float, float] | None: ...

    @property
    def precision(self) -> float | None: ...

    @property
    def recall(self) -> float | None: ...


def agreement_figures(agreement: Agreement) -> None:
    """Draw the five figures that are read first."""
    cells = st.columns(5)
    cells[0].metric("Pairs both judged", f"{agreement.pairs:,}")
    cells[1].metric("Same grade", f"{agreement.same:.0%}")
    cells[2].metric("Quadratic kappa", agreement_text(agreement.quadratic))
    cells[3].metric("Precision of “relevant”", agreement_text(agreement.precision))
    cells[4].metric("Recall of “relevant”", agreement_text(agreement.recall))


def agreement_caption(agreement: Agreement, *, tau: float | None, queries: int) -> None:
    """Draw what the figures are of, all kappas, and the `tau` of the pipelines' orders."""
    between = ""
    if agreement.interval is not None:
        low, high = map(agreement_text, agreement.interval)
        between = f" (95% {low} to {high}, queries resampled)"
    st.caption(
        plain(
            f"On {counted(agreement.queries, 'query', 'queries')} that the bounds were not "
            "chosen on. Cohen's kappa: "
            f"{agreement_text(agreement.kappa)} unweighted, "
            f"{agreement_text(agreement.linear)} linear, "
            f"{agreement_text(agreement.quadratic)} quadratic{between}; "
            f"{agreement_text(agreement.binary)} for relevant or not. Pipelines: "
            f"{PRIMARY.name} on the same judged pairs, graded by people and by the machine, "
            f"over {queries:,} of these queries; "
            f"Kendall's tau-b of the two orders: {agreement_text(tau)}."
        )
    )


def confusion_table(matrix: Sequence[Sequence[int]], *, key: str) -> None:
    """Draw the counts: people's grades in rows, the model's in columns; unused ones left out."""
    used_grades = [
        grade
        for grade in range(len(matrix))
        if any(matrix[grade]) or any(row[grade] for row in matrix)
    ]
    columns = [
        TableColumn("People’s grade"),
        *(TableColumn(str(grade), "by the machine") for grade in used_grades),
    ]
    rows = []
    for grade in used_grades:
        total = sum(matrix[grade])
        cells = [
            TableCell(
                f"{matrix[grade][other]:,}",
                share=matrix[grade][other] / total if total else 0.0,
            )
            for other in used_grades
        ]
        rows.append([TableCell(f"{grade} · {grade_words(grade)}"), *cells])
    plain_table(columns, rows, caption="People's grades and the machine's", key=key)


def circular_words(circular: Mapping[str, str]) -> str:
    """Which pipelines hold their own judge, by reason: "Ranked by …: BM25 50 → L-12-v2." """
    names: dict[str, list[str]] = {}
    for name, why in circular.items():
        names.setdefault(why, []).append(name)
    return " ".join(f"{why[:1].upper()}{why[1:]}: {'; '.join(n)}." for why, n in names.items())


def agreement_text(value: float | None) -> str:
    """A kappa or a share with two decimals, "–" where there is none."""
    return "–" if value is None else decimal(value)


def system_table(
    systems: Sequence[tuple[str, float, float]], circular: Mapping[str, str], *, key: str
) -> None:
    """Draw (name, people's measure, model's); what the judge judges for itself is marked."""
    columns = [
        TableColumn("Pipeline"),
        TableColumn(f"{PRIMARY.name} by people"),
        TableColumn("by the machine"),
        TableColumn("Difference"),
    ]
    rows = [
        [
            TableCell(name, tag="judged by itself" if name in circular else "", dashed=True),
            TableCell(f"{people:.4f}"),
            TableCell(f"{auto_judge:.4f}"),
            TableCell(signed(auto_judge - people, 4)),
        ]
        for name, people, auto_judge in systems
    ]
    plain_table(columns, rows, caption="Pipelines by people and by the machine", key=key)
