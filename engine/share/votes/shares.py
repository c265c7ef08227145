"""The share of votes that say something, with an interval that respects voters and queries.

Votes of one voter are alike, and so are votes on one query: taken for independent they would
give too narrow an interval. So voters and queries are both drawn anew, and each vote counts as
often as its voter was drawn times as often as its query was (Owen 2007, "The pigeonhole
bootstrap").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types.share.blind_votes import Vote
from engine.types.share.vote_results import Share

RESAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 20_261_129
_AT_ONCE = 2_000_000  # numbers held at once


def share_of(
    votes: Sequence[Vote],
    says: Callable[[Vote], bool],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Share | None:
    """The share of these votes of which `says` is true; None without votes."""
    if not votes:
        return None
    voter_index = {voter: i for i, voter in enumerate(dict.fromkeys(v.voter for v in votes))}
    query_index = {query: i for i, query in enumerate(dict.fromkeys(v.query_id for v in votes))}
    given = np.zeros((len(voter_index), len(query_index)))
    hits = np.zeros_like(given)
    for vote in votes:
        cell = voter_index[vote.voter], query_index[vote.query_id]
        given[cell] += 1
        hits[cell] += says(vote)
    return Share(
        hits=int(hits.sum()),
        votes=len(votes),
        voters=len(voter_index),
        queries=len(query_index),
        interval=cluster_interval(hits, given, resamples=resamples, seed=seed),
    )


def cluster_interval(
    hits: NDArray[np.float64],
    given: NDArray[np.float64],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """The 95% percentile interval of hits over votes given; both are voters × queries.

    A resample in which nobody who was drawn voted on what was drawn tells nothing and is left out.
    """
    n_voters, n_queries = given.shape
    draw = np.random.default_rng(seed)
    shares = []
    at_once = max(1, _AT_ONCE // (n_voters + n_queries))
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        voter_counts = draw.multinomial(n_voters, np.full(n_voters, 1 / n_voters), size)
        query_counts = draw.multinomial(n_queries, np.full(n_queries, 1 / n_queries), size)
        hit_sums = ((voter_counts @ hits) * query_counts).sum(axis=1)  # resamples
        sums = ((voter_counts @ given) * query_counts).sum(axis=1)
        shares.append(hit_sums[sums > 0] / sums[sums > 0])
    tail_percent = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(np.concatenate(shares), [tail_percent, 100 - tail_percent])
    return float(low), float(high)
