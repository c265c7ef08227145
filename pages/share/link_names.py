"""What the links of the pages that pass things on can name."""

from __future__ import annotations

from dataclasses import replace

from engine.types.share.link_names import identifier

VOTE = replace(identifier("vote", "the id of a vote"), kept_in_address=True, begins_entry=True)

SHARE_LINKS = {"blind-vote": (VOTE,)}
