"""Additional cross-encoders on the command line: their labels, and code of their own."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
import transformers

from cli import main
from models.hub.remote_code import withdraw
from tests.models.hub.test_hub_download import NAME, Hub, hub  # noqa: F401
from tests.models.tiny_classifiers import LABELS, save
from tests.models.tiny_own_code import FILE, MARK, save_own_code

Output = pytest.CaptureFixture[str]
TEXT = "python snake a ball"


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    path = tmp_path / "tiny.jsonl"
    path.write_text(json.dumps({"id": "d1", "title": "", "text": TEXT}) + "\n")
    return str(path)


def run(capsys: Output, *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments, "--json"])
    said = capsys.readouterr()
    return status, said.out, said.err


def explained(capsys: Output, corpus: str, name: str, *more: str) -> dict[str, Any]:
    status, out, err = run(
        capsys, "explain", "ball", "d1", "--corpus", corpus, "--reranker", name, *more
    )
    assert status == 0, err
    values: dict[str, Any] = json.loads(out)
    return values


def test_explain_tells_every_labels_score_of_an_additional_cross_encoder(
    capsys: Output, corpus: str, tmp_path: Path
) -> None:
    folder = save(tmp_path / "nli", "Bert", LABELS)
    found = explained(capsys, corpus, f"{folder}#neutral", "--method", "ig")
    assert [row["label"] for row in found["labels"]] == list(LABELS)
    assert [row["ranks"] for row in found["labels"]] == [False, False, True]
    assert sum(row["probability"] for row in found["labels"]) == pytest.approx(1.0)
    assert found["model"] == f"{folder} (neutral)"
    gap = found["score"] - found["baseline_score"]
    missed = abs(sum(found["values"]) + found["special_value"] - gap)
    assert missed == pytest.approx(found["residual"] * max(abs(gap), 1.0), abs=1e-6)
    attention = explained(capsys, corpus, f"{folder}#neutral")
    assert (attention["layers"], attention["heads"]) == (2, 2)


def test_what_cannot_be_explained_says_why(capsys: Output, corpus: str) -> None:
    status, _, err = run(
        capsys, "explain", "ball", "d1", "--corpus", corpus, "--reranker", "cohere:rerank-v3.5"
    )
    assert status == 2
    assert "cohere:rerank-v3.5 cannot be explained: a service gives scores alone" in err


def test_own_code_runs_once_it_is_named(
    capsys: Output, corpus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = str(tmp_path / "modules")
    monkeypatch.setattr(transformers.dynamic_module_utils, "HF_MODULES_CACHE", modules)
    monkeypatch.syspath_prepend(modules)
    monkeypatch.delenv(MARK, raising=False)
    folder = save_own_code(tmp_path / "own")
    command = ["explain", "ball", "d1", "--corpus", corpus, "--reranker", folder]
    command += ["--method", "occlusion"]
    status, _, err = run(capsys, *command)
    assert status == 2
    assert f"--trust-remote-code '{folder}'" in err
    status, _, err = run(capsys, *command, "--trust-remote-code", "another/model")
    assert status == 2
    assert "'another/model' names no model of this command" in err
    assert MARK not in os.environ
    status, out, err = run(capsys, *command, "--trust-remote-code", folder)
    assert status == 0, err
    assert f"you allow {folder} to run {FILE}" in err
    assert json.loads(out)["words"] == ["ball", *TEXT.split()]
    assert os.environ.pop(MARK) == "yes"
    status, _, err = run(capsys, *command)  # the consent is kept
    assert status == 0, err
    withdraw(folder)


def test_fetch_brings_a_model_of_the_hub_and_tells_its_progress(
    capsys: Output,
    corpus: str,
    tmp_path: Path,
    hub: Hub,  # noqa: F811
) -> None:
    folder = Path(save(tmp_path / "roberta", "Roberta"))
    hub.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    hub.sha256 = hashlib.sha256(hub.files["model.safetensors"]).hexdigest()
    command = ["explain", "ball", "d1", "--corpus", corpus, "--reranker", NAME]
    status, _, err = run(capsys, *command)
    assert status == 2
    assert "allow the download with --fetch" in err
    assert hub.asked == []
    hub.stops_after = 5_000
    status, _, err = run(capsys, *command, "--fetch")
    assert status == 2
    assert "try again, it goes on from there" in err
    status, out, err = run(capsys, *command, "--fetch")
    assert status == 0, err
    assert "of them are here already; licence: mit" in err
    assert f"downloading {NAME}: 0.0 MB of 0.0 MB" in err
    assert json.loads(out)["model"] == NAME
