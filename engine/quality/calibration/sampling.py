"""Which judged pairs a calibration takes, where there are more than it reads in reasonable time."""

from __future__ import annotations

import random
from collections.abc import Mapping

MOST_PAIRS = 5_000
SEED = 20_261_129


def sampled(
    grades: Mapping[tuple[str, str], int], most: int = MOST_PAIRS, *, seed: int = SEED
) -> dict[tuple[str, str], int]:
    """The pairs (query, document) of whole queries, drawn until the next would be over `most`.

    All of them where they are no more than that; always the same for the same pairs.
    """
    if len(grades) <= most:
        return dict(grades)
    by_query: dict[str, dict[tuple[str, str], int]] = {}
    for (query_id, doc_id), grade in grades.items():
        by_query.setdefault(query_id, {})[query_id, doc_id] = grade
    order = sorted(by_query)
    random.Random(seed).shuffle(order)
    taken: dict[tuple[str, str], int] = {}
    for query_id in order:
        if taken and len(taken) + len(by_query[query_id]) > most:
            break
        taken |= by_query[query_id]
    return taken
