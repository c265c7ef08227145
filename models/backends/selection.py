"""The one place that decides what runs a model: the fastest backend that keeps its scores.

Backends are measured once for each machine, model and set of versions; the result is
kept on disk, so that a start costs nothing. CROSSEXAM_ENGINE overrides it. Before the
first measurement OpenVINO runs the models, for it converts them in seconds and keeps
their scores wherever it was tried.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from engine.types import BackendFigure, BackendSelection, CrossExamError, Drift, stored_values
from models.backends.backends import installed
from models.backends.int8_weights import GROUPS
from models.backends.packages import packaged_version
from system.hardware import processor
from system.storage import cache_folder, write_text_atomically

VARIABLE = "CROSSEXAM_ENGINE"
PACKAGES = {
    "openvino": "openvino",
    "onnxruntime": "onnxruntime",
    "torch": "torch",
    "torch-bf16": "torch",
    "cuda": "torch",
    "mps": "torch",
}
BACKENDS = tuple(PACKAGES)
UNITS = ("pairs", "texts")
RECIPE = 4  # raise it when what is measured changes
CLEARLY_FASTER = 1.15  # times: less is within what one measurement differs from the next
UNMEASURED = "not measured on this machine yet: run 'python cli.py models --measure'"


def forced_backend() -> str | None:
    """What CROSSEXAM_ENGINE asks for, None where it is unset; raises where that cannot be."""
    backend_name = os.environ.get(VARIABLE, "").strip().lower()
    if not backend_name:
        return None
    if backend_name not in PACKAGES:
        raise CrossExamError(
            f"{VARIABLE} is {backend_name!r}: use one of {', '.join(BACKENDS)}, or leave it unset"
        )
    if not installed(PACKAGES[backend_name]):
        raise CrossExamError(
            f"{VARIABLE} is {backend_name!r} but {PACKAGES[backend_name]} is not installed: run "
            "'pip install -r requirements.txt', or set it to 'torch'"
        )
    if backend_name in ("cuda", "mps") and not has_device(backend_name):
        raise CrossExamError(
            f"{VARIABLE} is {backend_name!r} but torch finds no such device here: leave it unset"
        )
    return backend_name


def has_device(name: str) -> bool:
    """Whether torch can compute on "cuda" or "mps"; imports torch."""
    import torch

    if name == "cuda":
        return bool(torch.cuda.is_available())
    return bool(torch.backends.mps.is_available())


def possible_backends() -> tuple[str, ...]:
    """The backends that this machine can try; fp32 torch, the measure of all, first."""
    installed_backends = [name for name in ("openvino", "onnxruntime") if installed(name)]
    devices = [name for name in ("cuda", "mps") if has_device(name)]
    return ("torch", *installed_backends, "torch-bf16", *devices)


def select_backend(weights: str) -> BackendSelection:
    """What runs the model whose weights have this SHA-256, and why."""
    forced = forced_backend()
    selection = measured_selection(weights)
    if forced is not None:
        return BackendSelection(
            forced,
            f"{VARIABLE} asks for it",
            selection.unit if selection else "pairs",
            selection.figures if selection else (),
        )
    if selection is not None and installed(PACKAGES[selection.backend]):
        return selection
    return BackendSelection(default_backend(), UNMEASURED)


def decide(figures: Sequence[BackendFigure], unit: str, *, before: str = "") -> BackendSelection:
    """The fastest of the measured backends that may be chosen, in words that say why.

    The backend that was chosen `before` stays unless another is clearly faster, so that the
    noise of a measurement does not change what runs the model from one to the next.
    """
    usable = [f for f in figures if not f.note and f.backend in PACKAGES]  # int8 is not for all
    usable.sort(key=lambda f: -f.per_second)
    if not usable:
        raise CrossExamError("no backend ran the model: reinstall the pinned requirements")
    best = usable[0]
    earlier = next((figure for figure in usable if figure.backend == before), best)
    if earlier is best or best.per_second > CLEARLY_FASTER * earlier.per_second:
        quicker = any(figure.per_second > best.per_second for figure in figures)
        which = (
            f"the {len(usable)} of {len(figures)} measured here that may be chosen"
            if quicker
            else f"{len(figures)} measured here"
        )
        reason = f"fastest of {which}: {best.per_second:.1f} {unit}/s"
        if len(usable) > 1:
            ratio = best.per_second / usable[1].per_second
            reason += f", {ratio:.2f} times {usable[1].label}"
        return BackendSelection(best.backend, reason, unit, tuple(figures))
    ratio = best.per_second / earlier.per_second
    reason = (
        f"none of {len(figures)} measured here is clearly faster than its {earlier.per_second:.1f} "
        f"{unit}/s: {best.label} gave {ratio:.2f} times that, noise below {CLEARLY_FASTER}"
    )
    return BackendSelection(earlier.backend, reason, unit, tuple(figures))


def backend_before(weights: str) -> str:
    """What ran the model until now: what an earlier measurement chose, else the default."""
    selection = measured_selection(weights)
    return selection.backend if selection is not None else default_backend()


def default_backend() -> str:
    """What runs a model that nobody measured."""
    return "openvino" if installed("openvino") else "torch"


def measured_selection(weights: str) -> BackendSelection | None:
    """What was measured for these weights on this machine with these versions, if anything."""
    try:
        stored = json.loads(_file(weights).read_text(encoding="utf-8"))
        if stored["key"] != _key(weights) or stored["unit"] not in UNITS:
            return None
        figures = tuple(_figure(dict(row)) for row in stored["figures"])
        return decide(figures, stored["unit"], before=str(stored.get("chosen", "")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, CrossExamError):
        return None  # damaged: as if nobody had measured


def _figure(row: dict[str, Any]) -> BackendFigure:
    """The figure of a stored row; raises ValueError for one that no measurement gives."""
    drift = row.pop("drift")
    measured_drift = Drift(**drift) if drift is not None else None
    figure = BackendFigure(row.pop("engine"), **row, drift=measured_drift)
    numbers = [figure.per_second, figure.difference]
    numbers += astuple(measured_drift) if measured_drift is not None else ()
    if not (
        figure.backend in (*PACKAGES, *GROUPS)
        and all(type(text) is str for text in (figure.label, figure.note))
        and all(type(number) in (int, float) and not number < 0 for number in numbers)
        and math.isfinite(figure.per_second)  # distances are NaN where a backend gave no numbers
    ):
        raise ValueError(f"{figure} was not measured")
    return figure


def remember(weights: str, selection: BackendSelection) -> None:
    """Keep what was measured."""
    values = {
        "key": _key(weights),
        "unit": selection.unit,
        "chosen": selection.backend,
        "figures": [stored_values(figure) for figure in selection.figures],
    }
    path = _file(weights)
    try:
        write_text_atomically(path, json.dumps(values, indent=1) + "\n")
    except OSError as error:
        raise CrossExamError(
            f"what was measured cannot be written to {path}: {error.strerror}; free some space or "
            "set CROSSEXAM_CACHE to a folder that can be written"
        ) from error


def _key(weights: str) -> dict[str, Any]:
    versions = {name: packaged_version(name) for name in ("torch", "openvino", "onnxruntime")}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "weights": weights,
        "processor": processor(),
        "cores": cores,
        "recipe": RECIPE,
        **versions,
    }


def _file(weights: str) -> Path:
    name = hashlib.sha256(json.dumps(_key(weights)).encode()).hexdigest()[:32]
    return cache_folder() / "engines" / f"{name}.json"
