"""`evaluate`: ir_measures' figures, run files, tags, and what cannot be measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import ir_measures
import pytest

import cli
from tests.commands.running import Output, failure
from tests.pets import QRELS

pytestmark = pytest.mark.usefixtures("session_models")


def test_evaluate_gives_the_measures_of_ir_measures_and_writes_run_files(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "runs"
    result = run_json("evaluate", "--corpus", pets, "--depth", "5", "--runs", str(out))
    assert result["weighted"] == []
    assert [row["stage"] for row in result["pipelines"]] == [
        "bm25",
        "bi-encoder",
        "hybrid",
        "cross-encoder",
    ]
    assert sorted(path.name for path in out.iterdir()) == [
        "bi-encoder.run",
        "bm25.run",
        "cross-encoder.run",
        "hybrid.run",
        "runs.csv",
    ]
    assert result["corpus"]["name"] == "pets"
    assert (result["depth"], result["first_stage"]) == (5, "bi-encoder")
    qrels = [ir_measures.Qrel(query, doc, grade) for (query, doc), grade in QRELS.items()]
    measures = {
        "nDCG@10": ir_measures.nDCG @ 10,
        "MRR@10": ir_measures.RR @ 10,
        "Recall@5": ir_measures.R @ 5,
    }
    for row in result["pipelines"]:
        path = out / f"{row['stage']}.run"
        run: Any = list(ir_measures.read_trec_run(str(path)))  # type: ignore[no-untyped-call]
        assert {line.split()[-1] for line in path.read_text().splitlines()} == {row["stage"]}
        theirs = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
        for name, measure in measures.items():
            assert row[name] == pytest.approx(theirs[measure], abs=1e-6), (row["stage"], name)
        assert row["queries"] == 3
        assert 0 < row["judged@10"] <= 1
    means = {row["stage"]: row["nDCG@10"] for row in result["pipelines"]}
    assert len(result["comparisons"]) == 6
    for found in result["comparisons"]:
        low, high = found["interval"]
        gained = means[found["right"]] - means[found["left"]]
        assert found["difference"] == pytest.approx(gained, abs=2e-6)
        assert low <= found["difference"] <= high
        assert 0 < found["p_value"] <= found["p_adjusted"] <= 1
        assert found["better"] + found["worse"] + found["equal"] == 3


def test_evaluate_counts_each_query_as_often_as_it_is_searched(
    run_json: Any, capsys: Output, pets: str, tmp_path: Path
) -> None:
    searches = {"q1": 700, "q2": 30, "q3": 270}
    rows = [json.loads(line) for line in (Path(pets) / "queries.jsonl").read_text().splitlines()]
    for row in rows:
        row["metadata"]["weight"] = searches.get(row["_id"])
    (Path(pets) / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "runs"
    given = ["evaluate", "--corpus", pets, "--pipelines", "bm25,bi-encoder", "--depth", "5"]
    result = run_json(*given, "--runs", str(out))
    qrels = [ir_measures.Qrel(query, doc, grade) for (query, doc), grade in QRELS.items()]
    means, firsts = {}, {}
    for row in result["weighted"]:
        run: Any = list(ir_measures.read_trec_run(str(out / f"{row['stage']}.run")))  # type: ignore[no-untyped-call]
        found = {
            m.query_id: m.value for m in ir_measures.iter_calc([ir_measures.RR @ 10], qrels, run)
        }
        mean = sum(found[query] * times for query, times in searches.items()) / 1000
        assert row["means"]["MRR@10"]["value"] == pytest.approx(mean, abs=1e-6)
        assert row["means"]["MRR@10"]["queries"] == 3
        means[row["stage"]] = row["means"]["nDCG@10"]["value"]
        firsts[row["stage"]] = {
            query: max((line for line in run if line.query_id == query), key=lambda x: x.score)
            for query in searches
        }
    (compared,) = result["comparisons"]
    gained = means["bi-encoder"] - means["bm25"]
    assert compared["weighted"]["value"] == pytest.approx(gained)
    changed = {
        query
        for query in searches
        if firsts["bm25"][query].doc_id != firsts["bi-encoder"][query].doc_id
    }
    share = sum(searches[query] for query in changed) / 1000
    assert compared["first_result"]["changed"] == pytest.approx(share)
    assert cli.main(given) == 0
    text = capsys.readouterr().out
    assert "Weighted means over 3 queries, each as often as it is searched" in text
    assert "bm25 by searches: nDCG@10" in text
    assert f"changes the first result of {share:.0%} of searches" in text


def test_evaluate_and_compare_agree_on_a_query_that_found_nothing(
    run_json: Any, capsys: Output, pets: str, tmp_path: Path
) -> None:
    """A TREC file cannot list a query without results: it must count 0 on both sides."""
    with (Path(pets) / "queries.jsonl").open("a") as file:
        file.write(json.dumps({"_id": "q4", "text": "zeppelin"}) + "\n")
    with (Path(pets) / "qrels" / "test.tsv").open("a") as file:
        file.write("q4\tball\t1\n")
    out = tmp_path / "runs"
    given = ("--corpus", pets, "--pipelines", "bm25,bi-encoder", "--depth", "5", "--runs", str(out))
    rows = run_json("evaluate", *given)
    bm25, bi = rows["pipelines"]
    assert (bm25["missing"], bi["missing"]) == (["q4"], [])
    assert (bm25["queries"], bi["queries"]) == (4, 4)
    assert any(note.startswith("bm25 has no result for 1 of 4") for note in rows["notices"])
    qrels = tmp_path / "t.qrels"
    lines = [f"{query} 0 {doc} {grade}\n" for (query, doc), grade in QRELS.items()]
    qrels.write_text("".join(lines) + "q4 0 ball 1\n")
    files = [str(out / f"{name}.run") for name in ("bm25", "bi-encoder")]
    result = run_json("compare", *files, "--qrels", str(qrels), "--recall-at", "5")
    for ours, theirs in zip((bm25, bi), result["runs"], strict=True):
        for measure in ("nDCG@10", "MRR@10", "MAP", "Recall@5", "judged@10"):
            assert ours[measure] == theirs[measure], measure
    assert result["runs"][0]["missing"] == ["q4"]


def test_map_is_named_with_the_depth_at_which_lists_end_and_by_its_name_in_json(
    run_json: Any, capsys: Output, pets: str
) -> None:
    given = ["evaluate", "--corpus", pets, "--pipelines", "bm25,bi-encoder", "--depth", "5"]
    given += ["--measure", "MAP", "--by-tag"]
    result = run_json(*given)
    assert result["measure"] == result["comparisons"][0]["measure"] == "MAP"
    assert all("MAP" in row for row in result["pipelines"])
    assert cli.main(given) == 0
    out = capsys.readouterr().out
    assert "MAP@5" in out
    assert re.search(r"MAP(?!@5)", out) is None


def test_evaluate_runs_only_the_pipelines_asked_for(run_json: Any, pets: str) -> None:
    result = run_json(
        "evaluate", "--corpus", pets, "--pipelines", "bm25, blend", "--first-stage", "bm25"
    )
    assert [row["stage"] for row in result["pipelines"]] == ["bm25", "blend"]


def test_evaluate_by_tag_gives_the_mean_of_each_tags_queries(run_json: Any, pets: str) -> None:
    result = run_json("evaluate", "--corpus", pets, "--pipelines", "bm25", "--by-tag")
    by_tag = result["pipelines"][0]["by_tag"]
    assert {tag: row["queries"] for tag, row in by_tag.items()} == {
        "ambiguous": 1,
        "money": 2,
        "paraphrase": 1,
    }
    # q1: ball (3) must come above corn (2) for 1; q2 and q3 find theirs first
    assert by_tag["money"]["nDCG@10"] == 1.0
    mean = (by_tag["ambiguous"]["nDCG@10"] + 2) / 3
    assert result["pipelines"][0]["nDCG@10"] == pytest.approx(mean, abs=1e-5)


def test_evaluate_for_people_is_a_table(capsys: Output, pets: str) -> None:
    assert cli.main(["evaluate", "--corpus", pets, "--by-tag"]) == 0
    out = capsys.readouterr().out
    assert "nDCG@10" in out.splitlines()[0]
    assert [line.split()[0] for line in out.splitlines()[1:5]] == [
        "bm25",
        "bi-encoder",
        "hybrid",
        "cross-encoder",
    ]
    assert "nDCG@10 ambiguous (1):" in out


@pytest.mark.parametrize("names", ["bm25,colbert", ",", ""])
def test_an_unknown_pipeline_is_an_error(capsys: Output, pets: str, names: str) -> None:
    line = failure(capsys, "evaluate", "--corpus", pets, "--pipelines", names)
    assert "give some of bm25, bi-encoder, hybrid, cross-encoder, blend" in line


def test_a_corpus_without_judgments_cannot_be_evaluated(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"_id": "a", "text": "a snake"}\n')
    assert "no judgments" in failure(capsys, "evaluate", "--corpus", str(path))


def test_run_files_that_cannot_be_written_are_an_error(
    capsys: Output, pets: str, tmp_path: Path
) -> None:
    place = tmp_path / "occupied"
    place.write_text("a file where the folder belongs")
    arguments = ["evaluate", "--corpus", pets, "--pipelines", "bm25", "--runs", str(place)]
    assert cli.main(arguments) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("crossexam: ")
    assert str(place) in last
