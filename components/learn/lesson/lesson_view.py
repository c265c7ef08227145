"""A lesson: stepped, predicted, revealed and arranged in the browser; a live run asks the server.

The first drawing carries the whole lesson with its shipped results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from components.common import stage
from components.common.browser_view import BrowserView
from components.common.export.saved_table import SAVED_TABLE
from components.common.wording import humanised
from components.learn.lesson.lesson_columns import columns_of
from components.learn.lesson.lesson_words import words_of
from engine.types.learn.columns import BM25, COST, RECALL
from engine.types.learn.lessons import (
    LONGEST_QUERY,
    LONGEST_TEXT,
    Lesson,
    Show,
    Step,
    TextBlock,
)
from engine.types.learn.results import ResultRow, ShowResult

LONGEST_ID = 200
_DECIMALS = 5
_HERE = Path(__file__).parent
_SCRIPTS = (
    *SAVED_TABLE,
    *(
        _HERE / name
        for name in (
            "lesson_progress.js",
            "lesson_parts.js",
            "lesson_board.js",
            "lesson_arranging.js",
            "lesson_curve.js",
            "lesson_questions.js",
            "lesson.js",
        )
    ),
)
_MOUNT = BrowserView(
    "crossexam_lesson",
    html='<div class="lesson"></div>',
    css=_HERE / "lesson.css",
    scripts=_SCRIPTS,
)
SCRIPT, CSS = _MOUNT.script, _MOUNT.css


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a learner wants computed live: a show with a query and texts of their own.

    `run_id` is the browser's name for this run.
    """

    run_id: str
    show: str
    query: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a learner's run is: waited for, failed with an error, or its result.

    `first_asked` says that nobody had asked the same before, so that the time is this run's.
    """

    run_id: str
    result: ShowResult | None = None
    error: str = ""
    first_asked: bool = True


@dataclass(frozen=True, slots=True)
class LessonEvents:
    """What the learner did just now that concerns the server.

    `opened` is the name of the lesson to go to, "" for the list of lessons.
    """

    run: RunRequest | None = None
    opened: str | None = None


def lesson_events(lesson: Lesson, *, key: str) -> LessonEvents:
    """What the learner did since this was asked last; ask before the lesson is drawn.

    So a page that is drawn for such an event can draw what came of it at once.
    """
    opened = st.session_state.pop(_kept(key, "opened"), None)
    return LessonEvents(
        run=run_request(st.session_state.pop(_kept(key, "run"), None), lesson),
        opened=opened if isinstance(opened, str) else None,
    )


def lesson_view(
    lesson: Lesson,
    *,
    shipped: Mapping[str, ShowResult],
    live: Mapping[str, ShowResult],
    live_state: str,
    run: RunState | None,
    start: int | None,
    following: Lesson | None,
    key: str,
) -> None:
    """Draw the lesson. While something is waited for, the browser asks to have it drawn again.

    `shipped` and `live` are results by show; `live_state` is "loading", "ready" or an error's
    sentence; `start` is the step to begin with, from 1, else where the browser left off.
    """

    def keep(event: str) -> None:
        st.session_state[_kept(key, event)] = st.session_state[key].get(event)

    data = {
        **lesson_data(lesson, shipped),
        "live": {
            name: result_data(result, lesson, shipped.get(name)) for name, result in live.items()
        },
        "live_state": live_state,
        "run": None if run is None else _run_data(run, lesson, shipped),
        "stage": stage.is_on(),
        "start": start,
        "next": following and {"name": following.name, "title": following.title},
    }
    _MOUNT(
        data=data,
        key=key,
        on_run_change=lambda: keep("run"),
        on_opened_change=lambda: keep("opened"),
        on_look_change=lambda: None,
    )


def _kept(key: str, event: str) -> str:
    """Where in the session an event of the browser waits until it is handled."""
    return f"_{key}_{event}"


def lesson_data(lesson: Lesson, shipped: Mapping[str, ShowResult]) -> dict[str, Any]:
    """The lesson with its shipped results; every text stays text."""
    return {
        "lesson": {
            "name": lesson.name,
            "language": lesson.language,
            "title": lesson.title,
            "take_away": lesson.take_away,
            "steps": [_step(step) for step in lesson.steps],
            "shows": {
                name: _show(show, lesson.language, shipped.get(name))
                for name, show in lesson.shows.items()
            },
        },
        "shipped": {name: result_data(result, lesson) for name, result in shipped.items()},
        "words": dict(words_of(lesson.language)),
        "longest": {"query": LONGEST_QUERY, "text": LONGEST_TEXT},
    }


def result_data(
    result: ShowResult, lesson: Lesson, shipped: ShowResult | None = None
) -> dict[str, Any]:
    """A result's rows, numbers and orders; rows that are those of `shipped` are left out."""
    if shipped is not None and shipped.documents == result.documents:
        return {**result_data(replace(result, documents=()), lesson), "documents": None}
    own_queries = {each.key: each.query for each in lesson.shows[result.show].documents}
    return {
        "show": result.show,
        "query": result.query,
        "documents": [
            {
                "key": row.key,
                "title": row_title(row, lesson.shows[result.show], lesson.language),
                "text": row.text,
                "x": row.x,
                "query": own_queries.get(row.key, ""),
            }
            for row in result.documents
        ],
        "values": {
            column: {key: round(value, _DECIMALS) for key, value in values.items()}
            for column, values in result.values.items()
        },
        "order": {column: list(keys) for column, keys in result.order.items()},
        "models": dict(result.models),
        "notices": list(result.notices),
    }


