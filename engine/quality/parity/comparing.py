"""Two rankers' scores of the same pairs as figures: differences, scale, order, other documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.explain.correlation import spearman
from engine.quality.calibration.platt import sigmoid
from engine.search.ranking import rank
from engine.types import MOST_DRIFT, MOST_DRIFT_FASTEST, RUNS_FOR
from engine.types.parity.report import (
    MONOTONE,
    OTHER,
    SAME,
    SIGMOID_OF_A,
    SIGMOID_OF_B,
    TOP,
    Differences,
    PairOfScores,
    QueryParity,
    Turned,
)

Values = NDArray[np.float64]
SAME_LOGITS = MOST_DRIFT_FASTEST  # as far apart as two forms of one model may be
SHARE_OF_RANGE = 0.1  # and no more than this share of A's range: cosines lie close together
SAME_PROBABILITIES = 0.02  # the same after the sigmoid, with room for rounding
SAME_ORDER = 0.999  # Spearman's, from which two scales are said to hold one order
NEAR = 2 * MOST_DRIFT  # logits between a score and itself by another backend
FARTHEST_LOGIT = 16.0  # a probability nearer to 0 or 1 tells nothing in a float
LEAST_SENT = 5  # documents from which a falling order is no chance


def differences(pairs: Sequence[tuple[str, PairOfScores]]) -> Differences | None:
    """B − A over (query_id, pair); None without a pair."""
    if not pairs:
        return None
    apart = np.array([pair.b - pair.a for _, pair in pairs])
    distances = np.abs(apart)
    worst = int(distances.argmax())
    return Differences(
        len(pairs),
        float(distances[worst]),
        pairs[worst][0],
        pairs[worst][1].doc_id,
        float(apart.mean()),
        float(distances.mean()),
        float(np.median(distances)),
        float(np.percentile(distances, 99)) if len(pairs) >= RUNS_FOR[99] else None,
    )


def pearson(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's correlation, -1 to 1; None below three values, or where one side is all alike."""
    if len(left) < 3 or np.ptp(left) == 0 or np.ptp(right) == 0:
        return None
    return float(np.corrcoef(left, right)[0, 1])


def scale_of(queries: Sequence[QueryParity]) -> str:
    """How B's scores lie to A's: the same numbers, the other's sigmoid, one order, or neither.

    Judged by each query's sorted scores, so that scores at other documents are not taken for
    another scale; half of the queries decide.
    """
    pairs = [pair for query in queries for pair in query.pairs]
    if not pairs:
        return SAME
    a, b = (np.array([getattr(pair, side) for pair in pairs]) for side in ("a", "b"))
    if _probabilities(a) == _probabilities(b):
        limit = min(SAME_LOGITS, SHARE_OF_RANGE * float(np.ptp(a)))
        if _mostly(queries, lambda a, b: _apart_when_sorted(a, b) <= limit):
            return SAME
    elif _probabilities(b):
        if _mostly(queries, lambda a, b: _apart_when_sorted(sigmoid(a), b) <= SAME_PROBABILITIES):
            return SIGMOID_OF_A
    elif _mostly(queries, lambda a, b: _apart_when_sorted(a, sigmoid(b)) <= SAME_PROBABILITIES):
        return SIGMOID_OF_B
    order = spearman(a.tolist(), b.tolist())
    return MONOTONE if order is not None and order >= SAME_ORDER else OTHER


def on_probabilities(pair: PairOfScores, scale: str) -> PairOfScores:
    """The pair with both scores as probabilities, where one side is the sigmoid of the other."""
    a, b = pair.a, pair.b
    if scale == SIGMOID_OF_A:
        a = float(sigmoid(np.array(a)))
    elif scale == SIGMOID_OF_B:
        b = float(sigmoid(np.array(b)))
    return PairOfScores(pair.doc_id, a, b)


