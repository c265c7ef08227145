"""What was voted on each query, and the way to Compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from engine.types.share.blind_votes import BlindVote, Choice
from engine.types.share.vote_results import QueryVotes

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_query_votes",
    html='<div class="qv"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def query_votes(vote: BlindVote, queries: Sequence[QueryVotes], *, key: str) -> QueryVotes | None:
    """Draw a row for each query and return the one whose way to Compare was clicked just now."""
    result = _MOUNT(data=pack(vote, queries), key=key, on_asked_change=lambda: None)
    position = result.asked
    if type(position) is int and 0 <= position < len(queries):
        return queries[position]
    return None


def pack(vote: BlindVote, queries: Sequence[QueryVotes]) -> dict[str, Any]:
    """Everything the browser draws, as plain data."""
    words = {
        "first": vote.names[0],
        "second": vote.names[1],
        **{str(choice): str(choice) for choice in Choice},
    }
    return {
        "names": list(vote.names),
        "measure": f"nDCG@{vote.shown}",
        "rows": [
            {
                "query": query.query,
                "counts": [query.first, query.ties, query.both_bad, query.second],
                "ndcg": list(query.ndcg) if query.ndcg else None,
                "comments": [
                    [comment.voter, words.get(comment.verdict, ""), comment.text]
                    for comment in query.comments
                ],
            }
            for query in queries
        ],
    }
