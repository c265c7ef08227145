"""docs/lessons.md answers its five questions with sentences that stand in the lessons."""

from __future__ import annotations

import re
from pathlib import Path

from engine.learn.library import FOLDER, lesson_library
from engine.types.learn.lessons import Lesson

DOCS = Path(__file__).parents[3] / "docs" / "lessons.md"
ROW = re.compile(r'^\| \d\. (.+\?) \| "(.+)" \| \[([a-z-]+)\]\(\.\./lessons/\3\.md\) \|$', re.M)


def sentences(lesson: Lesson) -> str:
    """All that a learner reads in a lesson, without its marks."""
    runs = (
        run.text for step in lesson.steps for block in step.text for i in block.items for run in i
    )
    explained = [choice.why for step in lesson.steps for choice in step.choices]
    placed = [why for step in lesson.steps for why in step.why.values()]
    return "\n".join((lesson.take_away, "".join(runs), *explained, *placed))


def test_each_of_the_five_questions_is_answered_by_a_sentence_of_its_lesson() -> None:
    rows = ROW.findall(DOCS.read_text("utf-8").split("## Five questions")[1])
    assert len(rows) == 5
    library = lesson_library(FOLDER)
    for question, answer, name in rows:
        lesson = library.lesson(name)
        assert lesson is not None, question
        assert answer in sentences(lesson), question


def test_the_lessons_that_answer_are_named_by_their_titles() -> None:
    text = DOCS.read_text("utf-8").split("## Five questions")[1]
    titles = {lesson.name: lesson.title for lesson in lesson_library(FOLDER).lessons}
    assert {titles[name] for _, _, name in ROW.findall(text)} == set(
        re.findall(r"\*([^*]+)\*", text.split("| question")[0])
    )
