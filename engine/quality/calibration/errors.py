"""How far probabilities lie from what came: Brier score and expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10  # of equal width, of the probability


def brier_score(probabilities: Sequence[float], labels: Sequence[bool]) -> float:
    """The mean squared distance of probability and label (Brier 1950); 0 is best."""
    distances = np.asarray(probabilities, float) - np.asarray(labels, float)
    return float(np.mean(distances**2))


def expected_calibration_error(
    probabilities: Sequence[float], labels: Sequence[bool], *, bins: int = BINS
) -> float:
    """The mean distance of share and mean probability in bins of equal width, by their pairs.

    Guo et al. 2017, "On Calibration of Modern Neural Networks". A probability on an edge is in
    the upper bin, 1 in the last.
    """
    p, y = np.asarray(probabilities, float), np.asarray(labels, float)
    places = np.minimum((p * bins).astype(int), bins - 1)
    sums = np.bincount(places, p - y, bins)  # pairs * (mean probability - share), a bin
    return float(np.abs(sums).sum() / len(p))
