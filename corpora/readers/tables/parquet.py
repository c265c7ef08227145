"""Reads the rows of a Parquet file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpora.readers.input_errors import bytes_in_words, in_file
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import Row

ROWS_AT_ONCE = 1000
LARGEST_UNPACKED = 2_000_000_000


def parquet_rows(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    """(number, row) of every row, read a thousand at a time."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            metadata = file.metadata
            groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
            size = sum(group.total_byte_size for group in groups)
            if size > LARGEST_UNPACKED:
                raise in_file(
                    path,
                    f"unpacked it has {bytes_in_words(size)}, over the limit of "
                    f"{bytes_in_words(LARGEST_UNPACKED)}: split it into several files",
                )
            number = 0
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    read_options.at(f"reading {path.name}, rows", number, number, metadata.num_rows)
                    yield number, row
    except (pyarrow.ArrowException, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise in_file(
            path, f"no Parquet file that can be read ({reason}): write it anew"
        ) from error
