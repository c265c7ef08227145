"""What is scored, what is kept when it is called off, and what a search says by a floor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.quality.calibration.gathering import Question, gather_scores
from engine.quality.calibration.no_answer import no_answer
from engine.quality.calibration.report import judged_scores, kept_floor, report_of
from engine.quality.calibration.sampling import sampled
from engine.quality.calibration.sentences import (
    calibration_sentence,
    floor_sentence,
    no_answer_sentence,
)
from engine.search.settings import Settings
from engine.types import BM25, CROSS_ENCODER, HYBRID, CorpusInfo, Hit, Query, Ranking, SearchTrace
from engine.types.calibration.reliability import Floor, Isotonic, KeptFloor
from engine.types.calibration.scores import CalibrationKey, CalibrationScores
from engine.types.rankings import ScorePrecision
from tests.engine.quality.calibration.drawn import drawn_pairs
from tests.tiny import QUERY, Tiny, tiny_searcher

KEY = CalibrationKey("f1", "table", "r1")
LISTED = {"a": 2.5, "b": -1.0, "e": -2.0, "f": -3.0, "g": -4.0}
TINIES = [
    *(
        Tiny(doc_id, max(0, 3 - i), 0.1 * i, logit)
        for i, (doc_id, logit) in enumerate(LISTED.items())
    ),
    Tiny("c", 0, 1.4, 4.0),
    Tiny("d", 0, 1.5),
]
SETTINGS = Settings(depth=5)


def never() -> bool:
    return False


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def test_judged_documents_and_candidates_are_scored_once_and_the_best_score_is_theirs() -> None:
    searcher, reranker = tiny_searcher(TINIES)
    questions = [Question(QUERY, ("c", "gone"), listed=True), Question("other", ("d",))]
    told: list[tuple[str, int, int]] = []
    scores = gather_scores(
        searcher,
        reranker,
        KEY,
        questions,
        SETTINGS,
        on_progress=lambda *step: told.append(step),
        cancel=never,
    )
    # c was judged, but is none of the five candidates, so its logit is not the best
    assert scores.logits == {QUERY: {"c": 4.0, **LISTED}, "other": {"d": 0.0}}
    assert scores.best[CROSS_ENCODER] == {QUERY: 2.5}
    assert scores.best[BM25] == {QUERY: 3.0}
    assert scores.best[HYBRID][QUERY] == pytest.approx(2 / 61)
    assert scores.candidates == "bi-encoder 5"
    assert told[-1] == ("reading pairs in fp32", 7, 7)
    again = gather_scores(
        searcher, reranker, KEY, questions, SETTINGS, known=scores, on_progress=quiet, cancel=never
    )
    assert again == scores
    assert len(reranker.scored) == 7


def test_what_was_scored_before_it_was_called_off_is_kept_and_the_rest_goes_on() -> None:
    searcher, reranker = tiny_searcher(TINIES, batch=1)
    questions = [Question(QUERY, ("c",), listed=True), Question("other", ("d",))]
    some = gather_scores(
        searcher,
        reranker,
        KEY,
        questions,
        SETTINGS,
        on_progress=quiet,
        cancel=lambda: len(reranker.scored) >= 2,
    )
    assert sum(map(len, some.logits.values())) == 2
    assert some.best[CROSS_ENCODER] == {}  # its list was read in part
    rest = gather_scores(
        searcher, reranker, KEY, questions, SETTINGS, known=some, on_progress=quiet, cancel=never
    )
    assert rest.best[CROSS_ENCODER] == {QUERY: 2.5}
    assert len(reranker.scored) == 7


def test_a_document_that_is_held_in_passages_has_the_logit_of_its_best_one() -> None:
    scores = CalibrationScores(
        KEY,
        {"text": {"p1": -1.0, "p2": 2.0, "whole": 0.5}},
        parents={"p1": "long", "p2": "long"},
    )
    grades = {("q", "long"): 1, ("q", "whole"): 0, ("q", "unscored"): 2, ("other", "long"): 1}
    pairs, missing = judged_scores(scores, {"q": "text"}, grades)
    assert [(p.doc_id, p.score, p.relevant) for p in pairs] == [
        ("long", 2.0, True),
        ("whole", 0.5, False),
    ]
    assert missing == 1
    strict, _ = judged_scores(scores, {"q": "text"}, grades, from_grade=2)
    assert not any(pair.relevant for pair in strict)


def test_more_pairs_than_are_read_are_drawn_by_whole_queries() -> None:
    grades = {(f"q{q}", f"d{d}"): 0 for q in range(30) for d in range(10)}
    taken = sampled(grades, 100)
    assert len(taken) == 100
    assert len({query_id for query_id, _ in taken}) == 10
    assert sampled(grades, 100) == taken
    assert sampled(grades, 300) == grades


def test_a_report_puts_pairs_floor_and_missing_answers_together() -> None:
    pairs = drawn_pairs()
    logits: dict[str, dict[str, float]] = {}
    for pair in pairs:
        logits.setdefault(f"text {pair.query_id}", {})[pair.doc_id] = pair.score
    queries = [Query(f"q{i}", f"text q{i}") for i in range(60)]
    unanswerable = [Query(f"n{i}", f"none {i}", ("far",)) for i in range(12)]
    best = {f"text q{i}": 3.0 + i / 10 for i in range(60)}
    best |= {f"none {i}": -6.0 + i for i in range(12)}
    scores = CalibrationScores(KEY, logits, {CROSS_ENCODER: best, BM25: best})
    grades = {(p.query_id, p.doc_id): int(p.relevant) for p in pairs}
    report = report_of(scores, queries, unanswerable, grades)
    assert report.complete
    assert report.calibration is not None
    assert report.calibration.pairs == 1200
    floor = report.floor.floor
    assert floor is not None
    assert report.below_floor[0] == (0, len({q for (q, _), g in grades.items() if g}))
    assert report.below_floor[1] == (sum(-6 + i < floor.score for i in range(12)), 12)
    assert [separation.stage for separation in report.separations] == [BM25, CROSS_ENCODER]
    assert "A logit is not a probability here" in calibration_sentence(report.calibration)
    assert f"{floor.relevant:,} of {floor.pairs:,} judged pairs" in floor_sentence(report.floor)
    kept = kept_floor(report, 7.0)
    assert kept is not None
    assert (kept.floor, kept.unanswerable, kept.at) == (floor, report.below_floor[1], 7.0)
    fewer = CalibrationScores(KEY, dict(list(logits.items())[1:]), {CROSS_ENCODER: best})
    incomplete = report_of(fewer, queries, unanswerable, grades)
    assert (incomplete.complete, incomplete.missing) == (False, 20)


KEPT = KeptFloor(
    Floor(0.8, 1.0, 100, 80, (0.7, 0.9), 0.79, 100, (0.7, 0.9), 0.5),
    1,
    Isotonic((-5.0, 0.0, 5.0), (0.0, 0.2, 1.0)),
    (3, 85),
    (28, 32),
    0.0,
)


def trace(*scores: float, precision: ScorePrecision | None, complete: bool = True) -> SearchTrace:
    hits = tuple(Hit(f"d{i}", score, i) for i, score in enumerate(scores, 1))
    ranking = Ranking(CROSS_ENCODER, "m", hits, precision=precision)
    return SearchTrace("q", CorpusInfo("c", 9, "f"), (ranking,), (), 0.1, complete=complete)


FP32 = ScorePrecision("torch fp32", 0.0, mode="exact")
BF16 = ScorePrecision("OpenVINO bf16", 0.05, mode="fast")


def test_a_search_whose_best_logit_lies_below_the_measured_floor_probably_has_no_answer() -> None:
    finding = no_answer(trace(-1.0, -2.0, precision=FP32), KEPT)
    assert finding is not None
    assert finding.best == -1.0
    assert finding.probability == pytest.approx(0.16)
    sentence = no_answer_sentence(finding)
    assert sentence.startswith("Probably no answer here: the best document scores −1.00, below")
    assert "floor of 1.00. From the floor on, 80% of the judged documents" in sentence
    assert "of those that score like this one, 16%" in sentence
    unsure = no_answer(trace(0.9, precision=FP32), replace(KEPT, isotonic=Isotonic((0.0,), (0.6,))))
    assert unsure is not None
    assert no_answer_sentence(unsure).startswith("Perhaps no answer here")


@pytest.mark.parametrize(
    ("searched", "kept"),
    [
        (trace(-1.0, precision=FP32), None),  # nobody measured a floor
        (trace(1.0, -3.0, precision=FP32), KEPT),  # at the floor
        (trace(-1.0, precision=None), KEPT),  # it does not say how exact its scores are
        (trace(-1.0, precision=FP32, complete=False), KEPT),
        (trace(-9.0, precision=replace(BF16, mode="fastest")), KEPT),
        (trace(0.96, precision=BF16), KEPT),  # it may be off by 0.05
        (trace(precision=FP32), KEPT),
    ],
)
def test_nothing_is_said_that_was_not_measured(
    searched: SearchTrace, kept: KeptFloor | None
) -> None:
    assert no_answer(searched, kept) is None


def test_a_score_that_drifts_counts_where_the_floor_is_farther_than_the_drift() -> None:
    assert no_answer(trace(0.94, precision=BF16), KEPT) is not None
    exact = replace(BF16, exact=frozenset({"d1"}))
    assert no_answer(trace(0.96, -3.0, precision=exact), KEPT) is not None
