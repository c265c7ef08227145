"""Embeddings that are being computed: every batch on disk as soon as it is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np

from corpora.readers.input_errors import from_system
from engine.types import Floats
from system.storage import atomic_path, sha256_of

DIGITS = 16


class EmbeddingParts:
    """The batches 0, 1, 2 … in a folder, each written whole or not at all.

    A file's name carries the start of its SHA-256. The parts that count are those from 0
    on without a gap that read as they were written; whatever follows is removed.
    """

    def __init__(self, folder: Path, batch: int) -> None:
        self._folder = folder
        self._batch = batch
        self._paths: list[Path] = []
        self.dimensions = 0

    def resume(self, total: int) -> int:
        """How many rows are there to go on from, of `total`; what is damaged is removed."""
        self._paths, n_rows = [], 0
        try:
            path_of = {path.name.split("-")[0]: path for path in self._folder.glob("*-*.npy")}
            for part_number in count():
                path = path_of.get(f"{part_number:06d}")
                part_rows = min(self._batch, total - n_rows)
                if path is None or part_rows <= 0 or not self._is_sound(path, part_rows):
                    break
                del path_of[f"{part_number:06d}"]
                self._paths.append(path)
                n_rows += part_rows
            for path in path_of.values():
                path.unlink()
        except OSError as error:
            raise from_system(
                self._folder, error, "make the cache folder readable and writable"
            ) from error
        return n_rows

    def append(self, rows: Floats) -> None:
        """Keep the next batch."""
        number = len(self._paths)
        try:
            unsigned_file = self._folder / f"{number:06d}.npy"
            with atomic_path(unsigned_file) as temporary:
                np.save(temporary, np.ascontiguousarray(rows, np.float32), allow_pickle=False)
                part_file = self._folder / f"{number:06d}-{sha256_of(temporary)[:DIGITS]}.npy"
            unsigned_file.replace(part_file)
        except OSError as error:
            remedy = "free some space, or set CROSSEXAM_CACHE to a folder that can be written"
            raise from_system(self._folder, error, remedy) from error
        self._paths.append(part_file)
        self.dimensions = int(rows.shape[1])

    def rows(self) -> Iterator[tuple[int, Floats]]:
        """(number of its first row, rows) of every part."""
        first = 0
        for path in self._paths:
            rows = np.load(path, allow_pickle=False)
            yield first, rows
            first += len(rows)

    def remove(self) -> None:
        """Remove all parts."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._paths = []

    def _is_sound(self, path: Path, rows: int) -> bool:
        if sha256_of(path)[:DIGITS] != path.stem.split("-")[1]:
            return False
        try:
            part = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError):
            return False
        if part.dtype != np.float32 or part.ndim != 2 or len(part) != rows:
            return False
        if self.dimensions not in (0, part.shape[1]):
            return False
        self.dimensions = int(part.shape[1])
        return True
