"""The figures of a vote against scipy and against ways written differently here."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Hashable, Sequence

import pytest
from scipy.stats import binomtest

from engine.share.votes.agreement import krippendorff_alpha
from engine.share.votes.shares import share_of
from engine.share.votes.sign_test import sign_test
from engine.types.share.blind_votes import SECOND, Choice, Vote
from tests.engine.share.votes.ballots import random_votes, vote_for


@pytest.mark.parametrize(
    ("wins", "losses"),
    [(0, 0), (1, 0), (5, 5), (0, 7), (9, 1), (13, 8), (40, 61), (600, 500), (1500, 1200)],
)
def test_the_sign_test_is_scipys(wins: int, losses: int) -> None:
    number = wins + losses
    expected = binomtest(wins, number, 0.5).pvalue if number else 1.0
    assert sign_test(wins, losses) == pytest.approx(expected, rel=1e-9)


def plain_bootstrap(votes: Sequence[Vote], resamples: int, seed: int) -> tuple[float, float]:
    """The interval by the letter: a list of voters and one of queries, and every vote of both."""
    draw = random.Random(seed)
    voters = sorted({vote.voter.name for vote in votes})
    queries = sorted({vote.query_id for vote in votes})
    wins = {(vote.voter.name, vote.query_id): vote.preferred == SECOND for vote in votes}
    shares = []
    for _ in range(resamples):
        drawn_queries = draw.choices(queries, k=len(queries))
        drawn = [
            wins[voter, query]
            for voter in draw.choices(voters, k=len(voters))
            for query in drawn_queries
            if (voter, query) in wins
        ]
        if drawn:
            shares.append(sum(drawn) / len(drawn))
    shares.sort()
    return shares[round(0.025 * len(shares))], shares[round(0.975 * len(shares)) - 1]


@pytest.mark.parametrize(("voters", "queries"), [(12, 15), (4, 20), (1, 12)])
def test_the_interval_is_that_of_an_independent_bootstrap(voters: int, queries: int) -> None:
    votes = random_votes(voters, voters=voters, queries=queries)
    share = share_of(votes, lambda vote: vote.preferred == SECOND)
    assert share is not None
    assert share.value == sum(vote.preferred == SECOND for vote in votes) / len(votes)
    assert share.voters == len({vote.voter for vote in votes}) == voters
    assert share.queries == len({vote.query_id for vote in votes}) > queries // 2
    assert share.interval == pytest.approx(plain_bootstrap(votes, 2000, seed=7), abs=0.02)


def test_votes_of_one_mind_make_a_wider_interval_than_independent_ones() -> None:
    votes = [
        vote_for(SECOND if voter % 2 else "first", f"q{q}", f"voter {voter}")
        for voter in range(10)
        for q in range(20)
    ]
    share = share_of(votes, lambda vote: vote.preferred == SECOND)
    assert share is not None
    low, high = share.interval
    independent = 2 * 1.96 * math.sqrt(0.25 / len(votes))
    assert high - low > 3 * independent


def test_a_small_sample_says_so() -> None:
    def caution(voters: int, queries: int) -> str:
        votes = random_votes(3, voters=voters, queries=queries, of_ten=10)
        share = share_of(votes, lambda vote: vote.choice is Choice.LEFT, resamples=50)
        assert share is not None
        return share.caution

    assert caution(12, 12) == ""
    assert "3 voters" in caution(3, 12)
    assert "not about other voters" in caution(1, 12)
    assert "not about other queries" in caution(12, 1)
    assert "nothing can be said" in caution(1, 1)
    assert share_of([], lambda vote: True) is None


def pairwise_alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Alpha by its definition, every ordered pair of values looked at."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    observed = math.fsum(
        (a != b) / (len(unit) - 1) for unit in units for a, b in itertools.permutations(unit, 2)
    ) / max(1, len(values))
    pairs = list(itertools.permutations(values, 2))
    expected = sum(a != b for a, b in pairs) / max(1, len(pairs))
    return 1 - observed / expected if expected else None


@pytest.mark.parametrize("seed", range(6))
def test_alpha_is_that_of_every_pair_looked_at(seed: int) -> None:
    draw = random.Random(seed)
    units = [draw.choices("aabc", k=draw.randrange(5)) for _ in range(12)]
    assert krippendorff_alpha(units) == pytest.approx(pairwise_alpha(units), abs=1e-12)


def columns(*observers: str) -> list[list[str]]:
    return [[v for v in unit if v != "."] for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("units", "published"),
    [
        (columns("0100000010", "1110010000"), 0.095),
        (columns("123321412...", "1233224125.3", ".3332342251.", "12332441251."), 0.743),
        (columns(".....34121133.3", "1.213343.......", "..21344.21133.4"), 0.691),
    ],
)
def test_alpha_of_published_examples(units: list[list[str]], published: float) -> None:
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", and the article's third."""
    assert krippendorff_alpha(units) == pytest.approx(published, abs=0.0006)


@pytest.mark.parametrize("units", [[], [["a"], ["b"]], [["a", "a"], ["a", "a"]]])
def test_alpha_says_nothing_where_nothing_can_disagree(units: list[list[str]]) -> None:
    assert krippendorff_alpha(units) is None
