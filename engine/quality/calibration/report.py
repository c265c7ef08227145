"""A corpus' calibration put together: curve, fits and floor of the judged pairs, and no answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.quality.calibration.floor import PRECISION, floor_of
from engine.quality.calibration.gathering import RANKERS
from engine.quality.calibration.reliability import calibration_of
from engine.quality.calibration.separation import separation_of
from engine.types import CROSS_ENCODER, CrossExamError, Query
from engine.types.calibration.reliability import Calibration, FloorResult, KeptFloor
from engine.types.calibration.scores import CalibrationScores, JudgedScore
from engine.types.calibration.separation import BestScore, Separation

FROM_GRADE = 1  # the least grade that counts as relevant, as for every measure

Pair = tuple[str, str]  # query_id, doc_id


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What a model's logits mean on a corpus.

    `calibration` and `separations` are None and empty where the pairs or queries cannot give
    them; `calibration_problem` and `separation_problem` say why. `missing` judged pairs were not
    scored yet, `answers_missing` queries have no best score yet.
    """

    from_grade: int
    calibration: Calibration | None
    calibration_problem: str
    floor: FloorResult
    separations: tuple[Separation, ...]
    separation_problem: str
    missing: int
    answers_missing: int

    @property
    def complete(self) -> bool:
        """Whether all that is judged or without an answer was measured."""
        return not (self.missing or self.answers_missing)

    def separation(self, stage: str) -> Separation | None:
        """That of this ranker."""
        return next((each for each in self.separations if each.stage == stage), None)

    @property
    def below_floor(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """((queries with an answer below the floor, all of them), the same of those without)."""
        separation, floor = self.separation(CROSS_ENCODER), self.floor.floor
        if separation is None or floor is None:
            return (0, 0), (0, 0)
        with_answer, without = separation.answerable, separation.unanswerable
        return (
            (sum(score < floor.score for score in with_answer), len(with_answer)),
            (sum(score < floor.score for score in without), len(without)),
        )


def report_of(
    scores: CalibrationScores,
    queries: Sequence[Query],
    unanswerable: Sequence[Query],
    grades: Mapping[Pair, int],
    *,
    precision: float = PRECISION,
    from_grade: int = FROM_GRADE,
) -> CalibrationReport:
    """The report on these scores; `grades` are people's of documents that the corpus holds."""
    text_of = {query.query_id: query.text for query in queries}
    pairs, missing = judged_scores(scores, text_of, grades, from_grade=from_grade)
    calibration: Calibration | None = None
    calibration_problem = separation_problem = ""
    try:
        calibration = calibration_of(pairs)
    except CrossExamError as problem:
        calibration_problem = str(problem)
    answerable_ids = {query_id for (query_id, _), grade in grades.items() if grade >= from_grade}
    with_answer = [query for query in queries if query.query_id in answerable_ids]
    separations: list[Separation] = []
    measured = scores.best.get(CROSS_ENCODER, {})
    for stage in RANKERS:
        by_text = scores.best.get(stage, {})
        best = [
            BestScore(query.query_id, query.text, by_text[query.text], is_answerable, query.tags)
            for group, is_answerable in ((with_answer, True), (unanswerable, False))
            for query in group
            if query.text in by_text
        ]
        try:
            separations.append(separation_of(stage, best))
        except CrossExamError as problem:
            separation_problem = str(problem)
    return CalibrationReport(
        from_grade=from_grade,
        calibration=calibration,
        calibration_problem=calibration_problem,
        floor=floor_of(pairs, precision),
        separations=tuple(separations),
        separation_problem=separation_problem,
        missing=missing,
        answers_missing=sum(query.text not in measured for query in (*with_answer, *unanswerable))
        if unanswerable
        else 0,
    )


def judged_scores(
    scores: CalibrationScores,
    text_of: Mapping[str, str],
    grades: Mapping[Pair, int],
    *,
    from_grade: int = FROM_GRADE,
) -> tuple[list[JudgedScore], int]:
    """(the judged pairs with their logits, how many have none yet).

    The logit of a document that is held in passages is that of its best one (MaxP).
    """
    by_text: dict[str, dict[str, float]] = {}
    for text, logits in scores.logits.items():
        of_text = by_text.setdefault(text, {})
        for doc_id, score in logits.items():
            for held_as in {doc_id, scores.parents.get(doc_id, doc_id)}:
                of_text[held_as] = max(score, of_text.get(held_as, score))
    pairs, missing = [], 0
    for (query_id, doc_id), grade in sorted(grades.items()):
        if query_id not in text_of:
            continue
        logit = by_text.get(text_of[query_id], {}).get(doc_id)
        if logit is None:
            missing += 1
        else:
            pairs.append(JudgedScore(query_id, doc_id, logit, grade >= from_grade))
    return pairs, missing


def kept_floor(report: CalibrationReport, at: float) -> KeptFloor | None:
    """The report's floor as it is kept with the corpus; None where it has none."""
    floor, calibration = report.floor.floor, report.calibration
    if floor is None or calibration is None:
        return None
    answerable, unanswerable = report.below_floor
    return KeptFloor(floor, report.from_grade, calibration.isotonic, answerable, unanswerable, at)
