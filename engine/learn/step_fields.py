"""A step of a lesson: the fields of its block, and what lies in each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from engine.learn.claim_fields import claim_of
from engine.learn.lesson_text import blocks_of, lights_in
from engine.learn.show_fields import checked_light, row_in, rows_of
from engine.learn.yaml_fields import Fields, Value
from engine.types.learn.columns import COLUMNS, COST, CURVE, PAIRS
from engine.types.learn.lessons import (
    BREAK,
    DO,
    LONGEST_QUERY,
    PREDICT,
    REVEAL,
    STEPS,
    WHY,
    Choice,
    LessonError,
    Show,
    Step,
)

_COMMON = ("step", "show", "lights", "claims")
_OWN = {
    PREDICT: ("choices", "rank", "by", "why"),
    REVEAL: ("reveal",),
    WHY: ("choices", "rank", "by", "why"),
    DO: ("suggest", "goal", "edit"),
    BREAK: ("suggest", "goal", "edit"),
}
_ALL_FIELDS = (*_COMMON, *dict.fromkeys(name for names in _OWN.values() for name in names))


@dataclass(frozen=True, slots=True)
class StepSource:
    """A step as the file has it: its heading, its block and its text, with their lines."""

    heading: str
    block: Value
    text: str
    line: int
    text_line: int

    def text_error(self, words: str, problem: str) -> LessonError:
        """An error at the line of the text in which these words stand first."""
        line = self.text_line + self.text.count("\n", 0, max(0, self.text.find(words)))
        return LessonError(self.block.path, line, f"the text: {problem}")


def step_of(source: StepSource, shows: Mapping[str, Show]) -> Step:
    """The step; raises LessonError for what its kind cannot have or lacks."""
    value = source.block
    kind = value.fields(_ALL_FIELDS).need("step", f"add step: {PREDICT}").choice(STEPS)
    fields = value.fields((*_COMMON, *_OWN[kind]))
    chosen = fields.get("show")
    name = next(iter(shows)) if chosen is None else chosen.choice(tuple(shows))
    show = shows[name]
    text = blocks_of(source.text)
    for light in lights_in(text):
        checked_light(show, light, partial(source.text_error, f"(light:{light})"))
    lights, claims, reveal = fields.get("lights"), fields.get("claims"), fields.get("reveal")
    if kind == REVEAL and reveal is None:
        raise fields.error("reveal is missing: name the columns that become visible")
    if kind == REVEAL and claims is None:
        raise fields.error("claims are missing: say what the columns show, so that it is checked")
    asks = kind in (PREDICT, WHY)
    rank, by = _rank(fields, show) if asks and "rank" in fields else (0, "")
    if asks and ("choices" in fields) == bool(rank):
        raise fields.error("it has to have either choices or rank: add one of the two")
    if not rank and (unused := fields.get("why") or fields.get("by")) is not None:
        raise unused.error("belongs to rank: take it out, or give each choice its why")
    return Step(
        kind=kind,
        heading=source.heading,
        text=text,
        show=name,
        lights=tuple(
            checked_light(show, item.text(), item.error)
            for item in (lights.items() if lights else ())
        ),
        choices=_choices(fields.need("choices")) if "choices" in fields else (),
        rank=rank,
        by=by,
        why=_why(fields.need("why"), show) if rank else {},
        reveal=tuple(item.choice(show.columns) for item in (reveal.items() if reveal else ())),
        claims=tuple(claim_of(item, show) for item in (claims.items() if claims else ())),
        suggest=_suggest(fields, kind, show),
        goal=fields.need("goal").text() if kind == DO else fields.text("goal"),
        edit=_edit(fields, show),
        line=source.line,
    )


def _choices(value: Value) -> tuple[Choice, ...]:
    """Choices of which exactly one is right, and of which each wrong one says why."""
    choices = []
    items = value.items(2, 6)
    for item in items:
        fields = item.fields(("text", "right", "why"))
        flag = fields.get("right")
        right = flag is not None and flag.yes()
        text = fields.need("text").text()
        if not right and "why" not in fields:
            raise fields.error("a wrong answer has no why: say what is wrong with it")
        choices.append(Choice(text, right, fields.text("why")))
    count = sum(choice.right for choice in choices)
    if count != 1:
        raise value.error(f"{count} of them are right: mark one with right: true")
    if len({choice.text for choice in choices}) < len(choices):
        raise value.error("two of them have the same text: tell them apart")
    return tuple(choices)


def _rank(fields: Fields, show: Show) -> tuple[int, str]:
    """How many documents are to be ordered, and by which column."""
    value = fields.need("rank")
    rows = rows_of(show)
    if show.kind != PAIRS or rows is None:
        raise value.error(f"needs a show of kind {PAIRS}: {show.name} is one of kind {show.kind}")
    ranking = tuple(column for column in show.columns if COLUMNS[column].ranks)
    by = fields.need("by", f"say by which column: {', '.join(ranking)}").choice(ranking)
    return value.whole(2, len(rows)), by


def _why(value: Value, show: Show) -> dict[str, str]:
    """What is said of each document that was placed wrongly."""
    fields = value.fields(rows_of(show) or ())
    for key in rows_of(show) or ():
        fields.need(key, "say why it belongs elsewhere")
    return {key: value.text() for key, value in fields.items()}


def _suggest(fields: Fields, kind: str, show: Show) -> str:
    value = fields.get("suggest")
    if value is not None and show.documents and all(each.query for each in show.documents):
        raise value.error(f"no document of {show.name} takes it: each has a query of its own")
    if kind == DO and show.kind not in (COST, CURVE):
        value = fields.need("suggest", "give a query to run")
    return "" if value is None else value.text(LONGEST_QUERY)


def _edit(fields: Fields, show: Show) -> str:
    value = fields.get("edit")
    if value is None:
        return ""
    if show.kind != PAIRS:
        raise value.error(f"needs a show of kind {PAIRS}: {show.name} is one of kind {show.kind}")
    return row_in(show, value)
