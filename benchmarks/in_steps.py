"""A measurement in steps, each in a process of its own, with its own peak, that may be killed."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Step = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a benchmark module, by name.

    `word` begins the lines by which a step tells on stderr how many documents it has done.
    """

    module: str
    word: str

    def in_process(self, step: str, folder: Path, *, kill_at: int | None = None) -> dict[str, Any]:
        """The step's result with its seconds and peak memory; killed where `kill_at` are done."""
        command = [sys.executable, "-m", self.module, "--step", step, "--folder", str(folder)]
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE if kill_at else None, text=True
        )
        if kill_at is not None:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith(f"{self.word} ") and int(line.split()[1]) >= kill_at:
                    process.send_signal(signal.SIGKILL)
                    seconds = round(time.perf_counter() - start, 2)
                    killed_at = int(line.split()[1])
                    process.communicate()
                    return {"killed_at": killed_at, "seconds": seconds}
        out, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"the step {step!r} ended with status {process.returncode}")
        result: dict[str, Any] = json.loads(out.splitlines()[-1])
        return {**result, "seconds": round(time.perf_counter() - start, 2)}


def run_step(steps: Mapping[str, Step], step: str, folder: str) -> None:
    """What a process of its own does: print the result as one line of JSON."""
    result = steps[step](folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux
    print(json.dumps({**result, "peak_megabytes": round(peak / 1000)}))
