"""How a source is read: what happens to a bad row, in which encoding, and who hears of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpora.readers.input_errors import InputError
from engine.types import Cancel, Cancelled, CrossExamError, ProgressCallback
from engine.types.contradictory_judgments import CHOICE, RULES, WITH_GOOD_ROWS, WORDS, Rule
from system.file_kinds import UTF_16

MOST_LISTED = 10_000
TOLD_EVERY = 500
LINES_NAMED = 3
UTF_8 = "utf-8"
ENCODINGS = (UTF_8, "windows-1252", "iso-8859-1", *UTF_16)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not taken in; `line` is None for a file that was left out whole."""

    file: str
    line: int | None
    reason: str


class ReadOptions:
    """One reading of one source.

    Refuses the source at its first bad row, or, with `keep_good`, leaves that row out
    and lists it. Judgments that contradict each other are bad rows too, unless `contradictions`
    gives a rule for them. Raises Cancelled between two rows when the work was called off.
    """

    def __init__(
        self,
        *,
        keep_good: bool = False,
        encoding: str = UTF_8,
        contradictions: Rule | None = None,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        if encoding not in ENCODINGS:
            raise CrossExamError(
                f"encoding {encoding!r} is not offered: give {', '.join(ENCODINGS)}, or save the "
                "file as UTF-8"
            )
        if contradictions is not None and contradictions not in RULES:
            raise CrossExamError(f"contradictions is {contradictions!r}: give {CHOICE}")
        self.keep_good = keep_good
        self.rule: Rule | None = contradictions or (WITH_GOOD_ROWS if keep_good else None)
        self.encoding = encoding
        self._on_progress = on_progress
        self._cancel = cancel
        self._listed: list[LeftOut] = []
        self._counts: Counter[str] = Counter()
        self._contradictions: list[LeftOut] = []
        self._contradictory: Counter[str] = Counter()
        self._notes: dict[str, None] = {}
        self._passed: dict[tuple[str, str, str], list[int]] = {}
        self._passed_counts: Counter[tuple[str, str, str]] = Counter()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was left out, the first 10,000 of it."""
        return tuple(self._listed)

    @property
    def left_out_counts(self) -> dict[str, int]:
        """How many rows were left out, by the name of their file."""
        return dict(self._counts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was decided by looking and what was altered: how much, and where."""
        counted = []
        for (file, one, many), lines in self._passed.items():
            count = self._passed_counts[file, one, many]
            ellipsis = ", …" if count > len(lines) else ""
            places = "lines " if count > 1 else "line "
            places += ", ".join(f"{line:,}" for line in lines) + ellipsis
            counted.append(f"{file}: {count:,} {one if count == 1 else many} ({places})")
        return (*self._notes, *counted)

    def note(self, path: Path, text: str) -> None:
        """Say something about a file that whoever gave it should know."""
        self._notes[f"{path.name}: {text}"] = None

    def passed(self, path: Path, line: int, one: str, many: str) -> None:
        """Count something that was altered or passed over without harm, and where."""
        key = (path.name, one, many)
        self._passed_counts[key] += 1
        lines = self._passed.setdefault(key, [])
        if len(lines) < LINES_NAMED:
            lines.append(line)

    def bad(self, error: InputError) -> None:
        """Raise the error, or put its row on the list."""
        if not self.keep_good:
            error.one_row = True
            raise error
        self._counts[error.path.name] += 1
        if len(self._listed) < MOST_LISTED:
            self._listed.append(LeftOut(error.path.name, error.line, error.error_message))

    @property
    def contradictions(self) -> tuple[LeftOut, ...]:
        """The pairs whose judgments contradicted each other, the first 10,000 of them."""
        return tuple(self._contradictions)

    @property
    def contradictions_count(self) -> int:
        """How many pairs had judgments that contradicted each other."""
        return sum(self._contradictory.values())

    @property
    def contradictions_sentence(self) -> str:
        """How many pairs had contradictory judgments and what was done; "" for none."""
        total = sum(self._contradictory.values())
        if not total or self.rule is None:
            return ""
        files = ", ".join(f"{name} {count:,}" for name, count in self._contradictory.items())
        pairs = "1 pair has" if total == 1 else f"{total:,} pairs have"
        return f"{pairs} contradictory judgments ({files}): {WORDS[self.rule]}."

    def contradiction(self, path: Path, line: int, reason: str) -> None:
        """Count and list a pair whose judgments contradicted each other."""
        self._contradictory[path.name] += 1
        if len(self._contradictions) < MOST_LISTED:
            self._contradictions.append(LeftOut(path.name, line, reason))

    @contextmanager
    def row(self) -> Iterator[None]:
        """What goes wrong in the block is wrong with one row."""
        try:
            yield
        except InputError as error:
            self.bad(error)

    def at(self, what: str, number: int, done: int, total: int) -> None:
        """Tell of every 500th row, `done` of `total` in bytes or files."""
        if number % TOLD_EVERY:
            return
        if self._cancel is not None and self._cancel():
            raise Cancelled("the import was cancelled: nothing was changed")
        if self._on_progress is not None:
            self._on_progress(what, min(done, total), total)
