"""Rankings to hold a page against, from the CLI and from the engine itself."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from engine.search.settings import Settings
from engine.types import SearchTrace
from state.app_resources import prepare

ROOT = Path(__file__).parents[2]


@cache
def ranked_by_cli(query: str, *options: str) -> dict[str, Any]:
    """What `cli.py rank QUERY --corpus senses --json` prints."""
    command = [sys.executable, "cli.py", "rank", query, "--corpus", "senses", "--json", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def cli_hits(query: str, stage: str, *options: str) -> list[dict[str, Any]]:
    """The hits of one stage as the CLI prints them."""
    rankings = ranked_by_cli(query, *options)["rankings"]
    (hits,) = [ranking["hits"] for ranking in rankings if ranking["stage"] == stage]
    return list(hits)


@cache
def ranked_by_engine(query: str, settings: Settings, corpus: str = "senses") -> SearchTrace:
    """The finished search, with the models that this process shares."""
    return prepare(corpus).result().searcher.pipeline(settings).run(query)


def engine_ids(
    query: str, settings: Settings, stage: str, k: int | None = None, corpus: str = "senses"
) -> list[str]:
    """The first k documents of one stage, best first."""
    ranking = ranked_by_engine(query, settings, corpus).ranking(stage)
    assert ranking is not None
    return ranking.ids(k)
