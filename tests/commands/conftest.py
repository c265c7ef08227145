"""What the tests of most commands share: a small corpus, and a command's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.commands.running import Output
from tests.pets import write_pets


@pytest.fixture
def pets(tmp_path: Path) -> str:
    return str(write_pets(tmp_path))


@pytest.fixture
def run_json(capsys: Output) -> Any:
    def run(*arguments: str) -> Any:
        assert cli.main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run
