"""JSON alone on stdout, everything else on stderr, errors in one line."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import cli
from commands.output import json_text, terminal_text
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


INTERRUPTS = """
import importlib.abc, os, signal, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPTED_IN"]:
            os.kill(os.getpid(), signal.SIGINT)
        return None

sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize("module", ["commands.quality", "numpy"])
def test_an_interruption_while_modules_are_imported_is_one_line_and_status_130(
    session_cache: Path, tmp_path: Path, module: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTS, "utf-8")
    environment = {
        **os.environ,
        "CROSSEXAM_CACHE": str(session_cache),
        "PYTHONPATH": str(tmp_path),
        "INTERRUPTED_IN": module,
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "corpora"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "crossexam: interrupted\n")


def test_an_interruption_of_a_command_is_one_line_and_status_130(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    command = replace(cli.COMMANDS[0], run=interrupted)
    monkeypatch.setattr(cli, "COMMANDS", (command, *cli.COMMANDS[1:]))
    assert cli.main(["rank", "x", "--corpus", "senses"]) == 130
    assert capsys.readouterr() == ("", "crossexam: interrupted\n")


HOSTILE = "a\x1b[2J\x9b31m\x07\r\x7f\u202eb\u2066c\u2028d\ud800"


def test_what_a_terminal_would_obey_is_printed_as_what_it_is(
    capsys: Output, tmp_path: Path
) -> None:
    """Ids and texts of a corpus are a stranger's: none may clear a screen or turn a line about."""
    rows = [{"_id": "e\x1b[31m\u202e", "title": "x\x9b2J", "text": "a snake\x1b]0;t\x07"}]
    path = tmp_path / "c.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert cli.main(["rank", "snake", "--corpus", str(path), "--depth", "5"]) == 0
    out, err = capsys.readouterr()
    assert r"e\x1b[31m\u202e  x\x9b2J" in out
    assert not set(out + err) & set("\x1b\x9b\x07\u202e")
    assert cli.main(["rank", "snake", "--corpus", str(path), "--depth", "5", "--json"]) == 0
    out, _ = capsys.readouterr()
    assert not set(out) & set("\x1b\x9b\x07\u202e")
    assert '"e\\u001b[31m\\u202e"' in out
    assert "e\x1b[31m\u202e" in json.dumps(json.loads(out), ensure_ascii=False).replace(
        "\\u001b", "\x1b"
    )


def test_json_says_the_same_with_its_own_escapes() -> None:
    assert json.loads(json_text({HOSTILE: [HOSTILE, "Café 東京 👩\u200d👧"]})) == {
        HOSTILE: [HOSTILE, "Café 東京 👩\u200d👧"]
    }
    assert json_text(HOSTILE).isascii()
    assert terminal_text(HOSTILE).isascii()
    assert terminal_text("Café\t東京\n👩\u200d👧") == "Café\t東京\n👩\u200d👧"


def test_a_wrong_argument_is_printed_as_what_it_is(capsys: Output) -> None:
    assert "\x1b" not in failure(capsys, "rank", "snake", "--corpus", "no\x1b[31m\u202e")
    assert "\x1b" not in failure(capsys, "rank", "a", "--corpus", "b", "--de\x1bep", "1")
