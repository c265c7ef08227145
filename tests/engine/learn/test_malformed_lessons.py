"""Every way to spoil a lesson's file gets one line: file, line, value, remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.learn.library import lesson_library
from tests.engine.learn.documented import documented


@dataclass(frozen=True)
class Spoilt:
    """A change of the documented lesson, what the error says, and the text in whose line it lies.

    `at` "" is the file's first line.
    """

    kind: str
    old: str
    new: str
    says: str
    at: str


OWN = 'text: "Python programming tutorial: lists and loops"}'
DO = "suggest: python programming\ngoal: Does the tutorial come first now?"
FIRST = "- {column: bi_encoder, first: own}"
SPOILT = (
    Spoilt("no header", "---\ntitle", "title", "the header is missing", ""),
    Spoilt("a header without an end", "\n---\n\n##", "\n\n##", "the header has no end", ""),
    Spoilt("no YAML", "title: Two ways", "title: [Two ways", "not YAML", "summary:"),
    Spoilt("a colon in bare text", "title: Two ways", "title: Two: ways", "not YAML", "title:"),
    Spoilt("an unknown field", "summary:", "sumary:", "did you mean summary?", "sumary:"),
    Spoilt("a field twice", "order: 1", "minutes: 6", "stands there twice", "# 5 to 10"),
    Spoilt(
        "a field that is missing",
        "title: Two ways to read a pair\n",
        "",
        "title is missing",
        "summary",
    ),
    Spoilt("an empty field", "group: First steps", "group:", "is empty", "group:"),
    Spoilt("a list for a text", "group: First steps", "group: [a]", "list or mapping", "group:"),
    Spoilt("minutes out of bounds", "minutes: 6 ", "minutes: 60 ", "from 5 to 10", "minutes:"),
    Spoilt("no whole number", "order: 1 ", "order: one ", "'one' is no whole number", "order:"),
    Spoilt("another language", "language: en", "language: de", "does not go with", "language:"),
    Spoilt(
        "an alias", "group: First steps", "group: &a x\n#: *a\ngroup2: *a", "*a repeats", "group2"
    ),
    Spoilt("a kind that is none", "kind: pairs", "kind: pair", "did you mean pairs?", "kind:"),
    Spoilt(
        "a column that is none",
        "[bi_encoder, cross_encoder]",
        "[bi-encoder]",
        "did you mean bi_encoder?",
        "columns:",
    ),
    Spoilt(
        "a column twice",
        "[bi_encoder, cross_encoder]",
        "[bm25, bm25]",
        "a column stands there twice",
        "columns:",
    ),
    Spoilt(
        "a field of another kind",
        "    kind: pairs",
        "    kind: pairs\n    top: 3",
        "'top' is no field",
        "top: 3",
    ),
    Spoilt(
        "a document twice",
        "key: own",
        "key: care",
        "key care stands there twice",
        "key: care, title",
    ),
    Spoilt(
        "a document without text",
        f", {OWN}",
        "}",
        "either a text of its own or a doc_id",
        "key: own",
    ),
    Spoilt(
        "one document",
        "      - {key: care, corpus: senses, doc_id: python-ball-care}\n",
        "",
        "has 1 items: give 2 to 10",
        "key: own",
    ),
    Spoilt("a key with blanks", "key: own", "key: my own", "is no name", "my own"),
    Spoilt(
        "a query without end",
        "query: python snake",
        f"query: {'a ' * 300}",
        "give at most 500",
        "query:",
    ),
    Spoilt(
        "text before the first step",
        "## Which one",
        "Hello\n\n## Which one",
        "text before the first step",
        "Hello",
    ),
    Spoilt("a heading without words", "## The bi-encoder", "## ", "has no heading", "\n## \n"),
    Spoilt(
        "a step without fields",
        f"```yaml\nstep: do\n{DO}\n```\n",
        "",
        "has no fields",
        "Run it",
    ),
    Spoilt(
        "a block without an end",
        "now?\n```\n",
        "now?\n",
        "the block has no end",
        "```yaml\nstep: do",
    ),
    Spoilt("a step without text", "Run it, and compare.", "", "has no text", "## Now you"),
    Spoilt("an unknown step", "step: reveal", "step: revel", "did you mean reveal?", "step: revel"),
    Spoilt(
        "a field of another step",
        "step: reveal",
        "step: reveal\nchoices: [a]",
        "'choices' is no field",
        "choices: [a]",
    ),
    Spoilt(
        "a show that is none",
        "step: reveal",
        "step: reveal\nshow: mine",
        "'mine' is none of main",
        "show: mine",
    ),
    Spoilt(
        "no right choice",
        ", right: true",
        ", right: false, why: x",
        "0 of them are right",
        "The care guide",
    ),
    Spoilt(
        "two right choices",
        "{text: The tutorial, why",
        "{text: The tutorial, right: true, why",
        "2 of them are right",
        "The care guide",
    ),
    Spoilt(
        "a wrong choice without a why",
        ', why: "It shares one word, and means another thing by it."',
        "",
        "has no why",
        "text: The tutorial",
    ),
    Spoilt("a yes for a true", "right: true", "right: yes", "neither true nor false", "right: yes"),
    Spoilt(
        "choices beside a rank",
        "step: predict",
        "step: predict\nrank: 2\nby: cross_encoder\nwhy: {care: x, own: y}",
        "either choices or rank",
        "step: predict",
    ),
    Spoilt(
        "a light that is none",
        "[row:own, column",
        "[row own, column",
        "nothing that lights up",
        "lights:",
    ),
    Spoilt(
        "a light on no row",
        "[row:own, column",
        "[row:owl, column",
        "no row owl: take care, own",
        "lights:",
    ),
    Spoilt("a light on no column", "column:bi_encoder", "column:bm25", "no column bm25", "lights:"),
    Spoilt(
        "a light in the text on no row",
        "(light:row:own)",
        "(light:row:owl)",
        "no row owl",
        "It puts",
    ),
    Spoilt(
        "a reveal of no column",
        "reveal: [bi_encoder]",
        "reveal: [bm25]",
        "'bm25' is none of",
        "reveal:",
    ),
    Spoilt(
        "a reveal without claims", f"claims:\n  {FIRST}\n", "", "claims are missing", "step: reveal"
    ),
    Spoilt(
        "a claim of no column",
        FIRST,
        "- {column: bm25, first: own}",
        "'bm25' is none of",
        "column: bm25",
    ),
    Spoilt(
        "a claim on no row",
        FIRST,
        "- {column: bi_encoder, first: on}",
        "did you mean own?",
        "first: on",
    ),
    Spoilt(
        "a claim that is none",
        FIRST,
        "- {column: bi_encoder, document: own}",
        "is no claim",
        "document: own",
    ),
    Spoilt(
        "bounds the wrong way",
        FIRST,
        "- {column: bi_encoder, document: own, between: [2, 1]}",
        "2 is above 1",
        "between:",
    ),
    Spoilt(
        "a bound that is no number",
        FIRST,
        "- {column: bi_encoder, document: own, between: [0, nan]}",
        "is not finite",
        "between:",
    ),
    Spoilt(
        "a do without a goal",
        "\ngoal: Does the tutorial come first now?",
        "",
        "goal is missing",
        "step: do",
    ),
    Spoilt(
        "a lesson without a do",
        f"step: do\n{DO}",
        "step: break",
        "there is no step do",
        "## Which one",
    ),
    Spoilt(
        "a column revealed twice",
        "## Now you",
        f"## Again\n```yaml\nstep: reveal\nreveal: [bi_encoder]\nclaims:\n  {FIRST}\n```\nT.\n\n"
        "## Now you",
        "bi_encoder was revealed before",
        "## Again",
    ),
    Spoilt(
        "a character that is none",
        "group: First",
        "group: \x00First",
        "cannot be printed",
        "group:",
    ),
    Spoilt(
        "a bomb of brackets",
        "group: First steps",
        f"group: {'[' * 5000}{']' * 5000}",
        "nested too deep",
        "group:",
    ),
)


def line_of(text: str, words: str) -> int:
    """The line in which these words begin (after a leading line break)."""
    start = text.index(words) + (len(words) - len(words.lstrip("\n")))
    return text.count("\n", 0, start) + 1


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: spoilt.kind)
def test_what_is_wrong_is_named_with_file_and_line(spoilt: Spoilt, tmp_path: Path) -> None:
    good = documented()
    assert spoilt.old in good
    text = good.replace(spoilt.old, spoilt.new, 1)
    (tmp_path / "spoilt.md").write_text(text, "utf-8")
    (tmp_path / "good.md").write_text(good, "utf-8")
    library = lesson_library(tmp_path)
    (error,) = library.errors
    line = line_of(text, spoilt.at) if spoilt.at else 1
    assert str(error).startswith(f"{tmp_path.name}/spoilt.md:{line}: ")
    assert spoilt.says in str(error)
    assert "\n" not in str(error)
    assert str(tmp_path) not in str(error)
    assert [lesson.name for lesson in library.lessons] == ["good"]


def test_bytes_that_are_no_text_and_files_too_large_are_named(tmp_path: Path) -> None:
    bad = documented().replace("group: First", "group: \udcff").encode("utf-8", "surrogateescape")
    (tmp_path / "bytes.md").write_bytes(bad)
    (tmp_path / "large.md").write_bytes(b"a" * 300_000)
    (tmp_path / "good.md").write_text(documented(), "utf-8")
    library = lesson_library(tmp_path)
    assert [error.line for error in library.errors] == [
        bad[: bad.index(b"\xff")].count(b"\n") + 1,
        1,
    ]
    assert ["UTF-8" in str(e) or "bytes" in str(e) for e in library.errors] == [True, True]
    assert [lesson.name for lesson in library.lessons] == ["good"]


def test_more_than_twenty_kinds_are_tried() -> None:
    assert len({spoilt.kind for spoilt in SPOILT}) == len(SPOILT) >= 20
