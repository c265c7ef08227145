"""A lesson's file is read as docs/lessons.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.learn.lesson_file import lesson_from_text
from engine.learn.library import lesson_library
from engine.types.learn.columns import COLUMNS, WAYS
from engine.types.learn.lessons import CLAIMS, Claim, Lesson, LessonError, TextBlock, TextRun
from tests.engine.learn.documented import DOCS, documented, documented_lesson

SHOWS = """
  found: {kind: search, query: python snake, columns: [bm25, cross_encoder, grade], top: 3}
  day:
    kind: cost
    query: python snake
    columns: [passes, seconds]
    corpus_size: 1_000_000
    queries_a_day: 10,000
    depth: 50
  ceiling: {kind: curve, curve: recall, points: [1, 10], columns: [bm25, hybrid]}
  often:
    kind: curve
    curve: score
    query: aspirin
    columns: [bm25, cross_encoder]
    documents:
      - {key: once, x: 1, text: aspirin}
      - {key: twice, x: 2, query: aspirin dose, text: aspirin and aspirin}
---
"""


def with_shows() -> str:
    return documented().replace("\n---\n", SHOWS, 1)


def test_the_documented_lesson_is_read() -> None:
    lesson = documented_lesson()
    assert (lesson.name, lesson.language, lesson.minutes) == ("two-ways", "en", 6)
    assert lesson.shows["main"].columns == ("bi_encoder", "cross_encoder")
    assert [document.key for document in lesson.shows["main"].documents] == ["care", "own"]
    assert [step.kind for step in lesson.steps] == ["predict", "reveal", "do"]
    assert lesson.steps[0].text == (
        TextBlock(
            "paragraph",
            (
                (
                    TextRun("Read both. "),
                    TextRun("Which one", bold=True),
                    TextRun(" answers "),
                    TextRun("the query", light="query"),
                    TextRun("?"),
                ),
            ),
        ),
    )
    claim = lesson.steps[1].claims[0]
    assert (claim.kind, claim.column, claim.keys) == ("first", "bi_encoder", ("own",))


def test_every_kind_of_show_is_read() -> None:
    shows = documented_lesson(text=with_shows()).shows
    assert (shows["found"].top, shows["found"].first_stage) == (3, "bi_encoder")
    assert (shows["day"].corpus_size, shows["day"].queries_a_day) == (1_000_000, 10_000)
    assert shows["ceiling"].points == (1, 10)
    assert [document.x for document in shows["often"].documents] == [1.0, 2.0]
    assert shows["often"].documents[1].query == "aspirin dose"


def test_every_claim_is_read_with_its_line() -> None:
    lines = (
        "{column: bm25, first: a1}",
        "{column: bm25, last: a1}",
        "{column: bm25, order: [a1, b2]}",
        "{column: bm25, above: [a1, b2], by: 1.5}",
        "{column: bm25, above: [a1, b2], times: 3}",
        "{column: bm25, document: a1, between: [0, 2.5]}",
        "{column: bm25, documents: [a1, b2], within: 0.5}",
        "{column: bm25, document: a1, rank: 2}",
        "{column: bm25, missing: [a1]}",
    )
    block = "show: found\nclaims:\n" + "\n".join(f"  - {line}" for line in lines)
    own = "  - {column: bi_encoder, first: own}"
    text = with_shows().replace(
        f"reveal: [bi_encoder]\nlights: [row:own, column:bi_encoder]\nclaims:\n{own}",
        f"reveal: [bm25]\n{block}",
    )
    claims = (
        documented_lesson(text=text.replace("(light:row:own)", "(light:query)")).steps[1].claims
    )
    assert [claim.kind for claim in claims] == list(CLAIMS)
    assert claims[3] == Claim("above", "bm25", ("a1", "b2"), (1.5,), claims[3].line)
    assert text.splitlines()[claims[3].line - 1].strip() == f"- {lines[3]}"


def test_words_of_yaml_are_taken_as_they_are_written() -> None:
    """YAML takes a bare 1968 for a number and a bare yes for true: a lesson means the word."""
    text = (
        documented()
        .replace("query: python snake", "query: 1968")
        .replace("take_away: One sentence to take away.", "take_away: yes")
    )
    lesson = documented_lesson(text=text)
    assert (lesson.shows["main"].query, lesson.take_away) == ("1968", "yes")


def test_a_ranking_is_asked_by_a_column_with_a_why_for_each_document() -> None:
    choices = documented().split("choices:\n")[1].split("```")[0]
    text = documented().replace(
        f"choices:\n{choices}",
        "rank: 2\nby: cross_encoder\nwhy: {care: It is about the animal., own: It is not.}\n",
    )
    step = documented_lesson(text=text).steps[0]
    assert (step.rank, step.by, sorted(step.why)) == (2, "cross_encoder", ["care", "own"])


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "two-ways.md"
    path.write_bytes(b"\xef\xbb\xbf" + documented().replace("\n", "\r\n").encode())
    (lesson,) = lesson_library(tmp_path).lessons
    assert lesson.steps == documented_lesson().steps


def test_a_heading_within_a_block_of_code_begins_no_step() -> None:
    text = documented().replace("Run it, and compare.", "Run it:\n\n```\n## no step\n```\nDone.")
    assert len(documented_lesson(text=text).steps) == 3


def test_languages_and_the_plan_belong_together(tmp_path: Path) -> None:
    german = documented().replace("language: en ", "language: de ")
    (tmp_path / "b.md").write_text(documented(), "utf-8")
    (tmp_path / "b.de.md").write_text(german, "utf-8")
    plan = "title: A class\nparts:\n  - {lesson: b, minutes: 9, note: In pairs}\n"
    (tmp_path / "plan.yaml").write_text(plan, "utf-8")
    library = lesson_library(tmp_path)
    assert library.errors == ()
    assert library.languages("b") == ("de", "en")
    german_lesson, other = library.lesson("b", "de"), library.lesson("b", "fr")
    assert isinstance(german_lesson, Lesson)
    assert isinstance(other, Lesson)
    assert (german_lesson.language, other.language) == ("de", "en")
    assert library.lesson("c") is None
    assert library.plan is not None
    assert (library.plan.minutes, library.plan.parts[0].note) == (9, "In pairs")
    (tmp_path / "plan.yaml").write_text(plan.replace("lesson: b", "lesson: bb"), "utf-8")
    (error,) = lesson_library(tmp_path).errors
    assert str(error).endswith(
        "plan.yaml:3: the plan.parts.lesson: 'bb' is none of b; did you mean b?"
    )


def test_the_page_names_every_column_claim_and_way() -> None:
    page = DOCS.read_text("utf-8")
    assert [name for name in (*COLUMNS, *WAYS) if f"`{name}`" not in page] == []
    assert [kind for kind in CLAIMS if f"{kind}: " not in page] == []


def test_a_name_that_no_file_of_a_lesson_has_is_refused() -> None:
    with pytest.raises(LessonError, match="the file's name"):
        lesson_from_text(Path("Two Ways.md"), documented())
