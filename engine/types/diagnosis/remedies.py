"""What remedies gave: the new rank, the cost, and what becomes of all other judged queries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LostQuery:
    """A query that a remedy makes worse, and by how much."""

    query_id: str
    text: str
    difference: float


@dataclass(frozen=True, slots=True)
class RemedyEffect:
    """nDCG@10 with the remedy minus without, over the other judged queries.

    `interval` is the 95% bootstrap interval of the mean difference; `losses` the queries that
    lose most, the worst first.
    """

    queries: int
    difference: float
    interval: tuple[float, float]
    better: int
    worse: int
    equal: int
    losses: tuple[LostQuery, ...] = ()


@dataclass(frozen=True, slots=True)
class RemedyResult:
    """A remedy tried on one query: the ranks before and after, and seconds more for a query.

    `rank` is None where the document is not listed; `listed` says how far that list goes. `query`
    is what was searched for instead, "" for the same. `pairs_missing` have to be scored before
    the other queries are known; None where that was not counted. `note` says what it was tuned
    on; `problem` why it could not be tried.
    """

    name: str
    label: str
    before: int | None
    rank: int | None = None
    listed: int = 0
    seconds_more: float = 0.0
    query: str = ""
    note: str = ""
    problem: str = ""
    pairs_missing: int | None = None
    effect: RemedyEffect | None = None

    @property
    def gain(self) -> int:
        """How many places the document rises; of one that is not listed as if just below."""
        if self.problem:
            return 0
        before = self.before if self.before is not None else max(self.listed, self.rank or 0) + 1
        if self.rank is None:
            return min(0, before - self.listed - 1)
        return before - self.rank
