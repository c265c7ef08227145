"""Two unlabelled lists for one query after another; one key or click says which is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from engine.types.share.blind_votes import Choice, ListedDocument

MOST_ACTIONS = 500
LONGEST_COMMENT = 200
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_ballot",
    html='<div class="bv" tabindex="0" role="application"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class BallotItem:
    """A query and the lists as they stand on this voter's screen."""

    query: str
    left: Sequence[ListedDocument]
    right: Sequence[ListedDocument]


@dataclass(frozen=True, slots=True)
class BallotAnswer:
    """One key: its number, the item, and the choice (None: taken back) with a word why."""

    number: int
    item: int
    choice: Choice | None
    comment: str


def ballot(
    items: Sequence[BallotItem],
    *,
    token: str,
    said: Mapping[int, Choice],
    applied: int,
    on_stage: bool = False,
    key: str,
) -> tuple[BallotAnswer, ...]:
    """Draw the lists and return all answers that the server has not confirmed, oldest first.

    `token` names the voter's round, `said` holds what is saved, and `applied` is the number of
    the last answer that was. On stage the lists are cut so that a room sees them whole.
    """
    data = {**pack(items, token, said, applied), "stage": on_stage}
    result = _MOUNT(data=data, key=key, on_said_change=lambda: None)
    return new_answers(result.said, token, applied, len(items))


def pack(
    items: Sequence[BallotItem], token: str, said: Mapping[int, Choice], applied: int
) -> dict[str, Any]:
    """Everything the browser draws; a document's id, which might tell its list, is not in it."""
    return {
        "token": token,
        "applied": applied,
        "said": {str(position): str(choice) for position, choice in said.items()},
        "items": [
            {"query": item.query, "left": _rows(item.left), "right": _rows(item.right)}
            for item in items
        ],
    }


def _rows(listed: Sequence[ListedDocument]) -> list[dict[str, str]]:
    rows = []
    for document in listed:
        values = asdict(document)
        del values["doc_id"]
        if not (values["title"] or values["text"]):
            values["title"] = "(an empty document)"
        rows.append(values)
    return rows


def new_answers(value: object, token: str, applied: int, items: int) -> tuple[BallotAnswer, ...]:
    """What the browser sent of this round, or nothing."""
    if not isinstance(value, dict) or value.get("token") != token:
        return ()
    sent = value.get("actions")
    if not isinstance(sent, list):
        return ()
    answers = []
    for action in sent[:MOST_ACTIONS]:
        if not isinstance(action, dict):
            continue
        number, item, choice = action.get("n"), action.get("item"), action.get("choice")
        comment = action.get("comment")
        if type(number) is not int or type(item) is not int or not 0 <= item < items:
            continue
        if choice is not None and choice not in list(Choice):
            continue
        if number > applied:
            word = comment[:LONGEST_COMMENT] if isinstance(comment, str) else ""
            answers.append(BallotAnswer(number, item, Choice(choice) if choice else None, word))
    return tuple(sorted(answers, key=lambda answer: answer.number))
