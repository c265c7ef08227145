"""A machine's grades against people's: who gave what, and what it does to the pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import grade_words
from engine.types.registries.measures import NDCG


def confusion_table(matrix: Sequence[Sequence[int]], *, key: str) -> None:
    """Draw the counts: people's grades in rows, the machine's in columns; unused ones left out."""
    used = [
        grade
        for grade in range(len(matrix))
        if any(matrix[grade]) or any(row[grade] for row in matrix)
    ]
    columns = [
        TableColumn("People’s grade"),
        *(TableColumn(str(grade), "by the machine") for grade in used),
    ]
    rows = []
    for grade in used:
        total = sum(matrix[grade])
        cells = [
            TableCell(
                f"{matrix[grade][other]:,}",
                share=matrix[grade][other] / total if total else 0.0,
            )
            for other in used
        ]
        rows.append([TableCell(f"{grade} · {grade_words(grade)}"), *cells])
    plain_table(columns, rows, caption="People's grades and the machine's", key=key)


def circular_words(circular: Mapping[str, str]) -> str:
    """Which pipelines hold their own judge, by reason: "Ranked by …: BM25 50 → L-12-v2." """
    names: dict[str, list[str]] = {}
    for name, why in circular.items():
        names.setdefault(why, []).append(name)
    return " ".join(f"{why[:1].upper()}{why[1:]}: {'; '.join(n)}." for why, n in names.items())


def signed(value: float | None) -> str:
    """A kappa or a share with two decimals and a true minus sign, "–" where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def system_table(
    systems: Sequence[tuple[str, float, float]], circular: Mapping[str, str], *, key: str
) -> None:
    """Draw (name, people's measure, machine's); what the judge judges for itself is marked."""
    columns = [
        TableColumn("Pipeline"),
        TableColumn(f"{NDCG.name} by people"),
        TableColumn("by the machine"),
        TableColumn("Difference"),
    ]
    rows = [
        [
            TableCell(name, tag="judged by itself" if name in circular else "", dashed=True),
            TableCell(f"{people:.4f}"),
            TableCell(f"{machine:.4f}"),
            TableCell(f"{machine - people:+.4f}".replace("-", "\N{MINUS SIGN}")),
        ]
        for name, people, machine in systems
    ]
    plain_table(columns, rows, caption="Pipelines by people and by the machine", key=key)
