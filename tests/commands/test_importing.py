"""`import` and `delete` on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli

Output = pytest.CaptureFixture[str]
CSV = "nr,story\n1,one\n1,twice\n2,two words\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "t.csv"
    path.write_text(CSV)
    return str(path)


def printed(capsys: Output, *arguments: str) -> Any:
    assert cli.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def error_message(capsys: Output, *arguments: str) -> str:
    assert cli.main(arguments) == 2
    return capsys.readouterr().err


COLUMNS = ("--text", "story", "--id", "nr")


def test_an_import_is_refused_or_kept_without_its_bad_rows(table: str, capsys: Output) -> None:
    told = error_message(capsys, "import", table, "--name", "t", *COLUMNS)
    assert "t.csv:3: the id '1' is already in line 2" in told
    result = printed(capsys, "import", table, "--name", "t", *COLUMNS, "--keep-good")
    assert (result["documents"], result["left_out"]) == (2, {"t.csv": 1})
    assert result["left_out_rows"] == [
        {
            "file": "t.csv",
            "line": 3,
            "reason": "the id '1' is already in line 2: give each document its own",
        }
    ]
    (own,) = [row for row in printed(capsys, "corpora") if row["kind"] == "imported"]
    assert (own["name"], own["documents"]) == ("t", 2)
    assert own["fingerprint"] == result["corpus"]["fingerprint"]


def test_queries_and_judgments_come_along(table: str, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "q.tsv").write_text("q1\ttwo\n")
    (tmp_path / "j.qrels").write_text("q1 0 3 1\n")
    files = ("--queries", str(tmp_path / "q.tsv"), "--qrels", str(tmp_path / "j.qrels"))
    result = printed(capsys, "import", table, "--name", "t", "--text", "story", *files)
    assert (result["documents"], result["queries"], result["judgments"]) == (3, 1, 1)


def test_documents_are_split_by_paragraph(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"_id": "d", "text": "one\n\ntwo\n\nthree"}) + "\n")
    result = printed(capsys, "import", str(path), "--name", "t", "--split", "paragraph")
    assert (result["documents"], result["corpus"]["documents"]) == (1, 3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--split", "words"), "tokens:LENGTH:OVERLAP"),
        (("--id", "nr"), "no column 'text' or 'body' or 'content' or 'passage'"),
        (("--text", "body"), "no column 'body'"),
        (("--text", "story", "--id", "story"), "chosen twice"),
    ],
)
def test_an_option_that_cannot_be_is_one_line(
    table: str, capsys: Output, options: tuple[str, ...], told: str
) -> None:
    line = error_message(capsys, "import", table, "--name", "t", *options)
    assert told in line
    assert line.count("\n") == 1


def test_deleting_asks_first(table: str, capsys: Output, cache: Path) -> None:
    printed(capsys, "import", table, "--name", "t", "--text", "story")
    assert "Say --yes" in error_message(capsys, "delete", "t")
    assert len(list((cache / "library").iterdir())) == 1
    assert printed(capsys, "delete", "t", "--yes") == {"deleted": "t"}
    assert list((cache / "library").iterdir()) == []
    assert "no corpus of yours is called 'senses'" in error_message(
        capsys, "delete", "senses", "--yes"
    )
