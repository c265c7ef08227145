"""Platt scaling: a logistic fit of the score, by maximum likelihood and without a penalty.

Platt 1999 smooths the targets; here they are people's 0 and 1 as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError
from engine.types.calibration.reliability import Platt

MOST_STEPS = 100
CONVERGED = 1e-10  # of the gradient a pair, on standardised scores
ROUNDING = 1e-14  # by which a loss may rise and be the same: near its least it is flat in a float


def fit_platt(scores: Sequence[float], labels: Sequence[bool]) -> Platt:
    """The logistic function of the score that makes the labels most likely (Newton's method).

    Raises CrossExamError where there is none: all of one kind, or one kind wholly above the other.
    """
    x = np.asarray(scores, float)
    y = np.asarray(labels, float)
    if separated(x, y):
        raise CrossExamError(
            "no finite logistic fit: one kind of judged pair lies wholly above the other, so the "
            "likeliest curve is a step; judge more pairs"
        )
    centre, spread = float(x.mean()), float(x.std())
    design = np.column_stack([(x - centre) / spread, np.ones_like(x)])  # (pairs, 2)
    weights = np.array([0.0, float(np.log(y.mean() / (1 - y.mean())))])
    loss = _loss(design, y, weights)
    for _ in range(MOST_STEPS):
        shares = sigmoid(design @ weights)
        gradient = design.T @ (shares - y) / len(y)
        if float(np.abs(gradient).max()) < CONVERGED:
            slope = float(weights[0]) / spread
            return Platt(slope, float(weights[1]) - slope * centre)
        curvature = (design * (shares * (1 - shares))[:, None]).T @ design / len(y)  # (2, 2)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        least = loss + ROUNDING * (1 + loss)
        while (new_loss := _loss(design, y, weights - size * step)) > least and size > 1e-8:
            size /= 2
        weights, loss = weights - size * step, new_loss
    raise CrossExamError("the logistic fit did not converge: judge more pairs")


def separated(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Whether a threshold parts the labels, ties allowed: then the likelihood has no maximum."""
    relevant, other = x[y > 0], x[y == 0]
    if not len(relevant) or not len(other):
        return True
    return bool(other.max() <= relevant.min() or relevant.max() <= other.min())


def _loss(
    design: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """The mean negative log-likelihood."""
    z = design @ weights
    return float(np.mean(np.logaddexp(0, z) - y * z))


def sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-z)) of each value, without overflow."""
    return np.exp(-np.logaddexp(0, -z))
