"""`cli.py compare`: two TREC run files of any system against judgments."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.test_cli import Output, failure

RUN_A = "q1 Q0 x 1 3 old\nq1 Q0 a 2 2 old\nq2 Q0 a 1 1 old\n"
RUN_B = "q1 Q0 a 1 9 new\nq1 Q0 x 2 8 new\nq2 Q0 a 1 7 new\n"
QRELS = "q1 0 a 2\nq1 0 x 0\nq2 0 a 1\n"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in (("a.run", RUN_A), ("b.run", RUN_B), ("t.qrels", QRELS)):
        (tmp_path / name).write_text(text)
    a, b, qrels = (str(tmp_path / name) for name in ("a.run", "b.run", "t.qrels"))
    return ["compare", a, b, "--qrels", qrels]


def test_the_comparison_by_hand(files: list[str], capsys: Output) -> None:
    assert cli.main([*files, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    a, b = result["runs"]
    lost = 1 - 1 / math.log2(3)
    assert (a["name"], b["name"], a["queries"]) == ("old", "new", 2)
    assert a["nDCG@10"] == pytest.approx(1 - lost / 2, abs=1e-6)
    assert (b["nDCG@10"], b["judged@10"], b["MAP"]) == (1.0, 1.0, 1.0)
    assert result["difference"] == pytest.approx(lost / 2)
    assert result["interval"] == [0.0, pytest.approx(lost)]
    assert result["p_value"] == 1.0  # one query that moved: both of its signs are as far
    assert (result["better"], result["worse"], result["equal"]) == (1, 0, 1)
    agreed = result["agreement"]
    assert (agreed["queries"], agreed["tau"], agreed["overlap"]) == (2, -1.0, 1.0)
    assert 0.9 < agreed["rbo"] < 1
    moved = result["queries"][-1]
    assert (moved["query_id"], moved["first_before"], moved["first_after"]) == ("q1", 2, 1)
    assert moved["moved"] == {"doc_id": "a", "before": 2, "after": 1}


def test_for_people_it_is_a_table_and_a_sentence(files: list[str], capsys: Output) -> None:
    assert cli.main(files) == 0
    out = capsys.readouterr().out
    assert "B against A: +0.185 nDCG@10, 95% interval 0.000–0.369, p = 1.00; 1 query better" in out
    assert "won most" in out
    assert "lost most" not in out


def test_a_line_that_is_none_is_named(files: list[str], capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "b.run").write_text("q1 Q0 a 1 9 new\nq1 a\n")
    assert f"{tmp_path / 'b.run'}:2: 2 columns, not 6" in failure(capsys, *files)
    (tmp_path / "b.run").unlink()
    assert "give a file that can be read" in failure(capsys, *files)
