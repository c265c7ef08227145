"""Commands that fail, and the line that they say."""

from __future__ import annotations

from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).parent.parent.parent
Output = pytest.CaptureFixture[str]


def failure(capsys: Output, *arguments: str) -> str:
    """The one line that a failing command writes to stderr."""
    try:
        status: object = cli.main(arguments)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert err.endswith("\n")
    lines = err.splitlines()
    assert len(lines) == 1, err
    return lines[0]


def failure_of_last_line(capsys: Output, *arguments: str) -> str:
    """The error of a command that says other things on stderr before."""
    assert cli.main(arguments) == 2
    return capsys.readouterr().err.splitlines()[-1]
