"""The picture of who moved: a column of places for each stage, a line for each document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from engine.share.report.figures import picture
from engine.share.report.markup import Markup, joined, tag
from engine.types.share.snapshots import SearchSnapshot, SnapshotColumn, SnapshotRow

COLUMN, ROW, RADIUS = 120.0, 26.0, 10.0
TOP, LEFT = 40.0, 50.0
TITLES = 320.0
LONGEST_TITLE = 40


def ranking_chart(snapshot: SearchSnapshot, numbers: Mapping[str, int]) -> Markup:
    """The lists side by side, best on top; `numbers` are those of the documents, for hover.

    A line's colour says how the document moved against the baseline, as in the app.
    """
    columns = [column for column in snapshot.columns if column.rows]
    deepest = max((len(column.rows) for column in columns), default=0)
    below = TOP + deepest * ROW + 4
    parts = [_heading(column, place) for place, column in enumerate(columns)]
    for place, (left, right) in enumerate(pairwise(columns)):
        parts += _lines(left, right, place, below, numbers)
    for place, column in enumerate(columns):
        last = place == len(columns) - 1
        parts += [_place(row, column, place, numbers, titled=last) for row in column.rows]
    width = LEFT + (len(columns) - 1) * COLUMN + RADIUS + 8 + TITLES
    names = ", ".join(column.label for column in columns)
    return picture(
        joined(parts),
        width,
        below + 12,
        label=f"The places of each document in {names}; the lists below say the same in words.",
        class_="ranking",
    )


def _heading(column: SnapshotColumn, place: int) -> Markup:
    return tag(
        "text",
        column.label if len(column.label) <= 16 else column.label[:15] + "…",
        x=LEFT + place * COLUMN,
        y=18,
        text_anchor="middle",
        class_=f"stage {stage_class(column.stage)}",
    )


def _lines(
    left: SnapshotColumn,
    right: SnapshotColumn,
    place: int,
    below: float,
    numbers: Mapping[str, int],
) -> list[Markup]:
    """From each document's place on the left to its place on the right, or out of sight."""
    start, end = LEFT + place * COLUMN + RADIUS, LEFT + (place + 1) * COLUMN - RADIUS
    places_left = {row.doc_id: position for position, row in enumerate(left.rows)}
    lines = []
    for position, row in enumerate(right.rows):
        source = places_left.get(row.doc_id)
        lines.append(
            tag(
                "line",
                x1=start,
                y1=below if source is None else _y(source),
                x2=end,
                y2=_y(position),
                class_=f"move {direction(row)}{' outside' if source is None else ''}",
                data_doc=numbers[row.doc_id],
            )
        )
    return lines


def _place(
    row: SnapshotRow,
    column: SnapshotColumn,
    place: int,
    numbers: Mapping[str, int],
    *,
    titled: bool,
) -> Markup:
    x, y = LEFT + place * COLUMN, _y(column.rows.index(row))
    name = row.title or row.doc_id
    short = name if len(name) <= LONGEST_TITLE else name[: LONGEST_TITLE - 1] + "…"
    title = tag("text", short, x=x + RADIUS + 8, y=y + 4.5, class_="name") if titled else None
    return tag(
        "g",
        tag("title", f"{column.label}, place {row.rank}: {name}"),
        tag("circle", cx=x, cy=y, r=RADIUS, class_=f"fill {stage_class(column.stage)}"),
        tag("text", str(row.rank), x=x, y=y + 4, text_anchor="middle", class_="rank"),
        title,
        data_doc=numbers[row.doc_id],
    )


def _y(position: int) -> float:
    return TOP + position * ROW + ROW / 2


def direction(row: SnapshotRow) -> str:
    """ "up", "down", "same" or "new", against the baseline."""
    if row.change is None:
        return "new"
    if row.change == 0:
        return "same"
    return "up" if row.change > 0 else "down"


STAGE_CLASSES: Sequence[str] = ("bm25", "bi-encoder", "hybrid", "cross-encoder", "blend")


def stage_class(stage: str) -> str:
    """The class that gives a stage its colour; additional rankers share one."""
    return f"stage-{stage}" if stage in STAGE_CLASSES else "stage-other"
