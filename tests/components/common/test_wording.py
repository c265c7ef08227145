from dataclasses import replace

import pytest

from components.common.wording import (
    cache_words,
    counted,
    grade_words,
    humanised,
    milliseconds,
    movement_words,
    score_kind,
    score_text,
    shortened,
)
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Movement,
    StageTiming,
)


@pytest.mark.parametrize(
    ("stage", "score", "text"),
    [
        (BM25, 11.4249, "11.42"),
        (BI_ENCODER, 0.6123, "0.612"),
        (HYBRID, 0.032522, "0.0325"),
        (CROSS_ENCODER, -3.952, "−3.95"),
        (BLEND, 0.93, "0.930"),
    ],
)
def test_each_stage_has_its_own_decimals_and_a_true_minus(
    stage: str, score: float, text: str
) -> None:
    assert score_text(stage, score) == text


def test_a_weighted_hybrid_is_not_called_an_rrf_score() -> None:
    assert score_kind(HYBRID, "RRF k=60") == "RRF score"
    assert score_kind(HYBRID, "weighted sum of min-max scores") == "weighted score"
    assert score_kind(CROSS_ENCODER) == "logit"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00012, "0.12 ms"),
        (0.0021, "2.1 ms"),
        (0.00999, "10 ms"),
        (1.3121, "1,312 ms"),
        (9.9996, "10.0 s"),
        (39.944, "39.9 s"),
    ],
)
def test_milliseconds_keep_what_matters(seconds: float, text: str) -> None:
    assert milliseconds(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.00 ms"),
        (0.038, "38 ms"),
        (1.4, "1.4 s"),
        (42.2, "42 s"),
        (150, "2.5 min"),
        (6.2 * 3600, "6.2 h"),
        (12 * 86400, "12 days"),
        (59.99, "1.0 min"),
        (0.9999, "1.0 s"),
    ],
)
def test_a_duration_is_said_in_the_unit_a_person_would_choose(seconds: float, text: str) -> None:
    assert humanised(seconds) == text


def test_movements_are_worded_by_direction() -> None:
    def words(before: int | None, after: int) -> tuple[str, str, str]:
        said = movement_words(Movement("d", before, after), baseline="BM25", top=10)
        assert said is not None
        return said.direction, said.mark, said.note

    assert words(37, 1) == ("entered", "▲ 36", "entered from 37")
    assert words(10, 9) == ("up", "▲ 1", "")
    assert words(2, 5) == ("down", "▼ 3", "")
    assert words(4, 4) == ("same", "=", "")
    assert words(None, 3) == ("new", "new", "")
    assert words(37, 20)[0] == "up"


def test_only_a_relevant_document_is_called_rescued() -> None:
    said = movement_words(Movement("d", 37, 1), baseline="BM25", top=10, relevant=True)
    assert said is not None
    assert (said.direction, said.note) == ("rescued", "rescued from 37")
    assert said.sentence == (
        "up 36 places, rescued (judged relevant) into the top 10: rank 37 in BM25"
    )


def test_a_movement_sentence_names_the_baseline_and_the_rank_there() -> None:
    said = movement_words(Movement("d", 37, 1), baseline="BM25", top=10)
    assert said is not None
    assert said.sentence == "up 36 places, entered the top 10: rank 37 in BM25"


def test_a_document_that_left_the_list_has_no_movement() -> None:
    assert movement_words(Movement("d", 3, None), baseline="BM25", top=10) is None


def test_grades_are_words_and_a_binary_one_is_simply_relevant() -> None:
    assert [grade_words(g) for g in range(4)][::3] == ["not relevant", "highly relevant"]
    assert grade_words(1, binary=True) == "relevant"
    assert grade_words(7) == "relevance 7"


def test_a_stage_says_how_much_of_it_came_from_a_cache() -> None:
    fresh, kept = StageTiming("s", "a", 1, 1, 1), StageTiming("s", "b", 1, 1, 1, cached=True)
    assert cache_words([fresh]) == ""
    assert cache_words([fresh, kept]) == "part cached"
    assert cache_words([kept]) == "cached"
    assert cache_words([]) == ""


def test_remembered_scores_are_counted() -> None:
    read = StageTiming("cross-encoder", "read", 0.1, 50, 50)
    cached = StageTiming("cross-encoder", "score", 0.1, 30, 30, cached=True)
    computed = StageTiming("cross-encoder", "score", 0.9, 20, 20)
    assert cache_words([read, cached]) == "scores cached"
    assert cache_words([read, cached, computed]) == "30 of 50 scores cached"
    cached = replace(cached, measured_seconds=1.8)
    assert cache_words([read, cached]) == "scores cached, 1.8 s when read"
    assert cache_words([cached, computed]) == "30 of 50 scores cached, 1.8 s when read"
    assert cache_words([cached]) == "scores cached, 1.8 s when read"


def test_one_alone_stands_in_the_singular() -> None:
    assert [counted(n, "pair") for n in (0, 1, 2, 1200)] == [
        "0 pairs",
        "1 pair",
        "2 pairs",
        "1,200 pairs",
    ]
    assert counted(1, "query", "queries") == "1 query"
    assert counted(3, "query", "queries") == "3 queries"


@pytest.mark.parametrize(
    ("text", "longest", "cut"),
    [
        ("Ball python care guide", 22, "Ball python care guide"),
        ("Ball python care guide", 21, "Ball python care …"),
        ("Ball python care guide", 13, "Ball python …"),
        ("Donaudampfschifffahrt", 10, "Donaudam …"),
        ("two  blanks here", 8, "two …"),
    ],
)
def test_a_title_is_cut_between_words(text: str, longest: int, cut: str) -> None:
    assert shortened(text, longest) == cut
    assert len(cut) <= longest
