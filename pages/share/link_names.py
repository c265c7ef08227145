"""What the links of the pages that pass things on can name."""

from __future__ import annotations

from dataclasses import replace

from engine.types.share.link_names import identifier
from state.share.played import PLAY

VOTE = replace(identifier("vote", "the id of a vote"), kept_in_address=True, begins_entry=True)
PLAYED = replace(
    identifier(PLAY, "the name of a walkthrough"), kept_in_address=True, begins_entry=True
)

SHARE_LINKS = {"walkthroughs": (PLAYED,), "blind-vote": (VOTE,)}
