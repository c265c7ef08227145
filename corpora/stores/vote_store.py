"""Blind votes and what voters said, in the database: a vote is on the disk when `keep` returns."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from corpora.stores.database import Database
from corpora.stores.database_schema import stored, text_of
from engine.types import CrossExamError
from engine.types.share.blind_votes import (
    FIRST,
    SECOND,
    BlindVote,
    Choice,
    ListedDocument,
    ListPair,
    Vote,
    Voter,
)

LONGEST_NAME, LONGEST_COMMENT = 60, 200
_COLUMNS = "vote_id, created_at, ended_at, body"


class VoteStore:
    """All blind votes of this machine; threads and processes may share it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._database = Database(folder)

    def begin(self, vote: BlindVote) -> BlindVote:
        """Keep a vote that is to be voted on."""
        body = json.dumps(_values_of(vote), ensure_ascii=False)
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT INTO blind_votes ({_COLUMNS}) VALUES (?, ?, ?, ?)",
                (vote.vote_id, vote.created_at, vote.ended_at, stored(body)),
            )
        return vote

    def blind_votes(self) -> tuple[BlindVote, ...]:
        """All of them, the newest first."""
        with self._reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM blind_votes ORDER BY id DESC"
            ).fetchall()
        return tuple(_blind_vote(*row) for row in rows)

    def blind_vote(self, vote_id: str) -> BlindVote:
        """The vote of this id; raises CrossExamError where there is none."""
        with self._reading() as connection:
            row = None
            if connection is not None:
                row = connection.execute(
                    f"SELECT {_COLUMNS} FROM blind_votes WHERE vote_id = ?", (stored(vote_id),)
                ).fetchone()
        if row is None:
            raise _gone(vote_id)
        return _blind_vote(*row)

    def end(self, vote_id: str) -> None:
        """Take no more votes, for good: the pipelines may be named from now on."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE blind_votes SET ended_at = ? WHERE vote_id = ? AND ended_at IS NULL",
                (time.time(), stored(vote_id)),
            )

    def delete(self, vote_id: str) -> None:
        """Forget a vote and all that was voted."""
        with self._database.writing() as connection:
            for table in ("blind_votes", "votes"):
                connection.execute(f"DELETE FROM {table} WHERE vote_id = ?", (stored(vote_id),))

    def keep(self, vote_id: str, vote: Vote) -> Vote:
        """Keep what a voter said: on the disk when this returns. Returns it as it was kept.

        Raises CrossExamError for a blank name, a vote that has ended or is gone, a full disk or a
        folder that cannot be written; then it is not kept.
        """
        stamped = replace(
            vote,
            voter=Voter(voter_name(vote.voter.name), vote.voter.browser),
            comment=one_line(vote.comment)[:LONGEST_COMMENT],
            at=vote.at or time.time(),
        )
        with self._database.writing() as connection:
            row = connection.execute(
                "SELECT ended_at FROM blind_votes WHERE vote_id = ?", (stored(vote_id),)
            ).fetchone()
            if row is None:
                raise _gone(vote_id)
            if row[0] is not None:
                raise CrossExamError(
                    "this vote has ended: nothing is kept any more, see its results"
                )
            connection.execute(
                "INSERT INTO votes (vote_id, query_id, voter, browser, choice, left_is, comment, "
                "at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    stored(vote_id),
                    stored(stamped.query_id),
                    stored(stamped.voter.name),
                    stamped.voter.browser,
                    stamped.choice,
                    stamped.left,
                    stored(stamped.comment),
                    stamped.at,
                ),
            )
        return stamped

    def entries(self, vote_id: str) -> tuple[Vote, ...]:
        """Everything that was ever said, in order."""
        with self._reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT query_id, voter, browser, choice, left_is, comment, at FROM votes "
                "WHERE vote_id = ? ORDER BY id",
                (stored(vote_id),),
            ).fetchall()
        return tuple(
            Vote(
                text_of(query_id),
                Voter(text_of(voter), text_of(browser)),
                Choice(choice) if choice else None,
                SECOND if left == SECOND else FIRST,
                text_of(comment),
                float(at),
            )
            for query_id, voter, browser, choice, left, comment, at in rows
        )

    def votes(self, vote_id: str) -> tuple[Vote, ...]:
        """Each voter's last word on each query, in the order in which they first spoke."""
        return latest(self.entries(vote_id))

    def numbers(self) -> dict[str, tuple[int, int]]:
        """(votes, voters) by vote, for those that have any."""
        with self._reading() as connection:
            if connection is None:
                return {}
            vote_ids = [str(row[0]) for row in connection.execute("SELECT vote_id FROM votes")]
        numbers = {}
        for vote_id in dict.fromkeys(vote_ids):
            votes = self.votes(vote_id)
            numbers[vote_id] = (len(votes), len({vote.voter for vote in votes}))
        return numbers

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection to read by, None where no vote was ever kept."""
        with self._database.reading() as connection:
            # a folder that cannot be written may hold the file of an earlier version
            if (
                connection is not None
                and not connection.execute(
                    "SELECT 1 FROM sqlite_master WHERE name = 'blind_votes'"
                ).fetchone()
            ):
                yield None
                return
            yield connection


def latest(entries: Sequence[Vote]) -> tuple[Vote, ...]:
    """Each voter's last word on each query; what was taken back is left out."""
    by_key: dict[tuple[Voter, str], Vote] = {}
    for entry in entries:
        by_key[entry.voter, entry.query_id] = entry
    return tuple(entry for entry in by_key.values() if entry.choice is not None)


def voter_name(text: str) -> str:
    """A voter's name as it is kept: one printable line; raises CrossExamError for a blank one."""
    name = one_line(text)[:LONGEST_NAME]
    if not name:
        raise CrossExamError("the voter's name is empty: type one, so that a vote has an owner")
    return name


def one_line(text: str) -> str:
    """The text on one line, of printable characters alone."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _gone(vote_id: str) -> CrossExamError:
    return CrossExamError(
        f"vote {one_line(vote_id)[:40]!r} is not here: it was deleted, or set up on another "
        "machine; ask whoever sent the link"
    )


def _values_of(vote: BlindVote) -> dict[str, Any]:
    values = asdict(vote)
    for name in ("vote_id", "created_at", "ended_at"):
        del values[name]
    return values


def _blind_vote(vote_id: str, created_at: float, ended_at: float | None, body: Any) -> BlindVote:
    try:
        values = json.loads(text_of(body))
        pairs = tuple(
            ListPair(
                pair["query_id"],
                pair["query"],
                tuple(ListedDocument(**document) for document in pair["first"]),
                tuple(ListedDocument(**document) for document in pair["second"]),
            )
            for pair in values.pop("pairs")
        )
        names, pipelines = values.pop("names"), values.pop("pipelines")
        return BlindVote(
            vote_id=text_of(vote_id),
            created_at=float(created_at),
            ended_at=ended_at,
            pairs=pairs,
            names=(names[0], names[1]),
            pipelines=(pipelines[0], pipelines[1]),
            **values,
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise CrossExamError(
            f"the vote {text_of(vote_id)[:40]} is damaged or of another version: delete it"
        ) from error
