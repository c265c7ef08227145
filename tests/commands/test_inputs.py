"""What the commands do with files and names as people have them."""

from __future__ import annotations

import io
import json
import os
import re
import threading
import tomllib
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import cli
from commands import inputs, quality
from commands.inputs import file_bytes, text_argument
from tests.commands.running import ROOT, Output, failure

pytestmark = pytest.mark.usefixtures("session_models")
SPACED = {"refund policy.md": "You can return an order.", "parking.md": "Parking is free."}


@pytest.fixture
def spaced(tmp_path: Path) -> list[str]:
    """A corpus of notes with spaces in their names, imported as `notes`."""
    for name, text in SPACED.items():
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(text)
    (tmp_path / "q.tsv").write_text("q 1\tcan I return my order\n")
    (tmp_path / "j.tsv").write_text("query-id\tcorpus-id\tscore\nq 1\trefund policy.md\t3\n")
    return [
        "import", str(tmp_path / "notes"), "--name", "notes",
        "--queries", str(tmp_path / "q.tsv"), "--qrels", str(tmp_path / "j.tsv"),
    ]  # fmt: skip


def stdin(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))


def test_ids_with_spaces_are_measured_exported_and_read_back(
    spaced: list[str], tmp_path: Path, run_json: Any
) -> None:
    assert run_json(*spaced)["judgments"] == 1
    out = tmp_path / "out"
    result = run_json("evaluate", "--corpus", "notes", "--depth", "5", "--runs", str(out))
    assert {row["stage"]: row["nDCG@10"] for row in result["pipelines"]}["cross-encoder"] == 1.0
    assert sorted(result["files"]) == sorted(str(path) for path in out.iterdir())
    first = (out / "bm25.run").read_text().splitlines()[0].split()
    assert first[:4] == ["q%201", "Q0", "refund%20policy.md", "1"]
    assert "bm25,q 1,refund policy.md,1," in (out / "runs.csv").read_text()
    (tmp_path / "j.qrels").write_text("q%201 0 refund%20policy.md 3\n")
    runs = [str(out / "bm25.run"), str(out / "cross-encoder.run")]
    for qrels in ("j.tsv", "j.qrels"):
        compared = run_json("compare", *runs, "--qrels", str(tmp_path / qrels))
        assert [row["nDCG@10"] for row in compared["runs"]] == [1.0, 1.0]


def test_measures_are_printed_before_an_export_that_fails(
    pets: str, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(quality, "write_trec", full)
    arguments = ["evaluate", "--corpus", pets, "--pipelines", "bm25", "--runs", str(tmp_path / "o")]
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert "nDCG@10" in out
    assert re.search(r"bm25 +\d\.\d{4}", out)
    assert f"--runs {tmp_path / 'o'}: No space left on device" in err


def test_ranking_a_path_remembers_nothing_and_indexing_does(pets: str, run_json: Any) -> None:
    run_json("rank", "python snake", "--corpus", pets, "--depth", "5")
    run_json("evaluate", "--corpus", pets, "--pipelines", "bm25")
    assert [row["name"] for row in run_json("corpora")] == ["senses", "pydoc"]
    run_json("index", "--corpus", pets)
    assert [row["name"] for row in run_json("corpora")] == ["senses", "pydoc", "pets"]


def test_ids_stand_beside_titles(pets: str, capsys: Output) -> None:
    assert cli.main(["rank", "content cats", "--corpus", pets, "--depth", "5"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"\d  cat  Cats\n", out)
    assert re.search(r"\d  dup  Cats\n", out)


def test_two_passages_of_one_document_can_be_told_apart(tmp_path: Path, capsys: Output) -> None:
    text = "The snake eats a mouse.\n\nThe snake sheds its skin."
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "d", "title": "Snakes", "text": text}))
    path = str(tmp_path / "a.jsonl")
    assert cli.main(["import", path, "--name", "parts", "--split", "paragraph"]) == 0
    assert cli.main(["rank", "snake", "--corpus", "parts", "--depth", "5"]) == 0
    out = capsys.readouterr().out
    assert "  d#1  Snakes\n" in out
    assert "  d#2  Snakes\n" in out


