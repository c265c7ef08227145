"""One voter's round: the queries in their order, and what they said, kept at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import cast

import streamlit as st

from corpora.stores.vote_store import voter_name
from engine.share.votes.sides import left_pipeline, query_order
from engine.types.share.blind_votes import (
    FIRST,
    SECOND,
    BlindVote,
    Choice,
    ListedDocument,
    Vote,
    Voter,
)
from state.permissions import Act, require
from state.share.blind_votes import owner_of, vote_store
from state.visitor import visitor_id

_ROUND, _NAME = "_ballot_round", "_voter_name"
Action = tuple[int, int, Choice | None, str]  # its number, the position, the choice, the word why


@dataclass(slots=True)
class BallotRound:
    """A voter's queries in their order; `applied` is the number of the last answer kept."""

    key: object
    order: tuple[int, ...]
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    applied: int = 0
    writing: Lock = field(default_factory=Lock)


def voter() -> Voter | None:
    """Who votes in this session, None until a name was typed."""
    name = st.session_state.get(_NAME)
    return Voter(str(name), owner_of(visitor_id())) if name else None


def vote_as(name: str) -> None:
    """Vote under this name from now on; raises CrossExamError for a blank one."""
    st.session_state[_NAME] = voter_name(name)


def another_voter() -> None:
    """Ask for a name anew."""
    st.session_state.pop(_NAME, None)


def ballot_round(vote: BlindVote, who: Voter) -> BallotRound:
    """This voter's round, the same until another vote or voter is there."""
    key = (vote.vote_id, who)
    current = cast("BallotRound | None", st.session_state.get(_ROUND))
    if current is None or current.key != key:
        current = BallotRound(key, tuple(query_order(vote, who)))
        st.session_state[_ROUND] = current
    return current


def sides(
    vote: BlindVote, who: Voter, position: int
) -> tuple[Sequence[ListedDocument], Sequence[ListedDocument]]:
    """(left, right) lists of the vote's query at this position, as this voter sees them."""
    pair = vote.pairs[position]
    if left_pipeline(vote, who, pair.query_id) == FIRST:
        return pair.of(FIRST), pair.of(SECOND)
    return pair.of(SECOND), pair.of(FIRST)


def said(vote: BlindVote, who: Voter, current: BallotRound) -> dict[int, Choice]:
    """What this voter said so far, by place in the round."""
    choices = {
        one.query_id: one.choice
        for one in vote_store().votes(vote.vote_id)
        if one.voter == who and one.choice is not None
    }
    return {
        place: choices[query_id]
        for place, position in enumerate(current.order)
        if (query_id := vote.pairs[position].query_id) in choices
    }


def keep(vote: BlindVote, who: Voter, current: BallotRound, actions: Sequence[Action]) -> bool:
    """Keep the answers that are new, each on the disk before the next; whether there were any.

    An answer starts a drawing of its own while the one before may still write: one waits.
    """
    require(Act.BLIND_VOTE)
    is_new = False
    with current.writing:
        for number, place, choice, comment in actions:
            if number <= current.applied or not 0 <= place < len(current.order):
                continue
            query_id = vote.pairs[current.order[place]].query_id
            left = left_pipeline(vote, who, query_id)
            vote_store().keep(vote.vote_id, Vote(query_id, who, choice, left, comment))
            current.applied = number
            is_new = True
    return is_new
