"""The votes as a table for other tools, one row a vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from engine.types.share.blind_votes import BlindVote, Vote, Voter
from system.csv_writing import csv_text

HEADER = (
    "query_id", "query", "voter", "choice", "preferred", "left", "comment", "at",
)  # fmt: skip


def votes_csv(vote: BlindVote, votes: Sequence[Vote]) -> str:
    """The votes in their order; `preferred` and `left` name the pipelines."""
    texts = {pair.query_id: pair.query for pair in vote.pairs}
    names = voter_names([one.voter for one in votes])
    return csv_text(
        HEADER,
        (
            (
                one.query_id,
                texts.get(one.query_id, ""),
                names[one.voter],
                str(one.choice or ""),
                vote.name_of(one.preferred) if one.preferred else "",
                vote.name_of(one.left),
                one.comment,
                datetime.fromtimestamp(one.at, UTC).isoformat(timespec="seconds"),
            )
            for one in votes
        ),
    )


def voter_names(voters: Sequence[Voter]) -> Mapping[Voter, str]:
    """Each voter's name; a second browser with a name that was typed before has a number.

    A number that makes a name which somebody typed themselves is left out.
    """
    names: dict[Voter, str] = {}
    typed = {voter.name for voter in voters}
    used: dict[str, int] = {}
    for voter in dict.fromkeys(voters):
        number = used.get(voter.name, 0) + 1
        while number > 1 and f"{voter.name} ({number})" in typed:
            number += 1
        used[voter.name] = number
        names[voter] = voter.name if number == 1 else f"{voter.name} ({number})"
    return names
