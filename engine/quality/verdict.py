"""Whether a reranker is worth its time on a corpus, in words that anybody can read."""

from __future__ import annotations

from engine.quality.significance import ALIKE, Difference
from engine.search.movement import duration
from engine.types.wording.numbers import signed


def reranking_verdict(difference: Difference, seconds: float | None) -> str:
    """Yes, No, Not shown or No difference, and on how many queries.

    `seconds` is a query's cost, None where it is not known.

    "Yes" and "No" both need a difference that chance does not explain, by the p value that is
    corrected for the other comparisons. What may be chance is neither: it is "Not shown".
    """
    better, worse = difference.better, difference.worse
    queries, cost = _queries(difference.queries), _cost(seconds)
    if not better and not worse:
        return f"No difference: the reranker changes nothing on {queries}{cost}."
    if abs(difference.difference) < ALIKE:
        return (
            f"No difference: the reranker is better on {better} of {queries} and worse on "
            f"{worse}, which balances{cost}."
        )
    gain = difference.gain > 0
    count = f"{better if gain else worse} of {queries}"
    but_phrase = _but(worse, "worse") if gain else _but(better, "better")
    if not difference.significant:
        return (
            f"Not shown: the reranker is {'better' if gain else 'worse'} on {count}{but_phrase}; "
            f"{signed(difference.difference, 3)} {difference.measure} may be chance "
            f"({difference.p_words}){cost}."
        )
    if gain:
        return f"Yes: the reranker makes this corpus better on {count}{but_phrase}{cost}."
    return f"No: the reranker makes this corpus worse on {count}{but_phrase}{cost}."


def _queries(n: int) -> str:
    return f"{n:,} {'query' if n == 1 else 'queries'}"


def _but(count: int, how: str) -> str:
    return f", {how} on {count}" if count else ""


def _cost(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds >= 0:
        return f", and it adds {duration(seconds)} a query"
    return f", and it saves {duration(-seconds)} a query"
