"""How far auto judgments agree with people's: what a judge is trusted for is measured first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engine.quality.judging.auto_judge import HIGHEST, RELEVANT, Grades, Pair, calibrates
from engine.quality.primary import primary_of
from engine.types import Run

TOP = 10
RESAMPLES = 1000
SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """A model against people on the same pairs: `matrix[people's grade][model's grade]`.

    Kappas are Cohen's (1960, weighted 1968), None where both said always the same grade.
    `interval` is the quadratic kappa's, 95%, over resampled queries. Precision and recall are
    of "relevant", grade 1 and up, with people taken as right.
    """

    matrix: tuple[tuple[int, ...], ...]
    queries: int
    kappa: float | None
    linear: float | None
    quadratic: float | None
    binary: float | None
    interval: tuple[float, float] | None
    precision: float | None
    recall: float | None

    @property
    def pairs(self) -> int:
        return sum(map(sum, self.matrix))

    @property
    def same(self) -> float:
        """The share of pairs with the same grade."""
        return sum(row[i] for i, row in enumerate(self.matrix)) / self.pairs


@dataclass(frozen=True, slots=True)
class SystemScores:
    """One pipeline's nDCG@10 on the queries of the measuring half, people's and the model's."""

    name: str
    people: float
    auto_judge: float


@dataclass(frozen=True, slots=True)
class SystemOrder:
    """Pipelines by people and by the model, and Kendall's tau-b of the two orders."""

    systems: tuple[SystemScores, ...]
    queries: int
    tau: float | None


def agreement_with(people: Grades, auto_judge: Grades) -> JudgeAgreement | None:
    """The agreement on the measuring half's pairs that both judged; None without any."""
    grades_by_pair = {
        pair: (min(max(grade, 0), HIGHEST), auto_judge[pair])
        for pair, grade in people.items()
        if pair in auto_judge and not calibrates(pair[0])
    }
    if not grades_by_pair:
        return None
    matrix = _matrix(grades_by_pair.values())
    n_both_relevant = matrix[RELEVANT:, RELEVANT:].sum()
    n_by_judge, n_by_people = matrix[:, RELEVANT:].sum(), matrix[RELEVANT:, :].sum()
    relevance_matrix = np.array(
        [
            [matrix[:RELEVANT, :RELEVANT].sum(), matrix[:RELEVANT, RELEVANT:].sum()],
            [matrix[RELEVANT:, :RELEVANT].sum(), n_both_relevant],
        ]
    )
    return JudgeAgreement(
        matrix=tuple(tuple(int(count) for count in row) for row in matrix),
        queries=len({query_id for query_id, _ in grades_by_pair}),
        kappa=kappa_of(matrix),
        linear=kappa_of(matrix, 1),
        quadratic=kappa_of(matrix, 2),
        binary=kappa_of(relevance_matrix),
        interval=_interval(grades_by_pair),
        precision=float(n_both_relevant / n_by_judge) if n_by_judge else None,
        recall=float(n_both_relevant / n_by_people) if n_by_people else None,
    )


def kappa_of(matrix: Sequence[Sequence[int]] | np.ndarray, power: int = 0) -> float | None:
    """Cohen's kappa of a square count matrix; disagreements weigh |i - j| ** power, 1 at power 0.

    None where chance alone would leave no disagreement.
    """
    counts = np.asarray(matrix, dtype=np.float64)
    places = np.arange(len(counts))
    apart = np.abs(places[:, None] - places[None, :])
    weights = (apart > 0).astype(float) if power == 0 else apart.astype(float) ** power
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chance = float((weights * expected).sum())
    return 1.0 - float((weights * counts).sum()) / chance if chance > 0 else None


def system_order(runs: Mapping[str, Run], people: Grades, auto_judge: Grades) -> SystemOrder:
    """Every run's nDCG@10 by either judge, on the same pairs of the measuring half.

    Only queries in which people found something relevant count, for both judges alike; a run
    that lists nothing for one has 0 there, as in every mean here.
    """
    by_people = _by_query(people, (p for p in people if p in auto_judge and not calibrates(p[0])))
    by_auto_judge = _by_query(auto_judge, (p for p in auto_judge if p in people))
    queries = sorted(q for q, grades in by_people.items() if any(g > 0 for g in grades.values()))
    systems = []
    for name, run in runs.items():
        listed = {q: run.rankings[q].ids(TOP) if q in run.rankings else [] for q in queries}
        systems.append(
            SystemScores(
                name,
                _mean([primary_of(listed[q], by_people[q]) for q in queries]),
                _mean([primary_of(listed[q], by_auto_judge[q]) for q in queries]),
            )
        )
    tau = tau_b([s.people for s in systems], [s.auto_judge for s in systems]) if queries else None
    return SystemOrder(tuple(systems), len(queries), tau)


def tau_b(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Kendall's tau-b of two lists of values (Kendall 1945); None where one is all alike."""
    balance = ties_left = ties_right = 0
    for i, j in combinations(range(len(left)), 2):
        a = int(left[i] > left[j]) - int(left[i] < left[j])
        b = int(right[i] > right[j]) - int(right[i] < right[j])
        balance += a * b
        ties_left += a == 0
        ties_right += b == 0
    every = len(left) * (len(left) - 1) // 2
    scale = math.sqrt((every - ties_left) * (every - ties_right))
    return balance / scale if scale else None


def _matrix(grade_pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    matrix = np.zeros((HIGHEST + 1, HIGHEST + 1), dtype=np.int64)
    for given, proposed in grade_pairs:
        matrix[given, proposed] += 1
    return matrix


def _interval(grades_by_pair: Mapping[Pair, tuple[int, int]]) -> tuple[float, float] | None:
    """95% of the quadratic kappa over queries drawn anew, seeded; None with a single query."""
    by_query: dict[str, list[tuple[int, int]]] = {}
    for (query_id, _), grades in grades_by_pair.items():
        by_query.setdefault(query_id, []).append(grades)
    if len(by_query) < 2:
        return None
    matrices = np.stack([_matrix(resampled) for resampled in by_query.values()])  # (queries, 4, 4)
    drawn = np.random.default_rng(SEED).integers(len(matrices), size=(RESAMPLES, len(matrices)))
    resampled = [kappa_of(matrices[query_numbers].sum(axis=0), 2) for query_numbers in drawn]
    kappas = [kappa for kappa in resampled if kappa is not None]
    if not kappas:
        return None
    low, high = np.percentile(kappas, (2.5, 97.5))
    return float(low), float(high)


def _by_query(grades: Grades, pairs: Iterable[Pair]) -> dict[str, dict[str, int]]:
    by_query: dict[str, dict[str, int]] = {}
    for query_id, doc_id in pairs:
        by_query.setdefault(query_id, {})[doc_id] = grades[(query_id, doc_id)]
    return by_query


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
