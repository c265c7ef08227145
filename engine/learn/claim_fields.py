"""The claims of a step: what it says about a column of its show."""

from __future__ import annotations

from engine.learn.show_fields import row_in
from engine.learn.yaml_fields import Fields, Value
from engine.types.learn.columns import SEARCH
from engine.types.learn.lessons import (
    ABOVE,
    BETWEEN,
    FIRST,
    LAST,
    MISSING,
    ORDER,
    RANK,
    TIMES,
    WITHIN,
    Claim,
    Show,
)

_FIELDS = (
    "column",
    FIRST,
    LAST,
    ORDER,
    ABOVE,
    "by",
    TIMES,
    "document",
    "documents",
    BETWEEN,
    WITHIN,
    RANK,
    MISSING,
)
# Each claim by the fields that make it.
_FORMS = {
    FIRST: {FIRST},
    LAST: {LAST},
    ORDER: {ORDER},
    ABOVE: {ABOVE, "by"},
    TIMES: {ABOVE, TIMES},
    BETWEEN: {"document", BETWEEN},
    WITHIN: {"documents", WITHIN},
    RANK: {"document", RANK},
    MISSING: {MISSING},
}


def claim_of(value: Value, show: Show) -> Claim:
    """The claim; raises LessonError where its fields make none, or its show has no such row."""
    fields = value.fields(_FIELDS)
    column = fields.need("column").choice(show.columns)
    names = {name for name, _ in fields.items()} - {"column"}
    if names == {ABOVE}:
        return Claim(ABOVE, column, _rows(fields, show, ABOVE, 2, 2), (0.0,), value.line)
    kind = next((kind for kind, form in _FORMS.items() if form == names), "")
    if kind in (FIRST, LAST):
        return Claim(kind, column, (row_in(show, fields.need(kind)),), line=value.line)
    if kind in (ORDER, MISSING):
        if kind == MISSING and show.kind != SEARCH:
            raise fields.need(MISSING).error("has a say in a search alone: take between")
        keys = _rows(fields, show, kind, 2 if kind == ORDER else 1, 10)
        return Claim(kind, column, keys, line=value.line)
    if kind in (ABOVE, TIMES):
        bound = fields.need("by" if kind == ABOVE else TIMES).number()
        return Claim(kind, column, _rows(fields, show, ABOVE, 2, 2), (bound,), value.line)
    if kind == BETWEEN:
        low, high = (item.number() for item in fields.need(BETWEEN).items(2, 2))
        if low > high:
            raise fields.need(BETWEEN).error(f"{low:g} is above {high:g}: write the lower first")
        row = row_in(show, fields.need("document"))
        return Claim(kind, column, (row,), (low, high), value.line)
    if kind == WITHIN:
        bound = fields.need(WITHIN).number()
        return Claim(kind, column, _rows(fields, show, "documents", 2, 10), (bound,), value.line)
    if kind == RANK:
        rank = fields.need(RANK).whole(1, 1000)
        row = row_in(show, fields.need("document"))
        return Claim(kind, column, (row,), (float(rank),), value.line)
    forms = "; ".join(" with ".join(sorted(form)) for form in _FORMS.values())
    raise fields.error(f"{', '.join(sorted(names)) or 'a column alone'} is no claim: give {forms}")


def _rows(fields: Fields, show: Show, name: str, fewest: int, most: int) -> tuple[str, ...]:
    value = fields.need(name)
    keys = tuple(row_in(show, item) for item in value.items(fewest, most))
    if len(set(keys)) < len(keys):
        raise value.error("a row stands there twice: take one out")
    return keys
