"""nDCG@k of one list, with trec_eval's linear gain: for curves of many thousand lists.

Jarvelin & Kekalainen 2002. A test holds it against ir_measures, which gives the figures
that are shown as results.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(doc_ids: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """DCG@k of the list over the best that the judgments allow, 0 without a relevant one."""
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    if not best:
        return 0.0
    gains = [max(0, grades.get(doc_id, 0)) for doc_id in doc_ids[:k]]
    return _dcg(gains) / _dcg(best)


def _dcg(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
