"""Figures as a report writes them, and parts that its sections share: tables, bars, captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.search.movement import duration
from engine.share.report.markup import Child, Markup, joined, tag
from engine.types.wording.numbers import decimal, signed

BAR_WIDTH, BAR_HEIGHT = 160.0, 14.0


def number(value: float, decimals: int = 3, *, sign: bool = False) -> str:
    """A value with a true minus sign; with `sign` a plus stands before a gain."""
    return signed(value, decimals) if sign else decimal(value, decimals)


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 text", "1,200 texts"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def seconds_words(seconds: float) -> str:
    """Seconds for people, in words that need no key: "1.4 seconds", "12 milliseconds"."""
    if seconds < 0.0001:
        return "less than a tenth of a millisecond"
    text, unit = duration(seconds).split(" ")
    return f"{text} {'seconds' if unit == 's' else 'milliseconds'}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it shows, and the number that it is sorted by, if by one."""

    content: Child
    value: float | None = None
    figure: bool = False


def cell(content: Child, value: float | None = None) -> Cell:
    """A cell; with `value` it is a figure, set at the right."""
    return Cell(content, value, figure=value is not None)


def table(
    headers: Sequence[Child],
    rows: Sequence[Sequence[Cell]],
    *,
    label: str,
    documents: Sequence[int | None] = (),
) -> Markup:
    """A table whose columns sort by a press on their header; the first cell heads its row.

    `documents` numbers the document of each row, to be lit wherever it stands.
    """
    head = tag(
        "tr", *(tag("th", tag("span", header, class_="sort"), scope="col") for header in headers)
    )
    body = []
    for place, row in enumerate(rows):
        document = documents[place] if place < len(documents) else None
        cells = [
            tag(
                "td" if column else "th",
                each.content,
                scope=None if column else "row",
                data_value=None if each.value is None else repr(each.value),
                class_="figure" if each.figure else None,
            )
            for column, each in enumerate(row)
        ]
        body.append(tag("tr", *cells, data_doc=document))
    return tag(
        "div",
        tag("table", tag("thead", head), tag("tbody", *body), aria_label=label),
        class_="scroll",
    )


def bar(share: float, colour: str, *, label: str) -> Markup:
    """A bar of 0 to 1 of its width, from the left."""
    width = max(0.5, min(1.0, share) * BAR_WIDTH)
    mark = tag("rect", x=0, y=2, width=width, height=BAR_HEIGHT - 4, class_=f"fill {colour}")
    return picture(mark, BAR_WIDTH, BAR_HEIGHT, label=label, class_="bar")


def signed_bar(share: float, *, label: str, good: bool | None = None) -> Markup:
    """A bar from the middle, -1 to 1; to the right it raises. `good` overrides its colour."""
    middle = BAR_WIDTH / 2
    length = max(0.5, min(1.0, abs(share)) * (middle - 2))
    up = share >= 0 if good is None else good
    axis = tag("line", x1=middle, x2=middle, y1=0, y2=BAR_HEIGHT, class_="axis")
    mark = tag(
        "rect",
        x=middle if share >= 0 else middle - length,
        y=2,
        width=length,
        height=BAR_HEIGHT - 4,
        class_=f"fill {'up' if up else 'down'}",
    )
    return picture(joined([mark, axis]), BAR_WIDTH, BAR_HEIGHT, label=label, class_="bar")


def picture(content: Child, width: float, height: float, *, label: str, class_: str) -> Markup:
    """An SVG with a text that stands for it."""
    return tag(
        "svg",
        content,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
        class_=class_,
    )


def figure(title: str, content: Child, meaning: str) -> Markup:
    """A picture or table under its title, with what it means below."""
    return tag("figure", tag("h4", title), content, tag("figcaption", meaning))


def notices(texts: Sequence[str]) -> Markup | None:
    """What a reader has to know, None where there is nothing."""
    if not texts:
        return None
    return tag("ul", *(tag("li", text) for text in texts), class_="notices")


def panels(parts: Sequence[tuple[str, Markup]], *, name: str) -> Markup:
    """Parts that are tabs on a screen with script, and stand one after the other elsewhere."""
    return tag(
        "div",
        *(
            tag("section", tag("h3", title), content, class_="panel", id=f"{name}-{place}")
            for place, (title, content) in enumerate(parts)
        ),
        class_="panels",
    )
