"""`gate`: ends as `evaluate` gives them, kept scores taken over, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.commands.running import Output, failure, failure_of_last_line

pytestmark = pytest.mark.usefixtures("session_models")


def test_the_gate_ends_at_what_evaluate_measures(run_json: Any, pets: str, tmp_path: Path) -> None:
    given = ["--corpus", pets, "--depth", "5", "--first-stage", "bm25"]
    evaluated = {row["stage"]: row["nDCG@10"] for row in run_json("evaluate", *given)["pipelines"]}
    out = tmp_path / "gate"
    result = run_json("gate", *given, "--signal", "agreement", "--share", "50", "--out", str(out))
    assert result["first"] == pytest.approx(evaluated["bm25"], abs=1e-6)
    assert result["full"] == pytest.approx(evaluated["cross-encoder"], abs=1e-6)
    for name, points in result["curves"].items():
        assert (points[0]["value"], points[-1]["value"]) == (result["first"], result["full"])
        for best, point in zip(result["curves"]["oracle"], points, strict=True):
            assert best["value"] >= point["value"] - 1e-12, name
    assert result["share"] == 0.5
    assert result["unchanged"]["queries"] == result["queries"] == 3
    assert "too few to choose a threshold" in result["cross_validation_problem"]
    saved = result["curves"]["margin"][0]
    assert saved["joules_saved_estimated"] == pytest.approx(
        result["watts_assumed"] * saved["seconds_saved"]
    )
    rows = list(csv.DictReader((out / "queries.csv").open(encoding="utf-8")))
    assert [row["query id"] for row in rows] == ["q1", "q2", "q3"]
    assert len((out / "curves.csv").read_text(encoding="utf-8").splitlines()) == 1 + 7 * 4


def test_the_text_says_what_is_kept_and_what_is_wrong_is_named(capsys: Output, pets: str) -> None:
    assert cli.main(["gate", "--corpus", pets, "--depth", "5"]) == 0
    out = capsys.readouterr().out
    assert "least sure queries (smallest margin first)" in out
    assert "The reranker changed" in out
    assert "oracle" in out
    assert "is no percentage" in failure(capsys, "gate", "--corpus", pets, "--share", "140")
    two = ["--reranker", "llm:a", "--reranker", "llm:b"]
    assert "give one that scores pairs" in failure_of_last_line(
        capsys, "gate", "--corpus", pets, *two
    )


def test_gate_and_evaluate_name_the_backend_of_the_mode(run_json: Any, pets: str) -> None:
    for command in ("gate", "evaluate"):
        result = run_json(command, "--corpus", pets, "--depth", "5", "--precision", "exact")
        assert result["precision"]["mode"] == "exact"
        assert result["engine"] == result["precision"]["backend"]
        assert result["engine"].endswith("fp32"), "not that of fast"
