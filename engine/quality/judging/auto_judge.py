"""Grades proposed by a model: from a judge's scores, by thresholds learnt from people.

The queries are parted in two by their ids alone. On one half the thresholds are chosen, on the
other the judge is measured, so that no figure is taken where the thresholds were fitted.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.types import LOGIT, CrossExamError
from engine.types.wording.numbers import decimal

HIGHEST = 3
RELEVANT = 1
DEFAULT_THRESHOLD = 0.0  # of a logit: the sigmoid is a half
FEWEST = 10  # pairs on either side of a threshold, or it is not learnt
FEWEST_QUERIES = 3

Pair = tuple[str, str]  # query_id, doc_id
Grades = Mapping[Pair, int]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least score of each grade above 0, rising: ((1, -2.5), (3, 4.0)).

    `pairs` and `queries` say on how much of people's work they were chosen, 0 where they are
    the default; `why` says then what was lacking.
    """

    least: tuple[tuple[int, float], ...]
    pairs: int = 0
    queries: int = 0
    why: str = ""

    @property
    def calibrated(self) -> bool:
        """Whether people's judgments chose them."""
        return self.pairs > 0

    def grade(self, score: float) -> int:
        """The highest grade whose threshold the score reaches, else 0."""
        return max((grade for grade, least in self.least if score >= least), default=0)

    @property
    def words(self) -> str:
        """ "1 from −2.50, 2 from 1.25 (chosen on 210 pairs of 40 queries)"."""
        if self.calibrated:
            return f"{self.levels} (chosen on {self.pairs:,} pairs of {self.queries:,} queries)"
        return f"{self.levels} (uncalibrated: {self.why or 'the default'})"

    @property
    def levels(self) -> str:
        """ "1 from −2.50, 2 never, 3 from 4.00": a grade without a range of its own is never."""
        least_by_grade = dict(self.least)
        ranges = []
        for grade in sorted(least_by_grade):
            higher_thresholds = [
                least_by_grade[higher_grade]
                for higher_grade in least_by_grade
                if higher_grade > grade
            ]
            never = bool(higher_thresholds) and min(higher_thresholds) <= least_by_grade[grade]
            value = decimal(least_by_grade[grade])
            ranges.append(f"{grade} never" if never else f"{grade} from {value}")
        return ", ".join(ranges)


def calibrates(query_id: str) -> bool:
    """Whether thresholds are chosen on this query; on all others the judge is measured.

    It follows from the id alone, so that no query ever changes sides.
    """
    digest = hashlib.sha256(f"judge {query_id}".encode("utf-8", "surrogatepass")).digest()
    return digest[0] % 2 == 0


def halves(people: Grades) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """People's judgments to choose thresholds on, and those to measure on."""
    choose: dict[Pair, int] = {}
    measure: dict[Pair, int] = {}
    for pair, grade in people.items():
        (choose if calibrates(pair[0]) else measure)[pair] = min(max(grade, 0), HIGHEST)
    return choose, measure


def thresholds_for(
    scores: Mapping[Pair, float], people: Grades, *, kind: str = LOGIT
) -> Thresholds:
    """The thresholds that agree best with people on the calibration half, else the default.

    For each grade that people gave there, the threshold is where Cohen's kappa of "at least
    this grade" is highest; one that would fall below the one before is raised to it. Raises
    CrossExamError where there is too little to learn from and scores are not logits, for only
    a logit has a threshold that means something by itself.
    """
    choose, _ = halves({pair: grade for pair, grade in people.items() if pair in scores})
    queries = len({query_id for query_id, _ in choose})
    lacking = _lacking(choose, queries)
    if lacking:
        if kind != LOGIT:
            raise CrossExamError(
                f"{lacking}, and a score that is a {kind} has no bound of its own: judge more "
                "documents by hand, or take a cross-encoder whose scores are logits"
            )
        return Thresholds(((RELEVANT, DEFAULT_THRESHOLD),), why=lacking)
    values = [scores[pair] for pair in choose]
    grades = list(choose.values())
    least: list[tuple[int, float]] = []
    for grade in range(1, HIGHEST + 1):
        reached = [given >= grade for given in grades]
        if grade not in grades or not _enough(reached):
            continue
        threshold = best_threshold(values, reached)
        least.append((grade, max(threshold, least[-1][1]) if least else threshold))
    return Thresholds(tuple(least), len(choose), queries)


def best_threshold(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The score from which on "yes" agrees best with `positive`, by Cohen's kappa.

    Midway between two neighbouring scores; of several alike, the middle of the widest gap.
    """
    order = sorted(zip(scores, positive, strict=True))
    n, yes = len(order), sum(positive)
    below = below_yes = 0  # how many scores lie under the gap, and how many of them are "yes"
    best = (-math.inf, 0.0, 0.0)
    for (score, is_yes), (following, _) in pairwise(order):
        below, below_yes = below + 1, below_yes + is_yes
        if following == score:
            continue
        agreed = (below - below_yes) + (yes - below_yes)
        chance = (below * (n - yes) + (n - below) * yes) / n
        kappa = (agreed - chance) / (n - chance) if chance < n else 0.0
        best = max(best, (kappa, following - score, (score + following) / 2))
    return best[2]


def _enough(reached: Sequence[bool]) -> bool:
    return min(sum(reached), len(reached) - sum(reached)) >= FEWEST


def _lacking(choose: Grades, queries: int) -> str:
    """What is missing for thresholds to be learnt, "" where nothing is."""
    relevant = sum(grade >= RELEVANT for grade in choose.values())
    other = len(choose) - relevant
    if queries < FEWEST_QUERIES or min(relevant, other) < FEWEST:
        return (
            f"people's judgments to learn from are {relevant} relevant and {other} not relevant in "
            f"{queries} queries, where {FEWEST} of each in {FEWEST_QUERIES} are needed"
        )
    return ""
