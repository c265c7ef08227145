"""A lesson's file is read whole, or refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.learn.lesson_file import lesson_from_text
from engine.learn.library import lesson_library
from engine.types.learn.lessons import LessonError, TextBlock, TextRun

DOCS = Path(__file__).parents[3] / "docs" / "lessons.md"


def documented() -> str:
    """The lesson that docs/lessons.md shows."""
    return DOCS.read_text("utf-8").split("````markdown\n")[1].split("````")[0]


def test_the_documented_lesson_is_read() -> None:
    lesson = lesson_from_text(Path("two-ways.md"), documented())
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


def test_an_unknown_field_is_refused_with_line_and_guess() -> None:
    wrong = documented().replace("summary:", "sumary:")
    with pytest.raises(LessonError, match=r"^x\.md:3: .*'sumary'.*did you mean summary\?"):
        lesson_from_text(Path("x.md"), wrong)


def test_a_bad_file_leaves_the_others_open(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(documented(), "utf-8")
    (tmp_path / "bad.md").write_text("no header", "utf-8")
    library = lesson_library(tmp_path)
    assert [lesson.name for lesson in library.lessons] == ["good"]
    assert [(error.path.name, error.line) for error in library.errors] == [("bad.md", 1)]
