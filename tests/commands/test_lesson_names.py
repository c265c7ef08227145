"""`lessons`: lessons by name, and CONTRIBUTING.md's way to a new one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from engine.learn.library import FOLDER
from tests.commands.running import Output, failure


def test_lessons_named_are_the_only_ones(run_json: Any) -> None:
    listed = run_json("lessons", "depth", "two-ways")["lessons"]
    assert {lesson["name"] for lesson in listed} == {"depth", "two-ways"}


def test_a_name_that_is_no_lesson_is_an_error_with_a_hint(capsys: Output) -> None:
    assert "did you mean 'two-ways'?" in failure(capsys, "lessons", "two-way")


def test_a_copied_lesson_with_its_own_title_and_order_is_one_more(
    run_json: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "lessons"
    shutil.copytree(FOLDER, folder)
    before = len(run_json("lessons", "--folder", str(folder))["lessons"])
    text = (folder / "two-ways.md").read_text("utf-8")
    own = text.replace("title: Two ways to read a pair", "title: My own", 1)
    (folder / "mine.md").write_text(own.replace("order: 1\n", "order: 900\n", 1), "utf-8")
    result = run_json("lessons", "--folder", str(folder), "--check")
    assert len(result["lessons"]) == before + 1
    assert result["failures"] == {}
