"""What every command prints and how it ends: text or JSON, progress, errors, exit statuses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engine.types import CrossExamError, Unreadable
from engine.types.registries.measures import said
from system.interrupts import SENTENCE, STATUS

FAILED = 2
SHOWN = 10
"""How many rows of a list the text shows; --json gives all."""


# What a terminal obeys, or shows in another order than it stands: control characters but for
# line feed and tab, marks of direction, the line ends of Unicode, and halves of characters.
_OBEYED = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)


def terminal_text(text: str) -> str:
    """The text with what a terminal would obey as escapes: a document's text stays text."""
    return _OBEYED.sub(lambda match: ascii(match[0])[1:-1], text)


def json_text(value: Any) -> str:
    """The value as JSON, in which the same characters are JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class ProgressLine:
    """One line on stderr, rewritten on a terminal, every tenth elsewhere."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._last: tuple[str, int] = ("", -1)

    def log(self, text: str) -> None:
        """Print a sentence of its own."""
        print(terminal_text(text), file=sys.stderr, flush=True)

    def update(self, what: str, done: int, total: int) -> None:
        """Say how far the step of that name is."""
        tenth, what = 10 * done // max(total, 1), terminal_text(what)
        if self._tty:
            end = "\n" if done == total else ""
            print(f"\r{what}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
        elif (what, tenth) != self._last:
            self._last = (what, tenth)
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)


def exit_status(
    run: Callable[[], Any],
    lines: Callable[[Any], list[str]],
    *,
    as_json: bool,
    status: Callable[[Any], int] = lambda _: 0,
) -> int:
    """The exit status after printing what `run` returns: 2 after an error or a part that failed.

    130 where it was interrupted.

    An error is one line on stderr. What failed in part is printed first, then said. Of a result
    without an error `status` gives the exit status.
    """
    try:
        result = run()
    except CrossExamError as error:
        return _failed([" ".join(str(error).split())])
    except KeyboardInterrupt:
        print(SENTENCE, file=sys.stderr)
        return STATUS
    try:
        if as_json:
            print(json_text(result))
        else:
            print(terminal_text("\n".join(lines(result))))
    except BrokenPipeError:
        sys.stderr.close()
        return status(result)
    errors = _errors_in(result)
    return _failed(errors) if errors else status(result)


def confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; raises CrossExamError where there is none."""
    if not sys.stdin.isatty():
        raise CrossExamError(f"{question}? Say --yes")
    prompt = terminal_text(f"{question[:1].upper()}{question[1:]}? [y/N] ")
    print(prompt, end="", file=sys.stderr)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def with_id(row: Mapping[str, Any]) -> str:
    """A document's id, with its title behind it where it has one."""
    return f"{row['doc_id']}  {row['title']}".rstrip()


def below_notices(notices: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The notices, an empty line where there are any, and the lines."""
    return [*notices, *([""] if notices else []), *lines]


def measures_table(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    measures: Sequence[str],
    *,
    width: int,
    heading: Callable[[str], str] = str,
) -> list[str]:
    """A header of measures, and a line for each row below its name."""
    return [
        f"{'':{width}}" + "".join(f"{heading(measure):>12}" for measure in measures),
        *(
            f"{name:{width}}" + "".join(f"{said(m, row[m]):>12}" for m in measures)
            for name, row in zip(names, rows, strict=True)
        ),
    ]


def unreadable_values(by_model: Mapping[str, Unreadable]) -> dict[str, Any]:
    """What each model cannot read, by its name, as plain values."""
    return {name.removeprefix("the "): asdict(each) for name, each in by_model.items()}


def _errors_in(result: Any) -> list[str]:
    """What a result says of its parts that failed."""
    if not isinstance(result, dict):
        return []
    failures: Mapping[str, str] = result.get("failures") or {}
    errors = [f"{stage}: {' '.join(failure.split())}" for stage, failure in failures.items()]
    export_error = result.get("export_error")
    return [*errors, *([str(export_error)] if export_error else [])]


def _failed(errors: Sequence[str]) -> int:
    for error in errors:
        print(terminal_text(f"crossexam: {error}"), file=sys.stderr)
    return FAILED
