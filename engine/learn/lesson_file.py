"""Reads a lesson's file: a YAML header, then steps of a heading, a YAML block and text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from engine.learn.show_fields import show_of
from engine.learn.step_fields import StepSource, step_of
from engine.learn.yaml_fields import Value, yaml_value
from engine.types.learn.lessons import DO, PREDICT, REVEAL, Lesson, LessonError, Show, Step

SUFFIX = ".md"
_HEADER = (
    "title",
    "summary",
    "language",
    "order",
    "minutes",
    "group",
    "take_away",
    "shows",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LARGEST = 200_000  # bytes
_FENCE = "```"


def lesson_from_file(path: Path) -> Lesson:
    """The lesson of a file; raises LessonError, with file and line, for whatever is wrong."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _LARGEST else b""
    except OSError as error:
        raise LessonError(path, 1, f"{error.strerror}: let the server read this file") from None
    if size > _LARGEST:
        raise LessonError(path, 1, f"has {size:,} bytes: give at most {_LARGEST:,}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LessonError(path, line, "is not UTF-8: save it as UTF-8") from None
    return lesson_from_text(path, text)


def lesson_from_text(path: Path, text: str) -> Lesson:
    """The lesson that the text of this file holds."""
    name, language = _named(path)
    lines = text.replace("\r\n", "\n").split("\n")
    header, after = _header(path, lines)
    fields = header.fields(_HEADER)
    language_field = fields.need("language", f"add language: {language}")
    if language_field.text() != language:
        raise language_field.error(
            f"{language_field.text()} does not go with the file's name, which says {language}: "
            "English is NAME.md, others are NAME.LANGUAGE.md"
        )
    shows = {
        key: show_of(key, value)
        for key, value in fields.need("shows", "add one show at least").fields().items()
    }
    if not shows:
        raise fields.need("shows").error("has none: add one show at least")
    return Lesson(
        name=name,
        language=language,
        title=fields.need("title").text(120),
        summary=fields.need("summary").text(300),
        group=fields.need("group").text(60),
        order=fields.need("order").whole(1, 1000),
        minutes=fields.need("minutes").whole(5, 10),
        take_away=fields.need("take_away").text(300),
        shows=shows,
        steps=_steps(path, lines, after, shows),
        path=path,
    )


def _named(path: Path) -> tuple[str, str]:
    """Name and language by the file's name: "negation.de.md" is ("negation", "de")."""
    name, dot, language = path.name.removesuffix(SUFFIX).partition(".")
    if not re.fullmatch(r"[a-z0-9-]+", name) or (dot and not _LANGUAGE.fullmatch(language)):
        raise LessonError(
            path, 1, "the file's name: take NAME.md or NAME.LANGUAGE.md, of a-z, 0-9 and -"
        )
    return name, language or "en"


def _header(path: Path, lines: Sequence[str]) -> tuple[Value, int]:
    """The header and the index of the first line after it."""
    if lines[0].rstrip() != "---":
        raise LessonError(path, 1, "the header is missing: begin the file with a line ---")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise LessonError(path, 1, "the header has no end: close it with a line ---")
    return yaml_value(path, "\n".join(lines[1:end]), 2, "the header"), end + 1


def _steps(
    path: Path, lines: Sequence[str], start: int, shows: dict[str, Show]
) -> tuple[Step, ...]:
    headings = _headings(lines, start)
    first = headings[0] if headings else len(lines)
    for index in range(start, first):
        if lines[index].strip():
            raise LessonError(path, index + 1, "text before the first step: begin it with ## ")
    if not headings:
        raise LessonError(path, len(lines), "there is no step: add one, which begins with ## ")
    ends = [*headings[1:], len(lines)]
    steps = [
        step_of(_step_source(path, lines, begin, end), shows)
        for begin, end in zip(headings, ends, strict=True)
    ]
    _check_course(path, steps)
    return tuple(steps)


def _headings(lines: Sequence[str], start: int) -> list[int]:
    """Where steps begin; a "## " within a fenced block begins none."""
    fenced, headings = False, list[int]()
    for index in range(start, len(lines)):
        if lines[index].startswith(_FENCE):
            fenced = not fenced
        elif lines[index].startswith("## ") and not fenced:
            headings.append(index)
    return headings


def _step_source(path: Path, lines: Sequence[str], begin: int, end: int) -> StepSource:
    heading = lines[begin][3:].strip()
    if not heading:
        raise LessonError(path, begin + 1, "the step has no heading: write one after ##")
    opens = next((i for i in range(begin + 1, end) if lines[i].strip()), end)
    if opens == end or lines[opens].rstrip() != f"{_FENCE}yaml":
        error_line = min(opens, end - 1) + 1
        raise LessonError(
            path, error_line, f"step {heading!r} has no fields: begin it with a line {_FENCE}yaml"
        )
    closes = next((i for i in range(opens + 1, end) if lines[i].rstrip() == _FENCE), None)
    if closes is None:
        raise LessonError(path, opens + 1, f"the block has no end: close it with a line {_FENCE}")
    text = "\n".join(lines[closes + 1 : end])
    if not text.strip():
        raise LessonError(path, begin + 1, f"step {heading!r} has no text: add a sentence")
    block = yaml_value(path, "\n".join(lines[opens + 1 : closes]), opens + 2, "the step")
    return StepSource(heading, block, text, begin + 1, closes + 2)


def _check_course(path: Path, steps: Sequence[Step]) -> None:
    """A lesson predicts before it reveals, and lets do; each column is revealed once."""
    kinds = [step.kind for step in steps]
    for kind, remedy in (
        (PREDICT, "ask for a prediction first"),
        (REVEAL, "add one that shows columns"),
        (DO, "let the learner run a search"),
    ):
        if kind not in kinds:
            raise LessonError(path, steps[0].line, f"there is no step {kind}: {remedy}")
    revealed: set[tuple[str, str]] = set()
    for step in steps:
        for column in step.reveal:
            if (step.show, column) in revealed:
                raise LessonError(
                    path, step.line, f"{column} was revealed before: name it in one step alone"
                )
            revealed.add((step.show, column))
