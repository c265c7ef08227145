"""`runs`, and an attached run in `rank`, `evaluate` and `diagnose` under one name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ir_measures
import pytest

import cli
from tests.commands.running import Output, failure
from tests.pets import QRELS

pytestmark = pytest.mark.usefixtures("session_models")

TREC = """q1 Q0 lang 1 9.5 elastic
q1 Q0 ball 2 9.0 elastic
q1 Q0 lost-1 3 8.0 elastic
q1 Q0 corn 4 7.5 elastic
q3 Q0 dup 1 3.0 elastic
"""
RUN = "run:our engine"


@pytest.fixture
def attached(run_json: Any, pets: str, tmp_path: Path) -> Any:
    file = tmp_path / "elastic.run"
    file.write_text(TREC)
    return run_json("runs", str(file), "--corpus", pets, "--name", "our engine")


def test_a_run_is_attached_listed_renamed_detached_and_restored(
    attached: Any, run_json: Any, pets: str, tmp_path: Path, capsys: Output
) -> None:
    head = attached["attached"]
    assert (head["queries"], head["by_id"], head["documents"]) == (2, 2, 5)
    assert (head["missing"], head["named"]) == (1, ["lost-1"])
    again = failure(capsys, "runs", str(tmp_path / "elastic.run"), "--corpus", pets, "--name",
                    "our engine")  # fmt: skip
    assert "called 'our engine' already" in again

    def names(*arguments: str) -> list[str]:
        return [run["name"] for run in run_json("runs", "--corpus", pets, *arguments)["runs"]]

    assert names() == ["our engine"]
    assert names("--rename", "our engine", "theirs") == ["theirs"]
    assert names("--detach", "theirs") == []
    assert names("--restore", "theirs") == ["theirs"]
    assert cli.main(["runs", "--corpus", pets]) == 0
    assert "run:theirs" in capsys.readouterr().out
    assert "no run 'gone'" in failure(capsys, "runs", "--corpus", pets, "--detach", "gone")
    bad = tmp_path / "bad.csv"
    bad.write_text("query,doc,score\nq1,ball,much\n")
    said = failure(capsys, "runs", str(bad), "--corpus", pets)
    assert said == "crossexam: bad.csv:2: score is 'much': give a number (column 5 of TREC's)"


def test_rank_shows_the_files_list_and_reranks_what_can_be_read(
    attached: Any, run_json: Any, pets: str, capsys: Output
) -> None:
    result = run_json("rank", "Python snake", "--corpus", pets, "--first-stage", RUN)
    hits = {r["stage"]: r["hits"] for r in result["rankings"]}
    assert [hit["doc_id"] for hit in hits[RUN]] == ["lang", "ball", "lost-1", "corn"]
    assert [hit["score"] for hit in hits[RUN]] == [9.5, 9.0, 8.0, 7.5]
    assert hits[RUN][2]["title"] == "lost-1 (not in this corpus)"
    reranked = [(hit["doc_id"], hit["score"]) for hit in hits["cross-encoder"]]
    assert {doc_id for doc_id, _ in reranked} == {"lang", "ball", "corn"}
    assert reranked[0][0] == "ball"
    assert any("1 of the 4 candidates is not in this corpus" in n for n in result["notices"])
    assert cli.main(["rank", "volcano", "--corpus", pets, "--ranker", RUN]) == 0
    assert "this run has no list for this query" in capsys.readouterr().out


def test_evaluate_gives_ir_measures_ndcg_of_the_file_and_says_what_is_missing(
    attached: Any, run_json: Any, pets: str, tmp_path: Path
) -> None:
    stages = f"bm25,{RUN},cross-encoder"
    result = run_json(
        "evaluate", "--corpus", pets, "--pipelines", stages, "--first-stage", RUN, "--depth", "5"
    )
    rows = {row["stage"]: row for row in result["pipelines"]}
    qrels = [ir_measures.Qrel(query, doc, grade) for (query, doc), grade in QRELS.items()]
    run = list(ir_measures.read_trec_run(str(tmp_path / "elastic.run")))  # type: ignore[no-untyped-call]
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
    assert rows[RUN]["nDCG@10"] == pytest.approx(theirs[ir_measures.nDCG @ 10], abs=1e-6)
    assert rows[RUN]["missing"] == rows["cross-encoder"]["missing"] == ["q2"]
    assert any(f"{RUN} has no result for 1 of 3 judged queries (q2)" in n
               for n in result["notices"])  # fmt: skip
    assert any("Over the 2 queries" in notice for notice in result["notices"])


def test_diagnose_has_the_run_in_its_chain(attached: Any, run_json: Any, pets: str) -> None:
    result = run_json("diagnose", "python snake", "corn", "--corpus", pets, "--ranker", RUN,
                      "--top", "1")  # fmt: skip
    places = {link["place"]["stage"]: link["place"] for link in result["chain"]}
    assert (places[RUN]["rank"], places[RUN]["score"], places[RUN]["of"]) == (4, 7.5, 4)
    first = run_json("diagnose", "python snake", "cat", "--corpus", pets, "--first-stage", RUN)
    places = {link["place"]["stage"]: link["place"] for link in first["chain"]}
    assert places[RUN]["rank"] is None
    assert first["lost_at"] == RUN
    assert first["causes"][0]["kind"] == "not-returned"
    assert (
        "The run our engine lists 4 for this query, and not this one"
        in (first["causes"][0]["sentence"])
    )
    assert first["causes"][0]["after"] == places["cross-encoder"]["rank"]
    pasted = "A ball python eats a mouse."
    typed = run_json("diagnose", "python snake", pasted, "--corpus", pets, "--first-stage", RUN)
    assert not typed["in_corpus"]


def test_a_name_that_no_run_has_is_answered_with_those_that_are_there(
    attached: Any, pets: str, capsys: Output
) -> None:
    assert cli.main(["rank", "python snake", "--corpus", pets, "--ranker", "run:our engin"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "no run 'our engin' is attached to this corpus: choose one of 'our engine'" in said
