"""How a source is read: what happens to a bad row, in which encoding, and who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpora.complaints import InputError
from search.contradictions import CHOICE, RULES, WITH_GOOD_ROWS, WORDS, Rule
from search.types import Cancel, Cancelled, CrossExamError

MOST_LISTED = 10_000
TOLD_EVERY = 500
UTF_8 = "utf-8"
# One byte a character, so that lines can be told apart before they are decoded.
ENCODINGS = (UTF_8, "windows-1252", "iso-8859-1")

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not taken in; `line` is None for a file that was left out whole."""

    file: str
    line: int | None
    reason: str


class Reading:
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
        on_progress: Told | None = None,
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

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was left out, the first 10,000 of it."""
        return tuple(self._listed)

    @property
    def left_out_counts(self) -> dict[str, int]:
        """How many rows were left out, by the name of their file."""
        return dict(self._counts)

    def bad(self, error: InputError) -> None:
        """Raise the error, or put its row on the list."""
        if not self.keep_good:
            raise error
        self._counts[error.path.name] += 1
        if len(self._listed) < MOST_LISTED:
            self._listed.append(LeftOut(error.path.name, error.line, error.complaint))

    @property
    def contradictions(self) -> tuple[LeftOut, ...]:
        """The pairs whose judgments contradicted each other, the first 10,000 of them."""
        return tuple(self._contradictions)

    @property
    def contradictions_sentence(self) -> str:
        """How many pairs had contradictory judgments and what was done; "" for none."""
        total = sum(self._contradictory.values())
        if not total or self.rule is None:
            return ""
        files = ", ".join(f"{name} {count:,}" for name, count in self._contradictory.items())
        pairs = "1 pair has" if total == 1 else f"{total:,} pairs have"
        return f"{pairs} contradictory judgments ({files}): {WORDS[self.rule]}."

    def contradiction(self, path: Path, line: int, told: str) -> None:
        """Count and list a pair whose judgments contradicted each other."""
        self._contradictory[path.name] += 1
        if len(self._contradictions) < MOST_LISTED:
            self._contradictions.append(LeftOut(path.name, line, told))

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
