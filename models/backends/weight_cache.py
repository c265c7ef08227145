"""Converted models on disk: written whole, checked by checksum, rebuilt when damaged."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.types import CrossExamError
from system.storage import sha256_of, sync_folder, sync_tree

MANIFEST = "manifest.json"


class WeightCache:
    """Artifacts, each a folder of files with a manifest of their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, name: str) -> Path:
        return self._folder / name

    def checked(self, name: str, source: str) -> Path | None:
        """The folder of an undamaged artifact of `source`, else None.

        `source` identifies what it was converted from (a checksum), so that another
        version of the carrier package is never mixed up with this one.
        """
        folder = self.folder(name)
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            files = manifest["files"]
            good = manifest["source"] == source and bool(files)
            good = good and all(sha256_of(folder / file) == sha for file, sha in files.items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return folder if good else None

    def build(self, name: str, source: str, write: Callable[[Path], None]) -> Path:
        """Have `write` fill a temporary folder, then move it into place."""
        folder = self.folder(name)
        temporary: Path | None = None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=self._folder))
            write(temporary)
            files = {path.name: sha256_of(path) for path in sorted(temporary.iterdir())}
            manifest = json.dumps({"source": source, "files": files}, indent=1)
            (temporary / MANIFEST).write_text(manifest, encoding="utf-8")
            sync_tree(temporary)
            self._replace(temporary, folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise CrossExamError(
                f"the converted model cannot be written to {folder}: {error.strerror}; free some "
                "space or set CROSSEXAM_CACHE to a folder that can be written"
            ) from error
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
        return folder

    def ready(self, name: str, source: str, write: Callable[[Path], None]) -> Path:
        """The checked artifact, built first when it is absent or damaged."""
        return self.checked(name, source) or self.build(name, source, write)

    @staticmethod
    def _replace(temporary: Path, folder: Path) -> None:
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=".old.", dir=folder.parent))
            folder.replace(old / "damaged")
            shutil.rmtree(old, ignore_errors=True)
        try:
            temporary.replace(folder)
        except OSError:
            if not folder.exists():  # else another process was faster with the same content
                raise
