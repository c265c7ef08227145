"""One document after another to judge, by one key each; the server is told of every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.wording import grade_words, shortened

LONGEST_TEXT = 6000
MOST_ACTIONS = 500
GRADES = (0, 1, 2, 3)
REJECTED = -1
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_quality_judge",
    html='<div class="qj" tabindex="0" role="application"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class JudgeItem:
    """A document to judge: `where` says in which lists it stands, `others` who judged it how.

    `proposed` is a machine's grade, None where there is none, and `proposal` the words for it.
    """

    query: str
    note: str
    title: str
    text: str
    where: str
    others: str = ""
    proposed: int | None = None
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """One key: its number in the sitting, the item, and the grade (None: taken back).

    REJECTED turns a machine's proposal down.
    """

    number: int
    item: int
    grade: int | None


def quality_judge(
    items: Sequence[JudgeItem],
    *,
    token: str,
    said: Mapping[int, int],
    applied: int,
    enabled: bool,
    key: str,
) -> tuple[JudgeAnswer, ...]:
    """Draw the list and return all keys that the server has not confirmed, oldest first.

    `token` names the list, `said` holds the grades that are saved, and `applied` is the
    number of the last key that was. Confirmed keys are not returned again. Where items carry
    proposals, Enter accepts one and R turns it down.
    """
    proposing = any(item.proposed is not None for item in items)
    data = {
        "token": token,
        "items": [_cut(item) for item in items],
        "said": {str(position): grade for position, grade in said.items()},
        "applied": applied,
        "enabled": enabled,
        "grades": [[grade, grade_words(grade)] for grade in GRADES],
    }
    result = _MOUNT(data=data, key=key, on_said_change=lambda: None)
    return new_words(result.said, token, applied, len(items), proposing=proposing)


def new_words(
    value: object, token: str, applied: int, items: int, *, proposing: bool = False
) -> tuple[JudgeAnswer, ...]:
    """What the browser sent of this list, or nothing."""
    grades = (*GRADES, REJECTED) if proposing else GRADES
    if not isinstance(value, dict) or value.get("token") != token:
        return ()
    sent = value.get("actions")
    if not isinstance(sent, list):
        return ()
    answers = []
    for action in sent[:MOST_ACTIONS]:
        if not isinstance(action, dict):
            continue
        number, item, grade = action.get("n"), action.get("item"), action.get("grade")
        if type(number) is not int or type(item) is not int or not 0 <= item < items:
            continue
        if grade is not None and (type(grade) is not int or grade not in grades):
            continue
        if number > applied:
            answers.append(JudgeAnswer(number, item, grade))
    return tuple(sorted(answers, key=lambda answer: answer.number))


def _cut(item: JudgeItem) -> dict[str, Any]:
    values = asdict(item)
    if len(item.text) > LONGEST_TEXT:
        values["text"] = shortened(item.text, LONGEST_TEXT + 2)
    return values