def is_permuted(pairs: Sequence[PairOfScores], scale: str) -> bool:
    """Whether B holds A's scores, but at other documents.

    At least two documents are far off, while the sorted scores are as near as those of one model
    in two precisions. Told on the scale of logits alone: probabilities lie too close together.
    """
    if scale not in (SAME, SIGMOID_OF_A, SIGMOID_OF_B) or len(pairs) < 2:
        return False
    a, b = _values(pairs)
    if scale == SIGMOID_OF_A:
        a, b = a.clip(-FARTHEST_LOGIT, FARTHEST_LOGIT), _logits(b)
    elif scale == SIGMOID_OF_B:
        a, b = _logits(a), b.clip(-FARTHEST_LOGIT, FARTHEST_LOGIT)
    elif _probabilities(a) and _probabilities(b):
        a, b = _logits(a), _logits(b)
    far = np.abs(a - b) > 2 * SAME_LOGITS
    return bool(far.sum() >= 2 and _apart_when_sorted(a, b) <= NEAR)


def in_sent_order(pairs: Sequence[PairOfScores]) -> bool:
    """Whether B's scores fall from the first document sent to the last, and A's do not."""
    if len(pairs) < LEAST_SENT:
        return False
    a, b = _values(pairs)
    return bool((np.diff(b) <= 0).all() and b[0] > b[-1] and (np.diff(a) > 0).any())


def compared_query(
    query_id: str, text: str, sent: int, pairs: Sequence[PairOfScores]
) -> QueryParity:
    """The figures of one query, by the pairs that both sides scored, in the order sent."""
    if not pairs:
        return QueryParity(query_id, text, sent, ())
    a, b = _values(pairs)
    worst = int(np.abs(b - a).argmax())
    by_a = [hit.doc_id for hit in rank((pair.doc_id, pair.a) for pair in pairs)]
    by_b = [hit.doc_id for hit in rank((pair.doc_id, pair.b) for pair in pairs)]
    top_a, top_b = by_a[:TOP], by_b[:TOP]
    return QueryParity(
        query_id,
        text,
        sent,
        tuple(pairs),
        largest=float(abs(b[worst] - a[worst])),
        largest_id=pairs[worst].doc_id,
        same_order=top_a == top_b,
        same_set=set(top_a) == set(top_b),
        overlap=len(set(top_a) & set(top_b)) / len(top_a),
        turned=_turned(by_a, by_b, {pair.doc_id: pair.a for pair in pairs}),
        spearman=spearman(a.tolist(), b.tolist()),
        sent_order=in_sent_order(pairs),
    )


def _turned(by_a: Sequence[str], by_b: Sequence[str], scores: dict[str, float]) -> Turned | None:
    """Of what either top ten holds, the two that B turned round and A holds farthest apart."""
    place = {doc_id: i for i, doc_id in enumerate(by_b)}
    listed = set(by_a[:TOP]) | set(by_b[:TOP])
    ids = [doc_id for doc_id in by_a if doc_id in listed]
    turned = [
        Turned(first, second, scores[first] - scores[second])
        for i, first in enumerate(ids)
        for second in ids[i + 1 :]
        if place[first] > place[second]
    ]
    return max(turned, key=lambda each: each.gap, default=None)


def _values(pairs: Sequence[PairOfScores]) -> tuple[Values, Values]:
    """(A's scores, B's scores), each of shape (len(pairs),)."""
    return np.array([pair.a for pair in pairs]), np.array([pair.b for pair in pairs])


def _probabilities(values: Values) -> bool:
    return bool(values.min() >= 0 and values.max() <= 1)


def _logits(probabilities: Values) -> Values:
    least = float(sigmoid(np.array(-FARTHEST_LOGIT)))
    inside = probabilities.clip(least, 1 - least)
    logits: Values = np.log(inside / (1 - inside))
    return logits


def _apart_when_sorted(a: Values, b: Values) -> float:
    return float(np.abs(np.sort(a) - np.sort(b)).max())


def _mostly(queries: Sequence[QueryParity], holds: Callable[[Values, Values], bool]) -> bool:
    """Whether it holds for at least half of the queries that have pairs."""
    held = [holds(*_values(query.pairs)) for query in queries if query.pairs]
    return 2 * sum(held) >= len(held)
