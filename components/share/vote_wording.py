"""What a vote says, in words: the headline and a table of its figures."""

from __future__ import annotations

from components.common.plain_table import TableCell, TableColumn
from components.common.wording import counted
from engine.types.share.blind_votes import BlindVote
from engine.types.share.vote_results import Share, VoteResults
from engine.types.wording.numbers import decimal

COLUMNS = (
    TableColumn("Figure"),
    TableColumn("Value"),
    TableColumn("95% interval", "voters and queries drawn anew, 10,000 times"),
)


def headline_words(vote: BlindVote, results: VoteResults) -> str:
    """Who was preferred, and how often."""
    return results.sentence(*vote.names)


def detail_words(results: VoteResults) -> str:
    """How many votes there are, and what a small sample does to the interval."""
    share = results.win_rate
    sentence = (
        f"{counted(results.votes, 'vote')} of {counted(results.voters, 'voter')}, "
        f"{share.votes if share else 0:,} decided."
    )
    return f"{sentence} {share.caution}".rstrip() if share else sentence


def figure_rows(vote: BlindVote, results: VoteResults) -> list[list[TableCell]]:
    """The rows of the table of figures, for `plain_table`."""
    first, second = vote.names
    return [
        _share_row(
            f"Win rate of {second}",
            results.win_rate,
            f"of the votes that chose one of the two; the rest chose {first}",
        ),
        _row(
            "Ties, both bad",
            f"{results.ties:,}, {results.both_bad:,}",
            f"of {counted(results.votes, 'vote')}; left out of every share",
        ),
        _row(
            "Sign test",
            p_words(results.p_value),
            "how often chance alone is as far from one half"
            if results.p_value is not None
            else "only where each query has one vote: several on one are not independent",
        ),
        _row(
            "Agreement of voters (Krippendorff’s alpha)",
            "–" if results.alpha is None else decimal(results.alpha),
            "1 is full agreement, 0 what chance gives"
            if results.alpha is not None
            else "needs a query with two votes, and two different answers",
        ),
        _share_row(
            "Position bias: chose the left",
            results.left,
            f"{_bias(results.left)}{first} stood at the left in {results.first_at_left:,} of "
            f"{counted(results.votes, 'vote')}",
        ),
        _share_row(
            f"Votes that go with nDCG@{vote.shown}",
            results.by_ndcg,
            "chose the list with the higher nDCG, where the two lists differ in it"
            if results.by_ndcg
            else "no decided vote on a query whose judgments make a difference",
        ),
        _row(
            "Queries left out",
            f"{vote.identical:,}",
            f"both pipelines list the same top {vote.shown}",
        ),
    ]


def p_words(p_value: float | None) -> str:
    """ "p = 0.03", "p < 0.0001", or a dash where there is none."""
    if p_value is None:
        return "–"
    if p_value < 0.0001:
        return "p < 0.0001"
    return f"p = {p_value:.4f}" if p_value < 0.01 else f"p = {p_value:.2f}"


def _bias(left: Share | None) -> str:
    if left is None:
        return ""
    low, high = left.interval
    if low <= 0.5 <= high:
        return "not told apart from one half; "
    return "told apart from one half: a side was favoured, which random sides spread over both; "


def _row(name: str, value: str, meaning: str) -> list[TableCell]:
    return [TableCell(name, note=meaning), TableCell(value), TableCell("")]


def _share_row(name: str, share: Share | None, meaning: str) -> list[TableCell]:
    if share is None:
        return _row(name, "–", meaning)
    low, high = share.interval
    return [
        TableCell(name, note=meaning),
        TableCell(
            f"{share.value:.0%}",
            share=share.value,
            note=f"{share.hits:,} of {counted(share.votes, 'vote')}",
        ),
        TableCell(f"{low:.0%} to {high:.0%}"),
    ]
