"""What the votes say: the win rate, agreement, position bias, and each query's votes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engine.quality.ndcg import ndcg
from engine.share.votes.agreement import krippendorff_alpha
from engine.share.votes.shares import share_of
from engine.share.votes.sign_test import sign_test
from engine.types.share.blind_votes import FIRST, SECOND, BlindVote, Choice, ListPair, Vote
from engine.types.share.vote_results import Comment, QueryVotes, VoteResults

Grades = Mapping[str, Mapping[str, int]]  # relevance by query and document


def vote_results(vote: BlindVote, votes: Sequence[Vote], grades: Grades) -> VoteResults:
    """The figures of these votes, one of each voter on a query; `grades` may be empty.

    Ties and "both bad" are counted apart and left out of every share.
    """
    by_query: dict[str, list[Vote]] = {}
    for one in votes:
        by_query.setdefault(one.query_id, []).append(one)
    queries = tuple(
        _query_votes(pair, by_query.get(pair.query_id, ()), grades.get(pair.query_id, {}), vote)
        for pair in vote.pairs
    )
    better = {query.query_id: query.better_by_ndcg for query in queries}
    decided = [one for one in votes if one.preferred is not None]
    judged = [one for one in decided if better.get(one.query_id) is not None]
    wins = sum(one.preferred == SECOND for one in decided)
    one_each = bool(decided) and all(len(of_query) == 1 for of_query in by_query.values())
    choices = Counter(one.choice for one in votes)
    return VoteResults(
        votes=len(votes),
        voters=len({one.voter for one in votes}),
        ties=choices[Choice.TIE],
        both_bad=choices[Choice.BOTH_BAD],
        first_at_left=sum(one.left == FIRST for one in votes),
        win_rate=share_of(decided, lambda one: one.preferred == SECOND),
        left=share_of(decided, lambda one: one.choice is Choice.LEFT),
        by_ndcg=share_of(judged, lambda one: one.preferred == better[one.query_id]),
        p_value=sign_test(wins, len(decided) - wins) if one_each else None,
        alpha=krippendorff_alpha([[one.verdict for one in each] for each in by_query.values()]),
        queries=queries,
    )


def _query_votes(
    pair: ListPair, votes: Sequence[Vote], grades: Mapping[str, int], vote: BlindVote
) -> QueryVotes:
    verdicts = Counter(one.verdict for one in votes)
    measured = None
    if any(grade > 0 for grade in grades.values()):
        first, second = (
            ndcg([document.doc_id for document in listed], grades, vote.shown)
            for listed in (pair.first, pair.second)
        )
        measured = (first, second)
    return QueryVotes(
        pair.query_id,
        pair.query,
        first=verdicts[FIRST],
        second=verdicts[SECOND],
        ties=verdicts[Choice.TIE],
        both_bad=verdicts[Choice.BOTH_BAD],
        ndcg=measured,
        comments=tuple(
            Comment(one.voter.name, one.verdict, one.comment) for one in votes if one.comment
        ),
    )
