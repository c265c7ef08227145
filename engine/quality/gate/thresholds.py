"""Thresholds of a gate, chosen on some queries and measured on others.

A threshold chosen on the queries that it is measured on looks better than it is:
cross-validation (Stone 1974) chooses on the other folds.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.quality.fusion_tuning import FOLDS, SEED
from engine.quality.gate.curves import tied_groups
from engine.quality.significance import bootstrap_interval
from engine.types import CrossExamError
from engine.types.quality.gate import (
    AGREEMENT,
    ANY_SIGNAL,
    GateFold,
    GateQuery,
    GateValidation,
)

NOBODY, EVERYBODY = -math.inf, math.inf


@dataclass(frozen=True, slots=True)
class Choice:
    """A signal with a threshold, the share of queries it reranks, and the mean that gives."""

    signal: str
    threshold: float
    share: float
    value: float


def chosen(queries: Sequence[GateQuery], signal: str, keep: float | None) -> Choice:
    """The lowest threshold that keeps this share of the reranker's gain on these queries.

    With None the one with the highest mean, of equal ones the lowest. Where the reranker gains
    nothing there is nothing to keep: no query is reranked.
    """
    n = len(queries)
    total = sum((Fraction(query.first) for query in queries), Fraction(0))
    steps, done = [(NOBODY, 0, total)], 0
    for group in tied_groups(queries, lambda query: query.sureness[signal]):
        done += len(group)
        total += sum((Fraction(q.reranked) - Fraction(q.first) for q in group), Fraction(0))
        steps.append((group[0].sureness[signal], done, total))
    if steps[-1][0] != EVERYBODY:  # what no query here has, others may
        steps[-1] = (EVERYBODY, *steps[-1][1:])
    first, full = steps[0][2], steps[-1][2]
    if keep is None:
        place = max(range(len(steps)), key=lambda i: (steps[i][2], -i))
    else:
        wanted = first + Fraction(keep) * max(full - first, Fraction(0))
        place = next(i for i, step in enumerate(steps) if step[2] >= wanted)
    threshold, reranked, value = steps[place]
    return Choice(signal, threshold, reranked / n, float(value) / n)


def best_choice(queries: Sequence[GateQuery], signals: Sequence[str], keep: float | None) -> Choice:
    """The best of the signals with its threshold: the fewest queries, or the highest mean."""
    choices = [chosen(queries, signal, keep) for signal in signals]
    if keep is None:
        return max(choices, key=lambda choice: (choice.value, -choice.share))
    return min(choices, key=lambda choice: (choice.share, -choice.value))


def cross_validated(
    queries: Sequence[GateQuery],
    signals: Sequence[str],
    keep: float | None,
    *,
    folds: int = FOLDS,
    seed: int = SEED,
) -> tuple[GateValidation, ...]:
    """A row for each signal, and one where the folds chose the signal as well.

    Raises CrossExamError for fewer than two queries a fold.
    """
    n = len(queries)
    if n < 2 * folds:
        raise CrossExamError(
            f"{n} judged queries are too few to choose a threshold in {folds} folds: judge "
            f"{2 * folds} at least"
        )
    order = list(range(n))
    random.Random(seed).shuffle(order)
    parts = [order[start::folds] for start in range(folds)]
    rows = [*((signal, (signal,)) for signal in signals), (ANY_SIGNAL, tuple(signals))]
    return tuple(_validated(queries, parts, name, offered, keep) for name, offered in rows)


def _validated(
    queries: Sequence[GateQuery],
    parts: Sequence[Sequence[int]],
    name: str,
    signals: Sequence[str],
    keep: float | None,
) -> GateValidation:
    decided: dict[int, bool] = {}
    asks_both: dict[int, bool] = {}
    folds = []
    for part in parts:
        held_out = set(part)
        training = [query for i, query in enumerate(queries) if i not in held_out]
        choice = best_choice(training, signals, keep)
        for i in part:
            decided[i] = queries[i].sureness[choice.signal] <= choice.threshold
            asks_both[i] = choice.signal == AGREEMENT.name
        values = [_value(queries[i], reranked=decided[i]) for i in part]
        share = sum(decided[i] for i in part) / len(part)
        folds.append(
            GateFold(
                len(part), choice.signal, choice.threshold, share, math.fsum(values) / len(values)
            )
        )
    return _figures(queries, name, tuple(folds), decided, asks_both)


def _figures(
    queries: Sequence[GateQuery],
    name: str,
    folds: tuple[GateFold, ...],
    decided: Mapping[int, bool],
    asks_both: Mapping[int, bool],
) -> GateValidation:
    n, all_pairs = len(queries), sum(query.pairs for query in queries)
    share = sum(decided.values()) / n
    first = math.fsum(query.first for query in queries) / n
    full = math.fsum(query.reranked for query in queries) / n
    value = math.fsum(_value(q, reranked=decided[i]) for i, q in enumerate(queries)) / n
    pairs = sum(query.pairs for i, query in enumerate(queries) if decided[i])
    seconds = math.fsum(
        query.seconds
        + (query.rerank_seconds if decided[i] else 0.0)
        + (query.other_seconds if asks_both[i] else 0.0)
        for i, query in enumerate(queries)
    )
    above = np.array([(decided[i] - share) * query.gain for i, query in enumerate(queries)])
    return GateValidation(
        name,
        folds,
        value,
        share,
        pairs / all_pairs if all_pairs else 0.0,
        seconds / n,
        first + share * (full - first),
        bootstrap_interval(above),
        (value - first) / (full - first) if full > first else None,
    )


def _value(query: GateQuery, *, reranked: bool) -> float:
    return query.reranked if reranked else query.first
