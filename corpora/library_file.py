"""The file that remembers which paths were indexed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from search.storage import write_text_atomically

VERSION = 1


@dataclass(frozen=True, slots=True)
class StoredPath:
    """A corpus that was read from `path`, as it was then."""

    name: str
    path: str
    documents: int
    fingerprint: str


def read_stored(file: Path) -> tuple[tuple[StoredPath, ...], str | None]:
    """(what is remembered, a warning or None); a damaged file is moved aside.

    Raises OSError for a file that is there but cannot be read.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return (), None
    try:
        return _parsed(data), None
    except (ValueError, KeyError, TypeError, RecursionError):
        aside = file.with_name(file.name + ".damaged")
        file.replace(aside)
        return (), (
            f"{file} was damaged and is set aside as {aside.name}: "
            "open your corpora by their paths once more"
        )


def write_stored(file: Path, stored: Sequence[StoredPath]) -> None:
    """Write the file, whole or not at all."""
    content = {"version": VERSION, "corpora": [asdict(entry) for entry in stored]}
    write_text_atomically(file, json.dumps(content, indent=1) + "\n")


def _parsed(data: bytes) -> tuple[StoredPath, ...]:
    content = json.loads(data)
    if content["version"] != VERSION:
        raise ValueError(content["version"])
    stored = tuple(StoredPath(**row) for row in content["corpora"])
    for entry in stored:
        texts = (entry.name, entry.path, entry.fingerprint)
        if not all(isinstance(text, str) and text for text in texts):
            raise TypeError(entry)
        if not isinstance(entry.documents, int):
            raise TypeError(entry)
    if len({entry.name for entry in stored}) < len(stored):
        raise ValueError("a name met twice")
    return stored
