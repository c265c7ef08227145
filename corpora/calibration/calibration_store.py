"""Scores and floors of calibrations, kept for each corpus and version of a model.

Damaged files are passed over: everything here can be measured again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from corpora.readers.input_errors import from_system
from engine.types.calibration.reliability import Floor, Isotonic, KeptFloor
from engine.types.calibration.scores import CalibrationKey, CalibrationScores
from system.storage import cache_folder, write_text_atomically

FORMAT = 1
REMEDY = "make the cache folder readable and writable, or set CROSSEXAM_CACHE to another"
_UNREADABLE = (ValueError, KeyError, TypeError)


class CalibrationStore:
    """Two small JSON files a corpus and model: the measured scores, and the floor to go by."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else cache_folder() / "calibration"

    def path(self, key: CalibrationKey, kind: str) -> Path:
        """The file of this kind, "scores" or "floor"; a hash, so that no name becomes a path."""
        framed = json.dumps(astuple(key))
        digest = hashlib.sha256(framed.encode("ascii")).hexdigest()[:32]
        return self._folder / f"{digest}.{kind}.json"

    def scores(self, key: CalibrationKey) -> CalibrationScores | None:
        """What was measured so far; None where nothing was."""
        values = self._read(key, "scores")
        if values is None:
            return None
        try:
            return CalibrationScores(
                key,
                {str(t): _floats(scores) for t, scores in values["logits"].items()},
                {str(stage): _floats(scores) for stage, scores in values["best"].items()},
                {str(doc): str(parent) for doc, parent in values["parents"].items()},
                str(values["candidates"]),
                float(values["at"]),
            )
        except (*_UNREADABLE, AttributeError):
            return None

    def keep_scores(self, scores: CalibrationScores) -> None:
        """Keep what was measured, in place of what was kept before."""
        values = {name: getattr(scores, name) for name in ("best", "parents", "candidates", "at")}
        self._write(scores.key, "scores", {"logits": scores.logits, **values})

    def floor(self, key: CalibrationKey) -> KeptFloor | None:
        """The floor that searches of this corpus go by; None where none is kept."""
        values = self._read(key, "floor")
        if values is None:
            return None
        try:
            isotonic = values["isotonic"]
            corners = _tuple(isotonic["scores"]), _tuple(isotonic["shares"])
            if not corners[0] or len(corners[0]) != len(corners[1]):
                return None
            floor = dict(values["floor"])
            for name in ("interval", "held_out_interval"):
                floor[name] = _tuple(floor[name])
            return KeptFloor(
                Floor(**floor),
                int(values["from_grade"]),
                Isotonic(*corners),
                _pair(values["answerable"]),
                _pair(values["unanswerable"]),
                float(values["at"]),
            )
        except _UNREADABLE:
            return None

    def keep_floor(self, key: CalibrationKey, kept: KeptFloor | None) -> None:
        """Have searches go by this floor; None: by none any more."""
        if kept is None:
            path = self.path(key, "floor")
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise from_system(path, error, REMEDY) from error
        else:
            self._write(key, "floor", asdict(kept))

    def version(self, key: CalibrationKey) -> tuple[float, float]:
        """Changes whenever something is kept: when the two files were written, 0 without."""
        return _written(self.path(key, "scores")), _written(self.path(key, "floor"))

    def floors(self, fingerprint: str) -> int:
        """How many floors are kept of a corpus."""
        return len(self._files(fingerprint, "floor"))

    def remove(self, fingerprint: str) -> None:
        """Remove what is kept of a corpus."""
        for file in self._files(fingerprint, "*"):
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def _files(self, fingerprint: str, kind: str) -> list[Path]:
        """The readable files of this kind that are of a corpus."""
        files = []
        for file in sorted(self._folder.glob(f"*.{kind}.json")):
            try:
                if json.loads(file.read_text("utf-8"))["key"]["fingerprint"] == fingerprint:
                    files.append(file)
            except (OSError, *_UNREADABLE):
                continue
        return files

    def _read(self, key: CalibrationKey, kind: str) -> dict[str, Any] | None:
        path = self.path(key, kind)
        try:
            values = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise from_system(path, error, REMEDY) from error
        is_ours = isinstance(values, dict) and values.get("format") == FORMAT
        return values if is_ours and values.get("key") == asdict(key) else None

    def _write(self, key: CalibrationKey, kind: str, values: Mapping[str, Any]) -> None:
        path = self.path(key, kind)
        content = {"format": FORMAT, "key": asdict(key), **values}
        try:
            write_text_atomically(path, json.dumps(content) + "\n")
        except OSError as error:
            raise from_system(path, error, REMEDY) from error


def _floats(values: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in values.items()}


def _tuple(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _pair(values: Any) -> tuple[int, int]:
    first, second = values
    return int(first), int(second)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
