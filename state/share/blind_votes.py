"""Blind votes: which one is open, who may end it, and its results after the end."""

from __future__ import annotations

import hashlib

import streamlit as st

from corpora.judgments.judgment_log import combined
from corpora.stores.corpus import Corpus
from corpora.stores.vote_store import VoteStore
from engine.share.votes.results import vote_results
from engine.share.votes.votes_csv import votes_csv
from engine.types import CrossExamError
from engine.types.share.blind_votes import BlindVote
from engine.types.share.vote_results import VoteResults
from state.app_resources import workbench
from state.permissions import Act, actor, require
from state.quality.judging import judgment_log
from state.visitor import visitor_id

VOTE = "vote"  # in the address: which vote is open
LONGEST_ID = 60


@st.cache_resource(show_spinner=False)
def vote_store() -> VoteStore:
    """All blind votes of this machine."""
    return VoteStore()


def opened_id() -> str:
    """The id of the vote that the address says, "" for the list of votes."""
    return str(st.query_params.get(VOTE, ""))[:LONGEST_ID]


def open_vote(vote_id: str) -> None:
    """Have the page show this vote; "" shows the list of votes."""
    link = {**st.query_params.to_dict(), VOTE: vote_id}
    st.query_params.from_dict({name: value for name, value in link.items() if value})


def owner_of(visitor: str) -> str:
    """What a vote keeps of the browser that set it up: from it nobody learns the visitor's id."""
    return hashlib.sha256(visitor.encode()).hexdigest()[:24]


def may_end(vote: BlindVote) -> bool:
    """Whether this visitor may end the vote: whoever set it up, and the server's owner."""
    return vote.owner == owner_of(visitor_id()) or actor().may(Act.OTHERS_WORK)


def end(vote: BlindVote) -> None:
    """Take no more votes, for good."""
    if not may_end(vote):
        require(Act.OTHERS_WORK)
    vote_store().end(vote.vote_id)


def delete(vote: BlindVote) -> None:
    """Forget a vote and all that was voted, for good."""
    require(Act.DELETE)
    vote_store().delete(vote.vote_id)


def corpus_of(vote: BlindVote) -> Corpus | None:
    """The vote's corpus as it was; None where it is gone or its documents changed since.

    It is opened without models, which takes no time that voters would have to wait.
    """
    corpora = workbench().corpora
    for entry in corpora.entries():
        if entry.name == vote.corpus and entry.fingerprint in (None, vote.fingerprint):
            corpus = None if entry.missing else corpora.open(entry.name)
            if corpus is not None and corpus.info.fingerprint == vote.fingerprint:
                return corpus
    return None


def results(vote: BlindVote, corpus: Corpus | None) -> VoteResults:
    """The figures of a vote that has ended; of one that is open nobody sees them.

    Votes are held against the judgments of the vote's corpus, where it is there.
    """
    if not vote.ended:
        raise CrossExamError("this vote has not ended: its results are shown afterwards")
    grades: dict[str, dict[str, int]] = {}
    if corpus is not None:
        said = judgment_log(vote.fingerprint).latest()
        for qrel in combined(corpus.qrels, said):
            grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    return vote_results(vote, vote_store().votes(vote.vote_id), grades)


def table_of_votes(vote: BlindVote) -> str:
    """The votes as CSV, once the vote has ended."""
    if not vote.ended:
        raise CrossExamError("this vote has not ended: its votes are exported afterwards")
    return votes_csv(vote, vote_store().votes(vote.vote_id))
