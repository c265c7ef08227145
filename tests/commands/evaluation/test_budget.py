"""`budget`: one query and the query set within a token budget, recomputed from the texts."""

from __future__ import annotations

import math
from typing import Any

import pytest

import cli
from tests.commands.running import Output, failure
from tests.pets import DOCUMENTS

pytestmark = pytest.mark.usefixtures("session_models")


def estimated(doc_id: str) -> int:
    title, text = DOCUMENTS[doc_id]
    return math.ceil(len(f"{title} {text}".strip()) / 4)


def test_a_query_s_contexts_hold_whole_passages_in_order(run_json: Any, pets: str) -> None:
    given = ["budget", "python snake", "--corpus", pets, "--depth", "5", "--tokens", "60"]
    result = run_json(*given, "--tokenizer", "characters")
    for context in result["contexts"]:
        used = 0
        for passage in context["passages"]:
            assert passage["tokens"] == estimated(passage["doc_id"])
            used += passage["tokens"]
            assert passage["fits"] is (used <= 60)
            if used > 60:
                break
        assert context["fitting"] == sum(passage["fits"] for passage in context["passages"])
    before, after = (
        {p["doc_id"] for p in context["passages"] if p["fits"]} for context in result["contexts"]
    )
    assert set(result["entered"]) == after - before
    assert set(result["left"]) == before - after
    lengths = [len(context["passages"]) for context in result["contexts"]]
    assert lengths[0] == lengths[1]
    counted = run_json(*given)["contexts"][1]
    # corn snakes a corn snake is a harm ##less con ##stric ##tor and an easy pet .
    assert {p["doc_id"]: p["tokens"] for p in counted["passages"]}["corn"] == 17


def test_a_query_set_is_measured_against_the_first_pipeline(
    run_json: Any, capsys: Output, pets: str
) -> None:
    given = ["budget", "--corpus", pets, "--depth", "5", "--pipelines", "bm25,cross-encoder"]
    result = run_json(*given, "--tokens", "100000")
    assert [row["name"] for row in result["pipelines"]] == ["bm25", "cross-encoder"]
    assert (result["baseline"], result["queries"]) == ("bm25", 3)
    assert result["pipelines"][0]["difference"] is None
    assert result["pipelines"][0]["ended"] == 3
    evaluated = run_json("evaluate", *given[1:])["pipelines"]
    for row, whole in zip(result["pipelines"], evaluated, strict=True):
        assert row["recall"] == pytest.approx(whole["Recall@5"], abs=1e-6)
    assert cli.main([*given, "--tokens", "20"]) == 0
    assert "whole and in the order of the list" in capsys.readouterr().out
    assert "token budget is 0" in failure(capsys, "budget", "--corpus", pets, "--tokens", "0")
