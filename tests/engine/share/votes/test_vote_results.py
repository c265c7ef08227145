"""Who sees what where, and what comes of the votes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from engine.quality.ndcg import ndcg
from engine.share.figures.vote_figures import vote_figures
from engine.share.snapshot_differences import snapshot_differences
from engine.share.votes.list_pairs import LONGEST_TEXT, list_pairs
from engine.share.votes.results import vote_results
from engine.share.votes.sides import left_pipeline, query_order
from engine.share.votes.votes_csv import voter_names, votes_csv
from engine.types import Document, Hit, Query, Ranking, Run
from engine.types.share.blind_votes import FIRST, SECOND, Choice, Vote, Voter
from engine.types.share.vote_results import Comment
from tests.engine.share.votes.ballots import NAMES, blind_vote, vote_for


def test_sides_and_order_are_random_by_voter_and_the_same_when_they_come_back() -> None:
    vote = blind_vote(queries=40)
    sides, orders = set(), set()
    for name in map(str, range(60)):
        voter = Voter(name, "browser")
        left = [left_pipeline(vote, voter, pair.query_id) for pair in vote.pairs]
        assert left == [left_pipeline(vote, voter, pair.query_id) for pair in vote.pairs]
        assert sorted(query_order(vote, voter)) == list(range(40))
        sides.add(tuple(left))
        orders.add(tuple(query_order(vote, voter)))
    assert len(sides) == len(orders) == 60
    first_at_left = sum(side.count(FIRST) for side in sides)
    assert 1200 - 150 < first_at_left < 1200 + 150  # of 2,400: six standard deviations
    other = replace(vote, secret="another secret")
    assert (
        tuple(left_pipeline(other, Voter("0", "browser"), f"q{i}") for i in range(40)) not in sides
    )


def run(**ids: str) -> Run:
    return Run(
        "run",
        {
            query: Ranking("bm25", "", tuple(Hit(d, 9.0 - i, i + 1) for i, d in enumerate(docs)))
            for query, docs in ids.items()
        },
    )


def test_identical_lists_are_counted_and_left_out() -> None:
    queries = [Query("q1", "one"), Query("q2", "two"), Query("q3", "three")]
    documents = {"a": Document("a", "x " * 1000, "A"), "b": Document("b", "b")}
    pairs, identical = list_pairs(
        queries, run(q1="abc", q2="abc", q3=""), run(q1="abd", q2="bac", q3=""), documents, shown=2
    )
    assert identical == 2  # q1 differs below what is shown, q3 lists nothing twice
    ((pair,)) = pairs
    assert [d.doc_id for d in pair.first] == ["a", "b"]
    assert [d.doc_id for d in pair.second] == ["b", "a"]
    assert len(pair.first[0].text) <= LONGEST_TEXT


def test_ties_and_both_bad_stand_apart_and_a_bias_to_one_side_is_seen() -> None:
    vote = blind_vote()
    votes = [
        vote_for(SECOND, "q0", "Ann", left=SECOND),
        vote_for(FIRST, "q1", "Ann", left=FIRST),
        vote_for(SECOND, "q2", "Ann", left=SECOND),
        vote_for(None, "q3", "Ann", left=SECOND),
        vote_for(None, "q3", "Bob", tie=False),
    ]
    results = vote_results(vote, votes, {})
    assert (results.votes, results.voters, results.ties, results.both_bad) == (5, 2, 1, 1)
    assert results.win_rate is not None
    assert (results.win_rate.hits, results.win_rate.votes) == (2, 3)
    assert results.left is not None
    assert results.left.value == 1.0
    assert results.first_at_left == 2
    assert results.p_value is None  # q3 has two votes
    assert results.by_ndcg is None
    assert vote_results(vote, votes[:4], {}).p_value == 1.0
    assert vote_results(vote, [], {}).win_rate is None


def test_votes_are_held_against_the_difference_in_ndcg() -> None:
    vote = blind_vote()
    grades = {"q0": {"d0": 3}, "q1": {"d2": 1}, "q2": {"d1": 1}, "q3": {"d0": 0}}
    votes = [vote_for(FIRST, f"q{i}", "Ann") for i in range(4)]
    results = vote_results(vote, votes, grades)
    assert results.by_ndcg is not None  # q2 is equal, q3 has nothing relevant
    assert (results.by_ndcg.hits, results.by_ndcg.votes) == (1, 2)
    assert results.queries[0].ndcg == (1.0, ndcg(["d2", "d1", "d0"], grades["q0"], 3))
    assert [query.better_by_ndcg for query in results.queries] == ["first", "second", None, None]


def test_frozen_the_outcome_has_the_win_rate_its_interval_and_every_querys_counts() -> None:
    vote = replace(blind_vote(), ended_at=0.0)
    votes = [vote_for(SECOND, f"q{i}", name) for name in ("Ann", "Bob") for i in range(3)]
    votes += [vote_for(FIRST, "q3", "Ann"), vote_for(None, "q3", "Bob", tie=False)]
    results = vote_results(vote, votes, {"q0": {"d0": 3}})
    frozen = vote_figures(vote, results, documents=5, settings={NAMES[0]: "Depth: 20"})
    rows = {name: row for (_, name), row in frozen.rows().items()}
    assert results.win_rate is not None
    low, high = results.win_rate.interval
    rate = rows[f"Win rate of {NAMES[1]}"]
    assert rate.value == 6 / 7
    assert rate.cells[:2] == ("86%", f"{low:.0%} to {high:.0%}")
    assert rate.cells[2].startswith("6 of 7 votes: ")
    assert rows["Both bad"].value == 1
    counts = {query.query: rows[query.query].cells[:4] for query in results.queries}
    assert list(counts.values()) == [("0", "2", "0", "0")] * 3 + [("1", "0", "0", "1")]
    assert rows[results.queries[0].query].cells[4] == "1.000 → 0.500"
    assert "86%" in frozen.opening
    assert "2 people" in frozen.opening
    more = vote_results(vote, [*votes, vote_for(FIRST, "q0", "Eve")], {})
    moved = snapshot_differences(frozen, vote_figures(vote, more, settings={}))
    assert {f.name: f.after for f in moved.figures}[rate.name] == 6 / 8


def test_a_table_of_votes_holds_hostile_words_as_text() -> None:
    vote = blind_vote()
    vote = replace(vote, pairs=(replace(vote.pairs[0], query='=HYPERLINK("x")'), *vote.pairs[1:]))
    votes = [
        Vote(
            "q0", Voter("=cmd|' /C calc'!A0", "b1"), Choice.RIGHT, FIRST, '<b>","</b>\r=1+1', 60.0
        ),
        Vote("q0", Voter("Ann", "b2"), Choice.BOTH_BAD, SECOND),
        Vote("q0", Voter("Ann", "b3"), Choice.TIE, SECOND),
    ]
    rows = list(csv.DictReader(io.StringIO(votes_csv(vote, votes), newline="")))
    assert rows[0] == {
        "query_id": "q0",
        "query": '\'=HYPERLINK("x")',
        "voter": "'=cmd|' /C calc'!A0",
        "choice": "right",
        "preferred": NAMES[1],
        "left": NAMES[0],
        "comment": '<b>","</b>\r=1+1',
        "at": "1970-01-01T00:01:00+00:00",
    }
    assert [row["voter"] for row in rows[1:]] == ["Ann", "Ann (2)"]
    assert [row["choice"] for row in rows[1:]] == ["both bad", "tie"]
    assert [row["preferred"] for row in rows[1:]] == ["", ""]
    comments = vote_results(vote, votes, {}).queries[0].comments
    assert comments == (Comment("=cmd|' /C calc'!A0", SECOND, '<b>","</b>\r=1+1'),)


def test_no_two_voters_of_a_table_have_one_name_whatever_they_typed() -> None:
    voters = [Voter("Ann", "b1"), Voter("Ann", "b2"), Voter("Ann (2)", "b3"), Voter("Ann", "b4")]
    assert list(voter_names(voters).values()) == ["Ann", "Ann (3)", "Ann (2)", "Ann (4)"]
