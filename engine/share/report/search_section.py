"""The figures of a search: lists side by side, all places in one table, times."""

from __future__ import annotations

from collections.abc import Mapping

from engine.search.movement import duration
from engine.share.report.figures import (
    bar,
    cell,
    counted,
    figure,
    notices,
    number,
    panels,
    table,
)
from engine.share.report.markup import Child, Markup, joined, tag, user_text
from engine.share.report.provenance_part import provenance_part
from engine.share.report.ranking_chart import direction, ranking_chart, stage_class
from engine.types.registries.stage_wording import score_text, stage_label
from engine.types.share.snapshots import SearchSnapshot, SnapshotColumn, SnapshotRow
from engine.types.wording.cached import cached_part

KINDS = {
    "BM25 score": "counts the search's words in the text, rare words more",
    "cosine": "the closeness of two vectors, −1 to 1",
    "RRF score": "a sum over the lists of 1 / (k + place)",
    "logit": "the cross-encoder's raw output; no probability, and a negative one can be first",
}


def search_section(snapshot: SearchSnapshot, name: str, *, times_first: bool = False) -> Markup:
    """All of it, in tabs; `name` makes the ids of this part unlike those of others.

    With `times_first` the tab that is open first has the times.
    """
    doc_ids = dict.fromkeys(row.doc_id for column in snapshot.columns for row in column.rows)
    numbers = {doc_id: position for position, doc_id in enumerate(doc_ids)}
    headline = " ".join(filter(None, (snapshot.headline, snapshot.detail)))
    lists = joined(
        [
            tag("p", headline, class_="headline") if headline else None,
            figure(
                "Who moved",
                tag("div", ranking_chart(snapshot, numbers), class_="scroll"),
                "Each dot is a place, 1 is the best. A line joins a document with itself in the "
                "next list; from below comes what that list does not show. Blue rose and "
                f"orange fell against {stage_label(snapshot.baseline)}, grey stayed or is new.",
            ),
            tag(
                "div",
                *(_column(column, snapshot, numbers) for column in snapshot.columns),
                class_="columns",
            ),
            notices(snapshot.notices),
        ]
    )
    tabs = [
        ("The lists", lists),
        ("All places", _places(snapshot, numbers)),
        ("Time", _times(snapshot)),
        ("How it was made", provenance_part(snapshot.provenance)),
    ]
    if times_first:
        tabs.sort(key=lambda tab: tab[0] != "Time")
    return panels(tabs, name=name)


def _column(column: SnapshotColumn, snapshot: SearchSnapshot, numbers: Mapping[str, int]) -> Markup:
    """One list: its head, and a card for each document."""
    is_baseline = column.stage == snapshot.baseline
    facts: list[Child] = [user_text(column.model), f" · {duration(column.seconds)}"]
    steps = [timing for timing in snapshot.timings if timing.stage == column.stage]
    if part := cached_part(steps) or ("part cached" if column.cached else ""):
        measured = sum(step.measured_seconds for step in steps) or column.measured_seconds
        facts.append(f", {part}{f', {duration(measured)} when read' if measured else ''}")
    quality = None
    if column.ndcg is not None:
        judged = f"{column.judged} of {column.judged_of} judged"
        quality = tag("p", f"nDCG@10 {number(column.ndcg)} ({judged})", class_="facts")
    empty = column.failure or ("" if column.rows else "This list holds no document.")
    return tag(
        "div",
        tag(
            "div",
            tag("h4", column.label, class_=f"stage {stage_class(column.stage)}"),
            tag("p", *facts, class_="facts"),
            quality,
            tag("p", "Others are compared with this list.", class_="facts")
            if is_baseline
            else None,
            tag("p", empty, class_="facts") if empty else None,
            class_="head",
        ),
        tag(
            "div",
            *(
                _card(row, column, numbers[row.doc_id], moved=not is_baseline)
                for row in column.rows
            ),
        ),
        class_="column",
        role="group",
        aria_label=column.label,
    )