def run_request(value: Any, lesson: Lesson) -> RunRequest | None:
    """What the browser asked for, where the lesson has such a show; texts are cut at their bounds.

    Only the document that a step of this show lets the learner edit may have another text.
    """
    if not isinstance(value, dict):
        return None
    run_id, show, query, texts = (value.get(name) for name in ("id", "show", "query", "texts"))
    if not isinstance(run_id, str) or not isinstance(show, str) or not isinstance(query, str):
        return None
    if show not in lesson.shows:
        return None
    edited = {step.edit for step in lesson.steps if step.edit and step.show == show}
    own = {
        key: text[:LONGEST_TEXT]
        for key, text in (texts.items() if isinstance(texts, dict) else ())
        if key in edited and isinstance(text, str)
    }
    return RunRequest(run_id[:LONGEST_ID], show, query.strip()[:LONGEST_QUERY], own)


def model_names(result: ShowResult | None) -> str:
    """The models of a result by their short names: "all-MiniLM-L6-v2 and BM25"."""
    if result is None:
        return ""
    by_name = (name.rpartition("/")[2] for column, name in result.models.items() if column != BM25)
    return " · ".join(dict.fromkeys(by_name)) or "BM25"


def _run_data(run: RunState, lesson: Lesson, shipped: Mapping[str, ShowResult]) -> dict[str, Any]:
    words = words_of(lesson.language)
    if run.result is None:
        return {"id": run.run_id, "waiting": not run.error, "error": run.error, "result": None}
    said = words["live_now" if run.first_asked else "live_before"]
    return {
        "id": run.run_id,
        "waiting": False,
        "error": "",
        "result": result_data(run.result, lesson, shipped.get(run.result.show)),
        "note": said.format(time=humanised(run.result.seconds)),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "heading": step.heading,
        "text": [_block(block) for block in step.text],
        "show": step.show,
        "lights": list(step.lights),
        "choices": [
            {"text": choice.text, "right": choice.right, "why": choice.why}
            for choice in step.choices
        ],
        "rank": step.rank,
        "by": step.by,
        "why": dict(step.why),
        "reveal": list(step.reveal),
        "suggest": step.suggest,
        "goal": step.goal,
        "edit": step.edit,
    }


def _block(block: TextBlock) -> dict[str, Any]:
    items = [
        [
            {"text": run.text, "bold": run.bold, "emphasis": run.emphasis, "light": run.light}
            for run in item
        ]
        for item in block.items
    ]
    return {"kind": block.kind, "items": items}


def _show(show: Show, language: str, shipped: ShowResult | None) -> dict[str, Any]:
    return {
        "name": show.name,
        "kind": show.kind,
        "query": show.query,
        "caption": _caption(show, language),
        "columns": columns_of(show, language),
        "top": show.top,
        "documents": [
            {
                "key": each.key,
                "title": each.title,
                "text": each.text,
                "query": each.query,
                "x": each.x,
            }
            for each in show.documents
        ],
        "models": model_names(shipped),
    }


def row_title(row: ResultRow, show: Show, language: str) -> str:
    """What a row is called: a way to answer in the lesson's language, else its own title."""
    return words_of(language).get(f"way_{row.key}", row.title) if show.kind == COST else row.title


def _caption(show: Show, language: str) -> str:
    """What stands in the place of a query where the picture is of none."""
    words = words_of(language)
    if show.kind == COST:
        return words["cost_of"].format(
            documents=f"{show.corpus_size:,}", queries=f"{show.queries_a_day:,}"
        )
    return words["recall_curve"].format(corpus=show.corpus) if show.curve == RECALL else ""
