"""What the votes of a blind vote say."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.share.blind_votes import Pipeline

FEW = 10  # voters or queries, below which a bootstrap over them tends to be too narrow


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the votes say it, of how many voters and queries; the interval is of 95%."""

    hits: int
    votes: int
    voters: int
    queries: int
    interval: tuple[float, float]

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.hits / self.votes

    @property
    def caution(self) -> str:
        """What a small sample does to the interval, "" where it is none."""
        if self.voters == 1 and self.queries == 1:
            return "One voter and one query: nothing can be said of others."
        if self.voters == 1:
            return "One voter: the interval is about other queries, not about other voters."
        if self.queries == 1:
            return "One query: the interval is about other voters, not about other queries."
        few = [
            f"{number} {noun}"
            for number, noun in ((self.voters, "voters"), (self.queries, "queries"))
            if number < FEW
        ]
        if not few:
            return ""
        return (
            f"A small sample ({' and '.join(few)}): with fewer than {FEW} of either, such an "
            "interval tends to be too narrow."
        )


@dataclass(frozen=True, slots=True)
class Comment:
    """The word why of one vote: who said it, and what they had chosen (as `Vote.verdict`)."""

    voter: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class QueryVotes:
    """The votes on one query, and nDCG of the two lists where they are judged."""

    query_id: str
    query: str
    first: int
    second: int
    ties: int
    both_bad: int
    ndcg: tuple[float, float] | None = None
    comments: tuple[Comment, ...] = ()

    @property
    def better_by_ndcg(self) -> Pipeline | None:
        """The pipeline with the higher nDCG; None where it is equal or unknown."""
        if self.ndcg is None or abs(self.ndcg[0] - self.ndcg[1]) < 1e-9:
            return None
        return "first" if self.ndcg[0] > self.ndcg[1] else "second"


@dataclass(frozen=True, slots=True)
class VoteResults:
    """The figures of a vote; a share is None where no vote is behind it.

    `win_rate` is the second pipeline's share of the decided votes, `left` the left list's,
    `by_ndcg` the share that prefers the list with the higher nDCG. `p_value` is the sign test's,
    where no query has two votes; `alpha` is Krippendorff's.
    """

    votes: int
    voters: int
    ties: int
    both_bad: int
    first_at_left: int
    win_rate: Share | None
    left: Share | None
    by_ndcg: Share | None
    p_value: float | None
    alpha: float | None
    queries: tuple[QueryVotes, ...]

    def sentence(self, first: str, second: str) -> str:
        """Which pipeline was preferred and how often, by its name; that none was, where none."""
        share = self.win_rate
        first, second = (f"“{name}”" for name in (first, second))
        if share is None:
            return f"No vote decided between {first} and {second}"
        low, high = share.interval
        if low <= 0.5 <= high:
            return f"The votes do not tell {first} and {second} apart"
        if low > 0.5:
            return f"{second} was preferred in {share.value:.0%} of the decided votes"
        return f"{first} was preferred in {1 - share.value:.0%} of the decided votes"
