"""The command line's choice of engine: kept by `index`, used by everything that follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from milvus_lite.server_manager import server_manager_instance

import cli
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.pets import write_pets
from workbench import model_loader

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def alone(
    tmp_path: Path,
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Path]:
    """A cache of its own, the session's models, and no Milvus Lite left behind."""
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    for name in ("CROSSEXAM_MILVUS_FROM", "CROSSEXAM_MILVUS_URI"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path / "cache"
    server_manager_instance.release_all()


@pytest.fixture
def pets(tmp_path: Path) -> str:
    return str(write_pets(tmp_path))


def run_json(capsys: Output, *arguments: str) -> Any:
    assert cli.main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def bm25_of(result: Any) -> str:
    return next(str(r["model"]) for r in result["rankings"] if r["stage"] == "bm25")


def test_what_index_was_told_holds_for_rank_and_evaluate(capsys: Output, pets: str) -> None:
    index = run_json(capsys, "index", "--corpus", pets, "--index-backend", "milvus")
    assert index["engine"]["engine"] == "milvus"
    ranked = run_json(capsys, "rank", "python snake", "--corpus", "pets", "--depth", "5")
    assert bm25_of(ranked).startswith("BM25 in Milvus Lite")
    measured = run_json(capsys, "evaluate", "--corpus", "pets", "--pipelines", "bm25,hybrid")
    assert [row["queries"] for row in measured["pipelines"]] == [3, 3]
    back = run_json(capsys, "index", "--corpus", "pets", "--engine", "auto")
    assert back["engine"] == {
        "engine": "local",
        "reason": "12 documents, and Milvus serves from 200,000 on",
        "address": "",
    }


def test_the_size_and_the_address_are_kept_or_nothing_is(
    capsys: Output, pets: str, alone: Path
) -> None:
    run_json(capsys, "index", "--corpus", pets, "--milvus-from", "12")
    assert cli.main(["index", "--corpus", "pets"]) == 0
    assert "served by a file of Milvus Lite (12 documents, and" in capsys.readouterr().out
    before = (alone / "engine.json").read_text()
    for wrong, told in (
        (["--milvus-from", "0"], "give a number of at least 1"),
        (["--milvus-uri", "nowhere", "--engine", "local"], "'nowhere' is no address of Milvus"),
    ):
        assert cli.main(["index", "--corpus", "pets", *wrong]) == 2
        assert told in capsys.readouterr().err
    assert (alone / "engine.json").read_text() == before
    given = ["--milvus-from", "5", "--milvus-uri", "http://127.0.0.1:1"]
    assert cli.main(["index", "--corpus", "pets", *given]) == 2
    assert "nobody answers there" in capsys.readouterr().err.splitlines()[-1]
    given += ["--engine", "milvus"]
    assert cli.main(["index", "--corpus", "pets", *given]) == 2
    assert (alone / "engine.json").read_text() == before, "a refused address is not kept"
