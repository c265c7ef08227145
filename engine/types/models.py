"""Models, and what runs them, as cards."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from engine.types.pairs import LateMeasurement
from engine.types.rankings import ScorePrecision

MOST_DRIFT = 0.06  # logits, the 99th percentile: a backend that drifts more is refused
MOST_DRIFT_FASTEST = 0.5  # the same in the mode "fastest": beyond it an order means nothing
FLOAT_NOISE = 1e-4  # logits between two backends that both compute in fp32, and then some
FASTER = 1.05  # times the chosen backend's rate from which another is called faster
RECORDED_DRIFT = MOST_DRIFT  # what is assumed of a backend whose drift was not measured here


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a backend's logits lie from fp32's: mean, 99th and 99.9th percentile, largest.

    Measured over `pairs` calibration pairs on this machine.
    """

    mean: float
    p99: float
    p999: float
    largest: float
    pairs: int


def precision_of(backend: str, drift: Drift | None) -> ScorePrecision:
    """How far the logits of a backend, "OpenVINO bf16", may lie from fp32's.

    Without a measured drift the recorded bound stands in, and says that it is one.
    """
    if "fp32" in backend:
        return ScorePrecision(backend, 0.0)
    if drift is None:
        return ScorePrecision(backend, RECORDED_DRIFT, measured=False)
    return ScorePrecision(backend, drift.p99, largest=drift.largest, pairs=drift.pairs)


@dataclass(frozen=True, slots=True)
class BackendFigure:
    """What one backend gave on the same texts, once measured on this machine.

    `per_second` counts pairs (a bi-encoder: texts), 0 where it did not run; `difference`
    is the largest to fp32 torch, in logits (a bi-encoder: in cosine). `note` says why it
    cannot be chosen. `drift` is of a cross-encoder, on pairs of their own.
    """

    backend: str
    label: str
    per_second: float
    difference: float
    note: str = ""
    drift: Drift | None = None


@dataclass(frozen=True, slots=True)
class BackendSelection:
    """Which backend runs a model and why; `figures` is empty where nothing was measured."""

    backend: str
    reason: str
    unit: str = "pairs"
    figures: tuple[BackendFigure, ...] = ()

    @property
    def figure(self) -> BackendFigure | None:
        """What the chosen backend gave."""
        return next((each for each in self.figures if each.backend == self.backend), None)

    @property
    def quickest(self) -> BackendFigure | None:
        """The fastest of all whose drift was measured, where it is faster than the chosen one.

        Of several that are about as fast it is the one that drifts least.
        """
        chosen = self.figure
        with_drift = [
            each
            for each in self.figures
            if each.drift is not None and each.drift.p99 <= MOST_DRIFT_FASTEST  # never for NaN
        ]
        best = max(with_drift, key=lambda each: each.per_second, default=None)
        if best is None or chosen is None or best.per_second <= FASTER * chosen.per_second:
            return None
        least = max(FASTER * chosen.per_second, best.per_second / FASTER)
        alike = [each for each in with_drift if each.per_second >= least]
        return min(alike, key=lambda each: each.drift.p99 if each.drift is not None else math.inf)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A row of the catalogue. `size_bytes` is 0 and `available` False when absent.

    `backend` says what runs it, where there is a choice; `measured` what its MaxSim was measured
    to bring, of a model for late interaction.
    """

    name: str
    role: str
    source: str
    revision: str
    licence: str
    max_length: int
    dimensions: int | None
    size_bytes: int
    available: bool
    note: str = ""
    backend: BackendSelection | None = None
    measured: tuple[LateMeasurement, ...] = ()


def stored_values(value: BackendFigure | ModelCard) -> dict[str, Any]:
    """The values by the names that files and JSON hold, where what runs a model is its "engine"."""
    return asdict(
        value,
        dict_factory=lambda pairs: {
            "engine" if name == "backend" else name: each for name, each in pairs
        },
    )
