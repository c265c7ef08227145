"""`inside`: one forward pass, layer by layer, as text and as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cli
from tests.commands.running import Output, failure

pytestmark = pytest.mark.usefixtures("session_models")


def test_inside_gives_every_number_of_a_pass(run_json: Any, pets: str) -> None:
    result = run_json("inside", "python snake", "ball", "lang", "--corpus", pets)
    ball, lang = result["documents"]
    assert (ball["doc_id"], ball["title"]) == ("ball", "Ball python care guide")
    assert ball["logit_lens"][-1] == ball["score"] > lang["score"]
    assert np.shape(ball["logit_lens"]) == (13,)
    assert np.shape(ball["cls_states"]) == (13, 384)
    assert np.shape(ball["crossing"]) == (12, 12)
    assert np.shape(result["query_pass"]["cls_states"]) == (7, 384)
    cosine = np.dot(result["query_pass"]["vector"], ball["document_pass"]["vector"])
    assert ball["cosine"] == pytest.approx(cosine, abs=1e-4)
    explained = run_json("explain", "python snake", "ball", "--corpus", pets)
    assert ball["score"] == pytest.approx(explained["score"], abs=1e-3)
    assert ball["tokens"] == explained["tokens"]
    assert result["ranking"]["leaders"][-1] == "Ball python care guide"
    assert ball["clock"]["runs"] >= 1


def test_the_text_has_a_line_for_each_layer_and_says_where_the_order_forms(
    capsys: Output, pets: str
) -> None:
    assert cli.main(["inside", "python snake", "ball", "lang", "--corpus", pets]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[2].startswith("embeddings")
    assert sum(line.startswith("layer ") for line in lines) == 12
    assert "of the cross-encoder's attention crosses, 0% of the bi-encoder's" in out
    assert "the order is that of the end from layer" in lines[-1]


def test_a_document_that_is_not_there_is_an_error(capsys: Output, pets: str) -> None:
    assert "'nix'" in failure(capsys, "inside", "python snake", "nix", "--corpus", pets)
