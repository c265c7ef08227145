"""JSON alone on stdout, everything else on stderr, errors in one line."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cli
from tests.commands.running import ROOT, Output, failure

pytestmark = pytest.mark.usefixtures("session_models")


def test_warnings_and_progress_go_to_stderr(capsys: Output, pets: str) -> None:
    assert cli.main(["index", "--corpus", pets, "--json"]) == 0
    out, err = capsys.readouterr()
    json.loads(out)
    assert "warning: " in err
    assert "embedding pets: 12 of 12" in err


def test_json_keeps_letters_beyond_ascii(capsys: Output) -> None:
    assert cli.main(["score", "Café", "東京", "--json"]) == 0
    assert "東京" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["rank"],
        ["rank", "snake"],
        ["rank", "snake", "--corpus", "senses", "--depth", "many"],
        ["rank", "snake", "--corpus", "senses", "--first-stage", "colbert"],
        ["score", "snake"],
        ["models", "--loud"],
    ],
)
def test_a_wrong_command_line_is_one_line_too(capsys: Output, arguments: list[str]) -> None:
    assert failure(capsys, *arguments).startswith("cli.py")


def test_the_program_itself_prints_json_only_on_stdout(
    session_cache: Path, tmp_path: Path, pets: str
) -> None:
    """From another folder, in a process of its own, with the models loaded by the program."""
    environment = {**os.environ, "CROSSEXAM_CACHE": str(session_cache)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    good = run("score", "python snake", "Ball python care guide", "--json")
    assert good.returncode == 0, good.stderr
    logit = json.loads(good.stdout)["scores"][0]["logit"]
    assert math.isclose(logit, -3.952, abs_tol=0.05)
    bad = run("rank", "snake", "--corpus", "nowhere", "--json")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert len(bad.stderr.splitlines()) == 1
