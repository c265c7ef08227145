"""The text of a step: five kinds of markup, and everything else as it is written."""

from __future__ import annotations

import pytest

from engine.learn.lesson_text import blocks_of, lights_in, plain_text, runs_of
from engine.types.learn.lessons import TextRun
from tests.engine.learn.documented import documented, documented_lesson

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[here](javascript:alert(1))",
    "[here](https://example.org)",
    "![picture](https://example.org/x.png)",
    ":material/home: $x^2$ &amp; \\<b> `code` # heading | cell |",
    "[words](light:)",
    "****", "** a **", "*", "* a *", "2 * 3 * 4", "[](light:query)", "[a](light:query", "**open",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_else_looks_like_markup_stays_text(text: str) -> None:
    (block,) = blocks_of(text)
    assert block.items == ((TextRun(text),),)


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_hostile_words_of_every_field_stay_words(text: str) -> None:
    quoted = text.replace("\\", "\\\\")
    source = (
        documented()
        .replace("title: Two ways to read a pair", f'title: "{quoted}"')
        .replace("query: python snake", f'query: "{quoted}"')
        .replace("title: A tutorial", f'title: "{quoted}"')
        .replace("{text: The care guide", f'{{text: "{quoted}"')
        .replace("## The bi-encoder", f"## {text}")
        .replace("Run it, and compare.", text)
    )
    lesson = documented_lesson(text=source)
    main = lesson.shows["main"]
    texts = [lesson.title, main.query, main.documents[1].title, lesson.steps[0].choices[0].text]
    texts += [lesson.steps[1].heading, plain_text(lesson.steps[2].text)]
    assert texts == [text] * 6


def test_looks_may_lie_in_one_another() -> None:
    assert list(runs_of("a **b *c* [d](light:row:x)** e")) == [
        TextRun("a "),
        TextRun("b ", bold=True),
        TextRun("c", bold=True, emphasis=True),
        TextRun(" ", bold=True),
        TextRun("d", bold=True, light="row:x"),
        TextRun(" e"),
    ]


def test_paragraphs_and_lists_are_told_apart() -> None:
    blocks = blocks_of("One\nline.\n\nA list:\n- first\n  goes on\n- *second*\n\nEnd.")
    assert [(block.kind, len(block.items)) for block in blocks] == [
        ("paragraph", 1),
        ("paragraph", 1),
        ("list", 2),
        ("paragraph", 1),
    ]
    assert plain_text(blocks) == "One line.\nA list:\nfirst goes on\nsecond\nEnd."
    assert lights_in(blocks_of("[a](light:query) and [b](light:row:k)")) == ["query", "row:k"]


def test_a_long_line_of_stars_is_read_in_no_time() -> None:
    assert plain_text(blocks_of("*" * 20_000 + "a" + "**" * 10_000)).count("a") == 1
