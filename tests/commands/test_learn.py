"""`lessons`: what there is, what is wrong with it, its numbers and its traces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from engine.learn.traces import results_of, trace_path
from tests.commands.running import Output, failure
from tests.engine.learn.documented import documented, documented_lesson
from tests.pets import write_pets

pytestmark = pytest.mark.usefixtures("session_models")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder of one lesson on the documents of a small corpus, and one that is malformed."""
    pets = write_pets(tmp_path)
    text = documented().replace(
        "corpus: senses, doc_id: python-ball-care", f"corpus: {pets}, doc_id: ball"
    )
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "two-ways.md").write_text(text, "utf-8")
    (lessons / "bad.md").write_text("---\nsumary: x\n---\n", "utf-8")
    return str(lessons)


def test_the_lessons_are_listed_and_a_malformed_one_is_named(capsys: Output, folder: str) -> None:
    assert cli.main(["lessons", "--folder", folder]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "  1  two-ways                     en   6 min  Two ways to read a pair (First steps)"
    ]
    assert err.startswith(f"crossexam: {folder}/bad.md:2: the header: 'sumary' is no field of it")
    assert "did you mean summary?" in err


def test_a_check_of_good_files_says_nothing(capsys: Output, folder: str) -> None:
    assert cli.main(["lessons", "two-ways", "--check", "--folder", folder]) == 0
    assert capsys.readouterr().err == ""
    assert cli.main(["lessons", "bad", "--check", "--folder", folder]) == 2
    assert "bad.md:2: " in capsys.readouterr().err


def test_a_run_prints_numbers_and_the_claim_that_does_not_hold(capsys: Output, folder: str) -> None:
    assert cli.main(["lessons", "two-ways", "--run", "--folder", folder]) == 2
    out, err = capsys.readouterr()
    (row,) = [line for line in out.splitlines() if line.startswith("care ")]
    assert float(row.split()[2]) > 0 > float(out.split("own")[1].split()[1])
    line = documented_lesson().steps[1].claims[0].line
    assert f"two-ways.md:{line}: step 'The bi-encoder': bi_encoder has care at rank 1" in err
    assert not trace_path(Path(folder), "two-ways").exists()


def test_a_recording_is_read_back(run_json: Any, folder: str, capsys: Output) -> None:
    path = Path(folder, "two-ways.md")
    path.write_text(path.read_text("utf-8").replace("first: own", "first: care"), "utf-8")
    Path(folder, "bad.md").unlink()
    Path(folder, "other.md").write_text(
        path.read_text("utf-8").replace("order: 1", "order: 2"), "utf-8"
    )
    values = run_json("lessons", "two-ways", "--record", "--folder", folder)
    lesson = documented_lesson(text=path.read_text("utf-8"))
    trace = trace_path(Path(folder), "two-ways")
    assert json.loads(trace.read_text("utf-8")) == values["results"]["two-ways"]
    result = results_of(trace, lesson)["main"]
    assert not trace_path(Path(folder), "other").exists()
    assert result.order["cross_encoder"] == ("care", "own")
    assert result.documents[0].title == "Ball python care guide"
    assert str(path.parent.parent) not in json.dumps(list(result.models.values()))


def test_names_and_folders_that_are_not_there_are_errors(capsys: Output, folder: str) -> None:
    assert "did you mean 'two-ways'" in failure(capsys, "lessons", "two-way", "--folder", folder)
    assert "no folder" in failure(capsys, "lessons", "--folder", f"{folder}/none")
