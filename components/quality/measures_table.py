"""The measures of several pipelines in rows, numbered as in the picture beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, humanised
from engine.types import RUNS_FOR
from engine.types.registries.measures import (
    JUDGED,
    JUDGED_NOTE,
    PRIMARY,
    measure_named,
    merit,
    said,
    shown_at,
)


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """One pipeline's figures; `ceiling` is the share of relevant documents among its candidates.

    `perfect` is the primary measure of a reranker that makes no mistake on them. `judged_people` is
    judged@k by people alone where a machine's grades count too, and `mark` a word on the name.
    A list goes down to `length` documents (passages where `passages`) and holds `documents` on
    average. `p95_seconds` is None where the queries are too few for one. `attached` says that its
    first stage is another system's run, whose time is not known here.
    """

    name: str
    measures: Mapping[str, float]
    ceiling: float
    perfect: float
    depth: int
    judged: float
    mean_seconds: float
    p95_seconds: float | None
    reranked: bool
    judged_people: float | None = None
    mark: str = ""
    documents: float = field(kw_only=True)
    length: int = field(kw_only=True)
    passages: bool = field(default=False, kw_only=True)
    attached: bool = field(default=False, kw_only=True)


def quality_table(rows: Sequence[PipelineRow], *, key: str, mark: str = "") -> None:
    """Draw the rows; the best value of each measure is tagged, `mark` added to the caption."""
    measures = list(rows[0].measures) if rows else []
    best = {
        name: max((row.measures[name] for row in rows), key=partial(merit, name))
        for name in measures
    }
    columns = [
        TableColumn("Pipeline"),
        *(TableColumn(shown_at(name, rows[0].length), _note(name)) for name in measures),
        TableColumn("Recall ceiling", "relevant documents among the candidates"),
        TableColumn(JUDGED, JUDGED_NOTE),
        TableColumn("Time per query", _time_note(rows)),
    ]
    plain_table(
        columns,
        [_cells(i, row, best) for i, row in enumerate(rows, 1)],
        caption=", ".join(filter(None, ("Quality and latency by pipeline", mark))),
        key=key,
    )


def _time_note(rows: Sequence[PipelineRow]) -> str:
    if any(row.p95_seconds is not None for row in rows):
        return "mean; p95 below"
    return f"mean; a p95 takes at least {counted(RUNS_FOR[95], 'query', 'queries')}"


def list_words(row: PipelineRow) -> str:
    """How long the pipeline's list is, and what stands behind the reranked part of it."""
    unit = "passages" if row.passages else "documents"
    tail = f"first {row.depth} reranked, then the first stage's; " if _has_tail(row) else ""
    if row.passages:
        passages = counted(row.length, "passage")
        return f"{tail}lists {passages}, of {row.documents:.1f} documents on average"
    if row.documents == row.length:
        return f"{tail}lists {row.length} {unit}"
    return f"{tail}lists {row.documents:.1f} {unit} on average, {row.length} at most"


def _has_tail(row: PipelineRow) -> bool:
    return row.reranked and row.depth < row.length


def _note(measure: str) -> str:
    record = measure_named(measure)
    return record.note if record else ""


def _cells(number: int, row: PipelineRow, best: Mapping[str, float]) -> list[TableCell]:
    measure_cells = [
        TableCell(
            said(name, value),
            tag="best" if value == best[name] else "",
            share=value if name == PRIMARY.name else None,
        )
        for name, value in row.measures.items()
    ]
    ceiling_note = "a perfect reranker reaches" if row.reranked else "reordered perfectly"
    judged_by_people = row.judged_people
    return [
        TableCell(f"{number} · {row.name}", note=list_words(row), tag=row.mark, dashed=True),
        *measure_cells,
        TableCell(
            f"{row.ceiling:.1%}",
            note=f"top {row.depth}{' passages' if row.passages else ''}; {ceiling_note} "
            f"{PRIMARY.name} {row.perfect:.3f}",
        ),
        TableCell(
            f"{row.judged:.1%}",
            note="" if judged_by_people is None else f"{judged_by_people:.1%} by people alone",
        ),
        _time_cell(row),
    ]


def _time_cell(row: PipelineRow) -> TableCell:
    if row.attached and not row.reranked:
        return TableCell("not known", note="another system's")
    note = "" if row.p95_seconds is None else f"p95 {humanised(row.p95_seconds)}"
    if row.attached:
        note = "; ".join(filter(None, (note, "reranking alone")))
    return TableCell(humanised(row.mean_seconds), note=note)
