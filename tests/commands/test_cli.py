"""The commands without a browser: their JSON, their errors, and what they leave behind."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import ir_measures
import pytest

import cli
from commands.models import backend_lines
from engine.types import STAGES
from models.cross_encoders.cross_encoder import CrossEncoder
from models.hub.hub_catalogue import HUB
from models.remote.rerank_services import PROTOCOLS
from tests.models.loopback import Answer, Asked, loopback, says
from tests.pets import DOCUMENTS, QRELS, write_pets

ROOT = Path(__file__).parent.parent.parent
Output = pytest.CaptureFixture[str]


pytestmark = pytest.mark.usefixtures("session_models")


@pytest.fixture
def pets(tmp_path: Path) -> str:
    return str(write_pets(tmp_path))


@pytest.fixture
def run_json(capsys: Output) -> Any:
    def run(*arguments: str) -> Any:
        assert cli.main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def failure(capsys: Output, *arguments: str) -> str:
    """The one line that a failing command writes to stderr."""
    try:
        status: object = cli.main(arguments)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert err.endswith("\n")
    lines = err.splitlines()
    assert len(lines) == 1, err
    return lines[0]


def test_rank_prints_the_json_of_the_issue(run_json: Any, pets: str) -> None:
    result = run_json("rank", "python snake", "--corpus", pets, "--depth", "6")
    assert set(result) >= {"query", "corpus", "rankings", "timings", "total_seconds"}
    assert result["query"] == "python snake"
    assert set(result["corpus"]) == {"name", "fingerprint", "documents"}
    assert (result["corpus"]["name"], result["corpus"]["documents"]) == ("pets", 12)
    assert [r["stage"] for r in result["rankings"]] == list(STAGES)
    for ranking in result["rankings"]:
        assert set(ranking) == {"stage", "model", "hits"}
        assert ranking["model"]
        assert 0 < len(ranking["hits"]) <= 6
        assert all(set(hit) == {"doc_id", "rank", "score", "title"} for hit in ranking["hits"])
        assert [hit["rank"] for hit in ranking["hits"]] == [*range(1, len(ranking["hits"]) + 1)]
        last = {"empty"} if ranking["stage"] == "cross-encoder" else set()  # it has no word
        order = [(hit["doc_id"] not in last, hit["score"]) for hit in ranking["hits"]]
        assert order == sorted(order, reverse=True)
        assert all(hit["title"] == DOCUMENTS[hit["doc_id"]][0] for hit in ranking["hits"])
    for timing in result["timings"]:
        assert set(timing) == {
            *("stage", "step", "seconds", "n_in", "n_out", "cached", "measured_seconds")
        }
    total = sum(timing["seconds"] for timing in result["timings"])
    assert result["total_seconds"] >= total > 0
    cross = next(r for r in result["rankings"] if r["stage"] == "cross-encoder")
    assert cross["hits"][0]["doc_id"] == "ball"
    assert result["complete"] is True


def test_rank_uses_the_first_stage_asked_for(run_json: Any, pets: str) -> None:
    result = run_json("rank", "content cats", "--corpus", pets, "--first-stage", "bm25")
    hits = {r["stage"]: [hit["doc_id"] for hit in r["hits"]] for r in result["rankings"]}
    assert hits["bm25"] == hits["cross-encoder"] == ["cat", "dup"]  # one text: a tie
    assert len(hits["bi-encoder"]) == 12


def test_the_weights_reach_the_pipeline(run_json: Any, pets: str) -> None:
    query = ("rank", "python snake", "--corpus", pets)
    rrf = run_json(*query, "--rrf-k", "7")
    weighted = run_json(*query, "--fusion", "weighted", "--hybrid-weight", "0.25")
    blended = run_json(*query, "--blend-weight", "1")
    model = {
        name: next(r["model"] for r in result["rankings"] if r["stage"] == stage)
        for name, result, stage in (
            ("rrf", rrf, "hybrid"),
            ("weighted", weighted, "hybrid"),
            ("blend", blended, "blend"),
        )
    }
    assert "7" in model["rrf"]
    assert "25%" in model["weighted"]
    assert "100% cross-encoder" in model["blend"]
    order = {r["stage"]: [h["doc_id"] for h in r["hits"]] for r in blended["rankings"]}
    assert order["blend"] == order["cross-encoder"]


def test_rank_for_people_names_stages_and_titles(capsys: Output, pets: str) -> None:
    assert cli.main(["rank", "python snake", "--corpus", pets]) == 0
    out = capsys.readouterr().out
    assert all(f"\n{stage} (" in out for stage in STAGES)
    assert "Ball python care guide" in out
    assert "did not read all of 1 of the" in out
    assert "total " in out


def test_rank_says_so_where_no_document_shares_a_term(capsys: Output, pets: str) -> None:
    assert cli.main(["rank", "zebra", "--corpus", pets]) == 0
    assert "no document shares a term with the query" in capsys.readouterr().out


def test_score_gives_logit_and_cosine_of_any_texts(run_json: Any) -> None:
    result = run_json(
        "score", "python snake", "Python programming tutorial", "Ball python care guide"
    )
    assert result["query"] == "python snake"
    assert result["cross_encoder"].endswith("ms-marco-MiniLM-L-12-v2")
    assert result["bi_encoder"].endswith("all-MiniLM-L6-v2")
    language, snake = result["scores"]
    assert language["text"] == "Python programming tutorial"
    assert (language["logit"], snake["logit"]) == pytest.approx((-5.214, -3.952), abs=0.05)
    assert (language["cosine"], snake["cosine"]) == pytest.approx((0.49, 0.39), abs=0.006)


def test_explain_gives_the_logit_that_ranked_beside_the_one_that_is_explained(
    run_json: Any, capsys: Output, pets: str
) -> None:
    (hit, *_) = [
        ranking["hits"][0]
        for ranking in run_json("rank", "python snake", "--corpus", pets)["rankings"]
        if ranking["stage"] == "cross-encoder"
    ]
    for method in ((), ("--method", "attention")):
        command = ("explain", "python snake", hit["doc_id"], "--corpus", pets, *method)
        result = run_json(*command)
        assert result["ranking"]["score"] == hit["score"]
        assert cli.main(list(command)) == 0
        both = f"{result['score']:.4f} in torch fp32, which explains; {hit['score']:.4f} in "
        assert both in capsys.readouterr().out


def test_explain_gives_tokens_segments_and_both_cross_blocks(run_json: Any, pets: str) -> None:
    result = run_json("explain", "python snake", "ball", "--corpus", pets)
    assert (result["doc_id"], result["title"]) == ("ball", "Ball python care guide")
    assert result["query_tokens"] == ["python", "snake"]
    assert len(result["tokens"]) == len(result["segments"])
    n_doc = result["segments"].count("document")
    assert len(result["doc_tokens"]) == n_doc
    assert [len(row) for row in result["query_to_doc"]] == [n_doc] * 2
    assert [len(row) for row in result["doc_to_query"]] == [2] * n_doc
    assert (result["layers"], result["heads"], result["layer"], result["head"]) == (
        12,
        12,
        None,
        None,
    )
    assert sum(result["query_mass"].values()) == pytest.approx(1, abs=1e-4)
    scored = run_json("score", "python snake", " ".join(DOCUMENTS["ball"]))
    assert result["score"] == pytest.approx(scored["scores"][0]["logit"], abs=0.05)


def test_layers_and_heads_are_counted_from_one(
    run_json: Any, pets: str, openvino_cross_encoder: CrossEncoder
) -> None:
    result = run_json(
        "explain", "python snake", "ball", "--corpus", pets, "--layer", "12", "--head", "1"
    )
    assert (result["layer"], result["head"]) == (12, 1)
    attention = openvino_cross_encoder.attention("python snake", " ".join(DOCUMENTS["ball"]))
    expected = attention.query_to_doc[11, 0].tolist()
    assert result["query_to_doc"] == [pytest.approx(row, abs=1e-5) for row in expected]


def test_evaluate_gives_the_measures_of_ir_measures_and_writes_run_files(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "runs"
    result = run_json("evaluate", "--corpus", pets, "--depth", "5", "--runs", str(out))
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


def test_what_was_indexed_appears_among_the_corpora(run_json: Any, pets: str) -> None:
    assert [row["name"] for row in run_json("corpora")] == ["senses", "pydoc"]
    result = run_json("index", "--corpus", pets)
    assert result["corpus"]["documents"] == 12
    assert (result["queries"], result["judgments"]) == (4, 7)
    assert len(result["warnings"]) == 1  # the empty document
    row = run_json("corpora")[-1]
    assert (row["name"], row["kind"], row["source"]) == ("pets", "path", pets)
    assert row["fingerprint"] == result["corpus"]["fingerprint"]
    assert row["documents"] == 12
    by_name = run_json("rank", "python snake", "--corpus", "pets")
    assert by_name["corpus"] == result["corpus"]


def test_warnings_and_progress_go_to_stderr(capsys: Output, pets: str) -> None:
    assert cli.main(["index", "--corpus", pets, "--json"]) == 0
    out, err = capsys.readouterr()
    json.loads(out)
    assert "warning: " in err
    assert "embedding pets: 12 of 12" in err


def test_models_is_the_catalogue(run_json: Any, capsys: Output) -> None:
    rows = run_json("models")
    assert [row["role"] for row in rows[:3]] == ["bm25", "bi-encoder", "cross-encoder"]
    assert all(
        {"name", "role", "source", "revision", "licence", "size_bytes", "max_length", "available"}
        <= set(row)
        for row in rows
    )
    assert "sha256" in run_json("models", "--checksums")[1]["revision"]
    assert rows[0]["engine"] is None
    assert all(row["engine"]["engine"] and row["engine"]["reason"] for row in rows[1:3])
    assert cli.main(["models"]) == 0
    out = capsys.readouterr().out
    assert "512 tokens, Apache-2.0, on this machine" in out
    assert f"runs by {rows[1]['engine']['engine']}: {rows[1]['engine']['reason']}" in out


def test_models_lists_rankers_of_the_hub_and_hosted_ones(
    run_json: Any, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    for protocol in PROTOCOLS.values():
        monkeypatch.delenv(protocol.key_variable, raising=False)
    monkeypatch.setenv(PROTOCOLS["cohere"].key_variable, "a-key")
    rows = {row["name"]: row for row in run_json("models")}
    assert {model.name for model in HUB} <= rows.keys()
    assert {protocol.label for protocol in PROTOCOLS.values()} <= rows.keys()
    assert rows["cross-encoder/ms-marco-electra-base"]["source"].startswith("the hub, ")
    assert rows["Cohere Rerank"]["available"] is True
    assert rows["Voyage rerank"]["available"] is False
    assert cli.main(["models"]) == 0
    out = capsys.readouterr().out
    assert "cross-encoder/ms-marco-electra-base\n    cross-encoder, 512 tokens, Apache-2.0, " in out
    assert "Cohere Rerank\n    remote reranker, hosted, paid, can be asked\n" in out
    assert "Voyage rerank\n    remote reranker, hosted, paid, needs a key in the env" in out
    assert "a-key" not in out


def test_json_keeps_letters_beyond_ascii(capsys: Output) -> None:
    assert cli.main(["score", "Café", "東京", "--json"]) == 0
    assert "東京" in capsys.readouterr().out


@pytest.mark.parametrize("depth", ["4", "501", "0", "-1"])
def test_a_depth_out_of_range_is_an_error(capsys: Output, pets: str, depth: str) -> None:
    line = failure(capsys, "rank", "snake", "--corpus", pets, "--depth", depth)
    assert line == f"crossexam: depth is {depth}: give a number from 5 to 500"


def test_a_blank_query_cannot_be_explained(capsys: Output, pets: str) -> None:
    assert "the query has no token" in failure(capsys, "explain", " ", "ball", "--corpus", pets)


@pytest.mark.parametrize("query", ["", "  "])
def test_a_blank_query_is_an_error_before_any_work(capsys: Output, pets: str, query: str) -> None:
    assert "the query is empty" in failure(capsys, "rank", query, "--corpus", pets)


def test_a_blank_query_ends_with_one_line_that_says_so(capsys: Output, pets: str) -> None:
    assert cli.main(["rank", " ", "--corpus", pets, "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line for line in err.splitlines() if line.startswith("crossexam: ")] == [
        err.splitlines()[-1]
    ]
    assert "the query is empty" in err


def test_a_blank_query_cannot_be_scored(capsys: Output) -> None:
    assert "the query is empty" in failure(capsys, "score", " ", "text")


def test_an_unknown_corpus_is_an_error_that_names_the_known_ones(capsys: Output) -> None:
    line = failure(capsys, "rank", "snake", "--corpus", "nowhere")
    assert "'nowhere'" in line
    assert "'senses', 'pydoc'" in line


def test_an_unknown_document_is_an_error(capsys: Output, pets: str) -> None:
    assert "'nobody'" in failure(capsys, "explain", "snake", "nobody", "--corpus", pets)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--layer", "13", "layer 13 does not exist: the model has 12"),
        ("--layer", "0", "layer 0 does not exist"),
        ("--head", "13", "head 13 does not exist"),
        ("--head", "-1", "head -1 does not exist"),
    ],
)
def test_a_layer_or_head_that_does_not_exist_is_an_error(
    capsys: Output, pets: str, option: str, value: str, message: str
) -> None:
    assert message in failure(capsys, "explain", "snake", "ball", "--corpus", pets, option, value)


def test_an_empty_document_has_no_attention(capsys: Output, pets: str) -> None:
    line = failure(capsys, "explain", "snake", "empty", "--corpus", pets)
    assert "the document has no token" in line


@pytest.mark.parametrize("names", ["bm25,colbert", ",", ""])
def test_an_unknown_pipeline_is_an_error(capsys: Output, pets: str, names: str) -> None:
    line = failure(capsys, "evaluate", "--corpus", pets, "--pipelines", names)
    assert "give some of bm25, bi-encoder, hybrid, cross-encoder, blend" in line


def test_a_corpus_without_judgments_cannot_be_evaluated(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"_id": "a", "text": "a snake"}\n')
    assert "no judgments" in failure(capsys, "evaluate", "--corpus", str(path))


def test_a_malformed_row_names_its_file_and_line(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"_id": "a", "text": "a snake"}\n{"_id": "b", "text": \n')
    assert f"{path}:2:" in failure(capsys, "rank", "snake", "--corpus", str(path))


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


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["rank"],
        ["rank", "snake"],
        ["rank", "snake", "--corpus", "senses", "--depth", "many"],
        ["rank", "snake", "--corpus", "senses", "--first-stage", "colbert"],
        ["score", "snake"],
        ["models", "--loud"],
    ],
)
def test_a_wrong_command_line_is_one_line_too(capsys: Output, arguments: list[str]) -> None:
    assert failure(capsys, *arguments).startswith("cli.py")


def test_the_program_itself_prints_json_only_on_stdout(
    session_cache: Path, tmp_path: Path, pets: str
) -> None:
    """From another folder, in a process of its own, with the models loaded by the program."""
    environment = {**os.environ, "CROSSEXAM_CACHE": str(session_cache)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    good = run("score", "python snake", "Ball python care guide", "--json")
    assert good.returncode == 0, good.stderr
    logit = json.loads(good.stdout)["scores"][0]["logit"]
    assert math.isclose(logit, -3.952, abs_tol=0.05)
    bad = run("rank", "snake", "--corpus", "nowhere", "--json")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert len(bad.stderr.splitlines()) == 1


def test_models_shows_what_was_measured() -> None:
    figures = [
        {"label": "torch fp32", "per_second": 10.0, "difference": 0.0, "note": ""},
        {"label": "torch bf16", "per_second": 0.0, "difference": 0.0, "note": "stopped early"},
    ]
    choice = {"engine": "torch", "reason": "fastest", "unit": "pairs", "figures": figures}
    lines = backend_lines(choice)
    assert lines[0] == "    runs by torch: fastest"
    assert "10.0 pairs/s  at most 0.0000 from fp32 torch" in lines[1]
    assert lines[2].endswith("stopped early")


def failure_of_last_line(capsys: Output, *arguments: str) -> str:
    """The error of a command that says other things on stderr before."""
    assert cli.main(arguments) == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_rank_and_evaluate_take_additional_rerankers(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    def longest_first(asked: Asked) -> Answer:
        return says([{"index": i, "score": len(t)} for i, t in enumerate(asked.body["texts"])])

    with loopback(longest_first) as server:
        name = f"tei:{server.address}"
        given = ["--corpus", pets, "--depth", "6", "--reranker", name]
        ranked = run_json("rank", "python snake", *given)
        result = run_json("evaluate", *given, "--runs", str(tmp_path / "runs"))
    further = ranked["rankings"][-1]
    assert further["stage"] == f"reranker:{name}"
    lengths = [len(" ".join(DOCUMENTS[hit["doc_id"]]).strip()) for hit in further["hits"]]
    assert lengths == sorted(lengths, reverse=True)
    assert ranked["usage"][f"reranker:{name}"]["requests"] == 1
    assert result["pipelines"][-1]["stage"] == f"reranker:{name}"
    assert any("reranker-tei" in path.name for path in (tmp_path / "runs").iterdir())


def test_an_additional_reranker_that_fails_is_an_error(capsys: Output, pets: str) -> None:
    with loopback(says({}, 401)) as server:
        given = ("--corpus", pets, "--reranker", f"tei:{server.address}")
        message = failure_of_last_line(capsys, "rank", "python snake", *given)
    assert "asks for a key (HTTP 401)" in message
