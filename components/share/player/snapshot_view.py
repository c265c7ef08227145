"""Frozen figures as the player draws them: lists, words and tables of plain texts."""

from __future__ import annotations

from typing import Any

from components.common.palette import stage_colour
from components.common.wording import (
    cache_words,
    grade_words,
    humanised,
    movement_words,
    score_text,
    search_took,
)
from engine.types import COSINE, CROSS_ENCODER, Movement
from engine.types.share.figures import FiguresSnapshot, FigureTable
from engine.types.share.snapshots import (
    PairSnapshot,
    QualitySnapshot,
    SearchSnapshot,
    Snapshot,
    SnapshotColumn,
    SnapshotRow,
    SnapshotTiming,
    SnapshotWord,
)
from engine.types.wording.numbers import decimal, signed


def snapshot_view(
    snapshot: Snapshot,
    *,
    top: int,
    most_lists: int,
    most_tables: int = 5,
    of_times: bool = False,
) -> dict[str, Any]:
    """What is drawn of the figures, at most `top` documents a list; every text stays text.

    Of more than `most_lists` lists only those that the headline speaks of are drawn, and of
    tables the first ones. `of_times` draws of a search what its stages took, in place of its lists.
    """
    match snapshot:
        case SearchSnapshot() if of_times:
            return _times(snapshot)
        case SearchSnapshot():
            columns = snapshot.columns
            if len(columns) > most_lists:
                columns = _main_columns(snapshot)
            return _view(
                snapshot.headline,
                lists=[_list(snapshot, column, top) for column in columns],
                notes=[snapshot.detail, _legend(snapshot, top), *snapshot.notices],
            )
        case PairSnapshot():
            notes = [_words_note(snapshot), *snapshot.notices]
            return _view(_pair_sentence(snapshot), words=_words(snapshot), notes=notes)
        case QualitySnapshot():
            notes = [difference.sentence for difference in snapshot.differences]
            return _view(
                snapshot.headline,
                tables=[_pipelines(snapshot), *_by_searches(snapshot)][:most_tables],
                notes=[*notes, *snapshot.notices],
            )
        case FiguresSnapshot():
            tables = [_figures(each, top) for each in snapshot.tables[:most_tables]]
            notes = [snapshot.detail, *snapshot.notices]
            return _view(snapshot.headline, tables=tables, notes=notes)


def _view(
    sentence: str,
    *,
    lists: Any = (),
    words: Any = (),
    tables: Any = (),
    notes: Any = (),
) -> dict[str, Any]:
    return {
        "sentence": sentence,
        "lists": list(lists),
        "words": list(words),
        "tables": list(tables),
        "notes": [note for note in notes if note],
    }


def _times(snapshot: SearchSnapshot) -> dict[str, Any]:
    """What each stage took, and what of it came from a cache."""
    stages: dict[str, list[SnapshotTiming]] = {}
    for each in snapshot.timings:
        stages.setdefault(each.label, []).append(each)
    seconds = {label: sum(step.seconds for step in steps) for label, steps in stages.items()}
    seconds["other"] = max(0.0, snapshot.total_seconds - sum(seconds.values()))
    total = snapshot.total_seconds or 1.0
    rows = [
        [label, humanised(taken), f"{taken / total:.0%}", cache_words(stages.get(label, ()))]
        for label, taken in seconds.items()
    ]
    reranked = sum(
        each.measured_seconds
        for each in snapshot.timings
        if each.cached and each.stage == CROSS_ENCODER
    )
    return _view(
        search_took(snapshot.total_seconds, reranked),
        tables=[
            {
                "caption": "Where the time went",
                "head": ["stage", "time", "share", ""],
                "rows": rows,
            }
        ],
        notes=[snapshot.headline],
    )


def _main_columns(snapshot: SearchSnapshot) -> tuple[SnapshotColumn, ...]:
    """The list before reranking and the one after; all where one of them was not kept."""
    pair = [snapshot.column(stage) for stage in (snapshot.before, snapshot.after)]
    both = tuple(column for column in pair if column is not None)
    return both if len(both) == len(pair) else snapshot.columns


def _list(snapshot: SearchSnapshot, column: SnapshotColumn, top: int) -> dict[str, Any]:
    anchor = snapshot.column(snapshot.baseline)
    against = anchor.label if anchor and column.stage != snapshot.baseline else ""
    facts = [column.kind, _time(snapshot, column)]
    if column.ndcg is not None:
        facts.append(f"nDCG@10 {column.ndcg:.3f}, {column.judged} of {column.judged_of} judged")
    return {
        "label": column.label,
        "facts": " · ".join(filter(None, facts)),
        "failure": column.failure,
        "colours": [stage_colour(column.stage, dark) for dark in (False, True)],
        "rows": [_row(column, row, against, top) for row in column.rows[:top]],
    }


