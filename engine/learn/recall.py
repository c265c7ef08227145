"""The recall ceiling: what share of the relevant documents a list holds, by its depth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def recall(doc_ids: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """The share of the relevant documents (graded above 0) among the first k.

    Raises ValueError where no document is relevant: a share of none is nothing.
    """
    relevant = {doc_id for doc_id, grade in grades.items() if grade > 0}
    if not relevant:
        raise ValueError("no document is relevant: leave such a query out")
    return len(relevant.intersection(doc_ids[:k])) / len(relevant)


def recall_curve(
    lists: Mapping[str, Sequence[str]],
    grades: Mapping[str, Mapping[str, int]],
    points: Sequence[int],
) -> dict[int, float]:
    """The mean recall at each of the points over the queries with a relevant document.

    `lists` and `grades` are by query id; a query without a list found nothing.
    """
    judged_query_ids = [
        query for query, query_grades in grades.items() if any(g > 0 for g in query_grades.values())
    ]
    if not judged_query_ids:
        raise ValueError("no query has a relevant document: choose a judged corpus")
    return {
        k: math.fsum(recall(lists.get(query, ()), grades[query], k) for query in judged_query_ids)
        / len(judged_query_ids)
        for k in points
    }
