"""A recorded result is read back as it was, under the labels of the lesson that shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.learn.traces import (
    labelled,
    question_of,
    results_of,
    trace_path,
    trace_values,
)
from engine.types.learn.lessons import LessonError
from engine.types.learn.results import ResultRow, ShowResult
from tests.engine.learn.documented import documented, documented_lesson

RESULT = ShowResult(
    show="main",
    query="python snake",
    documents=(
        ResultRow("care", "Ball python care guide", "Warm."),
        ResultRow("own", "A tutorial"),
    ),
    values={"bi_encoder": {"care": 0.58, "own": 0.43}},
    order={"bi_encoder": ("care", "own")},
    models={"bi_encoder": "MiniLM"},
    corpora={"senses": "abc"},
    precision="OpenVINO bf16; 2 of 2 in fp32",
    seconds=0.25,
    notices=("One.",),
)


def written(folder: Path, result: ShowResult = RESULT) -> Path:
    path = trace_path(folder, "two-ways")
    path.parent.mkdir()
    lesson = documented_lesson()
    path.write_text(json.dumps(trace_values(lesson, {"main": result})), "utf-8")
    return path


def test_what_was_recorded_is_read_back(tmp_path: Path) -> None:
    assert results_of(written(tmp_path), documented_lesson()) == {"main": RESULT}


def test_a_translation_has_its_own_labels_and_the_corpus_titles(tmp_path: Path) -> None:
    text = documented().replace("title: A tutorial", "title: Ein Lehrgang")
    lesson = documented_lesson("two-ways.md", text)
    (result,) = results_of(written(tmp_path), lesson).values()
    assert [row.title for row in result.documents] == ["Ball python care guide", "Ein Lehrgang"]
    assert labelled(result, documented_lesson().shows["main"]) == RESULT


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("query: python snake", "query: python"),
        ("lists and loops", "lists"),
        ("[bi_encoder, cross", "[bm25, bi_encoder, cross"),
        ("doc_id: python-ball-care", "doc_id: python-delphi"),
    ],
)
def test_a_show_that_has_changed_since_has_no_trace(tmp_path: Path, old: str, new: str) -> None:
    changed = documented_lesson("two-ways.md", documented().replace(old, new, 1))
    assert results_of(written(tmp_path), changed) == {}


def test_a_question_hangs_on_nothing_but_what_is_computed() -> None:
    show = documented_lesson().shows["main"]
    assert question_of(show) == question_of(replace(show, name="other", line=99))
    assert question_of(show) != question_of(replace(show, corpus="pydoc"))


@pytest.mark.parametrize("text", ["", "[]", '{"shows": {"main": {}}}', '{"shows": 3}', "{"])
def test_a_file_that_is_no_trace_is_named_with_the_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "two-ways.json"
    path.write_text(text, "utf-8")
    with pytest.raises(LessonError, match=r"two-ways\.json:1: no trace .*lessons --record"):
        results_of(path, documented_lesson())
    with pytest.raises(LessonError, match=r"none\.json:1: no trace"):
        results_of(tmp_path / "none.json", documented_lesson())
