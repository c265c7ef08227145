"""The queries that changed between two runs: values, places, who moved, and the way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.common.palette import down, up
from engine.types.registries.measures import merit
from system.csv_writing import csv_text

MOST_ROWS = 200
Action = Literal["compare", "explain", "open"]
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_quality_queries",
    html='<div class="qq"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One query as drawn; ranks are None where the list lacks it.

    `moved_id` is the document whose move told most, "" where none did; `grade` its
    relevance; `note` what else there is to know.
    """

    query_id: str
    text: str
    before: float
    after: float
    first_before: int | None
    first_after: int | None
    moved_id: str = ""
    moved_title: str = ""
    moved_before: int | None = None
    moved_after: int | None = None
    grade: int = 0
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class QueryAction:
    """What was clicked just now: a way on, the query, and the document that moved."""

    action: Action
    query_id: str
    doc_id: str


def quality_queries(
    rows: Sequence[ChangeRow],
    *,
    before_name: str,
    after_name: str,
    measure: str,
    actions: Sequence[Action] = ("compare", "explain"),
    key: str,
) -> QueryAction | None:
    """Draw the first 200 rows and return what was clicked just now, else None."""
    shown_rows = rows[:MOST_ROWS]
    result = _MOUNT(
        data=pack(
            shown_rows,
            before_name=before_name,
            after_name=after_name,
            measure=measure,
            actions=actions,
        ),
        key=key,
        on_asked_change=lambda: None,
    )
    save_picture(
        key,
        title=f"{measure} by query: {before_name} and {after_name}",
        numbers=numbers_csv(rows, before_name=before_name, after_name=after_name),
    )
    return query_action(result.asked, shown_rows, actions)


def numbers_csv(rows: Sequence[ChangeRow], *, before_name: str, after_name: str) -> str:
    """A row a query, also of those that are not drawn."""
    header = (
        *("query id", "query", before_name, after_name, "difference"),
        *(f"first relevant, {before_name}", f"first relevant, {after_name}"),
        *("moved", "grade", "rank before", "rank after", "note"),
    )
    return csv_text(
        header,
        [
            (
                *(row.query_id, row.text, row.before, row.after, row.after - row.before),
                *(row.first_before, row.first_after, row.moved_id or None),
                *(row.grade if row.moved_id else None, row.moved_before, row.moved_after, row.note),
            )
            for row in rows
        ],
    )


def pack(
    rows: Sequence[ChangeRow],
    *,
    before_name: str,
    after_name: str,
    measure: str,
    actions: Sequence[Action],
) -> dict[str, Any]:
    """Everything the browser draws, as plain data."""
    return {
        "before": before_name,
        "after": after_name,
        "measure": measure,
        "higher_is_better": merit(measure, 1.0) > 0,
        "actions": list(actions),
        "colours": {"up": [up(False), up(True)], "down": [down(False), down(True)]},
        "rows": [asdict(row) for row in rows],
    }


def query_action(
    value: object, rows: Sequence[ChangeRow], actions: Sequence[Action]
) -> QueryAction | None:
    """What the browser sent, or None unless it is about a row that is drawn."""
    if not isinstance(value, dict) or value.get("action") not in actions:
        return None
    row = next((row for row in rows if row.query_id == value.get("query_id")), None)
    if row is None:
        return None
    return QueryAction(cast("Action", value["action"]), row.query_id, row.moved_id)