def test_the_version_is_that_of_the_project(capsys: Output) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert capsys.readouterr().out == f"CrossExam {project['version']}\n"


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("rank", "x", "--corpus", "sense"), "did you mean 'senses'?"),
        (("rank", "x", "--corpus", "SENSES"), "did you mean 'senses'?"),
        (("delete", "note", "--yes"), "did you mean 'notes'?"),
        (("import", "--name", "note", "--queries", "{q}"), "did you mean 'notes'?"),
        (
            ("explain", "x", "refund policy", "--corpus", "notes"),
            "did you mean 'refund policy.md'?",
        ),
        (
            ("rank", "x", "--corpus", "notes", "--first-stages", "bm25"),
            "mean '--first-stage' or '--export-stage'?",
        ),
        (("evaluat", "--corpus", "notes"), "did you mean 'evaluate'?"),
    ],
)
def test_what_is_mistyped_is_guessed(
    spaced: list[str], capsys: Output, tmp_path: Path, arguments: tuple[str, ...], meant: str
) -> None:
    assert cli.main(spaced) == 0
    capsys.readouterr()
    given = [argument.format(q=tmp_path / "q.tsv") for argument in arguments]
    assert meant in failure(capsys, *given)


def test_queries_and_judgments_are_added_to_a_corpus_that_is_there(
    spaced: list[str], tmp_path: Path, run_json: Any, capsys: Output
) -> None:
    run_json(*spaced[:4])
    (tmp_path / "new.csv").write_text(
        "query,docid,rating\nreturn my order,refund policy.md,Exact\n"
    )
    (tmp_path / "more.tsv").write_text("1\treturn my order\n2\tfree parking\n")
    added = run_json("import", "--name", "notes", "--queries", str(tmp_path / "more.tsv"))
    assert (added["documents"], added["queries"], added["judgments"]) == (2, 2, 0)
    told = failure(capsys, "import", "--name", "notes", "--qrels", str(tmp_path / "new.csv"))
    assert "the relevance 'Exact' is no number and no known word" in told
    judged = run_json(
        "import", "--name", "notes", "--qrels", str(tmp_path / "new.csv"), "--grades", "exact=2"
    )
    assert (judged["queries"], judged["judgments"]) == (2, 1)
    assert "nothing to import" in failure(capsys, "import", "--name", "notes")
    assert "--text is for documents" in failure(
        capsys, "import", "--name", "notes", "--qrels", "x", "--text", "t"
    )


@pytest.mark.parametrize(
    "content",
    [
        "id;text\na;one\n",
        "id\ttext\na\tone\n",
        '{"id": "a", "text": "one"}\n',
        '[{"id": "a", "text": "one"}]',
        "<DOC><DOCNO>a</DOCNO><TEXT>one</TEXT></DOC>\n",
    ],
)
def test_documents_come_from_standard_input(
    content: str, monkeypatch: pytest.MonkeyPatch, run_json: Any
) -> None:
    stdin(monkeypatch, content)
    assert run_json("import", "-", "--name", "piped")["documents"] == 1
    (own,) = [row for row in run_json("corpora") if row["kind"] == "imported"]
    assert (own["name"], own["source"]) == ("piped", "standard input")


def test_queries_judgments_runs_and_texts_come_from_standard_input(
    spaced: list[str],
    monkeypatch: pytest.MonkeyPatch,
    run_json: Any,
    tmp_path: Path,
    capsys: Output,
) -> None:
    run_json(*spaced[:4])
    stdin(monkeypatch, "return my order\nfree, parking\n")
    assert run_json("import", "--name", "notes", "--queries", "-")["queries"] == 2
    stdin(monkeypatch, "1 0 refund%20policy.md 1\n")
    assert run_json("import", "--name", "notes", "--qrels", "-")["judgments"] == 1
    (tmp_path / "r.run").write_text("q Q0 a 1 1 r\n")
    (tmp_path / "r.qrels").write_text("q 0 a 1\n")
    stdin(monkeypatch, "q Q0 a 1 1 other\n")
    qrels = ("--qrels", str(tmp_path / "r.qrels"))
    compared = run_json("compare", "-", str(tmp_path / "r.run"), *qrels)
    assert [row["name"] for row in compared["runs"]] == ["other", "r"]
    assert "can be read once" in failure(capsys, "compare", "-", "-", *qrels)
    stdin(monkeypatch, "Parking is free.\n")
    (row,) = run_json("score", "parking", "-")["scores"]
    assert row["text"] == "Parking is free."


