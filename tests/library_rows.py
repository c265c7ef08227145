"""The library's list, put back as it was when a test ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpora.stores.database import Database
from corpora.stores.library_table import StoredPath, forget, keep, stored_paths
from workbench.workbench import Workbench


def listed(folder: Path) -> tuple[StoredPath, ...]:
    """What the library in this cache folder remembers."""
    with Database(folder).reading() as connection:
        return () if connection is None else stored_paths(connection)


@contextmanager
def in_library(cache: Path, path: Path) -> Iterator[str]:
    """The name under which the corpus at this path can be chosen while the block runs."""
    bench = Workbench()
    with kept_library(cache):
        bench.corpora.remember(bench.corpora.open(path), path)
        yield next(entry.name for entry in bench.corpora.entries() if entry.source == str(path))


@contextmanager
def kept_library(folder: Path) -> Iterator[None]:
    """The list at the end of the block is what it was at its beginning."""
    before = listed(folder)
    try:
        yield
    finally:
        with Database(folder).writing() as connection:
            for entry in stored_paths(connection):
                if entry not in before:
                    forget(connection, entry.name)
            for entry in before:
                keep(connection, entry)
