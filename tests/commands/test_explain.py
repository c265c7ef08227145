"""`explain`: the attention of one pair, both logits, and what cannot be explained."""

from __future__ import annotations

from typing import Any

import pytest

import cli
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.commands.running import Output, failure
from tests.pets import DOCUMENTS

pytestmark = pytest.mark.usefixtures("session_models")


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
        both = f"{result['score']:.4f} in fp32, which explains; {hit['score']:.4f} in "
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


def test_a_blank_query_cannot_be_explained(capsys: Output, pets: str) -> None:
    assert "the query has no token" in failure(capsys, "explain", " ", "ball", "--corpus", pets)


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
