"""What judged pairs say of a model's logits: a reliability curve and two fits with their errors.

Fits are measured on queries that they were not made on: the queries are dealt into folds, and
each pair is predicted by a fit on the other folds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from engine.quality.calibration.errors import brier_score, expected_calibration_error
from engine.quality.calibration.intervals import wilson
from engine.quality.calibration.isotonic import fit_isotonic
from engine.quality.calibration.platt import fit_platt
from engine.types import CrossExamError
from engine.types.calibration.reliability import (
    Calibration,
    FitError,
    Isotonic,
    Platt,
    ReliabilityBin,
    sigmoid,
)
from engine.types.calibration.scores import JudgedScore

FOLDS = 5
SEED = 20_261_129
FEWEST_PAIRS, FEWEST_QUERIES = 50, 10
MOST_BINS = 24
RAW, ISOTONIC, PLATT, CONSTANT = (
    "Logit through the sigmoid",
    "Isotonic",
    "Platt",
    "The same share for every pair",
)


class Fit(Protocol):
    """What gives the share of relevant pairs at logits."""

    def of(self, scores: Sequence[float]) -> list[float]: ...


def calibration_of(
    pairs: Sequence[JudgedScore], *, folds: int = FOLDS, seed: int = SEED
) -> Calibration:
    """The reliability curve of these pairs and both fits.

    Raises CrossExamError with the reason where they are too few, or all of one kind.
    """
    if problem := too_little(pairs):
        raise CrossExamError(problem)
    scores, labels = [p.score for p in pairs], [p.relevant for p in pairs]
    fold_of = folds_of({p.query_id for p in pairs}, folds=folds, seed=seed)
    by_isotonic = held_out(pairs, fold_of, lambda some: fit_isotonic(*_parts(some)))
    constant = held_out(pairs, fold_of, _constant)
    errors = [
        _errors(RAW, [sigmoid(score) for score in scores], labels, is_held_out=False),
        _errors(ISOTONIC, by_isotonic, labels, is_held_out=True),
    ]
    platt: Platt | None = None
    why = ""
    try:
        platt = fit_platt(scores, labels)
        by_platt = held_out(pairs, fold_of, lambda some: fit_platt(*_parts(some)))
        errors.append(_errors(PLATT, by_platt, labels, is_held_out=True))
    except CrossExamError as problem_of_fit:
        why = str(problem_of_fit)
    errors.append(_errors(CONSTANT, constant, labels, is_held_out=True))
    return Calibration(
        pairs=len(pairs),
        relevant=sum(labels),
        queries=len(fold_of),
        bins=reliability_bins(scores, labels),
        isotonic=fit_isotonic(scores, labels),
        platt=platt,
        errors=tuple(errors),
        folds=min(folds, len(fold_of)),
        why=why,
    )


def too_little(pairs: Sequence[JudgedScore]) -> str:
    """Why these pairs cannot calibrate anything; "" where they can."""
    queries = {pair.query_id for pair in pairs}
    relevant = sum(pair.relevant for pair in pairs)
    if len(pairs) < FEWEST_PAIRS or len(queries) < FEWEST_QUERIES:
        return (
            f"{len(pairs):,} judged pairs of {len(queries):,} queries are too few: judge at least "
            f"{FEWEST_PAIRS} pairs of {FEWEST_QUERIES} queries"
        )
    if relevant in (0, len(pairs)):
        kind = "irrelevant" if relevant else "relevant"
        return (
            f"none of the {len(pairs):,} judged pairs is {kind}, so nothing tells at which logit "
            f"relevance begins: judge some {kind} documents too"
        )
    return ""


def reliability_bins(scores: Sequence[float], labels: Sequence[bool]) -> tuple[ReliabilityBin, ...]:
    """The pairs in bins of one logit (of two, three … where they would be over 24), none empty."""
    low, high = math.floor(min(scores)), math.floor(max(scores)) + 1
    width = max(1, math.ceil((high - low) / MOST_BINS))
    members: dict[int, list[tuple[float, bool]]] = {}
    for score, label in zip(scores, labels, strict=True):
        members.setdefault(math.floor(score / width), []).append((score, label))
    bins = []
    for place, each in sorted(members.items()):
        n, relevant = len(each), sum(label for _, label in each)
        bins.append(
            ReliabilityBin(
                low=float(place * width),
                high=float((place + 1) * width),
                pairs=n,
                relevant=relevant,
                mean_score=math.fsum(score for score, _ in each) / n,
                interval=wilson(relevant, n),
            )
        )
    return tuple(bins)


def folds_of(query_ids: Iterable[str], *, folds: int = FOLDS, seed: int = SEED) -> dict[str, int]:
    """The fold of each query, dealt by a seeded shuffle; the pairs of a query stay together."""
    order = sorted(query_ids)
    random.Random(seed).shuffle(order)
    return {query_id: place % folds for place, query_id in enumerate(order)}


def held_out(
    pairs: Sequence[JudgedScore],
    fold_of: dict[str, int],
    fit: Callable[[Sequence[JudgedScore]], Fit],
) -> list[float]:
    """The probability of each pair by a fit on the pairs of the other folds."""
    predicted = [0.0] * len(pairs)
    for fold in sorted(set(fold_of.values())):
        places = [i for i, pair in enumerate(pairs) if fold_of[pair.query_id] == fold]
        fitted = fit([pair for pair in pairs if fold_of[pair.query_id] != fold])
        for place, share in zip(places, fitted.of([pairs[i].score for i in places]), strict=True):
            predicted[place] = share
    return predicted


def _constant(pairs: Sequence[JudgedScore]) -> Isotonic:
    """The share of relevant ones of these, whatever the logit."""
    return Isotonic((0.0,), (sum(pair.relevant for pair in pairs) / len(pairs),))


def _errors(
    name: str, probabilities: Sequence[float], labels: Sequence[bool], *, is_held_out: bool
) -> FitError:
    return FitError(
        name,
        brier_score(probabilities, labels),
        expected_calibration_error(probabilities, labels),
        is_held_out,
        constant=name == CONSTANT,
    )


def _parts(pairs: Sequence[JudgedScore]) -> tuple[list[float], list[bool]]:
    return [pair.score for pair in pairs], [pair.relevant for pair in pairs]
