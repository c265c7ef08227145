"""Selective reranking: which queries are reranked first, and what each share of them comes to.

The signals are what query performance prediction works with (Carmel & Yom-Tov 2010): how sure
the first stage is of its own list. A gate reranks the queries of which it is least sure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

NOTHING_TO_REORDER = math.inf  # the sureness of a list of fewer than two candidates


@dataclass(frozen=True, slots=True)
class GateSignal:
    """A signal by its name in links and files; `order` says which queries are reranked first."""

    name: str
    label: str
    order: str
    definition: str


MARGIN = GateSignal(
    "margin",
    "Margin of the first stage",
    "smallest margin first",
    "the first stage's score of rank 1 minus that of rank 2, for cosines as it is, else divided "
    "by the score of rank 1",
)
AGREEMENT = GateSignal(
    "agreement",
    "Agreement of BM25 and bi-encoder",
    "least agreement first",
    "rank-biased overlap (RBO, p = 0.9) of the first 10 of BM25 and of the bi-encoder",
)
LONG = GateSignal(
    "long", "Query length, long first", "longest query first", "how many words the query has"
)
SHORT = GateSignal(
    "short", "Query length, short first", "shortest query first", "how many words the query has"
)
GATE_SIGNALS = (MARGIN, AGREEMENT, LONG, SHORT)
RANDOM, ORACLE = "random", "oracle"
ANY_SIGNAL = "any"  # the signal itself is chosen by the folds


def signal_named(name: str) -> GateSignal:
    """The signal of this name; raises KeyError for another."""
    return {signal.name: signal for signal in GATE_SIGNALS}[name]


@dataclass(frozen=True, slots=True)
class GateQuery:
    """A judged query: nDCG@10 of the first stage and of the reranked list, and what each costs.

    `sureness` holds for each signal a number that is the larger the surer the first stage is.
    `seconds` are the first stage's, `rerank_seconds` those of its `pairs`, `other_seconds` of the
    retriever that only the agreement asks for.
    """

    query_id: str
    text: str
    first: float
    reranked: float
    pairs: int
    seconds: float
    rerank_seconds: float
    other_seconds: float
    sureness: Mapping[str, float]

    @property
    def gain(self) -> float:
        """What reranking it changes."""
        return self.reranked - self.first


@dataclass(frozen=True, slots=True)
class GatePoint:
    """A share of the queries reranked, the share of pairs that takes, nDCG@10, seconds a query."""

    share: float
    pairs_share: float
    value: float
    seconds: float


@dataclass(frozen=True, slots=True)
class GateCurve:
    """From no query reranked to all of them; among queries of equal sureness the exact mean."""

    signal: str
    points: tuple[GatePoint, ...]

    def at(self, share: float) -> GatePoint:
        """The point at this share of the queries, between two points in proportion."""
        return self._between([point.share for point in self.points], share)

    def at_pairs(self, share: float) -> GatePoint:
        """The point at this share of the pairs, between two points in proportion."""
        return self._between([point.pairs_share for point in self.points], share)

    def _between(self, places: list[float], share: float) -> GatePoint:
        for point, place in zip(self.points, places, strict=True):
            if place == share:
                return point
        after = next((i for i, place in enumerate(places) if place > share), len(places) - 1)
        low, high = self.points[max(after - 1, 0)], self.points[after]
        width = places[after] - places[max(after - 1, 0)]
        part = (share - places[max(after - 1, 0)]) / width if width > 0 else 0.0

        def mixed(one: float, other: float) -> float:
            return one + part * (other - one)

        return GatePoint(
            mixed(low.share, high.share),
            mixed(low.pairs_share, high.pairs_share),
            mixed(low.value, high.value),
            mixed(low.seconds, high.seconds),
        )


@dataclass(frozen=True, slots=True)
class GateAdvantage:
    """What a signal is worth above the random gate, with bootstrap intervals over the queries.

    `area` is the mean over all shares of the queries, `at_share` the difference at one of them.
    The intervals hold at 95% for all signals together (Bonferroni).
    """

    signal: str
    area: float
    area_interval: tuple[float, float]
    at_share: float
    at_share_interval: tuple[float, float]

    @property
    def beats_random(self) -> bool:
        """Whether it lies above the random gate over all shares, beyond chance."""
        return self.area_interval[0] > 0


@dataclass(frozen=True, slots=True)
class GateFold:
    """A part of the queries: signal and threshold that the others chose, and what it came to.

    A query is reranked where its sureness is at most the threshold: none at -inf, all at inf.
    """

    queries: int
    signal: str
    threshold: float
    share: float
    value: float


@dataclass(frozen=True, slots=True)
class GateValidation:
    """A gate with a threshold, each query decided on by a threshold that was chosen without it.

    `random` is the random gate at the same share of queries; `interval` that of the difference
    to it, a bootstrap over the queries with the decisions as they are. `kept` is the share of the
    reranker's gain that is left, None where it gains nothing.
    """

    signal: str
    folds: tuple[GateFold, ...]
    value: float
    share: float
    pairs_share: float
    seconds: float
    random: float
    interval: tuple[float, float]
    kept: float | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """For how many queries the reranker left the first 10 as they were: in order, or as a set.

    `single` of them have fewer than two candidates, so that there was nothing to reorder.
    """

    queries: int
    same_order: int
    same_set: int
    single: int
    by_query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GateReport:
    """Everything about gating one pipeline's reranker over a query set.

    `oracle_pairs` is the oracle by pairs: the largest gain per pair first. `validations` are
    empty where `problem` says why no threshold could be chosen. `gain_interval` is that of the
    full reranker's gain.
    """

    first_name: str
    reranked_name: str
    measure: str
    queries: tuple[GateQuery, ...]
    signals: tuple[GateCurve, ...]
    random: GateCurve
    oracle: GateCurve
    oracle_pairs: GateCurve
    gain_interval: tuple[float, float]
    share: float
    advantages: tuple[GateAdvantage, ...]
    validations: tuple[GateValidation, ...]
    problem: str
    unchanged: Unchanged

    @property
    def first(self) -> float:
        """The first stage's mean."""
        return self.random.points[0].value

    @property
    def full(self) -> float:
        """The mean with every query reranked."""
        return self.random.points[-1].value

    def curve(self, signal: str) -> GateCurve:
        """The curve of a signal, of the random gate, or of the oracle by queries."""
        curves = (*self.signals, self.random, self.oracle)
        return next(curve for curve in curves if curve.signal == signal)

    def advantage(self, signal: str) -> GateAdvantage:
        """What this signal is worth above the random gate."""
        return next(one for one in self.advantages if one.signal == signal)

    @property
    def rerank_seconds(self) -> float:
        """What reranking every query takes, as a mean over the queries."""
        return sum(query.rerank_seconds for query in self.queries) / len(self.queries)
