"""Queries in three parts: to train on, to choose a checkpoint by, and to report once.

A query's part follows from its text alone, so it never moves: not when queries are added,
not when a model is trained a second time, and the same words never stand in two parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from engine.types import Query

TRAIN, DEV, TEST = "train", "dev", "held-out"
DEV_FROM, TEST_FROM = 0.4, 0.55  # shares: 40% train, 15% dev, 45% held out


@dataclass(frozen=True, slots=True)
class QuerySplit:
    """The queries of each part, in their first order."""

    train: tuple[Query, ...]
    dev: tuple[Query, ...]
    test: tuple[Query, ...]

    def kept_out(self) -> frozenset[str]:
        """The texts, folded, that no training example may have as its query."""
        return frozenset(folded(query.text) for query in (*self.dev, *self.test))


def split_queries(queries: Iterable[Query]) -> QuerySplit:
    """The three parts of these queries."""
    parts: dict[str, list[Query]] = {TRAIN: [], DEV: [], TEST: []}
    for query in queries:
        parts[part_of(query.text)].append(query)
    return QuerySplit(*(tuple(parts[name]) for name in (TRAIN, DEV, TEST)))


def part_of(text: str) -> str:
    """The part of a query with this text, its case and spacing aside."""
    digest = hashlib.sha256(folded(text).encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return TRAIN if place < DEV_FROM else DEV if place < TEST_FROM else TEST


def folded(text: str) -> str:
    """The text without its case and its spacing."""
    return " ".join(text.split()).casefold()
