"""Reads the queries that no document of a corpus answers, kept apart from its query set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpora.judgments.queries import read_queries
from corpora.readers.input_errors import in_file, shown
from corpora.readers.read_options import ReadOptions
from engine.types import Query


def read_unanswerable(
    path: Path, queries: Sequence[Query], read_options: ReadOptions | None = None
) -> tuple[Query, ...]:
    """The queries of a file that holds those without an answer, in any form of a query file.

    Raises CrossExamError where one has the id or the text of one of `queries`: a query has an
    answer or has none.
    """
    unanswerable = read_queries(path, read_options)
    ids = {query.query_id for query in queries}
    texts = {query.text.casefold() for query in queries}
    for query in unanswerable:
        for what, value, is_taken in (
            ("id", query.query_id, query.query_id in ids),
            ("text", query.text, query.text.casefold() in texts),
        ):
            if is_taken:
                raise in_file(
                    path,
                    f"the {what} {shown(value)} is also that of a query of the query set: leave "
                    "it in one of the two files",
                )
    return unanswerable
