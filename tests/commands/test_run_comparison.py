"""`cli.py compare`: two TREC run files of any system against judgments."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.commands.running import Output, failure

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


def compared(files: list[str], capsys: Output) -> dict[str, Any]:
    assert cli.main([*files, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_searches_a_month_of_the_queries_file_count(
    files: list[str], capsys: Output, tmp_path: Path
) -> None:
    assert compared(files, capsys)["weighted"] is None
    (tmp_path / "q.csv").write_text("id,query,searches\nq1,one,9\nq2,two,1\n")
    given = [*files, "--queries", str(tmp_path / "q.csv")]
    result = compared(given, capsys)
    lost = 0.9 * (1 - 1 / math.log2(3))
    a, b = (row["means"]["nDCG@10"]["value"] for row in result["weighted_means"])
    assert (a, b) == (pytest.approx(1 - lost), 1.0)
    assert result["weighted"]["value"] == pytest.approx(lost)
    assert cli.main(given) == 0
    out = capsys.readouterr().out
    assert "A by searches: nDCG@10 0.6678 (0.6309 to 1.0000)" in out
    assert "by searches +0.332, 95% interval 0.000–0.369" in out
    assert "B changes the first result of 90% of searches, better for 90%, worse for 0%" in out


def test_a_run_that_answers_one_query_of_two_is_not_rewarded(
    files: list[str], capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "b.run").write_text("q2 Q0 a 1 7 new\n")
    result = compared(files, capsys)
    a, b = result["runs"]
    assert (b["nDCG@10"], b["MAP"], b["judged@10"], b["queries"]) == (0.5, 0.5, 0.5, 2)
    assert (a["missing"], b["missing"]) == ([], ["q1"])
    assert result["difference"] < 0
    assert (result["better"], result["worse"], result["equal"]) == (0, 1, 1)
    assert [row["query_id"] for row in result["queries"]] == ["q1", "q2"]
    assert cli.main(files) == 0
    out = capsys.readouterr().out
    assert out.startswith("B has no result for 1 of 2 judged queries (q1): each counts 0")


def test_queries_without_judgments_and_without_relevant_documents_are_named(
    files: list[str], capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "b.run").write_text(RUN_B + "q3 Q0 x 1 1 new\nq9 Q0 a 1 7 new\n")
    (tmp_path / "a.run").write_text(RUN_A + "q3 Q0 x 1 1 old\n")
    (tmp_path / "t.qrels").write_text(QRELS + "q3 0 x 0\n")
    result = compared(files, capsys)
    assert result["runs"][1]["nDCG@10"] == pytest.approx(2 / 3, abs=1e-6)
    assert (result["without_relevant"], result["runs"][1]["unknown"]) == (["q3"], ["q9"])
    assert any("(q9): left out of the means" in note for note in result["notices"])
    assert any("no relevant document (q3)" in note for note in result["notices"])


def test_ties_get_one_value_in_whatever_order_the_file_lists_them(
    files: list[str], capsys: Output, tmp_path: Path
) -> None:
    lines = ["q1 Q0 a 1 1.0 tied", "q1 Q0 x 2 1.0 tied", "q2 Q0 a 1 1 tied"]
    (tmp_path / "a.run").write_text("\n".join(lines))
    (tmp_path / "b.run").write_text("\n".join(reversed(lines)))
    result = compared(files, capsys)
    a, b = result["runs"]
    # trec_eval ranks the tied x before a
    assert a["nDCG@10"] == b["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1) / 2, abs=1e-6)
    assert a["ties"] == b["ties"] == {"q1": 2}
    assert sum("share a score with another" in note for note in result["notices"]) == 2


def test_a_run_whose_documents_nobody_judged_is_named_before_any_figure(
    files: list[str], capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "b.run").write_text(RUN_B.replace(" a ", " doc-a ").replace(" x ", " doc-x "))
    assert compared(files, capsys)["notices"][0].startswith("B: not one of its 2 documents")
    assert cli.main(files) == 0
    out = capsys.readouterr().out
    assert out.startswith("B: not one of its 2 documents (doc-a, doc-x) is in ")
    assert out.index("doc-x") < out.index("nDCG@10")


def test_tau_is_shown_with_its_n(files: list[str], capsys: Output, tmp_path: Path) -> None:
    assert cli.main(files) == 0
    assert "Kendall's tau -1.000 (n = 1)" in capsys.readouterr().out


def test_a_line_that_is_none_is_named(files: list[str], capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "b.run").write_text("q1 Q0 a 1 9 new\nq1 a\n")
    assert f"{tmp_path / 'b.run'}:2: 2 columns, not 6" in failure(capsys, *files)
    (tmp_path / "b.run").unlink()
    assert "give a file that can be read" in failure(capsys, *files)
