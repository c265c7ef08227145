"""A translation says the same about the same numbers, or is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.learn.checking import library_errors
from engine.learn.library import lesson_library
from engine.learn.translations import differences
from tests.engine.learn.documented import documented, documented_lesson


def german() -> str:
    """The documented lesson with German words where a translation has them."""
    text = documented().replace("language: en ", "language: de ")
    for english, words in (
        ("Two ways to read a pair", "Zwei Arten, ein Paar zu lesen"),
        ("title: A tutorial", "title: Ein Lehrgang"),
        ("The care guide", "Der Ratgeber"),
        ("## The bi-encoder", "## Der Bi-Encoder"),
        ("Run it, and compare.", "Ausprobieren und vergleichen."),
    ):
        text = text.replace(english, words)
    return text


CHANGES = (  # what is changed, what the line of the error begins with, and what it says
    ("minutes: 6 ", "minutes: 7 ", "---", "minutes is not that of two-ways.md"),
    ("query: python snake", "query: Schlange", "    kind: pairs", "show main is not that of"),
    ('"Python programming', '"Die Python', "    kind: pairs", "show main is not that of"),
    ("[bi_encoder, cross", "[bm25, bi_encoder, cross", "    kind: pairs", "show main"),
    ("[row:own, column", "[row:care, column", "## Der Bi-Encoder", "lights is not that of"),
    ("first: own", "first: care", "## Der Bi-Encoder", "claims are not those of"),
    ("suggest: python pro", "suggest: pro", "## Now you", "suggest is not that of"),
)


def test_other_words_alone_are_no_difference() -> None:
    translation = documented_lesson("two-ways.de.md", german())
    assert list(differences(documented_lesson(), translation)) == []


@pytest.mark.parametrize(("old", "new", "line", "says"), CHANGES)
def test_what_is_not_the_originals_is_named(old: str, new: str, line: str, says: str) -> None:
    text = german()
    assert old in text
    translation = documented_lesson("two-ways.de.md", text.replace(old, new, 1))
    (error,) = differences(documented_lesson(), translation)
    assert text.splitlines()[error.line - 1].startswith(line)
    assert says in str(error)


def test_the_right_choice_has_to_be_the_same_one() -> None:
    text = (
        german()
        .replace(", right: true", "")
        .replace("{text: The tutorial,", "{text: The tutorial, right: true,")
        .replace("{text: Der Ratgeber}", "{text: Der Ratgeber, why: x}")
    )
    (error,) = differences(documented_lesson(), documented_lesson("two-ways.de.md", text))
    assert "the right choices are not those of two-ways.md" in str(error)


def test_one_step_more_or_another_show_is_named() -> None:
    more = german() + "\n## Noch einer\n```yaml\nstep: break\n```\nText.\n"
    (error,) = differences(documented_lesson(), documented_lesson("two-ways.de.md", more))
    assert "has 4 steps, two-ways.md 3" in str(error)
    other = german().replace("  main:", "  mine:")
    (error,) = differences(documented_lesson(), documented_lesson("two-ways.de.md", other))
    assert "its shows are not those of two-ways.md: main" in str(error)


def test_the_folder_is_checked_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(documented(), "utf-8")
    (tmp_path / "b.md").write_text(documented(), "utf-8")
    (tmp_path / "a.de.md").write_text(german().replace("first: own", "first: care"), "utf-8")
    (tmp_path / "c.de.md").write_text(german(), "utf-8")
    (tmp_path / "d.md").write_text("nothing", "utf-8")
    errors = library_errors(lesson_library(tmp_path))
    assert sorted((error.path.name, error.problem.partition(":")[0]) for error in errors) == [
        ("a.de.md", "step 'Der Bi-Encoder'"),
        ("b.md", "order 1 is that of a"),
        ("c.de.md", "there is no c.md that it translates"),
        ("d.md", "the header is missing"),
    ]
