"""Shipped results of a lesson's shows: written by a recording, read before any model is ready."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from engine.types.learn.lessons import Lesson, LessonError, Show
from engine.types.learn.results import ResultRow, ShowResult

TRACES = "traces"
DECIMALS = 6


def trace_path(folder: Path, name: str) -> Path:
    """Where the trace of the lesson of that name lies."""
    return folder / TRACES / f"{name}.json"


def question_of(show: Show) -> str:
    """A hash of all that the numbers of a show hang on; labels and lines are no part of it."""
    documents = tuple(replace(d, title="") for d in show.documents)
    question = asdict(replace(show, documents=documents, name="", line=0))
    text = json.dumps(question, ensure_ascii=True, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def trace_values(lesson: Lesson, results: Mapping[str, ShowResult]) -> dict[str, Any]:
    """A lesson's results as they are written."""
    return {
        "lesson": lesson.name,
        "shows": {
            name: {"question": question_of(lesson.shows[name]), **_values(result)}
            for name, result in results.items()
        },
    }


def results_of(path: Path, lesson: Lesson) -> dict[str, ShowResult]:
    """The recorded results by show, under this lesson's labels.

    A show that has changed since the recording has none. Raises LessonError for a file that is
    no trace.
    """
    try:
        recorded = json.loads(path.read_text("utf-8"))["shows"]
        return {
            name: labelled(_result(recorded[name]), show)
            for name, show in lesson.shows.items()
            if name in recorded and recorded[name]["question"] == question_of(show)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LessonError(
            path, 1, f"no trace ({type(error).__name__}): record it, cli.py lessons --record"
        ) from None


def labelled(result: ShowResult, show: Show) -> ShowResult:
    """The result with the show's own labels in place of those that it was computed under."""
    rows = []
    for row in result.documents:
        document = show.document(row.key)
        label = document.title if document is not None and document.own else ""
        rows.append(replace(row, title=label or row.title))
    return replace(result, show=show.name, documents=tuple(rows))


def _values(result: ShowResult) -> dict[str, Any]:
    values = asdict(result)
    values["values"] = {
        column: {key: round(number, DECIMALS) for key, number in numbers.items()}
        for column, numbers in result.values.items()
    }
    values["seconds"] = round(result.seconds, 2)
    return values


def _result(recorded: Mapping[str, Any]) -> ShowResult:
    return ShowResult(
        show=str(recorded["show"]),
        query=str(recorded["query"]),
        documents=tuple(
            ResultRow(str(row["key"]), str(row["title"]), str(row["text"]), row["x"])
            for row in recorded["documents"]
        ),
        values={
            str(column): {str(key): float(number) for key, number in numbers.items()}
            for column, numbers in recorded["values"].items()
        },
        order={str(column): tuple(map(str, keys)) for column, keys in recorded["order"].items()},
        models=dict(recorded["models"]),
        corpora=dict(recorded["corpora"]),
        precision=str(recorded["precision"]),
        seconds=float(recorded["seconds"]),
        notices=tuple(map(str, recorded["notices"])),
    )
