"""A small blind vote and votes on it, for the tests of this area."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from engine.share.figures.vote_figures import vote_figures
from engine.share.votes.results import vote_results
from engine.types.share.blind_votes import (
    FIRST,
    SECOND,
    BlindVote,
    Choice,
    ListedDocument,
    ListPair,
    Pipeline,
    Vote,
    Voter,
)
from engine.types.share.figures import FiguresSnapshot

NAMES = ("Pipeline of old", "Pipeline of new")


def blind_vote(queries: int = 4) -> BlindVote:
    """A vote of two lists of three documents for each query; the second turns the first round."""
    documents = [ListedDocument(f"d{i}", f"Title {i}", f"text {i}") for i in range(3)]
    return BlindVote(
        vote_id="v1",
        title="Which is better?",
        corpus="senses",
        fingerprint="f1",
        names=NAMES,
        pipelines=({}, {}),
        shown=3,
        pairs=tuple(
            ListPair(f"q{i}", f"query {i}", tuple(documents), tuple(reversed(documents)))
            for i in range(queries)
        ),
        identical=1,
        created_at=1.0,
        secret="a secret",
        owner="somebody",
    )


def vote_for(
    pipeline: Pipeline | None, query: str, voter: str, *, left: Pipeline = FIRST, tie: bool = True
) -> Vote:
    """A vote for a pipeline, wherever it stood; None is a tie, or both bad."""
    if pipeline is None:
        choice = Choice.TIE if tie else Choice.BOTH_BAD
    else:
        choice = Choice.LEFT if pipeline == left else Choice.RIGHT
    return Vote(query, Voter(voter), choice, left)


def random_votes(seed: int, *, voters: int, queries: int, of_ten: int = 8) -> Sequence[Vote]:
    """Votes of voters who lean their own way on queries that do, each query left out by some."""
    draw = random.Random(seed)
    leaning = [draw.random() for _ in range(voters)]
    return [
        vote_for(
            SECOND if draw.random() < (leaning[v] + draw.random()) / 2 else FIRST,
            f"q{q}",
            f"voter {v}",
            left=draw.choice((FIRST, SECOND)),
        )
        for v in range(voters)
        for q in range(queries)
        if draw.randrange(10) < of_ten
    ]


def outcome(voters: int = 3) -> FiguresSnapshot:
    """The frozen outcome of a vote between one that reranks and one that does not."""
    vote = replace(blind_vote(), ended_at=0.0, pipelines=({"reranker": ""}, {"reranker": "x"}))
    results = vote_results(vote, random_votes(1, voters=voters, queries=4), {})
    return vote_figures(vote, results, documents=5, settings={NAMES[0]: "Depth: 20"})
