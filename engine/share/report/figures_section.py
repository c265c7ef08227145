"""The figures of a page that is no search, no pair and no quality run: its tables."""

from __future__ import annotations

from engine.share.report.figures import cell, figure, notices, panels, table
from engine.share.report.markup import Markup, joined, tag, user_text
from engine.share.report.provenance_part import provenance_part
from engine.types.share.figures import FiguresSnapshot, FigureTable


def figures_section(snapshot: FiguresSnapshot, name: str) -> Markup:
    """All of it, in tabs; `name` makes the ids of this part unlike those of others."""
    head = joined(
        [
            tag("p", user_text(snapshot.headline), class_="headline"),
            tag("p", user_text(snapshot.detail), class_="facts") if snapshot.detail else None,
        ]
    )
    parts = []
    for place, each in enumerate(snapshot.tables):
        shown = _table(each)
        parts.append((each.caption, joined([head, shown]) if not place else shown))
    if not parts:
        parts = [(snapshot.title, head)]
    if snapshot.notices:
        first, content = parts[0]
        parts[0] = (first, joined([content, notices(snapshot.notices)]))
    parts.append(("How it was made", provenance_part(snapshot.provenance)))
    return panels(parts, name=name)


def _table(each: FigureTable) -> Markup:
    rows = [
        [cell(user_text(row.name)), *(cell(user_text(text)) for text in row.cells)]
        for row in each.rows
    ]
    shown = table([user_text(head) for head in each.head], rows, label=each.caption)
    return figure(each.caption, shown, each.meaning)
