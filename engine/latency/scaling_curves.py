"""How searching, building and reading grow with size: measured points and the curves on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.latency.index_scaling import Fit, IndexScaling, fitted
from engine.latency.scale import MILLION, ScaleMeasured

CURVE_POINTS = 40


@dataclass(frozen=True, slots=True)
class ScalingCurve:
    """Measured (size, seconds), and a curve as points, which goes on to a million.

    `kind` is "exact", "ann", "build" or "cross"; `label` names it with its exponent.
    """

    kind: str
    label: str
    measured: tuple[tuple[int, float], ...]
    curve: tuple[tuple[float, float], ...] = ()


def scaling_curves(measured: ScaleMeasured, scaling: IndexScaling) -> tuple[ScalingCurve, ...]:
    """Exact search, HNSW search, its building, and the cross-encoder, which is linear."""
    points = scaling.points
    return (
        _fitted_curve("exact", "exact search", [(p.vectors, p.exact_seconds) for p in points]),
        _fitted_curve("ann", "HNSW search", [(p.vectors, p.ann_seconds) for p in points]),
        _fitted_curve(
            "build", "HNSW build", [(p.vectors, p.ann_build) for p in points], loglinear=True
        ),
        _linear_curve(measured),
    )


def _fitted_curve(
    kind: str, label: str, measured: Sequence[tuple[int, float]], *, loglinear: bool = False
) -> ScalingCurve:
    fit = fitted([n for n, _ in measured], [s for _, s in measured], loglinear=loglinear)
    if fit is None:
        return ScalingCurve(kind, label, tuple(measured))
    return ScalingCurve(
        kind, f"{label}, {fit.words} ± {fit.error:.0%}", tuple(measured), _points_of(fit)
    )


def _points_of(fit: Fit) -> tuple[tuple[float, float], ...]:
    """The fit within its sizes, then beyond them."""
    exponents = (
        *_steps(math.log10(fit.least), math.log10(fit.most)),
        *_steps(math.log10(fit.most), math.log10(max(MILLION, fit.most))),
    )
    return tuple((10.0**x, fit.seconds(10.0**x)) for x in exponents)


def _linear_curve(measured: ScaleMeasured) -> ScalingCurve:
    """The cross-encoder's reading, in proportion to what the sample took."""
    each = measured.score_sample / measured.sample
    sizes = [measured.sample * 10.0**x for x in _steps(0, math.log10(MILLION / measured.sample))]
    return ScalingCurve(
        "cross",
        "cross-encoder, n^1 assumed",
        ((1, measured.score_one), (measured.sample, measured.score_sample)),
        tuple((size, each * size) for size in sizes),
    )


def _steps(low: float, high: float) -> list[float]:
    if high <= low:
        return [low]
    return [low + (high - low) * i / CURVE_POINTS for i in range(CURVE_POINTS + 1)]
