"""How quality changes with a fusion's weight, from stored scores, and how honest the best is.

A weight chosen on the queries it is measured on looks better than it is. Cross-validation
(Stone 1974) chooses on the other folds and measures on the fold left out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.quality.candidate_scores import CandidateScores, final_ranking
from engine.quality.pipelines import PipelineSpec
from engine.quality.primary import primary_of
from engine.quality.weights.weighted_mean import WeightedMean, weighted_means
from engine.types import HYBRID, CrossExamError, Qrel
from engine.types.registries.search_parameters import RRF, WEIGHTED, Value

WEIGHTS = tuple(step / 20 for step in range(21))
RRF_KS = (1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 500)
FOLDS = 5
SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class Curve:
    """nDCG@10 for each setting: `by_query` has a row a setting, a column a query."""

    settings: tuple[float, ...]
    query_ids: tuple[str, ...]
    by_query: tuple[tuple[float, ...], ...]

    @property
    def means(self) -> tuple[float, ...]:
        return tuple(math.fsum(row) / len(row) for row in self.by_query)

    @property
    def best(self) -> int:
        """The position of the best setting; of equal ones the first."""
        return _best(self.by_query, range(len(self.query_ids)))

    def weighted(self, weights: Mapping[str, float]) -> tuple[WeightedMean, ...]:
        """The mean of each setting by searches; () where no query has a weight above 0."""
        values = {
            place: dict(zip(self.query_ids, row, strict=True))
            for place, row in enumerate(self.by_query)
        }
        return tuple(weighted_means(values, weights).values())

    def nearest(self, setting: float) -> int:
        """The position of the setting nearest to this one; of equally near ones the first."""
        return min(range(len(self.settings)), key=lambda i: abs(self.settings[i] - setting))


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of the queries: the setting chosen on the others, and its mean on these."""

    queries: int
    setting: float
    value: float


@dataclass(frozen=True, slots=True)
class Validation:
    """`value` is the mean over all queries, each measured with a setting chosen without it.

    `by_query` are those values by the query's id.
    """

    folds: tuple[Fold, ...]
    value: float
    by_query: Mapping[str, float] = field(default_factory=dict)

    @property
    def settings(self) -> tuple[float, float]:
        """The lowest and the highest setting that a fold chose."""
        chosen = [fold.setting for fold in self.folds]
        return min(chosen), max(chosen)


def blend_curve(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    weights: Sequence[float] = WEIGHTS,
    *,
    length: int = 0,
) -> Curve:
    """nDCG@10 over the reranker's share in its mixture with BM25; nothing is scored anew.

    `length` is that of the lists (see `engine.quality.candidate_scores.final_ranking`).
    """
    if not spec.reranker:
        raise CrossExamError(f"{spec.name} has no reranker to blend: choose a pipeline with one")
    return curve(
        weights,
        lambda w: replace(spec, settings=replace(spec.settings, blend_weight=w), blended=True),
        gathered,
        qrels,
        length=length,
    )


def rrf_curve(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    ks: Sequence[int] = RRF_KS,
) -> Curve:
    """nDCG@10 of the hybrid alone over RRF's k."""
    return curve(
        [float(k) for k in ks],
        lambda k: _hybrid(spec, fusion=RRF, rrf_k=int(k)),
        gathered,
        qrels,
    )


def hybrid_curve(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    weights: Sequence[float] = WEIGHTS,
) -> Curve:
    """nDCG@10 of the weighted hybrid alone over the bi-encoder's share."""
    return curve(
        weights,
        lambda w: _hybrid(spec, fusion=WEIGHTED, hybrid_weight=w),
        gathered,
        qrels,
    )


def curve(
    settings: Sequence[float],
    spec_at: Callable[[float], PipelineSpec],
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    *,
    length: int = 0,
) -> Curve:
    """nDCG@10 by setting and query, over the judged queries as `evaluate` counts them."""
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    judged_candidates = [each for each in gathered if each.query_id in grades]
    if not any(grade > 0 for each in judged_candidates for grade in grades[each.query_id].values()):
        raise CrossExamError("no query of this run has a relevant judgment: judge some first")
    rows = []
    for setting in settings:
        spec = spec_at(setting)
        rows.append(
            tuple(_value(spec, query_scores, grades, length) for query_scores in judged_candidates)
        )
    return Curve(
        tuple(settings),
        tuple(query_scores.query_id for query_scores in judged_candidates),
        tuple(rows),
    )


def cross_validated(curve: Curve, *, folds: int = FOLDS, seed: int = SEED) -> Validation:
    """The k-fold figure of a curve; raises CrossExamError for fewer queries than folds."""
    n = len(curve.query_ids)
    if n < folds:
        raise CrossExamError(
            f"{n} judged queries cannot be dealt into {folds} folds: judge more queries"
        )
    order = list(range(n))
    random.Random(seed).shuffle(order)
    parts = [order[start::folds] for start in range(folds)]
    done, values = [], []
    by_query: dict[str, float] = {}
    for part in parts:
        part_ids = set(part)
        chosen = _best(curve.by_query, [q for q in range(n) if q not in part_ids])
        fold_values = [curve.by_query[chosen][q] for q in part]
        values += fold_values
        by_query |= {curve.query_ids[q]: value for q, value in zip(part, fold_values, strict=True)}
        done.append(
            Fold(len(part), curve.settings[chosen], math.fsum(fold_values) / len(fold_values))
        )
    return Validation(tuple(done), math.fsum(values) / n, by_query)


def _hybrid(spec: PipelineSpec, **changes: Value) -> PipelineSpec:
    """The hybrid alone with the settings of this pipeline, but for these."""
    return PipelineSpec(spec.settings.with_values(first_stage=HYBRID, **changes))


def _value(
    spec: PipelineSpec,
    query_scores: CandidateScores,
    grades: Mapping[str, Mapping[str, int]],
    length: int,
) -> float:
    ranking = query_scores.folded(final_ranking(spec, query_scores, length=length))
    return primary_of(ranking.ids(10), grades[query_scores.query_id])


def _best(rows: Sequence[Sequence[float]], columns: Sequence[int] | range) -> int:
    sums = [math.fsum(row[q] for q in columns) for row in rows]
    return max(range(len(rows)), key=lambda i: (round(sums[i], 12), -i))
