"""The command `parity`, as a person and as a team's CI call it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cli
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.commands.running import Output, failure
from tests.models.loopback import Answer, Asked, loopback, says
from tests.pets import DOCUMENTS
from workbench.model_loader import ModelLoader

pytestmark = pytest.mark.usefixtures("session_models")


def test_torch_in_fp32_and_the_fast_backend_differ_as_the_models_themselves_do(
    pets: str,
    run_json: Any,
    torch_cross_encoder: CrossEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(ModelLoader, "torch_cross_encoder", lambda *_: torch_cross_encoder)
    table = tmp_path / "pairs.csv"
    told = run_json(
        *("parity", "torch", "backend", "--corpus", pets, "--depth", "8", "--repeats", "1"),
        *("--tolerance", "0.5", "--csv", str(table)),
    )
    ranked = run_json("rank", "python snake", "--corpus", pets, "--depth", "8")
    first = next(r for r in ranked["rankings"] if r["stage"] == "bi-encoder")["hits"]
    query = next(q for q in told["queries"] if q["text"] == "python snake")
    assert [pair["doc_id"] for pair in query["pairs"]] == [hit["doc_id"] for hit in first[:8]]
    texts = {doc_id: f"{title} {text}".strip() for doc_id, (title, text) in DOCUMENTS.items()}
    sent = [texts[pair["doc_id"]] for pair in query["pairs"]]
    a, b = (
        np.array(model.without_score_cache().score_all("python snake", sent))
        for model in (torch_cross_encoder, openvino_cross_encoder)
    )
    assert [pair["a"] for pair in query["pairs"]] == pytest.approx(a.tolist(), abs=1e-4)
    assert [pair["b"] for pair in query["pairs"]] == pytest.approx(b.tolist(), abs=1e-4)
    assert query["largest"] == pytest.approx(np.abs(a - b).max(), abs=2e-4)
    assert told["agree"]
    assert told["pairs"] == len(table.read_text().splitlines()) - 1
    assert told["repeats_a"]["same_order"]["identical"] == told["repeats_a"]["same_order"]["pairs"]


def reversed_scores(asked: Asked) -> Answer:
    """The length of each text, at the document on the other side of the list."""
    rows = [{"index": i, "score": len(text)} for i, text in enumerate(asked.body["texts"])]
    for i, row in enumerate(rows):
        row["index"] = len(rows) - 1 - i
    return says(rows)


def right_scores(asked: Asked) -> Answer:
    return says([{"index": i, "score": len(text)} for i, text in enumerate(asked.body["texts"])])


def test_a_server_that_mixes_its_documents_up_ends_the_command_with_status_1(
    pets: str, capsys: Output
) -> None:
    with loopback(right_scores) as right, loopback(reversed_scores) as wrong:
        asked = ("--corpus", pets, "--queries", "3", "--depth", "9", "--repeats", "0")
        names = [f"tei:{server.address}" for server in (right, wrong)]
        assert cli.main(["parity", names[0], names[0], *asked]) == 0
        assert "They give the same scores" in capsys.readouterr().out
        assert cli.main(["parity", *names, *asked, "--tolerance", "1e9"]) == 1
        assert "B has the same scores, but at other documents: at 3 of 3" in capsys.readouterr().out


def test_what_cannot_be_compared_is_said(pets: str, capsys: Output) -> None:
    assert "queries is 0" in failure(
        capsys, "parity", "exact", "fast", "--corpus", pets, "--queries", "0"
    )
    assert "tolerance is -1" in failure(
        capsys, "parity", "exact", "fast", "--corpus", pets, "--tolerance", "-1"
    )
    cli.main(["parity", "saved:newest", "fast", "--corpus", pets])
    assert "make one on the page Quality" in capsys.readouterr().err
