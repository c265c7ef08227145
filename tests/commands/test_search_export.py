"""`rank --export`: the rankings in a file, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import ir_measures
import pytest

import cli
from tests.commands.running import Output, failure

pytestmark = pytest.mark.usefixtures("session_models")


def test_the_rankings_are_written_beside_what_is_printed(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    rank = ("rank", "python snake", "--corpus", pets, "--depth", "6", "--export")
    printed = run_json(*rank, str(tmp_path / "out.json"))
    assert printed["exported"] == str(tmp_path / "out.json")
    written = json.loads((tmp_path / "out.json").read_text("utf-8"))
    shown = [ranking for ranking in printed["rankings"] if ranking["stage"] != "blend"]
    assert written["rankings"] == shown
    assert written["corpus"] == printed["corpus"]
    assert written["query_id"] == "q1"
    assert written["judgments"] == {"ball": 3, "corn": 2, "lang": 0}
    assert written["software"]["crossexam"]
    for model in written["models"]:
        if model["stage"] in ("bi-encoder", "cross-encoder"):
            assert model["revision"]
            assert model["backend"]

    run_json(*rank, str(tmp_path / "out.trec"))
    rows = list(ir_measures.read_trec_run(str(tmp_path / "out.trec")))  # type: ignore[no-untyped-call]
    cross = next(r for r in printed["rankings"] if r["stage"] == "cross-encoder")
    assert [row.doc_id for row in rows] == [hit["doc_id"] for hit in cross["hits"]]
    assert {row.query_id for row in rows} == {"q1"}

    run_json(*rank, str(tmp_path / "bm25.run"), "--export-stage", "bm25")
    first = (tmp_path / "bm25.run").read_text("utf-8").splitlines()[0]
    assert first.startswith("q1 Q0 ball 1 ")
    assert first.endswith(" bm25")

    run_json(*rank, str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["doc_id"] for row in table} >= {hit["doc_id"] for hit in cross["hits"]}
    ranks = {row["doc_id"]: row["cross-encoder rank"] for row in table}
    assert [ranks[hit["doc_id"]] for hit in cross["hits"]] == [str(n) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("stage", "ranked"),
    [
        ("bm25", ["bm25"]),
        ("hybrid", ["bm25", "bi-encoder", "hybrid"]),
        ("cross-encoder", ["bi-encoder", "cross-encoder"]),
    ],
)
def test_a_run_of_one_stage_asks_no_model_that_it_does_not_need(
    run_json: Any, pets: str, tmp_path: Path, stage: str, ranked: list[str]
) -> None:
    rank = ("rank", "python snake", "--corpus", pets, "--depth", "5")
    whole = run_json(*rank)
    export = ("--export", str(tmp_path / "out.run"), "--export-stage", stage)
    alone = run_json(*rank, *export)
    assert [ranking["stage"] for ranking in alone["rankings"]] == ranked
    by_stage = {ranking["stage"]: ranking for ranking in whole["rankings"]}
    listed = {r["stage"]: [hit["doc_id"] for hit in r["hits"]] for r in alone["rankings"]}
    assert listed == {s: [hit["doc_id"] for hit in by_stage[s]["hits"]] for s in ranked}
    assert any("fp32" in notice for notice in whole["notices"])
    assert any("fp32" in notice for notice in alone["notices"]) == (stage == "cross-encoder")


def test_the_file_names_what_was_not_read_as_the_command_does(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    query, file = "python snake " * 400, tmp_path / "long.json"
    printed = run_json("rank", query, "--corpus", pets, "--depth", "5", "--export", str(file))
    written = json.loads(file.read_text("utf-8"))["notices"]
    assert any("were not embedded" in notice for notice in written)
    assert printed["notices"][: len(written)] == written


def test_a_format_that_is_not_known_is_refused_before_the_search(
    capsys: Output, pets: str, tmp_path: Path
) -> None:
    said = failure(capsys, "rank", "x", "--corpus", pets, "--export", str(tmp_path / "out.xml"))
    assert "ends in no known format" in said
    assert ".csv, .json, .trec, .run" in said


def test_a_file_that_cannot_be_written_is_said_behind_the_rankings(
    capsys: Output, pets: str, tmp_path: Path
) -> None:
    file = tmp_path / "no folder" / "out.csv"
    (tmp_path / "no folder").write_text("a file", encoding="utf-8")
    assert cli.main(["rank", "python snake", "--corpus", pets, "--export", str(file)]) == 2
    out, err = capsys.readouterr()
    assert "python snake" in out
    assert f"--export {file}" in err
