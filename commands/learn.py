"""The command `lessons`: list them, check their files, run or record what they show."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.options import add_models, workbench_of
from commands.output import ProgressLine
from corpora.readers.input_errors import did_you_mean
from engine.learn.checking import ORIGINAL, library_errors
from engine.learn.claims import broken_claims
from engine.learn.library import FOLDER, lesson_library
from engine.learn.traces import trace_path, trace_values
from engine.types import CrossExamError
from engine.types.learn.columns import COLUMNS
from engine.types.learn.lessons import Lesson, LessonLibrary


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="these lessons; all without any")
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, metavar="FOLDER", help="where the lessons lie"
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--check", action="store_true", help="what is wrong with the files, with file and line"
    )
    action.add_argument(
        "--run", action="store_true", help="the numbers of their shows, and claims that do not hold"
    )
    action.add_argument(
        "--record", action="store_true", help="like --run, and write the traces that are shipped"
    )
    add_models(parser)


def _lessons(args: argparse.Namespace) -> dict[str, Any]:
    if not args.folder.is_dir():
        raise CrossExamError(f"{args.folder} is no folder: name the one that holds the lessons")
    library = lesson_library(args.folder)
    chosen = _chosen(library, args.names)
    errors = library_errors(library)
    failures = {
        f"{error.path}:{error.line}": error.problem
        for error in errors
        if not args.names or error.lesson in args.names
    }
    values: dict[str, Any] = {"lessons": [_facts(lesson) for lesson in chosen]}
    if args.run or args.record:
        results, broken = _run(args, chosen)
        values["results"], failures = results, {**failures, **broken}
    if args.check or args.run or args.record or library.errors:
        values["failures"] = failures
    return values


def _chosen(library: LessonLibrary, names: Sequence[str]) -> list[Lesson]:
    """The lessons of these names in every language; all without a name."""
    readable = {lesson.name for lesson in library.lessons}
    lesson_names = readable | {error.lesson for error in library.errors}
    for name in names:
        if name not in lesson_names:
            raise CrossExamError(
                f"there is no lesson {name!r}{did_you_mean(name, sorted(lesson_names))}"
            )
    return [lesson for lesson in library.lessons if not names or lesson.name in names]


def _run(
    args: argparse.Namespace, lessons: Sequence[Lesson]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The results of each lesson by show, and the claims that do not hold."""
    bench, progress = workbench_of(args), ProgressLine()
    results: dict[str, Any] = {}
    failures: dict[str, str] = {}
    originals = [lesson for lesson in lessons if lesson.language == ORIGINAL]
    for done, lesson in enumerate(originals, 1):
        result_by_show = {name: bench.lessons.result(show) for name, show in lesson.shows.items()}
        values = trace_values(lesson, result_by_show)
        if args.record:
            path = trace_path(args.folder, lesson.name)
            path.parent.mkdir(exist_ok=True)
            text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
            path.write_text(f"{text}\n", "utf-8")
        results[lesson.name] = values
        for broken in broken_claims(lesson, result_by_show):
            failures[f"{lesson.path}:{broken.claim.line}"] = broken.error.problem
        progress.update("lessons", done, len(originals))
    return results, failures


def _facts(lesson: Lesson) -> dict[str, Any]:
    return {
        "name": lesson.name,
        "language": lesson.language,
        "order": lesson.order,
        "minutes": lesson.minutes,
        "group": lesson.group,
        "title": lesson.title,
        "summary": lesson.summary,
    }


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [
        f"{row['order']:3}  {row['name']:28} {row['language']:3} {row['minutes']:2} min  "
        f"{row['title']} ({row['group']})"
        for row in result["lessons"]
    ]
    for name, values in result.get("results", {}).items():
        for show, shown in values["shows"].items():
            lines += ["", f"{name}, {show}: {shown['query']!r}", *_table(shown)]
    return lines or ["no lessons"]


def _table(shown: dict[str, Any]) -> list[str]:
    """A show's numbers, a row a line, and what was noticed."""
    columns = shown["values"]
    lines = [f"{'':30}" + "".join(f"{column:>15}" for column in columns)]
    for row in shown["documents"]:
        cells = []
        for column, numbers in columns.items():
            number = numbers.get(row["key"])
            decimals = COLUMNS[column].decimals
            cells.append("-" if number is None else f"{number:,.{decimals}f}")
        lines.append(f"{row['key'][:29]:30}" + "".join(f"{cell:>15}" for cell in cells))
    return [*lines, *shown["notices"]]


LESSONS = Command(
    "lessons", "the lessons: list, check, run or record them", _lessons, _lines, _options
)
