"""Judgments are never lost, never overwritten, and combined as the page says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from corpora.judgments.judgment_log import (
    Judgment,
    JudgmentLog,
    Way,
    combined,
    conflicts,
    judge_name,
)
from engine.types import CrossExamError, Qrel

ROOT = Path(__file__).parents[3]


def log(folder: Path) -> JudgmentLog:
    return JudgmentLog("f1", folder)


def said(folder: Path) -> list[tuple[str, str, int | None, str]]:
    return [(j.query_id, j.doc_id, j.relevance, j.judge) for j in log(folder).latest()]


def test_what_was_judged_is_there_for_whoever_opens_the_log_next(tmp_path: Path) -> None:
    kept = log(tmp_path).append(Judgment("q", "d", 2, "  Ada \n Lovelace "))
    assert kept.judge == "Ada Lovelace"
    assert kept.at > 0
    assert said(tmp_path) == [("q", "d", 2, "Ada Lovelace")]


def test_a_later_word_takes_the_place_of_the_earlier_one_and_both_are_kept(tmp_path: Path) -> None:
    for grade in (0, 3):
        log(tmp_path).append(Judgment("q", "d", grade, "Ada"))
    log(tmp_path).append(Judgment("q", "d", 1, "Bob"))
    assert said(tmp_path) == [("q", "d", 3, "Ada"), ("q", "d", 1, "Bob")]
    assert len(log(tmp_path).entries()) == 3


def test_taking_back_leaves_no_judgment(tmp_path: Path) -> None:
    log(tmp_path).append(Judgment("q", "d", 3, "Ada"))
    log(tmp_path).append(Judgment("q", "d", None, "Ada"))
    assert said(tmp_path) == []


def test_a_process_that_is_killed_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys\n"
        "from corpora.judgments.judgment_log import Judgment, JudgmentLog\n"
        "log = JudgmentLog('f1', pathlib.Path(sys.argv[1]))\n"
        "[log.append(Judgment('q', f'd{i}', i % 4, 'Ada')) for i in range(10)]\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, timeout=60)
    assert done.returncode == -9
    assert [entry[1:3] for entry in said(tmp_path)] == [(f"d{i}", i % 4) for i in range(10)]


GOOD = b'{"query_id": "q", "doc_id": "a", "relevance": 1, "judge": "Ada", "at": 1}\n'


def earlier(folder: Path, content: bytes) -> None:
    """A file of judgments as earlier versions kept them."""
    (folder / "judgments").mkdir()
    (folder / "judgments" / "f1.jsonl").write_bytes(content)


def test_a_line_torn_by_a_crash_of_an_earlier_version_harms_no_other(tmp_path: Path) -> None:
    earlier(tmp_path, GOOD + b'{"query_id": "q", "doc_id": "to')
    log(tmp_path).append(Judgment("q", "b", 2, "Ada"))
    assert [entry[1] for entry in said(tmp_path)] == ["a", "b"]
    assert log(tmp_path).damaged == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe", b"[]", b"{}", b"null", b"[" * 5000,
        b'{"query_id": "q", "doc_id": "d", "relevance": 9, "judge": "A", "at": 1}',
        b'{"query_id": "q", "doc_id": "d", "relevance": true, "judge": "A", "at": 1}',
        b'{"query_id": 1, "doc_id": "d", "relevance": 1, "judge": "A", "at": 1}',
    ],
)  # fmt: skip
def test_lines_that_are_no_judgments_are_counted_and_passed_over(
    line: bytes, tmp_path: Path
) -> None:
    earlier(tmp_path, GOOD + line + b"\n")
    assert [entry[1] for entry in said(tmp_path)] == ["a"]
    assert log(tmp_path).damaged == 1


def test_hostile_text_comes_back_as_it_was(tmp_path: Path) -> None:
    query, doc = 'q"\n{"x": 1}', "<script>\u2028\ud800"
    log(tmp_path).append(Judgment(query, doc, 0, "../../etc"))
    assert said(tmp_path) == [(query, doc, 0, "../../etc")]
    assert [path.name for path in tmp_path.iterdir()] == ["crossexam.sqlite3"]


def test_a_log_sees_what_another_one_wrote(tmp_path: Path) -> None:
    mine, other = log(tmp_path), log(tmp_path)
    assert mine.latest() == ()
    before = mine.version
    other.append(Judgment("q", "d", 2, "Ada"))
    assert mine.version != before
    assert len(mine.latest()) == 1


@pytest.mark.parametrize("fingerprint", ["", "../x", "a/b", "a.b", "x" * 200])
def test_a_fingerprint_is_no_path(fingerprint: str, tmp_path: Path) -> None:
    with pytest.raises(CrossExamError, match="not one of a corpus"):
        JudgmentLog(fingerprint, tmp_path)


@pytest.mark.parametrize("grade", [-1, 4, 99])
def test_other_grades_are_refused(grade: int, tmp_path: Path) -> None:
    with pytest.raises(CrossExamError, match="give 0, 1, 2 or 3"):
        log(tmp_path).append(Judgment("q", "d", grade, "Ada"))
    assert not log(tmp_path).path.exists()


def test_a_judge_has_a_name() -> None:
    with pytest.raises(CrossExamError, match="name is empty"):
        judge_name(" \t\u200b ")
    assert len(judge_name("x" * 500)) == 60


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CrossExamError, match="CROSSEXAM_CACHE"):
        log(blocked).append(Judgment("q", "d", 1, "Ada"))


@pytest.mark.parametrize(
    ("way", "grades"),
    [
        ("mean", {"a": 2, "b": 2, "c": 0, "d": 3}),
        ("highest", {"a": 3, "b": 3, "c": 0, "d": 3}),
        ("lowest", {"a": 1, "b": 0, "c": 0, "d": 3}),
        ("corpus", {"a": 1, "c": 0}),
    ],
)
def test_judges_are_combined_as_the_page_says(way: Way, grades: dict[str, int]) -> None:
    qrels = [Qrel("q", "a", 1), Qrel("q", "c", 0)]
    voices = [
        Judgment("q", "a", 3, "Ada"),  # with the corpus' 1: 2
        Judgment("q", "b", 3, "Ada"), Judgment("q", "b", 0, "Bob"),  # 1.5, up to 2
        Judgment("q", "d", 3, "Bob"),
    ]  # fmt: skip
    assert {q.doc_id: q.relevance for q in combined(qrels, voices, way)} == grades


def test_conflicting_judgments_are_told_with_their_judges() -> None:
    voices = [
        Judgment("q", "a", 3, "Ada"), Judgment("q", "b", 2, "Ada"), Judgment("q", "b", 2, "Bob"),
        Judgment("q", "c", 0, "Ada"), Judgment("q", "c", 1, "Bob"),
    ]  # fmt: skip
    assert conflicts([Qrel("q", "a", 1)], voices) == [
        ("q", "a", (("the corpus", 1), ("Ada", 3))),
        ("q", "c", (("Ada", 0), ("Bob", 1))),
    ]