def test_a_check_says_what_is_there_and_changes_nothing(
    spaced: list[str], run_json: Any, capsys: Output, tmp_path: Path
) -> None:
    with (tmp_path / "j.tsv").open("a") as out:
        out.write("q 1\tgone.md\t1\nq 9\tparking.md\t1\n")
    result = run_json(*spaced, "--check")
    assert (result["documents"], result["queries"], result["judgments"]) == (2, 1, 2)
    assert result["matching"] == 1
    assert result["sentence"] == (
        "2 documents, 1 query, 2 judgments, 1 of them of documents that are here. 1 bad row. "
        "Nothing was changed."
    )
    (bad,) = result["left_out_rows"]
    assert (bad["file"], bad["line"]) == ("j.tsv", 4)
    assert [row["name"] for row in run_json("corpora")] == ["senses", "pydoc"]


def test_judgments_in_words_are_compared_by_their_grades(tmp_path: Path, run_json: Any) -> None:
    (tmp_path / "a.run").write_text("q Q0 x 1 2 a\nq Q0 y 2 1 a\n")
    (tmp_path / "b.json").write_text('{"q": {"y": 2, "x": 1}}')
    (tmp_path / "j.csv").write_text("Query ID;Doc ID;Grade\nq;y;Exact\nq;x;Irrelevant\n")
    files = [str(tmp_path / name) for name in ("a.run", "b.json", "j.csv")]
    result = run_json("compare", files[0], files[1], "--qrels", files[2])
    assert [row["MRR@10"] for row in result["runs"]] == [0.5, 1.0]
    assert any("irrelevant = 0" in note for note in result["notices"])


