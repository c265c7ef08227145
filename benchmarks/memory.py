"""Resident memory of what the server holds: both models, `senses` and `pydoc`.

Measured in a fresh process that has Streamlit, Plotly and the workbench in it, step by
step, the last of them the fp32 torch model that explanations load.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.search.settings import Settings
from engine.types import Log
from system.memory import memory
from workbench.workbench import Workbench

ROOT = Path(__file__).parent.parent
TARGET = 2_000_000_000
CORPORA = ("senses", "pydoc")
QUERY = "python snake"
PROGRAM = """
import json, plotly.graph_objects, streamlit
from benchmarks.memory import steps
print(json.dumps(steps()))
"""


def measured(log: Log) -> dict[str, Any]:
    """Bytes after each step of a process that does nothing else."""
    log("memory: loading models and corpora in a new process")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    resident: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return resident


def steps() -> dict[str, Any]:
    """Resident bytes of this process, step by step."""
    resident: dict[str, int] = {}

    def note(step: str) -> None:
        now = memory()
        resident[step] = now.resident if now else 0

    note("the libraries")
    bench = Workbench()
    bench.models.bi_encoder()
    bench.models.cross_encoder()
    note("both models")
    for name in CORPORA:
        searcher = bench.searchers.of(bench.corpora.open(name))
        searcher.pipeline(Settings()).run(QUERY)
        note(f"{name}, searched once")
    bench.models.cross_encoder().torch_model()
    note("the fp32 torch model for explanations")
    peak = memory()
    return {
        "resident_bytes": resident,
        "peak_bytes": peak.peak if peak else 0,
        "target_bytes": TARGET,
    }


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows = figures["resident_bytes"].items()
    return [
        f"Resident memory, target {figures['target_bytes'] / 1e9:.0f} GB",
        *(f"  {name:40}{value / 1e6:8,.0f} MB" for name, value in rows),
        f"  {'the most at any time':40}{figures['peak_bytes'] / 1e6:8,.0f} MB",
    ]


if __name__ == "__main__":
    print("\n".join(report(measured(lambda what: print(what, file=sys.stderr)))))
