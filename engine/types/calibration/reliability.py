"""How often a score is right: bins of judged pairs, two fits, their errors, and a floor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The judged pairs whose logit lies from `low` up to, not including, `high`.

    `interval` is Wilson's for the share of relevant ones, 95%.
    """

    low: float
    high: float
    pairs: int
    relevant: int
    mean_score: float
    interval: Interval

    @property
    def share(self) -> float:
        return self.relevant / self.pairs


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A share of relevant pairs that never falls with the logit, by its corners.

    Between two corners it is a line, beyond the outer ones it stays as it is there.
    """

    scores: tuple[float, ...]
    shares: tuple[float, ...]

    def at(self, score: float) -> float:
        """The share at one logit."""
        return float(np.interp(score, self.scores, self.shares))

    def of(self, scores: Sequence[float]) -> list[float]:
        """The shares at these logits."""
        shares: list[float] = np.interp(scores, self.scores, self.shares).tolist()
        return shares


@dataclass(frozen=True, slots=True)
class Platt:
    """The share of relevant pairs as 1 / (1 + exp(-(slope * logit + intercept)))."""

    slope: float
    intercept: float

    def at(self, score: float) -> float:
        """The share at one logit."""
        return sigmoid(self.slope * score + self.intercept)

    def of(self, scores: Sequence[float]) -> list[float]:
        """The shares at these logits."""
        return [self.at(score) for score in scores]


@dataclass(frozen=True, slots=True)
class FitError:
    """How far probabilities lie from what people said: Brier score and expected calibration error.

    `held_out` says that each pair was predicted by a fit on other queries, `constant` that all
    pairs of a fold got the same probability.
    """

    name: str
    brier: float
    ece: float
    held_out: bool
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the judged pairs of a corpus say of a model's logits.

    `platt` is None where no finite fit exists; `why` says so then.
    """

    pairs: int
    relevant: int
    queries: int
    bins: tuple[ReliabilityBin, ...]
    isotonic: Isotonic
    platt: Platt | None
    errors: tuple[FitError, ...]
    folds: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest logit from which on the wanted share of judged pairs is relevant.

    `pairs` reach it and `relevant` of them are so, with `interval`. `held_out` is the share on
    queries that the floor was not chosen on, of `held_out_pairs`; `probability` the isotonic
    share at the floor itself.
    """

    precision: float
    score: float
    pairs: int
    relevant: int
    interval: Interval
    held_out: float
    held_out_pairs: int
    held_out_interval: Interval
    probability: float

    @property
    def share(self) -> float:
        return self.relevant / self.pairs


@dataclass(frozen=True, slots=True)
class FloorResult:
    """A floor for the wanted precision, or in words why this corpus cannot give one.

    `reachable` is the highest precision that some logit keeps, where the wanted one is higher.
    """

    precision: float
    floor: Floor | None
    why: str = ""
    reachable: float | None = None


@dataclass(frozen=True, slots=True)
class KeptFloor:
    """A floor as it is kept with a corpus, for who searches there.

    `from_grade` is the least grade that counted as relevant; `isotonic` tells how often pairs of
    a logit were relevant. `answerable` and `unanswerable` are (queries whose best logit lies
    below the floor, all of them); (0, 0) where none were measured.
    """

    floor: Floor
    from_grade: int
    isotonic: Isotonic
    answerable: tuple[int, int]
    unanswerable: tuple[int, int]
    at: float


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    grown = math.exp(value)
    return grown / (1 + grown)
