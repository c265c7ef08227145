"""`rank` with an additional ranker that fails: the others' lists, why it failed, exit status 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli
from engine.types import STAGES
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import load_bi_encoder
from tests.models.loopback import loopback, says
from tests.tiny_school import tiny_models, write_school
from workbench import model_loader

Output = pytest.CaptureFixture[str]


class Panic(BaseException):
    """As the tokenizers library raises: no Exception."""


@pytest.fixture
def corpus(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
) -> str:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))

    def load(name: str, **_: object) -> BiEncoder:
        if name == "org/panics":
            raise Panic("index out of range")
        return openvino_bi_encoder if name.startswith("sentence-") else load_bi_encoder(name)

    monkeypatch.setattr(model_loader, "load_bi_encoder", load)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    return str(write_school(tmp_path / "school"))


@pytest.mark.weights
def test_one_that_fails_leaves_the_others_ranking_and_is_named(
    corpus: str, tmp_path: Path, capsys: Output
) -> None:
    good = tiny_models(tmp_path / "models")[1]
    with loopback(says({}, 401)) as server:
        bad = [f"tei:{server.address}", "bi-encoder:org/panics", "/nowhere/model"]
        given = [option for name in (*bad, good) for option in ("--reranker", name)]
        status = cli.main(["rank", "sea ant", "--corpus", corpus, "--depth", "5", *given, "--json"])
        out, err = capsys.readouterr()
        assert status == 2
        result = json.loads(out)
        assert cli.main(["rank", "sea ant", "--corpus", corpus, "--depth", "5", *given]) == 2
        text, _ = capsys.readouterr()
    lists = {ranking["stage"]: len(ranking["hits"]) for ranking in result["rankings"]}
    assert all(lists[stage] for stage in (*STAGES, f"reranker:{good}"))
    failed = {f"reranker:{bad[0]}", bad[1], f"reranker:{bad[2]}"}
    assert set(result["failures"]) == failed
    why = {line for line in err.splitlines() if line.startswith("crossexam: ")}
    assert len(why) == 3
    for said in ("asks for a key (HTTP 401)", "Panic: index out of range", "no model"):
        assert any(said in line for line in why)
        assert said in text
