"""Cases as lines of JSON, for a file that a team keeps in its own repository."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from engine.types import CrossExamError
from engine.types.diagnosis.cases import LONGEST_NOTE, TOP, Case
from engine.types.errors import shown
from system.json_reading import HALF_A_PAIR, json_value, reason

FIELDS = ("query", "doc", "top", "wanted", "note")
EXAMPLE = '{"query": "python snake", "doc": "python-ball-care", "top": 3}'
MOST_CASES = 10_000
_LINE_END = re.compile(r"\r\n|\r|\n")  # a text may hold the other ends that Unicode knows


def cases_from(text: str, source: str) -> tuple[Case, ...]:
    """The cases of a file's text; raises CrossExamError with file, line, field and remedy."""
    cases = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        if not line.strip():
            continue
        place = f"{source}:{number}"
        try:
            values = json_value(line)
        except (ValueError, RecursionError) as error:
            raise CrossExamError(f"{place}: not JSON ({reason(error)}): write {EXAMPLE}") from error
        cases.append(_case(values, place))
        if len(cases) > MOST_CASES:
            raise CrossExamError(f"{source}: over {MOST_CASES:,} cases: split the file")
    return tuple(cases)


def _case(values: Any, place: str) -> Case:
    if not isinstance(values, dict):
        raise CrossExamError(f"{place}: {shown(values)} is no object: write {EXAMPLE}")
    if unknown := [str(name) for name in values if name not in FIELDS]:
        raise CrossExamError(
            f"{place}: unknown field {shown(unknown[0])}: give some of {', '.join(FIELDS)}"
        )
    query, doc_id = (values.get(name) for name in ("query", "doc"))
    top, wanted, note = values.get("top", TOP), values.get("wanted", True), values.get("note", "")
    for name, value, kind in (
        ("query", query, str),
        ("doc", doc_id, str),
        ("top", top, int),
        ("wanted", wanted, bool),
        ("note", note, str),
    ):
        if type(value) is not kind:
            raise CrossExamError(f"{place}: {name} is {shown(value)}: write {EXAMPLE}")
        if half := HALF_A_PAIR.search(str(value)):
            raise CrossExamError(
                f"{place}: {name} holds half a surrogate pair ({half[0]!r}): write the whole "
                "character"
            )
    if len(str(note)) > LONGEST_NOTE:
        raise CrossExamError(
            f"{place}: note has {len(str(note)):,} characters: give {LONGEST_NOTE} at most"
        )
    try:
        return Case(str(query), str(doc_id), int(top), bool(wanted), str(note))
    except CrossExamError as error:
        raise CrossExamError(f"{place}: {error}") from error


def cases_text(cases: Sequence[Case]) -> str:
    """The cases as a file's text, one a line."""
    lines = []
    for case in cases:
        values: dict[str, Any] = {"query": case.query, "doc": case.doc_id, "top": case.top}
        if not case.wanted:
            values["wanted"] = False
        if case.note:
            values["note"] = case.note
        lines.append(json.dumps(values, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)
