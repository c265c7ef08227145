"""`models`: packaged models, those of the hub and hosted ones, and what runs them."""

from __future__ import annotations

from typing import Any

import pytest

import cli
from commands.models import backend_lines
from models.hub.hub_catalogue import HUB
from models.remote.rerank_services import PROTOCOLS
from tests.commands.running import Output

pytestmark = pytest.mark.usefixtures("session_models")


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


def test_models_says_how_far_a_backend_drifts() -> None:
    drift = {"mean": 0.0088, "p99": 0.046, "p999": 0.061, "largest": 0.0881, "pairs": 240}
    figure = {"label": "OpenVINO bf16", "per_second": 60.0, "difference": 0.01, "note": ""}
    choice = {
        "engine": "openvino",
        "reason": "fastest",
        "unit": "pairs",
        "figures": [{**figure, "drift": drift}],
    }
    assert backend_lines(choice)[2] == (
        "        drift of a logit from fp32 over 240 pairs: mean 0.0088, p99 0.0460, "
        "p99.9 0.0610, largest 0.0881"
    )
