"""Saved quality runs of a corpus: a small head and a body for each, in files of JSON.

The head is written last and removed first, so a run is either there as a whole or not.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from corpora.complaints import from_system, in_file
from search.storage import cache_folder, write_text_atomically
from search.types import CrossExamError

VERSION = 1
_NAME = re.compile(r"[0-9A-Za-z_-]{1,128}")


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run that can be opened: its id, when it was saved (epoch seconds), head and bytes."""

    run_id: str
    saved_at: float
    head: Mapping[str, Any]
    size_bytes: int


class RunStore:
    """The runs of one corpus, by its fingerprint."""

    def __init__(self, fingerprint: str, folder: Path | None = None) -> None:
        if not _NAME.fullmatch(fingerprint):
            raise CrossExamError(f"fingerprint is {fingerprint[:80]!r}: not one of a corpus")
        base = folder if folder is not None else cache_folder() / "runs"
        self._folder = base / fingerprint

    def save(self, head: Mapping[str, Any], body: Any) -> SavedRun:
        """Keep a run, whole or not at all."""
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        try:
            names = (stamp if n == 1 else f"{stamp}-{n}" for n in count(1))
            run_id = next(n for n in names if not self._head(n).exists())
            write_text_atomically(self._body(run_id), json.dumps(body, ensure_ascii=False))
            content = {"version": VERSION, "saved_at": now, "head": dict(head)}
            write_text_atomically(self._head(run_id), json.dumps(content, ensure_ascii=False))
        except OSError as error:
            remedy = "make room and make it writable, or set CROSSEXAM_CACHE to another folder"
            raise from_system(self._folder, error, remedy) from error
        return SavedRun(run_id, now, dict(head), self._body(run_id).stat().st_size)

    def runs(self) -> tuple[SavedRun, ...]:
        """All runs, the newest first; a head that cannot be read is passed over."""
        found = []
        for path in self._folder.glob("*.head.json"):
            run_id = path.name.removesuffix(".head.json")
            try:
                content = json.loads(path.read_text(encoding="utf-8"))
                if content["version"] != VERSION or not _NAME.fullmatch(run_id):
                    continue
                size = self._body(run_id).stat().st_size
                found.append(SavedRun(run_id, float(content["saved_at"]), content["head"], size))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return tuple(sorted(found, key=lambda run: (-run.saved_at, run.run_id)))

    def body(self, run_id: str) -> Any:
        """What was saved; raises CrossExamError for a run that is gone or damaged."""
        path = self._body(self._checked(run_id))
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise CrossExamError(f"run {run_id} is gone: it was deleted; run it again") from error
        except OSError as error:
            raise from_system(path, error, "make it readable") from error
        except ValueError as error:
            raise in_file(path, "the saved run is damaged: delete it and run it again") from error

    def delete(self, run_id: str) -> None:
        """Forget a run for good."""
        self._head(self._checked(run_id)).unlink(missing_ok=True)
        self._body(run_id).unlink(missing_ok=True)

    def _checked(self, run_id: str) -> str:
        if not _NAME.fullmatch(run_id):
            raise CrossExamError(f"run is {run_id[:80]!r}: not the id of a saved run")
        return run_id

    def _head(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.head.json"

    def _body(self, run_id: str) -> Path:
        return self._folder / f"{run_id}.body.json"
