"""Whether a reranker is worth its time on a corpus, in words that anybody can read."""

from __future__ import annotations

from search.movement import duration
from search.significance import Difference


def reranking_verdict(difference: Difference, seconds: float) -> str:
    """Yes, no, or not shown, and on how many queries; `seconds` is what a query costs more.

    "Yes" needs a gain that chance does not explain. A loss, or no gain at all, is a "No" even
    where chance may explain it: the time is spent in either case.
    """
    n, better, worse = difference.queries, difference.better, difference.worse
    if not better and not worse:
        return f"No: the reranker changes nothing on {_queries(n)}{_cost(seconds)}."
    if difference.difference > 0:
        if difference.significant:
            return (
                f"Yes: the reranker makes this corpus better on {better} of {_queries(n)}"
                f"{_but(worse, 'worse')}{_cost(seconds)}."
            )
        return (
            f"Not shown: the reranker is better on {better} of {_queries(n)}"
            f"{_but(worse, 'worse')}, which may be chance{_cost(seconds)}."
        )
    chance = "" if difference.significant or difference.difference == 0 else ", which may be chance"
    return (
        f"No: the reranker makes this corpus worse on {worse} of {_queries(n)}"
        f"{_but(better, 'better')}{chance}{_cost(seconds)}."
    )


def _queries(n: int) -> str:
    return f"{n:,} {'query' if n == 1 else 'queries'}"


def _but(count: int, how: str) -> str:
    return f", {how} on {count}" if count else ""


def _cost(seconds: float) -> str:
    if seconds >= 0:
        return f", and adds {duration(seconds)} a query"
    return f", and saves {duration(-seconds)} a query"
