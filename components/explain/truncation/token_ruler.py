"""What each model reads of a document: a ruler in tokens, and the text with the rest greyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.common.palette import stage_colour, stage_label
from components.common.wording import counted, score_text
from engine.types import CROSS_ENCODER, TokenBudget

LONGEST_WORD = 30  # characters of the word that the limit cuts
DEFAULT_TEXT_HEIGHT = 360  # px; a longer document scrolls

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_token_ruler",
    html='<div class="tr"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class RulerWindow:
    """A window of the document in tokens, [first, last), and in characters, and its logit."""

    first: int
    last: int
    start: int
    end: int
    score: float


def token_ruler(
    text: str,
    budgets: Sequence[TokenBudget],
    *,
    windows: Sequence[RulerWindow] = (),
    supposed: bool = False,
    key: str,
    height: int = DEFAULT_TEXT_HEIGHT,
) -> None:
    """Draw a lane for each model, the windows below them, and the text.

    Choosing a lane greys the text as that model leaves it; choosing a window shows it in
    the text. `supposed` says that the query's length is not the query's own.
    """
    _MOUNT(data=pack(text, budgets, windows, supposed=supposed, height=height), key=key)
    save_picture(key, title="What each model reads of the text")


def unread_sentence(budgets: Sequence[TokenBudget]) -> str:
    """ "31% of this document is never read by the cross-encoder, 62% by the bi-encoder"."""
    cutting_budgets = [budget for budget in budgets if budget.unread_tokens]
    if not cutting_budgets:
        return "Every model reads all of this document."
    if len(cutting_budgets) < len(budgets):
        whole_readers = ", ".join(f"the {_name(b)}" for b in budgets if not b.unread_tokens)
        return f"{_share(cutting_budgets[0])} of this document's tokens are never read by the " + (
            f"{_name(cutting_budgets[0])}; {whole_readers} reads it all."
        )
    first, *other_shares = [
        f"{_share(budget)} by the {_name(budget)}" for budget in cutting_budgets
    ]
    share, by = first.split(" ", 1)
    return (
        ", ".join([f"{share} of this document's tokens are never read {by}", *other_shares]) + "."
    )


def reading_sentence(budget: TokenBudget) -> str:
    """One model's reading in tokens and characters, and the word that is read in part."""
    n_unread = budget.unread_tokens
    if not n_unread:
        return f"reads all {counted(budget.doc_tokens, 'token')} ({budget.characters:,} characters)"
    text = (
        f"reads {budget.read_tokens:,} of {counted(budget.doc_tokens, 'token')} (up to character "
        f"{budget.read_until:,} of {budget.characters:,}); {n_unread:,} "
        f"{'token is' if n_unread == 1 else 'tokens are'} never read"
    )
    if not budget.cut_word:
        return text
    word = budget.cut_word
    shown_word = word if len(word) <= LONGEST_WORD else word[:LONGEST_WORD] + "…"
    return f"{text}; of the word “{shown_word}” only the beginning is read"


def query_sentence(budget: TokenBudget, *, most: int, supposed: bool) -> str:
    """How the query's length takes from what the document may fill."""
    tokens = f"{budget.query_tokens} token{'' if budget.query_tokens == 1 else 's'}"
    verb = "would take" if supposed else "takes"
    room = budget.limit - budget.special_tokens - budget.query_tokens
    least = budget.limit - budget.special_tokens - most
    return (
        f"The {_name(budget)} reads query and document in one go of "
        f"{counted(budget.limit, 'token')}: the "
        f"query {verb} {tokens}, [CLS] and [SEP] {budget.special_tokens}, and {room} are left for "
        f"the document. Every more token of the query takes one from the document, down to "
        f"{least} beside a query of {most}."
    )


def pack(
    text: str,
    budgets: Sequence[TokenBudget],
    windows: Sequence[RulerWindow],
    *,
    supposed: bool,
    height: int,
) -> dict[str, Any]:
    """Everything the browser draws, as plain data; the text is cut here, by code points."""
    lead = max((b.query_tokens + b.special_tokens for b in budgets), default=0)
    scale = max((max(b.limit, lead + b.doc_tokens) for b in budgets), default=1)
    best = max((window.score for window in windows), default=0.0)
    places = {0, len(text), *(b.read_until for b in budgets)}
    places |= {place for window in windows for place in (window.start, window.end)}
    cuts = sorted(place for place in places if 0 <= place <= len(text))
    return {
        "height": height,
        "scale": scale,
        "lead": lead,
        "supposed": supposed,
        "models": [_lane(budget) for budget in budgets],
        "windows": [
            {
                "first": window.first,
                "last": window.last,
                "score": score_text(CROSS_ENCODER, window.score),
                "best": window.score == best,
                "from": cuts.index(window.start),
                "to": cuts.index(window.end),
            }
            for window in windows
        ],
        "pieces": [
            {"text": text[start:end], "read": [b.read_until >= end for b in budgets]}
            for start, end in pairwise(cuts)
        ],
    }


def _lane(budget: TokenBudget) -> dict[str, Any]:
    return {
        "label": stage_label(budget.role),
        "model": budget.model.rsplit("/", 1)[-1],
        "colours": [stage_colour(budget.role, dark) for dark in (False, True)],
        "limit": budget.limit,
        "query": budget.query_tokens,
        "special": budget.special_tokens,
        "read": budget.read_tokens,
        "unread": budget.unread_tokens,
        "sentence": reading_sentence(budget),
        "share": _share(budget),
    }


def _name(budget: TokenBudget) -> str:
    return stage_label(budget.role).lower()


def _share(budget: TokenBudget) -> str:
    share = budget.unread_share
    if 0 < share < 0.01:
        return "under 1%"
    return f"{min(share, 0.99) if budget.read_tokens else share:.0%}"
