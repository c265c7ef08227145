"""Judged pairs drawn by a seed: logits whose chance of relevance is known."""

from __future__ import annotations

import numpy as np

from engine.types.calibration.scores import JudgedScore


def drawn_pairs(
    queries: int = 60,
    pairs: int = 20,
    *,
    slope: float = 0.9,
    intercept: float = -0.5,
    seed: int = 3,
    decimals: int = 2,
) -> list[JudgedScore]:
    """Pairs of queries, relevant with the chance sigmoid(slope * logit + intercept); some tie."""
    draw = np.random.default_rng(seed)
    drawn = []
    for query in range(queries):
        scores = np.round(draw.normal(-1.0, 3.0, pairs), decimals)
        chances = 1 / (1 + np.exp(-(slope * scores + intercept)))
        for place, (score, chance) in enumerate(zip(scores, chances, strict=True)):
            is_relevant = bool(draw.random() < chance)
            drawn.append(JudgedScore(f"q{query}", f"d{place}", float(score), is_relevant))
    return drawn
