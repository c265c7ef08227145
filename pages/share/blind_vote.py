"""Blind vote: two unlabelled lists, and which of them people prefer."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import empty, error, plain
from components.common.wording import counted
from components.search.headline import headline
from engine.types import CrossExamError
from engine.types.share.blind_votes import BlindVote
from engine.types.share.walkthroughs import VOTE_PAGE
from pages.share.keep_step import own_keep_button
from pages.share.vote_outcome import vote_outcome
from pages.share.vote_set_up import set_up
from pages.share.voting import voting
from state import url_state
from state.share import blind_votes

MOST_LISTED = 30


def list_of_votes() -> None:
    """All votes, and the form for another."""
    headline(
        "Which list is better? Ask people who do not know which is which",
        "Two pipelines, the same queries: voters see two unlabelled lists in random order.",
    )
    votes = blind_votes.vote_store().blind_votes()
    if not votes:
        empty(
            "Nobody has been asked yet",
            "Choose two pipelines and the queries below. You then get an address to send around: "
            "whoever opens it types a name and votes, by key or click.",
        )
    _listed(votes)  # first, for the form waits until its corpus is ready
    set_up(expanded=not votes)


def _listed(votes: Sequence[BlindVote]) -> None:
    """A row for each vote, with the way to it."""
    numbers = blind_votes.vote_store().numbers()
    for vote in votes[:MOST_LISTED]:
        n_votes, n_voters = numbers.get(vote.vote_id, (0, 0))
        title_box, state_box, button_box = st.columns([3, 3, 1], vertical_alignment="center")
        title_box.markdown(f"**{plain(vote.title)}**")
        state = f"ended: {vote.names[0]} against {vote.names[1]}" if vote.ended else "open"
        state_box.caption(
            plain(
                f"{state}, {vote.corpus}, {counted(len(vote.pairs), 'query', 'queries')}, "
                f"{counted(n_votes, 'vote')} of {counted(n_voters, 'voter')}"
            )
        )
        if button_box.button(
            "Results" if vote.ended else "Vote", key=f"open_{vote.vote_id}", width="stretch"
        ):
            blind_votes.open_vote(vote.vote_id)
            st.rerun()


def opened_vote(vote_id: str) -> None:
    """The ballot of a vote that is open, the results of one that has ended."""
    try:
        vote = blind_votes.vote_store().blind_vote(vote_id)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        (vote_outcome if vote.ended else voting)(vote)
    ways = st.container(horizontal=True)
    back = ways.button("All votes", key="all_votes", type="tertiary", icon="↩️")
    own_keep_button(VOTE_PAGE, ways)
    if back:
        blind_votes.open_vote("")
        st.rerun()


if opened := blind_votes.opened_id():
    opened_vote(opened)
else:
    list_of_votes()
