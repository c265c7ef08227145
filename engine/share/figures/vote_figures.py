"""A blind vote's outcome frozen: who was preferred, how sure that is, and each query's votes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from engine.types.share.blind_votes import BlindVote
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable
from engine.types.share.provenance import Provenance
from engine.types.share.vote_results import QueryVotes, Share, VoteResults
from engine.types.wording.numbers import decimal
from system.project_version import project_version

TITLE = "A blind vote"
FIGURES, QUERIES = "Figures of the vote", "Query by query"


def vote_figures(
    vote: BlindVote, results: VoteResults, *, documents: int = 0, settings: Mapping[str, str]
) -> FiguresSnapshot:
    """The figures of a vote that has ended; `documents` is its corpus' size, 0 where it is gone.

    `settings` are those of the pipelines, by their names.
    """
    first, second = vote.names
    share = results.win_rate
    return FiguresSnapshot(
        title=TITLE,
        provenance=Provenance(
            made_at=_day(vote.ended_at or vote.created_at),
            corpus=vote.corpus,
            fingerprint=vote.fingerprint,
            documents=documents,
            settings=dict(settings),
            versions={"CrossExam": project_version()},
        ),
        headline=f"{results.sentence(first, second)}.",
        opening=_opening(vote, results),
        detail=" ".join(filter(None, (vote.title, share.caution if share else ""))),
        tables=(
            FigureTable(
                FIGURES,
                ("Figure", "Value", "95% interval", "Of what"),
                tuple(_figures(vote, results)),
                "The win rate is over the votes that chose one of the two lists; ties and “both "
                "bad” are counted apart. The interval draws voters and queries anew, 10,000 times.",
            ),
            FigureTable(
                QUERIES,
                ("Query", first, second, "tie", "both bad", f"nDCG@{vote.shown}"),
                tuple(_query(query) for query in results.queries),
                "How many votes chose each list. nDCG, where the query is judged: 1 has the best "
                "documents first, 0 has none.",
            ),
        ),
    )


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _opening(vote: BlindVote, results: VoteResults) -> str:
    """What came out, for somebody who knows no term of it."""
    asked = (
        f"{_counted(results.voters, 'person', 'people')} saw two lists of results for each of "
        f"{_counted(len(vote.pairs), 'search', 'searches')}; nothing told which way of searching "
        "each came from. "
    )
    share = results.win_rate
    if share is None:
        return f"{asked}Nobody chose one of the two lists."
    first, second = _plain_ways(vote)
    low, high = share.interval
    sure = (
        "That may be chance."
        if low <= 0.5 <= high
        else f"With other people and searches like these, {low:.0%} to {high:.0%} is likely."
    )
    return (
        f"{asked}Of the {share.votes:,} times that one list was chosen, it was that of {second} "
        f"in {share.value:.0%}, and else that of {first}. {sure} Both were called equally good "
        f"{results.ties:,} times more, and both bad {results.both_bad:,} times."
    )


def _plain_ways(vote: BlindVote) -> tuple[str, str]:
    """What the two are called where no term may stand: by the second step, if one has it."""
    quick, careful = "the quick way", "the way with a careful second step"
    reranks = [bool(values.get("reranker")) for values in vote.pipelines]
    if reranks[0] != reranks[1]:
        return (careful, quick) if reranks[0] else (quick, careful)
    return f"“{vote.names[0]}”", f"“{vote.names[1]}”"


def _figures(vote: BlindVote, results: VoteResults) -> list[FigureRow]:
    first, second = vote.names
    votes = _counted(results.votes, "vote")
    rows = [
        _share(
            f"Win rate of {second}",
            results.win_rate,
            f"the votes that chose one of the two; the rest chose {first}",
        ),
        FigureRow(
            "Votes",
            (f"{results.votes:,}", "", _counted(results.voters, "voter")),
            float(results.votes),
        ),
        FigureRow("Ties", (f"{results.ties:,}", "", votes), float(results.ties)),
        FigureRow("Both bad", (f"{results.both_bad:,}", "", votes), float(results.both_bad)),
    ]
    if results.p_value is not None:
        p = "p < 0.0001" if results.p_value < 0.0001 else f"p = {results.p_value:.2g}"
        rows.append(FigureRow("Sign test", (p, "", "one vote on each query"), results.p_value))
    if results.alpha is not None:
        alpha = decimal(results.alpha)
        meaning = "1 is full agreement, 0 what chance gives"
        rows.append(FigureRow("Agreement of voters (alpha)", (alpha, "", meaning), results.alpha))
    sides = f"{first} stood at the left in {results.first_at_left:,} of {votes}"
    rows.append(_share("Position bias: chose the left", results.left, sides))
    if results.by_ndcg is not None:
        meaning = "votes on queries where the judgments tell the two lists apart"
        rows.append(_share(f"Votes that go with nDCG@{vote.shown}", results.by_ndcg, meaning))
    same = f"both list the same top {vote.shown}"
    rows.append(FigureRow("Queries left out", (f"{vote.identical:,}", "", same), vote.identical))
    return rows


def _share(name: str, share: Share | None, meaning: str) -> FigureRow:
    if share is None:
        return FigureRow(name, ("–", "", meaning))
    low, high = share.interval
    of_votes = f"{share.hits:,} of {_counted(share.votes, 'vote')}"
    return FigureRow(
        name,
        (f"{share.value:.0%}", f"{low:.0%} to {high:.0%}", f"{of_votes}: {meaning}"),
        share.value,
    )


def _query(query: QueryVotes) -> FigureRow:
    """The counts of one query; its number is the second pipeline's lead in votes."""
    counts = (query.first, query.second, query.ties, query.both_bad)
    ndcg = f"{query.ndcg[0]:.3f} → {query.ndcg[1]:.3f}" if query.ndcg else "not judged"
    return FigureRow(
        query.query, (*(f"{n:,}" for n in counts), ndcg), float(query.second - query.first)
    )


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