SHOP = {
    "d.csv": "id,title,text\nA-1,Jacke,Warm\nA-2,Schuh,Nass\nA-1,Jacke,Rot\n",
    "q.tsv": "q1\twarme jacke\nq2\tnasser schuh\n",
    "j.csv": "query,docid,rating\nwarme jacke,A-1,Exact\nwarme jacke,A-2,Irrelevant\n"
    "nasser schuh,A-2,Exact\n",
    "a.run": "q1 Q0 A-1 1 2 old one\nq1 Q0 A-2 2 1 old one\nq2 Q0 A-2 1 1 old one\n",
    "b.run": "q1 Q0 A-2 1 2 new one\nq1 Q0 A-1 2 1 new one\nq2 Q0 A-2 1 1 new one\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in SHOP.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_refused_row_names_the_options_that_help(shop: Path, capsys: Output) -> None:
    arguments = ["import", str(shop / "d.csv"), "--name", "shop"]
    assert failure(capsys, *arguments).endswith(
        "d.csv:4: the id 'A-1' is already in line 2: give each document its own "
        "(--keep-good leaves bad rows out, --check lists them)"
    )
    (shop / "d.csv").write_text(SHOP["d.csv"].replace("A-1,Jacke,Rot\n", ""))
    (shop / "j.csv").write_text(SHOP["j.csv"] + "warme jacke,A-1,Irrelevant\n")
    judged = ["--queries", str(shop / "q.tsv"), "--qrels", str(shop / "j.csv")]
    assert "--contradictions gives the rule" in failure(capsys, *arguments, *judged)
    (shop / "d.csv").write_text("nr,worte\n1,ein langer Satz\n2,noch ein Satz\n")
    assert "--keep-good" not in failure(capsys, *arguments), "no row is to blame"


def test_runs_by_id_are_compared_by_judgments_of_query_texts(
    shop: Path, capsys: Output, run_json: Any
) -> None:
    compared = ["compare", *(str(shop / name) for name in ("a.run", "b.run")), "--qrels"]
    message = failure(capsys, *compared, str(shop / "j.csv"))
    assert "answers q1, q2, judged are warme jacke, nasser schuh" in message
    assert message.endswith("or the queries' ids and texts (--queries FILE)")
    by_text = run_json(*compared, str(shop / "j.csv"), "--queries", str(shop / "q.tsv"))
    (shop / "ids.qrels").write_text("q1 0 A-1 1\nq1 0 A-2 0\nq2 0 A-2 1\n")
    by_id = run_json(*compared, str(shop / "ids.qrels"))
    assert [row["MRR@10"] for row in by_text["runs"]] == [1.0, 0.75]
    for row, same in zip(by_text["runs"], by_id["runs"], strict=True):
        assert row == same
    foreign = shop / "foreign.qrels"
    foreign.write_text("x 0 A-1 1\n")
    assert "--queries" not in failure(capsys, *compared, str(foreign)), "no text is in it"


def test_bytes_that_are_no_utf_8_are_replaced_in_an_argument() -> None:
    assert text_argument(b"caf\xe9 \xc3\xa9".decode("utf-8", "surrogateescape")) == "caf\ufffd é"


def test_a_pipe_that_can_be_read_once_stands_for_a_file(tmp_path: Path, run_json: Any) -> None:
    """As the shell makes it of `<(command)`."""
    pipe, documents = tmp_path / "pipe", tmp_path / "docs.csv"
    documents.write_text("id,text\n1,A bag for a laptop\n")
    os.mkfifo(pipe)
    queries = "p1\tlaptop bag\np2\tusb hub\n"
    writer = threading.Thread(target=pipe.write_text, args=(queries,), daemon=True)
    writer.start()
    result = run_json("import", str(documents), "--name", "piped", "--queries", str(pipe))
    writer.join(20)
    assert result["queries"] == 2


def test_an_error_names_the_pipe_that_was_given_and_no_file_of_ours(
    shop: Path, capsys: Output
) -> None:
    pipe = shop / "pipe"
    os.mkfifo(pipe)
    for command in (
        ["runs", str(pipe), "--corpus", "senses", "--name", "x"],
        ["compare", str(pipe), str(shop / "a.run"), "--qrels", str(shop / "j.csv")],
    ):
        writer = threading.Thread(target=pipe.write_text, args=("q Q0 a 1 high x\n",), daemon=True)
        writer.start()
        assert f"{pipe}:1: score is 'high'" in failure(capsys, *command)
        writer.join(20)


def test_a_name_that_is_too_long_for_a_file_is_refused_in_a_sentence(
    shop: Path, capsys: Output
) -> None:
    compared = ["compare", "x" * 300, str(shop / "a.run"), "--qrels", str(shop / "j.csv")]
    assert "give a file that can be read" in failure(capsys, *compared)


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "/dev/zero", "/dev/zero", "--qrels", "/dev/zero"),
        ("runs", "/dev/zero", "--corpus", "senses", "--name", "x"),
        ("check", "--corpus", "senses", "--cases", "/dev/zero"),
        ("import", "--name", "senses", "--queries", "/dev/zero"),
    ],
)
def test_a_device_without_an_end_is_read_to_a_limit_alone(
    arguments: tuple[str, ...], capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.inputs.file_bytes", partial(file_bytes, most=1_000))
    monkeypatch.setattr("commands.evaluation.attached_runs.file_bytes", inputs.file_bytes)
    assert "/dev/zero: holds over 1.0 kB: give a shorter file" in failure(capsys, *arguments)


@pytest.mark.parametrize("command", [("walkthroughs",), ("report", "--walkthrough")])
def test_a_walkthrough_without_an_end_is_read_to_its_limit_alone(
    command: tuple[str, ...], capsys: Output
) -> None:
    assert "8,000,001 bytes are more than 8,000,000" in failure(capsys, *command, "/dev/zero")
