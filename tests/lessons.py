"""A small lesson with every kind of step, and results for it that no model gave."""

from __future__ import annotations

from pathlib import Path

from engine.learn.lesson_file import lesson_from_text
from engine.types.learn.lessons import Lesson, Show
from engine.types.learn.results import ResultRow, ShowResult

QUERY = "python snake"
TITLES = {"care": "Ball python care", "case": "Naming things", "lists": "Lists and loops"}
COSINES = {"care": 0.39, "case": 0.56, "lists": 0.49}
LOGITS = {"care": 3.44, "case": 2.84, "lists": -6.69}
WHY_WRONG = {"care": "It is about the animal.", "case": "It names things.", "lists": "It loops."}
LESSON_TEXT = """---
title: Two ways to read
summary: What two models make of three texts.
language: en
order: 1
minutes: 6
group: First steps
take_away: Reading together tells senses apart.
shows:
  main:
    kind: pairs
    query: python snake
    columns: [bi_encoder, cross_encoder]
    documents:
      - {key: care, title: Ball python care, text: A ball python needs a warm hide.}
      - {key: case, title: Naming things, text: Names are written in snake_case.}
      - {key: lists, title: Lists and loops, text: A loop goes through a list.}
---

## Which one does the bi-encoder put first?
```yaml
step: predict
lights: [query]
choices:
  - {text: The care guide, why: Its vector holds warmth too.}
  - {text: The one on names, right: true, why: Both words stand in it.}
  - {text: The one on loops, why: It comes second.}
```
It has [two vectors](light:column:bi_encoder). **Which** is *nearest*?

## The bi-encoder
```yaml
step: reveal
reveal: [bi_encoder]
lights: [row:case, column:bi_encoder]
claims:
  - {column: bi_encoder, first: case}
```
- It puts names first.
- The care guide is last.

## Why?
```yaml
step: why
choices:
  - {text: It cannot read, why: "It can, but one text at a time."}
  - {text: It reads apart, right: true, why: Yes.}
```
Say why.

## The order of the cross-encoder
```yaml
step: predict
rank: 2
by: cross_encoder
why:
  care: It is about the animal.
  case: It names things.
  lists: It loops.
```
Put two in order.

## The cross-encoder
```yaml
step: reveal
reveal: [cross_encoder]
claims:
  - {column: cross_encoder, first: care}
```
The care guide is first.

## Run it
```yaml
step: do
suggest: learn python
goal: What is first now?
```
Another query.

## Break it
```yaml
step: break
edit: lists
```
Your own text.
"""


def small_lesson(**replaced: str) -> Lesson:
    """The lesson; `replaced` are words of its file and what stands in their place."""
    text = LESSON_TEXT
    for before, after in replaced.items():
        text = text.replace(before, after)
    return lesson_from_text(Path("lessons/two-readers.md"), text)


def result_for(show: Show) -> ShowResult:
    """The result of the small lesson's show."""
    values = {"bi_encoder": COSINES, "cross_encoder": LOGITS}
    return ShowResult(
        show=show.name,
        query=show.query,
        documents=tuple(ResultRow(d.key, d.title, d.text) for d in show.documents),
        values=values,
        order={
            column: tuple(sorted(numbers, key=numbers.__getitem__, reverse=True))
            for column, numbers in values.items()
        },
        models={"bi_encoder": "maker/small-bi", "cross_encoder": "maker/small-cross"},
        seconds=0.25,
    )
