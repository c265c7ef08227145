"""`rank` and `score`: their JSON and text, every setting, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import cli
from engine.types import STAGES
from tests.commands.running import Output, failure, failure_of_last_line
from tests.models.loopback import Answer, Asked, loopback, says
from tests.pets import DOCUMENTS

pytestmark = pytest.mark.usefixtures("session_models")


def test_rank_prints_the_json_of_the_issue(run_json: Any, pets: str) -> None:
    result = run_json("rank", "python snake", "--corpus", pets, "--depth", "6")
    assert set(result) >= {"query", "corpus", "rankings", "timings", "total_seconds"}
    assert result["query"] == "python snake"
    assert set(result["corpus"]) == {"name", "fingerprint", "documents"}
    assert (result["corpus"]["name"], result["corpus"]["documents"]) == ("pets", 12)
    assert [r["stage"] for r in result["rankings"]] == list(STAGES)
    for ranking in result["rankings"]:
        logits = ranking["stage"] == "cross-encoder"
        assert set(ranking) == {"stage", "model", "hits", *(["precision"] if logits else [])}
        assert ranking["model"]
        assert 0 < len(ranking["hits"]) <= 6
        named = {"doc_id", "rank", "score", "title", *(["near_tie", "precision"] if logits else [])}
        assert all(set(hit) == named for hit in ranking["hits"])
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


@pytest.mark.parametrize("depth", ["4", "501", "0", "-1"])
def test_a_depth_out_of_range_is_an_error(capsys: Output, pets: str, depth: str) -> None:
    line = failure(capsys, "rank", "snake", "--corpus", pets, "--depth", depth)
    assert line == f"crossexam: depth is {depth}: give a number from 5 to 500"


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
    additional = ranked["rankings"][-1]
    assert additional["stage"] == f"reranker:{name}"
    lengths = [len(" ".join(DOCUMENTS[hit["doc_id"]]).strip()) for hit in additional["hits"]]
    assert lengths == sorted(lengths, reverse=True)
    assert ranked["usage"][f"reranker:{name}"]["requests"] == 1
    assert result["pipelines"][-1]["stage"] == f"reranker:{name}"
    assert any("reranker-tei" in path.name for path in (tmp_path / "runs").iterdir())


def test_an_additional_reranker_that_fails_is_an_error(capsys: Output, pets: str) -> None:
    with loopback(says({}, 401)) as server:
        given = ("--corpus", pets, "--reranker", f"tei:{server.address}")
        message = failure_of_last_line(capsys, "rank", "python snake", *given)
    assert "asks for a key (HTTP 401)" in message
