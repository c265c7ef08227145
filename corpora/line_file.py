"""A corpus' own file of JSON lines, read once for each of its versions."""

from __future__ import annotations

import re
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Generic, TypeVar

from corpora.complaints import from_system
from search.types import CrossExamError

T = TypeVar("T")
_FINGERPRINT = re.compile(r"[0-9A-Za-z_-]{1,128}")


class LineFile(ABC, Generic[T]):
    """The rows of `<fingerprint>.jsonl` in a folder; threads may share it."""

    def __init__(self, fingerprint: str, folder: Path) -> None:
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise CrossExamError(f"fingerprint is {fingerprint[:80]!r}: not one of a corpus")
        self.path = folder / f"{fingerprint}.jsonl"
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int], tuple[T, ...], int] | None = None

    @abstractmethod
    def _row(self, line: bytes) -> T | None:
        """The line as a row, None where it is damaged."""

    @property
    def version(self) -> tuple[int, int]:
        """Changes with every row: for caches of what was computed from them."""
        try:
            found = self.path.stat()
        except OSError:
            return 0, 0
        return found.st_size, found.st_mtime_ns

    @property
    def damaged(self) -> int:
        """How many lines could not be read."""
        return self._parsed()[1]

    def _parsed(self) -> tuple[tuple[T, ...], int]:
        """The rows in order, and how many lines are damaged."""
        version = self.version
        known = self._read
        if known is not None and known[0] == version:
            return known[1], known[2]
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = []
        except OSError as error:
            remedy = "make it readable, or set CROSSEXAM_CACHE to another folder"
            raise from_system(self.path, error, remedy) from error
        read = [self._row(line) for line in lines if line.strip()]
        found = tuple(row for row in read if row is not None)
        self._read = (version, found, len(read) - len(found))
        return found, len(read) - len(found)
