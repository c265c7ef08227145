"""Runs the parts of `make test` side by side: `python -m tests.side_by_side`.

A part is a process of its own: a training beside all that pages left in one process crashed in it
once. What it prints comes in one piece when it has ended, so that no two mix; until then its lines
of progress show that it lives.

The browser waits about as long as it works, and one that starves shows what is not there. So the
others run beside it from the start, and have what it leaves.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LANES = 2  # parts at once; more would need more memory than a small machine has
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
GIVE_WAY = ("nice", "-n", "10")
TRAINING = ("tests/workbench/training", "tests/commands/test_training.py")
APART = ("tests/browser", "tests/pages", *TRAINING)
PROGRESS = re.compile(r"\[ *\d+%\]$")
# Threads that wait for work give way, for another part has use for their core.
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE"}


@dataclass(frozen=True, slots=True)
class Part:
    """A command and its name."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a part printed, whether it passed, and how long it took."""

    part: Part
    passed: bool
    printed: str
    seconds: float


# The longest first, so that the lanes end together.
PARTS = (
    Part("browser", (*PYTEST, "tests/browser")),
    Part("all else", (*GIVE_WAY, *PYTEST, "tests", *(f"--ignore={path}" for path in APART))),
    Part("pages", (*GIVE_WAY, *PYTEST, "tests/pages")),
    Part("types", (*GIVE_WAY, sys.executable, "-m", "mypy", ".")),
    Part("training", (*GIVE_WAY, *PYTEST, *TRAINING)),
)


def outcome_of(part: Part) -> Outcome:
    """Run a part to its end; a line of pytest's dots is printed at once."""
    began = time.monotonic()
    process = subprocess.Popen(
        part.command,
        cwd=ROOT,
        env={**ENVIRONMENT, **os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if PROGRESS.search(line):
            sys.stdout.write(f"{part.name:>8} {line}")
            sys.stdout.flush()
    passed = process.wait() == 0
    return Outcome(part, passed, "".join(lines), time.monotonic() - began)


def run(parts: Sequence[Part], *, lanes: int = LANES) -> int:
    """The exit status: 0 where every part passed. All run to their end, whatever fails."""
    failed: list[str] = []
    sys.stdout.write(f"{lanes} at a time: {', '.join(part.name for part in parts)}.\n")
    with ThreadPoolExecutor(lanes) as pool:
        for ended in as_completed([pool.submit(outcome_of, part) for part in parts]):
            outcome = ended.result()
            word = "passed" if outcome.passed else "FAILED"
            failed += [] if outcome.passed else [outcome.part.name]
            title = f"{outcome.part.name}: {word} after {outcome.seconds:.0f} s"
            sys.stdout.write(f"\n==== {title} ====\n{outcome.printed.rstrip()}\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'All parts passed.'}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(run(PARTS))
