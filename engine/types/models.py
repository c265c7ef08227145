"""Models, and what runs them, as cards."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.pairs import LateMeasurement


@dataclass(frozen=True, slots=True)
class BackendFigure:
    """What one engine gave on the same texts, once measured on this machine.

    `per_second` counts pairs (a bi-encoder: texts), 0 where it did not run; `difference`
    is the largest to fp32 torch, in logits (a bi-encoder: in cosine). `note` says why it
    cannot be chosen.
    """

    engine: str
    label: str
    per_second: float
    difference: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class BackendSelection:
    """Which engine runs a model and why; `figures` is empty where nothing was measured."""

    engine: str
    reason: str
    unit: str = "pairs"
    figures: tuple[BackendFigure, ...] = ()

    @property
    def figure(self) -> BackendFigure | None:
        """What the chosen engine gave."""
        return next((found for found in self.figures if found.engine == self.engine), None)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A row of the catalogue. `size_bytes` is 0 and `available` False when absent.

    `engine` says what runs it, where there is a choice; `measured` what its MaxSim was measured
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
    engine: BackendSelection | None = None
    measured: tuple[LateMeasurement, ...] = ()
