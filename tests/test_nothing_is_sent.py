"""Nothing is sent and nothing is left behind: whole processes under strace, children included."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.server import running_server
from tests.process_guard import NO_STRACE, Guarded, guarded, is_here, traced
from tests.tiny_school import tiny_models, write_school
from tests.visitor import answer, searched

ROOT = Path(__file__).parent.parent
OUTSIDE = "crossexam.example"
# Several commands in one process: importing torch under strace takes its time.
COMMANDS = """
import sys, models.backends.benchmark, cli
models.backends.benchmark.benchmark.__kwdefaults__["rounds"] = 1
models.backends.benchmark.TEXTS = models.backends.benchmark.TEXTS[:2]
school, student, teacher = sys.argv[1:]
own = ["--bi-encoder", student]
for command in (
    ["import", school, "--name", "school"],
    ["explain", "sea ant", "ant-sea", "--corpus", "school", "--method", "ig"],
    ["index", "--corpus", "school", "--engine", "milvus"],
    ["rank", "sea ant", "--corpus", "school", "--depth", "5"],
    ["index", "--corpus", "school", "--engine", "local"],
    ["distil", "school", "--steps", "2", "--name", "tiny", *own, "--teacher", teacher],
    ["fine-tune", "school", "--steps", "2", "--name", "tiny", *own, "--cross-encoder", teacher],
    ["models", "--measure"],
):
    if cli.main(command):
        raise SystemExit(f"{command[0]} failed")
"""


@pytest.fixture(scope="module")
def strace() -> None:
    """Its absence is a loud skip, and a failure under CI."""
    if not is_here():
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(f"{NO_STRACE}, and this is CI")
        pytest.skip(NO_STRACE)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("guarded-cache")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """A small corpus, and two tiny models for a training of seconds."""
    folder = tmp_path_factory.mktemp("school")
    return (str(write_school(folder / "corpus")), *tiny_models(folder / "models"))


def run(guard: Guarded, command: Sequence[str]) -> str:
    done = subprocess.run(
        traced([sys.executable, *command], guard.log),
        cwd=ROOT,
        env=dict(guard.environment()),
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.weights
def test_a_command_sends_nothing_and_leaves_nothing(
    strace: None, tmp_path: Path, cache: Path, school: tuple[str, str, str]
) -> None:
    with guarded(tmp_path, cache) as guard:
        out = run(guard, ["cli.py", "rank", "sea ant", "--corpus", school[0], "--depth", "5"])
        assert "ant sea" in out
        assert guard.broken(ROOT) == []


@pytest.mark.weights
def test_import_explanation_training_and_measuring_send_nothing_and_leave_nothing(
    strace: None, tmp_path: Path, cache: Path, school: tuple[str, str, str]
) -> None:
    with guarded(tmp_path, cache) as guard:
        out = run(guard, ["-c", COMMANDS, *school])
        for said in ("distilled/tiny", "fine-tuned/tiny", "Milvus Lite", "OpenVINO"):
            assert said in out
        assert guard.broken(ROOT) == []


@pytest.mark.weights
@pytest.mark.timeout(900)
def test_the_server_sends_nothing_and_leaves_nothing(
    strace: None, tmp_path: Path, cache: Path
) -> None:
    with guarded(tmp_path, cache) as guard:
        environment = {**guard.environment(), "CROSSEXAM_ALLOWED_HOSTS": OUTSIDE}
        with running_server(tmp_path / "server.log", guard=guard.log, env=environment) as url:
            port = urlsplit(url).port or 0
            assert "Ball python care guide" in searched(port, "127.0.0.1", "python snake")
            # Streamlit looks up the machine's outside address for an origin beside its own.
            searched(port, OUTSIDE, "python snake")
            for origin in (f"http://{OUTSIDE}:{port}", "http://foreign.example", "null"):
                answer(port, "/_stcore/health", f"{OUTSIDE}:{port}", origin=origin)
        assert guard.broken(ROOT) == []