def _row(column: SnapshotColumn, row: SnapshotRow, against: str, top: int) -> dict[str, Any]:
    movement = Movement(row.doc_id, row.before, row.rank)
    words = movement_words(movement, baseline=against, top=top) if against else None
    return {
        "rank": row.rank,
        "title": row.title.strip() or row.doc_id,
        "score": score_text(column.stage, row.score),
        "relevant": row.grade is not None and row.grade > 0,
        "grade": "" if row.grade is None else f"judged {grade_words(row.grade)}",
        "mark": words.mark if words else "",
        "direction": words.direction if words else "same",
        "sentence": words.sentence if words else "",
    }


def _time(snapshot: SearchSnapshot, column: SnapshotColumn) -> str:
    """What the stage took, and what of it came from a cache."""
    steps = [timing for timing in snapshot.timings if timing.stage == column.stage]
    words = cache_words(steps)
    if not steps and column.cached:
        words = "part cached"
    taken = humanised(column.seconds) if column.seconds or words else ""
    return ", ".join(filter(None, (taken, words)))


def _legend(snapshot: SearchSnapshot, top: int) -> str:
    grades = [row.grade for column in snapshot.columns for row in column.rows[:top]]
    return "✓ judged relevant by a person" if any(grade for grade in grades) else ""


def _pair_sentence(snapshot: PairSnapshot) -> str:
    decimals = 3 if snapshot.unit == COSINE else 2
    score = decimal(snapshot.score, decimals)
    name = snapshot.title or snapshot.doc_id or "The document"
    return f"“{snapshot.query}” and “{name}”: {snapshot.unit} {score}"


def _words_note(snapshot: PairSnapshot) -> str:
    """What the tint of a word says."""
    if snapshot.method:
        return f"Tinted by {snapshot.method}: what each word did to the {snapshot.unit}."
    return (
        "Tinted by attention: what the words of the query give to each word. It shows where heads "
        "look, which is not the cause of the score."
    )


def _words(snapshot: PairSnapshot) -> list[dict[str, Any]]:
    """The words of both sides with their values, and how strong each is beside the strongest."""
    sides = (("Query", snapshot.query_words), ("Document", _document_words(snapshot)))
    strongest = max((abs(word.value) for _, words in sides for word in words), default=0.0) or 1.0

    def packed(word: SnapshotWord) -> dict[str, Any]:
        return {
            "text": word.text,
            "value": signed(word.value, 3),
            "share": round(word.value / strongest, 3),
        }

    return [
        {"side": side, "words": [packed(word) for word in words]} for side, words in sides if words
    ]


def _document_words(snapshot: PairSnapshot) -> tuple[SnapshotWord, ...]:
    """The words with what each did to the score, or, without a method, what looks at it."""
    links = snapshot.attention
    if snapshot.document_words or links is None or not links.weights:
        return snapshot.document_words
    means = (sum(column) / len(column) for column in zip(*links.weights, strict=True))
    units = zip(links.document_units, means, strict=True)
    return tuple(SnapshotWord(text, mean) for text, mean in units)


def _figures(table: FigureTable, top: int) -> dict[str, Any]:
    """The first rows of a table, and how many more it has."""
    more = len(table.rows) - top
    return {
        "caption": f"{table.caption}, the first {top}" if more > 0 else table.caption,
        "head": list(table.head),
        "rows": [[row.name, *row.cells] for row in table.rows[:top]],
    }


def _by_searches(snapshot: QualitySnapshot) -> list[dict[str, Any]]:
    """The same means with each query as often as it is searched, [] where nobody said how often."""
    measures = list(dict.fromkeys(name for each in snapshot.pipelines for name in each.by_searches))
    if not measures:
        return []
    return [
        {
            "caption": "The same means by searches",
            "head": ["", *measures],
            "rows": [
                [
                    each.name,
                    *(
                        f"{each.by_searches[m]:.3f}" if m in each.by_searches else ""
                        for m in measures
                    ),
                ]
                for each in snapshot.pipelines
            ],
        }
    ]


def _pipelines(snapshot: QualitySnapshot) -> dict[str, Any]:
    measures = list(dict.fromkeys(name for each in snapshot.pipelines for name in each.means))
    return {
        "caption": f"Means over the queries, by {snapshot.judgments}",
        "head": ["", *measures, "judged", "a query"],
        "rows": [
            [
                each.name,
                *(f"{each.means[name]:.3f}" if name in each.means else "" for name in measures),
                f"{each.judged:.0%} of the top {each.judged_k}",
                "–" if each.seconds is None else humanised(each.seconds),
            ]
            for each in snapshot.pipelines
        ],
    }
