"""`senses` with gaps in its judgments, for what works on documents that nobody judged."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpora.builtin import senses
from tests.library_rows import in_library

SENSES = Path(senses.__file__).parent / "bundled" / "senses"


def write_gaps(folder: Path) -> Path:
    """A BEIR folder: senses' documents and queries, and the half of its judgments by a hash."""
    path = folder / "gaps"
    shutil.copytree(SENSES, path)
    qrels = path / "qrels" / "test.tsv"
    head, *rows = qrels.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if zlib.crc32(row.encode()) % 2]
    qrels.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return path


@contextmanager
def with_gaps(cache: Path, folder: Path) -> Iterator[str]:
    """The name under which it can be chosen, for as long as the block runs."""
    with in_library(cache, write_gaps(folder)) as name:
        yield name
