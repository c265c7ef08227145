"""A lesson as a worksheet: a page of HTML that needs nothing else, to print on A4 or Letter.

Predictions are left blank; the answers stand on a page of their own.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from components.learn.lesson.lesson_columns import column_label
from components.learn.lesson.lesson_view import row_title
from components.learn.worksheet_words import words_of
from engine.types.learn.columns import COLUMNS, COST, PAIRS, SEARCH
from engine.types.learn.lessons import (
    BREAK,
    DO,
    PREDICT,
    REVEAL,
    WHY,
    Lesson,
    Show,
    Step,
    TextBlock,
)
from engine.types.learn.results import ShowResult
from engine.types.wording.numbers import with_minus

_CSS = Path(__file__).with_suffix(".css")
LINE = '<p class="line"></p>'


def worksheet(lesson: Lesson, shipped: Mapping[str, ShowResult]) -> str:
    """The worksheet's whole page; every text of the lesson is escaped."""
    words = words_of(lesson.language)
    sheet = "".join(_sheet(lesson, shipped, words))
    answers = "".join(_answers(lesson, shipped, words))
    return (
        f'<!DOCTYPE html>\n<html lang="{_text(lesson.language)}"><head><meta charset="utf-8">'
        f"<title>{_text(lesson.title)}</title>"
        f"<style>{_CSS.read_text(encoding='utf-8')}</style></head><body>"
        f'<section class="sheet">{sheet}</section>'
        f'<section class="answers">{answers}</section></body></html>\n'
    )


def _sheet(
    lesson: Lesson, shipped: Mapping[str, ShowResult], words: Mapping[str, str]
) -> Iterator[str]:
    yield (
        f"<header><h1>{_text(lesson.title)}</h1>"
        f'<p class="who">{_text(words["name"])} <span></span> {_text(words["date"])} '
        f"<span></span></p></header><p>{_text(lesson.summary)}</p>"
    )
    shown_names: set[str] = set()
    for number, step in enumerate(lesson.steps, 1):
        yield f'<article class="{step.kind}"><h2>{number}. {_text(step.heading)}</h2>'
        if step.kind in (PREDICT, WHY, BREAK):
            yield from _blocks(step.text)
        if step.show not in shown_names:
            shown_names.add(step.show)
            yield from _table(lesson, lesson.shows[step.show], shipped.get(step.show), words)
        yield from _asked(lesson, step, words)
        yield "</article>"
    yield f"<article><h2>{_text(words['own_words'])}</h2>{LINE}</article>"


def _asked(lesson: Lesson, step: Step, words: Mapping[str, str]) -> Iterator[str]:
    """What the learner fills in at this step."""
    if step.choices:
        items = "".join(f"<li>{_text(choice.text)}</li>" for choice in step.choices)
        yield f'<ol class="boxes">{items}</ol>'
    if step.rank:
        places = "".join("<li></li>" for _ in range(step.rank))
        by = column_label(step.by, lesson.language)
        yield f"<p>{_text(words['order'].format(column=by))}</p><ol class='places'>{places}</ol>"
    if step.kind == WHY and step.choices:
        yield f'<p class="line">{_text(words["because"])}</p>'
    if step.kind == REVEAL:
        names = ", ".join(column_label(name, lesson.language) for name in step.reveal)
        yield f'<p class="line">{_text(words["saw"].format(columns=names))}</p>'
    if step.kind == DO:
        if step.suggest:
            yield f"<p>{_text(words['run'].format(query=step.suggest))}</p>"
        yield f"<p>{_text(step.goal)}</p>{LINE}"
    if step.kind == BREAK:
        yield f'<p class="line">{_text(words["tried"])}</p>'


def _table(
    lesson: Lesson, show: Show, result: ShowResult | None, words: Mapping[str, str]
) -> Iterator[str]:
    """The rows of a show, with room for what each column will be seen to say."""
    if show.query:
        yield f'<p class="query">{_text(words["query"])}: <b>“{_text(show.query)}”</b></p>'
    if show.kind not in (PAIRS, COST) or result is None:
        return
    header_cells = "".join(
        f"<th>{_text(column_label(name, lesson.language))}</th>" for name in show.columns
    )
    blank = "<td></td>" * len(show.columns)
    rows = "".join(
        f"<tr><th>{_text(row_title(row, show, lesson.language))}</th>{blank}</tr>"
        for row in result.documents
    )
    yield f"<table><tr><td></td>{header_cells}</tr>{rows}</table>"


def _answers(
    lesson: Lesson, shipped: Mapping[str, ShowResult], words: Mapping[str, str]
) -> Iterator[str]:
    yield f"<h1>{_text(words['answers'].format(title=lesson.title))}</h1>"
    for number, step in enumerate(lesson.steps, 1):
        said = "".join(_answer(step, shipped.get(step.show)))
        if said:
            yield f"<article><h2>{number}. {_text(step.heading)}</h2>{said}</article>"
    for name, result in shipped.items():
        yield from _numbers(lesson, lesson.shows[name], result, words)
    yield f'<p class="take-away">{_text(lesson.take_away)}</p>'


def _answer(step: Step, result: ShowResult | None) -> Iterator[str]:
    for choice in step.choices:
        mark = "✓" if choice.right else "✗"
        yield f"<p>{mark} <b>{_text(choice.text)}</b> {_text(choice.why)}</p>"
    if step.rank and result is not None:
        titles = {row.key: row.title or row.key for row in result.documents}
        keys = result.order.get(step.by, ())[: step.rank]
        yield f"<p>✓ {_text(' · '.join(titles[key] for key in keys))}</p>"
        for key, why in step.why.items():
            yield f"<p>{_text(titles.get(key, key))}: {_text(why)}</p>"


def _numbers(
    lesson: Lesson, show: Show, result: ShowResult, words: Mapping[str, str]
) -> Iterator[str]:
    """The recorded numbers of a show."""
    if show.kind == SEARCH:
        titles = {row.key: row.title or row.key for row in result.documents}
        for name, keys in result.order.items():
            order_text = " · ".join(f"{place}. {titles[key]}" for place, key in enumerate(keys, 1))
            yield f"<p><b>{_text(column_label(name, lesson.language))}</b>: {_text(order_text)}</p>"
        return
    header_cells = "".join(
        f"<th>{_text(column_label(name, lesson.language))}</th>" for name in show.columns
    )
    rows = "".join(
        f"<tr><th>{_text(row_title(row, show, lesson.language) or row.key)}</th>"
        + "".join(f"<td>{_text(_figure(result, name, row.key))}</td>" for name in show.columns)
        + "</tr>"
        for row in result.documents
    )
    title = f"“{show.query}”" if show.query else ""
    yield (
        f"<p>{_text(words['recorded'])} {_text(title)}</p>"
        f"<table><tr><td></td>{header_cells}</tr>{rows}</table>"
    )


def _figure(result: ShowResult, column: str, key: str) -> str:
    value = result.values.get(column, {}).get(key)
    if value is None:
        return "–"
    text = f"{value:,.{COLUMNS[column].decimals}f}"
    return with_minus(text)


def _blocks(blocks: Sequence[TextBlock]) -> Iterator[str]:
    for block in blocks:
        items = [
            "".join(_run(run.text, run.bold, run.emphasis) for run in item) for item in block.items
        ]
        if block.kind == "list":
            yield f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        else:
            yield f"<p>{''.join(items)}</p>"


def _run(text: str, bold: bool, emphasis: bool) -> str:
    words = _text(text)
    words = f"<em>{words}</em>" if emphasis else words
    return f"<b>{words}</b>" if bold else words


def _text(text: str) -> str:
    return html.escape(text)
