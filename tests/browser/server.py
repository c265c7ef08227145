"""Starts the app as `make run` does, on a free port, and ends it with all its children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.process_guard import traced

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds until it answers
GRACE = 10  # seconds it has to end by itself


@contextmanager
def running_server(
    log: Path,
    *arguments: str,
    guard: Path | None = None,
    env: Mapping[str, str] | None = None,
    script: str = "server.py",
) -> Iterator[str]:
    """The address of the running app; what it prints goes to `log`.

    `guard` is a file for strace's report of what the server reaches for.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += arguments
    if guard is not None:
        command = traced(command, guard)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**(os.environ if env is None else env), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        url = f"http://localhost:{port}"
        _wait_for(f"{url}/_stcore/health", process, log)
        yield url
    finally:
        _end(process)


def _wait_for(health: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(health, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(errors='replace')[-4000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for wish in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, wish)
        except ProcessLookupError:
            break
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            continue
    process.wait(GRACE)
