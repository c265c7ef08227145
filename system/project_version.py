"""The version of the project, as its pyproject.toml says."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


@cache
def project_version() -> str:
    """The version: "0.1.0"."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    return str(project["project"]["version"])
