"""Notices of what the models cannot read of a pair, for the pages that explain one."""

from __future__ import annotations

from collections.abc import Mapping

from components.common.messages import notice
from engine.explain.unreadable import pair_notices
from state.explain.attention_maps import unreadable


def unreadable_notices(query: str, documents: Mapping[str, str], model: str = "") -> None:
    """Say what of the query and of the documents, by title, becomes no token of its own."""
    unreadable_by_title = {title: unreadable(text, model) for title, text in documents.items()}
    for text in pair_notices(unreadable(query, model), unreadable_by_title):
        notice(text)
