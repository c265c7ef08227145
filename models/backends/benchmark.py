"""Measures backends against each other on the same fixed texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.types import MOST_DRIFT, BackendFigure, Cancel, Cancelled, Drift, ProgressCallback
from models.backends.backends import Backend
from models.backends.calibration import PAIRS, calibration_pairs, drift_between

ROUNDS = 3
HOPELESS = 4.0  # times the fastest: not worth the wait
REFERENCE = "torch"
TAKEN_BACK_BELOW = 0.05  # one that was refused comes back only well below, so that it stays
Outcome = NDArray[Any]
Logits = Callable[[Backend, str, Sequence[str]], Sequence[float]]

QUERIES = ("what do ball pythons eat", "when was the stone bridge over the river built")
SENTENCES = (
    "Ball pythons eat rodents that are no wider than the snake itself, every week or two.",
    "The stone bridge was built in 1846, after floods had carried off three wooden ones.",
    "A language with few keywords is easy to read, and slow loops are left to libraries.",
    "Young owls leave the nest before they can fly and are fed on the branches for weeks.",
    "The bank raised its rate by a quarter point; the bank of the river gave way in spring.",
    "Bread that is not salted tastes flat, but dough without salt rises faster and higher.",
    "In 1910 the museum lent two of its paintings, and only one of them was ever returned.",
    "Keep the terrarium warm at one end, so that the animal can choose where it wants to lie.",
)
LENGTHS = (1, 2, 5, 8, 10, 10, 12, 12)  # sentences a text: about 20 to 230 tokens
TEXTS = tuple(
    " ".join(SENTENCES[(start + i) % len(SENTENCES)] for i in range(length))
    for start, length in enumerate(LENGTHS)
)


def benchmark(
    backends: Mapping[str, Callable[[], Backend]],
    outcome: Callable[[Backend, tuple[str, ...]], Outcome],
    *,
    per_run: int,
    tolerance: float,
    on_progress: ProgressCallback,
    cancel: Cancel,
    rounds: int = ROUNDS,
    logits: Logits | None = None,
    refused: Collection[str] = (),
) -> tuple[BackendFigure, ...]:
    """A figure for each backend, by its best of `rounds` runs over all texts.

    `outcome(backend, texts)` is what the backend makes of the texts, compared with fp32
    torch's, and `per_run` how many pairs or texts that is. The backends run by turns, so
    that what else the machine does strikes all alike. One that cannot be built, strays
    by more than `tolerance` or is hopelessly slow stays out, with a note that says so.
    `logits(backend, query, texts)` scores the calibration pairs, on which a backend's drift is
    measured; `refused` are the backends that an earlier measurement refused for it.
    """
    runners: dict[str, Backend] = {}
    figures: dict[str, BackendFigure] = {}
    probes: dict[str, float] = {}
    steps = len(backends) * (rounds + 1)
    steps_done = 0

    def step(what: str) -> None:
        nonlocal steps_done
        if cancel():
            raise Cancelled("measuring the backends was cancelled")
        on_progress(what, steps_done, steps)
        steps_done += 1

    for name, build in backends.items():
        step(f"preparing {name}")
        try:
            backend = build()
            tries = []
            for _ in range(3):  # the first one plans
                start = time.perf_counter()
                outcome(backend, TEXTS[:1])
                tries.append(time.perf_counter() - start)
            probes[name] = min(tries)
            runners[name] = backend
        except Exception as error:  # a backend that fails in any way is not chosen
            note = f"did not run: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
            figures[name] = BackendFigure(name, name, 0.0, 0.0, note)
    for name, seconds in probes.items():
        if name != REFERENCE and seconds > HOPELESS * min(probes.values()):
            times = seconds / min(probes.values())
            note = f"stopped early: a short text took it {times:.0f} times the fastest's time"
            figures[name] = BackendFigure(name, runners.pop(name).label, 0.0, 0.0, note)
    steps = steps_done + (rounds + (logits is not None)) * len(runners)
    runs: dict[str, list[tuple[float, Outcome]]] = {name: [] for name in runners}
    for number in range(rounds):
        for name, backend in runners.items():
            step(f"{backend.label}, round {number + 1} of {rounds}")
            start = time.perf_counter()
            result = outcome(backend, TEXTS)
            runs[name].append((time.perf_counter() - start, result))
    calibrated: dict[str, NDArray[np.float64]] = {}
    if logits is not None:
        for name, backend in runners.items():
            step(f"{backend.label}, {PAIRS} pairs to measure its drift")
            calibrated[name] = _calibrated(backend, logits, cancel)
    truth = runs[REFERENCE][0][1]
    for name, backend in runners.items():
        seconds = min(took for took, _ in runs[name])
        stray = float(np.abs(runs[name][0][1] - truth).max())
        good = stray <= tolerance  # False for NaN too
        note = "" if good else f"strays by {stray:.3f} from fp32, more than {tolerance}"
        drift = None
        if logits is not None:
            drift = drift_between(calibrated[name], calibrated[REFERENCE])
            note = note or drift_note(drift, was_refused=name in refused)
        figures[name] = BackendFigure(name, backend.label, per_run / seconds, stray, note, drift)
    return tuple(figures[name] for name in backends)


def drift_note(drift: Drift, *, was_refused: bool) -> str:
    """Why a backend that drifts so is refused; "" where it may be chosen.

    The limit is lower for one that was refused before, so that noise does not flip the choice.
    """
    limit = TAKEN_BACK_BELOW if was_refused else MOST_DRIFT
    if drift.p99 <= limit:  # False for NaN too
        return ""
    refused_note = " after it was refused before" if was_refused else ""
    return f"drifts by {drift.p99:.3f} from fp32 (99th percentile), more than {limit}{refused_note}"


def _calibrated(backend: Backend, logits: Logits, cancel: Cancel) -> NDArray[np.float64]:
    values: list[float] = []
    for query, texts in calibration_pairs():
        if cancel():
            raise Cancelled("measuring the backends was cancelled")
        values += logits(backend, query, texts)
    return np.asarray(values, dtype=np.float64)
