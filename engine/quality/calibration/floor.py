"""The logit from which on a wanted share of judged pairs is relevant, honestly estimated.

The floor is the lowest logit that keeps the precision on all judged pairs. What it is worth on
other queries is cross-validated: chosen on the other folds, measured on the fold left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.quality.calibration.intervals import share_interval
from engine.quality.calibration.isotonic import fit_isotonic
from engine.quality.calibration.reliability import FOLDS, SEED, folds_of, too_little
from engine.types.calibration.reliability import Floor, FloorResult
from engine.types.calibration.scores import JudgedScore

PRECISION = 0.8  # wanted, where nobody chose another
LEAST_PRECISION, MOST_PRECISION = 0.3, 0.99
FEWEST_ABOVE = 20  # pairs at or above a floor


def floor_of(
    pairs: Sequence[JudgedScore],
    precision: float = PRECISION,
    *,
    folds: int = FOLDS,
    seed: int = SEED,
) -> FloorResult:
    """The floor for this precision, or why these pairs cannot give one."""
    if why := too_little(pairs):
        return FloorResult(precision, None, why)
    relevant = sum(pair.relevant for pair in pairs)
    if relevant / len(pairs) >= precision:
        return FloorResult(
            precision,
            None,
            f"{relevant / len(pairs):.0%} of all judged pairs are relevant already, whatever their "
            "logit, so no logit tells them apart: want more, or judge more irrelevant documents",
        )
    score = lowest_threshold(pairs, precision)
    if score is None:
        why, reachable = _never(pairs, precision)
        return FloorResult(precision, None, why, reachable)
    held_out_counts = _held_out_counts(pairs, precision, folds=folds, seed=seed)
    hits = sum(n for n, _ in held_out_counts.values())
    n_held_out = sum(n for _, n in held_out_counts.values())
    held_out_interval = share_interval(held_out_counts)
    if n_held_out < FEWEST_ABOVE or held_out_interval[1] < precision:
        found = f"{hits} of {n_held_out} pairs" if n_held_out else "no pair"
        return FloorResult(
            precision,
            None,
            f"a floor of {score:.2f} keeps it on these queries alone: chosen on some of them and "
            f"measured on the others, {found} at or above it {_was_or_were(n_held_out)} relevant; "
            "judge more queries",
        )
    counts = _counts_at(pairs, score)
    return FloorResult(
        precision,
        Floor(
            precision=precision,
            score=score,
            pairs=sum(n for _, n in counts.values()),
            relevant=sum(n for n, _ in counts.values()),
            interval=share_interval(counts),
            held_out=hits / n_held_out,
            held_out_pairs=n_held_out,
            held_out_interval=held_out_interval,
            probability=fit_isotonic([p.score for p in pairs], [p.relevant for p in pairs]).at(
                score
            ),
        ),
    )


def lowest_threshold(
    pairs: Sequence[JudgedScore], precision: float, *, fewest: int = FEWEST_ABOVE
) -> float | None:
    """The lowest score of a pair with this precision at or above it, over `fewest` pairs or more.

    None where no score has it.
    """
    scores, precisions, counts = _precisions(pairs)
    enough = np.flatnonzero((precisions >= precision) & (counts >= fewest))
    return float(scores[enough[-1]]) if len(enough) else None


def _precisions(
    pairs: Sequence[JudgedScore],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(each score that occurs, falling; the precision at or above it; how many pairs those are)."""
    scores = np.array([pair.score for pair in pairs])
    order = np.argsort(-scores, kind="stable")
    sorted_scores = scores[order]
    hits = np.cumsum(np.array([pair.relevant for pair in pairs], float)[order])
    is_last = np.append(sorted_scores[1:] < sorted_scores[:-1], True)  # of its ties
    counts = np.flatnonzero(is_last) + 1
    return sorted_scores[is_last], hits[is_last] / counts, counts


def _never(pairs: Sequence[JudgedScore], precision: float) -> tuple[str, float]:
    """(that no logit keeps it, the highest precision that one keeps)."""
    scores, precisions, counts = _precisions(pairs)
    enough = counts >= FEWEST_ABOVE
    best = int(np.argmax(np.where(enough, precisions, -1.0)))
    why = (
        f"no logit keeps a precision of {precision:.0%} over {FEWEST_ABOVE} pairs or more: the "
        f"best is {precisions[best]:.1%}, of the {counts[best]} pairs at or above "
        f"{scores[best]:.2f}"
    )
    return why, float(precisions[best])


def _held_out_counts(
    pairs: Sequence[JudgedScore], precision: float, *, folds: int, seed: int
) -> dict[str, tuple[int, int]]:
    """(relevant, pairs) at or above the floor of the other folds, by query."""
    fold_of = folds_of({pair.query_id for pair in pairs}, folds=folds, seed=seed)
    counts: dict[str, tuple[int, int]] = {}
    for fold in sorted(set(fold_of.values())):
        score = lowest_threshold([p for p in pairs if fold_of[p.query_id] != fold], precision)
        if score is not None:
            counts |= _counts_at([p for p in pairs if fold_of[p.query_id] == fold], score)
    return counts


def _counts_at(pairs: Sequence[JudgedScore], score: float) -> dict[str, tuple[int, int]]:
    """(relevant, pairs) at or above this score, by query; also of queries without any."""
    counts = {pair.query_id: (0, 0) for pair in pairs}
    for pair in pairs:
        if pair.score >= score:
            hits, n = counts[pair.query_id]
            counts[pair.query_id] = hits + pair.relevant, n + 1
    return counts


def _was_or_were(number: int) -> str:
    return "was" if number <= 1 else "were"
