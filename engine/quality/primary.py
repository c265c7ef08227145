"""The headline measure of one list, for curves, trainings and the heads of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.quality.measure_functions import values_by_query
from engine.quality.ndcg import ndcg
from engine.types import Qrel
from engine.types.registries.measures import NDCG, PRIMARY

TOP = 10
ONE = "query"


def primary_of(doc_ids: Sequence[str], grades: Mapping[str, int]) -> float:
    """The value of `PRIMARY` for the list, best first; `grades` are of its query's judgments.

    nDCG is computed here, for curves ask for it of many thousand lists.
    """
    if PRIMARY is NDCG:
        return ndcg(doc_ids, grades, TOP)
    if not grades:
        return PRIMARY.worst
    ranking = {ONE: [(doc_id, float(-place)) for place, doc_id in enumerate(doc_ids)]}
    qrels = [Qrel(ONE, doc_id, grade) for doc_id, grade in grades.items()]
    return values_by_query([PRIMARY], ranking, qrels, depth=TOP)[ONE][PRIMARY.at(TOP)]
