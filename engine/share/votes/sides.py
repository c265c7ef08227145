"""Which list stands at the left, and in which order queries come: drawn anew for each voter."""

from __future__ import annotations

import hashlib
import hmac

from engine.types.share.blind_votes import FIRST, SECOND, BlindVote, Pipeline, Voter


def left_pipeline(vote: BlindVote, voter: Voter, query_id: str) -> Pipeline:
    """The pipeline at the left of this voter's screen, the same whenever they come back.

    Drawn by the vote's secret: who knows what a voter sees cannot tell it for another query.
    """
    return FIRST if _drawn(vote, voter, "side", query_id)[0] & 1 else SECOND


def query_order(vote: BlindVote, voter: Voter) -> list[int]:
    """Positions of the vote's queries in this voter's order: who stops early leaves others out."""
    return sorted(
        range(len(vote.pairs)),
        key=lambda position: _drawn(vote, voter, "order", vote.pairs[position].query_id),
    )


def _drawn(vote: BlindVote, voter: Voter, purpose: str, query_id: str) -> bytes:
    parts = (vote.vote_id, voter.name, voter.browser, purpose, query_id)
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    return hmac.digest(vote.secret.encode(), message, hashlib.sha256)
