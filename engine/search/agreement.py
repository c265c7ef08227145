"""How alike two rankings are."""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import Agreement, Ranking

RBO_P = 0.9


def agreement(left: Ranking, right: Ranking, *, k: int = 10) -> Agreement:
    """Kendall's tau over the shared documents, RBO over both lists, overlap of the top k.

    Where both lists are shorter than k, the overlap is of that many and its `k` says so.
    """
    a, b = left.ids(), right.ids()
    return Agreement(
        left=left.stage,
        right=right.stage,
        tau=kendall_tau(a, b),
        rbo=rbo(a, b),
        overlap=overlap(a, b, k),
        k=min(k, max(len(a), len(b))) or k,
        shared=len(set(a) & set(b)),
    )


def kendall_tau(left: Sequence[str], right: Sequence[str]) -> float | None:
    """(concordant - discordant) / pairs, over documents in both lists; -1 to 1.

    Kendall 1938. None where the lists share fewer than two documents.
    """
    place = {doc_id: i for i, doc_id in enumerate(right)}
    order = [place[doc_id] for doc_id in left if doc_id in place]
    pairs = len(order) * (len(order) - 1) // 2
    if pairs == 0:
        return None
    discordant = _inversions(order)
    return (pairs - 2 * discordant) / pairs


def _inversions(order: Sequence[int]) -> int:
    """How many pairs stand in the wrong order, by merge sort."""
    if len(order) < 2:
        return 0
    middle = len(order) // 2
    left, right = sorted(order[:middle]), sorted(order[middle:])
    count = _inversions(order[:middle]) + _inversions(order[middle:])
    i = 0
    for value in right:
        while i < len(left) and left[i] < value:
            i += 1
        count += len(left) - i
    return count


def rbo(left: Sequence[str], right: Sequence[str], *, p: float = RBO_P) -> float:
    """Extrapolated rank-biased overlap, 0 (disjoint) to 1 (identical).

    Webber, Moffat & Zobel 2010, "A similarity measure for indefinite rankings",
    equation 32; with p = 0.9 the first ten places carry 86% of the weight. Two empty
    lists agree fully.
    """
    shorter, longer = sorted((left, right), key=len)
    s, n = len(shorter), len(longer)
    if n == 0:
        return 1.0
    if s == 0:
        return 0.0
    seen_short: set[str] = set()
    seen_long: set[str] = set()
    common = common_at_s = 0
    total = 0.0
    for depth in range(1, n + 1):
        if depth <= s:
            seen_short.add(shorter[depth - 1])
            common += shorter[depth - 1] in seen_long
        seen_long.add(longer[depth - 1])
        common += longer[depth - 1] in seen_short
        if depth == s:
            common_at_s = common
        total += common / depth * p**depth
        if depth > s:
            total += common_at_s * (depth - s) / (s * depth) * p**depth
    extrapolated = ((common - common_at_s) / n + common_at_s / s) * p**n
    return (1 - p) / p * total + extrapolated


def overlap(left: Sequence[str], right: Sequence[str], k: int = 10) -> float:
    """The share of the top k that both lists hold; of fewer where both are shorter."""
    depth = min(k, max(len(left), len(right)))
    if depth == 0:
        return 1.0
    return len(set(left[:k]) & set(right[:k])) / depth
