"""The commands that teach, on a tiny school."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

import cli
from commands.output import ProgressLine
from models.trained import trained_models
from tests.tiny_school import tiny_models, write_school

Output = pytest.CaptureFixture[str]


def run(capsys: Output, *arguments: str) -> tuple[int, str, str]:
    status = cli.main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_model_is_taught_listed_and_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    student, teacher = tiny_models(tmp_path / "models")
    corpus = str(write_school(tmp_path / "school"))
    common = [corpus, "--steps", "4", "--name", "tiny"]
    models = ["--bi-encoder", student, "--teacher", teacher]

    status, out, err = run(capsys, "distil", *common, *models, "--made", "5", "--json")
    assert status == 0, err
    values: dict[str, Any] = json.loads(out)
    assert (values["name"], values["role"]) == ("distilled/tiny", "bi-encoder")
    assert values["difference"]["queries"] == values["queries"]["held_out"] > 0
    assert "dev queries at step 4" in err
    assert "training distilled/tiny" in err

    status, out, err = run(
        capsys, "fine-tune", *common, "--cross-encoder", teacher, "--bi-encoder", student
    )
    assert status == 0, err
    assert "warning: Few judgments" in err
    assert "fine-tuned/tiny: nDCG@10" in out
    assert "--cross-encoder fine-tuned/tiny" in out

    status, out, _ = run(capsys, "models")
    assert "distilled/tiny" in out
    assert "fine-tuned/tiny" in out
    assert run(capsys, "distil", *common, *models)[0] == 2
    status, out, _ = run(capsys, "score", "sea ant", "the ant at sea", "--bi-encoder",
                         "distilled/tiny", "--cross-encoder", "fine-tuned/tiny")  # fmt: skip
    assert status == 0
    assert "the ant at sea" in out
    for name in ("distilled/tiny", "fine-tuned/tiny"):
        assert run(capsys, "delete", name, "--yes")[0] == 0
    assert trained_models() == ()


def test_ctrl_c_keeps_the_step_and_resume_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    student, teacher = tiny_models(tmp_path / "models")
    corpus = str(write_school(tmp_path / "school"))
    arguments = ["distil", corpus, "--steps", "40", "--name", "tiny", "--made", "3"]
    told = ProgressLine.update

    def pressed(self: ProgressLine, what: str, done: int, total: int) -> None:
        told(self, what, done, total)
        if (what, done) == ("learning", 3):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(ProgressLine, "update", pressed)
    status, _, err = run(capsys, *arguments, "--bi-encoder", student, "--teacher", teacher)
    assert status == 2
    assert err.strip().endswith("its last step is kept: resume it")
    status, out, err = run(capsys, "distil", corpus, "--resume", "--name", "tiny")
    assert status == 0, err
    assert "learning: 4 of 40" in err
    assert "distilled/tiny: nDCG@10" in out


def test_what_cannot_be_resumed_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    status, _, err = run(capsys, "distil", "senses", "--resume")
    assert (status, err.count("\n")) == (2, 1)
    assert "need --name" in err
    status, _, err = run(capsys, "distil", "senses", "--resume", "--name", "none")
    assert status == 2
    assert "no training 'distilled/none' is paused here" in err
