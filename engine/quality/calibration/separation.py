"""Queries with an answer and without, told apart by a ranker's best score.

AUROC is the Mann-Whitney statistic; the risk-coverage curve (El-Yaniv & Wiener 2010) answers the
queries with the best scores first, and a query without an answer is answered wrongly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError
from engine.types.calibration.separation import BestScore, RiskPoint, Separation

RESAMPLES = 2_000
SEED = 20_261_129
FEWEST = 10  # queries of either kind
FEWEST_OF_TAG = 5


def separation_of(stage: str, best: Sequence[BestScore]) -> Separation:
    """What a ranker's best scores tell apart; raises CrossExamError for too few queries."""
    with_answer = [each.score for each in best if each.answerable]
    without = [each.score for each in best if not each.answerable]
    if min(len(with_answer), len(without)) < FEWEST:
        raise CrossExamError(
            f"{len(with_answer):,} queries with an answer and {len(without):,} without are too "
            f"few: give at least {FEWEST} of each"
        )
    tags = sorted({tag for each in best if not each.answerable for tag in each.tags})
    by_tag = []
    for tag in tags:
        of_tag = [each.score for each in best if not each.answerable and tag in each.tags]
        if len(of_tag) >= FEWEST_OF_TAG:
            by_tag.append((tag, len(of_tag), auroc(with_answer, of_tag)))
    curve = risk_coverage([each.score for each in best], [not each.answerable for each in best])
    return Separation(
        stage=stage,
        best=tuple(best),
        auroc=auroc(with_answer, without),
        auroc_interval=auroc_interval(with_answer, without),
        by_tag=tuple(by_tag),
        curve=curve,
        area=area_of(curve),
        least_area=area_of(
            risk_coverage(
                [float(each.answerable) for each in best], [not each.answerable for each in best]
            )
        ),
    )


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that one of the positive scores above one of the negative, ties counting half."""
    return float(_wins(positive, negative).mean())


def auroc_interval(
    positive: Sequence[float],
    negative: Sequence[float],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """The 95% percentile interval of the AUROC, both kinds of query drawn anew."""
    wins = _wins(positive, negative)
    n, m = wins.shape
    draw = np.random.default_rng(seed)
    rows = draw.multinomial(n, np.full(n, 1 / n), resamples)  # (resamples, positive)
    columns = draw.multinomial(m, np.full(m, 1 / m), resamples)  # (resamples, negative)
    drawn = ((rows @ wins) * columns).sum(axis=1) / (n * m)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def risk_coverage(scores: Sequence[float], wrong: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """The risk among the k best scores, for k from 1 to all; what ties is in no order.

    Of a group of ties that is answered in part the mean over all orders counts.
    """
    values = np.asarray(scores, float)
    order = np.argsort(-values, kind="stable")
    ranked, errors = values[order], np.asarray(wrong, float)[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] < ranked[:-1]))
    sizes = np.diff(np.append(starts, len(ranked)))
    tied = np.repeat(np.add.reduceat(errors, starts) / sizes, sizes)  # the mean of its ties
    answered = np.arange(1, len(ranked) + 1)
    risks = np.cumsum(tied) / answered
    return tuple(
        RiskPoint(k / len(ranked), risk)
        for k, risk in zip(answered.tolist(), risks.tolist(), strict=True)
    )


def area_of(curve: Sequence[RiskPoint]) -> float:
    """The area below a risk-coverage curve: the mean risk over its coverages."""
    return float(np.mean([point.risk for point in curve]))


def _wins(positive: Sequence[float], negative: Sequence[float]) -> NDArray[np.float64]:
    """1 where the row's score is above the column's, a half where they are equal."""
    rows, columns = np.asarray(positive, float)[:, None], np.asarray(negative, float)[None, :]
    wins: NDArray[np.float64] = (rows > columns) + 0.5 * (rows == columns)
    return wins
