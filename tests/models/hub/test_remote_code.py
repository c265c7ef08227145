"""Code that a model brings: refused, allowed by name and files, refused again when changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import transformers

from engine.types import CrossExamError
from models.cross_encoders.attribution import PairExplainer
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import load_reranker
from models.hub.remote_code import (
    RECORD,
    allow,
    check_allowed,
    code_need,
    git_blob,
    is_allowed,
    was_allowed,
    withdraw,
)
from models.hub.resolving import trust_code
from tests.models.tiny_bert import WORDS
from tests.models.tiny_own_code import CODE, FILE, MARK, save_own_code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    modules = str(tmp_path / "modules")
    monkeypatch.setattr(transformers.dynamic_module_utils, "HF_MODULES_CACHE", modules)
    monkeypatch.syspath_prepend(modules)
    monkeypatch.delenv(MARK, raising=False)
    save_own_code(tmp_path / "own")
    yield tmp_path / "own"
    os.environ.pop(MARK, None)


def allowed(folder: Path) -> None:
    need = code_need(str(folder), folder)
    assert need is not None
    allow(need)


def loaded(folder: Path) -> AutoCrossEncoder:
    model = load_reranker(str(folder))
    assert isinstance(model, AutoCrossEncoder)
    return model


def test_without_a_consent_nothing_runs_and_the_remedy_is_told(folder: Path) -> None:
    with pytest.raises(CrossExamError) as caught:
        load_reranker(str(folder))
    assert FILE in str(caught.value)
    assert "Models page" in str(caught.value)
    assert f"--trust-remote-code '{folder}'" in str(caught.value)
    assert MARK not in os.environ


def test_with_a_consent_it_scores_by_its_own_code_from_its_own_folder(folder: Path) -> None:
    allowed(folder)
    model = loaded(folder)
    (batch,) = model.score("ball", ["snake python"])
    words = ("[CLS]", "ball", "[SEP]", "snake", "python", "[SEP]")
    assert batch.scores == (float(sum(WORDS.index(word) for word in words)),)
    assert os.environ[MARK] == "yes"


def test_gradients_explain_it_and_missing_attention_is_said(folder: Path) -> None:
    allowed(folder)
    model = loaded(folder)
    found = PairExplainer(model).integrated_gradients("ball", "snake python")
    words, values = zip(*found.of("document"), strict=True)
    assert words == ("snake", "python")
    assert list(values) == pytest.approx([float(WORDS.index(word)) for word in words])
    with pytest.raises(CrossExamError, match="no attention weights"):
        model.attention("ball", "snake")


@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_a_change_of_the_code_lets_the_consent_lapse(folder: Path, change: str) -> None:
    (folder / "more.py").write_text("x = 1\n")
    allowed(folder)
    check_allowed(str(folder), folder)
    if change == "edited":
        (folder / FILE).write_text(CODE + "# more\n")
    elif change == "added":
        (folder / "another.py").write_text("")
    else:
        (folder / "more.py").unlink()
    with pytest.raises(CrossExamError, match="its code changed since you allowed it"):
        load_reranker(str(folder))
    assert MARK not in os.environ


def test_code_that_changes_between_choosing_and_loading_does_not_run(folder: Path) -> None:
    allowed(folder)
    model = loaded(folder)
    (folder / FILE).write_text(CODE.replace("yes", "no"))
    with pytest.raises(CrossExamError, match="not run unless you allow it"):
        list(model.score("ball", ["snake"]))
    assert MARK not in os.environ


def test_a_consent_is_for_one_name_alone_and_can_be_taken_back(folder: Path) -> None:
    need = code_need(str(folder), folder)
    other = code_need("someone/else", folder)
    assert need is not None
    assert other is not None
    allow(need)
    assert is_allowed(need)
    assert was_allowed(need.name)
    assert not is_allowed(other)
    withdraw(need.name)
    assert not is_allowed(need)
    with pytest.raises(CrossExamError, match="not run unless you allow it"):
        load_reranker(str(folder))


def test_the_record_holds_revision_and_checksums(folder: Path, tmp_path: Path) -> None:
    allowed(folder)
    record = json.loads((tmp_path / "cache" / RECORD).read_text())[str(folder)]
    (row,) = record["files"]
    assert row["sha256"] == hashlib.sha256(CODE.encode()).hexdigest()
    assert row["size"] == len(CODE.encode())
    spoilt = {str(folder): {"files": [{"path": 1}]}}
    (tmp_path / "cache" / RECORD).write_text(json.dumps(spoilt))
    need = code_need(str(folder), folder)
    assert need is not None
    assert not is_allowed(need)


def test_the_hubs_checksum_is_gits(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.write_bytes(b"print('hello')\n")
    git = subprocess.run(
        ["git", "hash-object", str(file)], capture_output=True, text=True, check=True
    )
    assert git_blob(file.read_bytes()) == git.stdout.strip()


def test_code_of_another_repository_is_refused_even_if_allowed(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "someone/else--modeling_tiny.TinyConfig"}
    (folder / "config.json").write_text(json.dumps(config))
    allowed(folder)
    with pytest.raises(CrossExamError, match="code of another repository"):
        load_reranker(str(folder))


def test_the_option_of_the_command_line_names_the_files_and_keeps_the_consent(
    folder: Path,
) -> None:
    said: list[str] = []
    trust_code(str(folder), log=said.append)
    assert said == [
        f"you allow {folder} to run {FILE} ({len(CODE.encode()):,} bytes, sha256 "
        f"{hashlib.sha256(CODE.encode()).hexdigest()})"
    ]
    assert loaded(folder).max_length == 64
    (folder / FILE).unlink()
    with pytest.raises(CrossExamError, match="is not here: add --fetch"):
        trust_code(str(folder))


def test_a_model_without_code_needs_no_consent(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    del config["auto_map"]
    (folder / "config.json").write_text(json.dumps(config))
    assert code_need(str(folder), folder) is None
    with pytest.raises(CrossExamError, match="needs no Python code of its own"):
        trust_code(str(folder))
