"""How well a ranker's best score tells queries with an answer from those without."""

from __future__ import annotations

from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class BestScore:
    """A ranker's best score for one query; `tags` say of which kind an unanswerable one is."""

    query_id: str
    text: str
    score: float
    answerable: bool
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Of the share `coverage` of queries with the best scores, `risk` have no answer."""

    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Separation:
    """One ranker's best scores on both kinds of query, and what they tell apart.

    `auroc` is the chance that a query with an answer scores above one without, ties counting
    half; `by_tag` the same against the unanswerable queries of one tag alone, with their number.
    `area` is that below the risk-coverage curve, `least_area` that of a perfect order.
    """

    stage: str
    best: tuple[BestScore, ...]
    auroc: float
    auroc_interval: Interval
    by_tag: tuple[tuple[str, int, float], ...]
    curve: tuple[RiskPoint, ...]
    area: float
    least_area: float

    @property
    def answerable(self) -> tuple[float, ...]:
        return tuple(best.score for best in self.best if best.answerable)

    @property
    def unanswerable(self) -> tuple[float, ...]:
        return tuple(best.score for best in self.best if not best.answerable)

    @property
    def base_risk(self) -> float:
        """The share of queries without an answer: the risk of answering all."""
        return len(self.unanswerable) / len(self.best)