def _card(row: SnapshotRow, column: SnapshotColumn, document: int, *, moved: bool) -> Markup:
    """A document: its place, its title, how it moved, its score and an extract."""
    tie = tag("abbr", "≈", title=row.near_tie) if row.near_tie else None
    grade = tag("span", f"judged {row.grade}", class_="grade") if row.grade is not None else None
    return tag(
        "article",
        tag(
            "p",
            tag("b", str(row.rank), class_="rank"),
            " ",
            tag("span", user_text(row.title or row.doc_id), class_="title"),
            class_="line",
        ),
        tag(
            "p",
            tag("span", f"{column.kind} {score_text(column.stage, row.score)}", class_="score"),
            tie,
            _move(row) if moved else None,
            grade,
            class_="facts",
        ),
        tag("p", *_marked(row.snippet, row.marks), class_="snippet") if row.snippet else None,
        class_="card",
        data_doc=document,
        data_rank=row.rank,
        data_score=repr(row.score),
    )


def _move(row: SnapshotRow) -> Markup:
    change = row.change
    if change is None:
        words = "new"
    elif change == 0:
        words = "unmoved"
    else:
        words = f"{'▲' if change > 0 else '▼'} {abs(change)} from {row.before}"
    return tag("span", words, class_=f"moved {direction(row)}")


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> list[Child]:
    """The extract with the search's words marked; marks that overlap or stray are cut."""
    pieces: list[Child] = []
    position = 0
    for start, end in sorted(marks):
        start, end = max(start, position), min(end, len(text))
        if start < end:
            pieces += [text[position:start], tag("mark", text[start:end])]
            position = end
    return [tag("bdi", *pieces, text[position:])]


def _places(snapshot: SearchSnapshot, numbers: Mapping[str, int]) -> Markup:
    """A row a document: its place and score in every list."""
    columns = [column for column in snapshot.columns if column.rows]
    by_column = [{row.doc_id: row for row in column.rows} for column in columns]
    grades = {
        row.doc_id: row.grade for column in columns for row in column.rows if row.grade is not None
    }
    last = by_column[-1] if by_column else {}
    order = sorted(numbers, key=lambda doc_id: last[doc_id].rank if doc_id in last else 10**6)
    titles = {row.doc_id: row.title for column in columns for row in column.rows}
    rows = []
    for doc_id in order:
        cells = [cell(user_text(titles[doc_id] or doc_id)), cell(user_text(doc_id))]
        for column, by_id in zip(columns, by_column, strict=True):
            row = by_id.get(doc_id)
            if row is None:
                cells += [cell("–", 1e9), cell("–", -1e9)]
            else:
                score = score_text(column.stage, row.score)
                cells += [cell(str(row.rank), row.rank), cell(score, row.score)]
        if grades:
            grade = grades.get(doc_id)
            cells.append(cell("–" if grade is None else str(grade), -1 if grade is None else grade))
        rows.append(cells)
    headers = ["Title", "Document"]
    for column in columns:
        headers += [column.label, column.kind]
    headers += ["Judged"] if grades else []
    kinds = dict.fromkeys(column.kind for column in columns)
    meanings = [f"{kind}: {KINDS[kind]}" for kind in kinds if kind in KINDS]
    return figure(
        "All places and scores",
        table(headers, rows, label="All places", documents=[numbers[each] for each in order]),
        "Under the name of a list stands the place there, beside it the score. A dash: not among "
        "those shown of this list. Scores of different lists are of different "
        f"kinds and cannot be compared. {'; '.join(meanings)}."
        + (" Judged: by people, 0 is not relevant." if grades else ""),
    )


def _times(snapshot: SearchSnapshot) -> Markup:
    """A row a step: what it took."""
    longest = max((timing.seconds for timing in snapshot.timings), default=0.0) or 1.0
    rows = []
    for timing in snapshot.timings:
        note = ""
        if timing.cached:
            note = "cached"
            if timing.measured_seconds:
                note += f", {duration(timing.measured_seconds)} when read"
        said = duration(timing.seconds)
        name = f"{timing.label}: {timing.step}"
        rows.append(
            [
                cell(name),
                cell(bar(timing.seconds / longest, stage_class(timing.stage), label=said)),
                cell(said, timing.seconds),
                cell(note),
            ]
        )
    return figure(
        "Where the time went",
        table(["Step", "Share", "Time", "Note"], rows, label="Times of the steps"),
        f"One search on one machine, {duration(snapshot.total_seconds)} in all, "
        f"{counted(len(snapshot.timings), 'step')}; another search or machine differs. What is "
        "cached was computed by an earlier search.",
    )
