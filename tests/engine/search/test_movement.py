"""Who moved, and the sentence about it."""

from __future__ import annotations

import pytest

from engine.search.movement import changed, duration, entered, movements, summary
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    CorpusInfo,
    Movement,
    Ranking,
    SearchTrace,
    StageTiming,
)
from tests.tiny import ranking

LETTERS = [f"d{i:02}" for i in range(1, 51)]


def said(
    after: list[str], before: list[str] = LETTERS, grades: dict[str, int] | None = None
) -> str:
    trace = SearchTrace(
        query="q",
        corpus=CorpusInfo("c", 50, "f"),
        rankings=(ranking(BI_ENCODER, *before), ranking(CROSS_ENCODER, *after)),
        timings=(
            StageTiming(BI_ENCODER, "embed", 40.0, 1, 1),
            StageTiming(CROSS_ENCODER, "tokenise", 0.1, 50, 50),
            StageTiming(CROSS_ENCODER, "score", 1.0, 50, 50),
        ),
        total_seconds=42.0,
    )
    return summary(trace, BI_ENCODER, CROSS_ENCODER, "cross-encoder", grades=grades)


def with_first(*doc_ids: str) -> list[str]:
    """The letters with these in front."""
    return [*doc_ids, *(letter for letter in LETTERS if letter not in doc_ids)]


def test_a_movement_is_positive_upwards_and_unknown_for_newcomers() -> None:
    moved = movements(ranking("bm25", "a", "b", "c"), ranking("hybrid", "c", "new", "a"))
    assert moved == {
        "c": Movement("c", 3, 1),
        "new": Movement("new", None, 2),
        "a": Movement("a", 1, 3),
    }
    assert [m.change for m in moved.values()] == [2, None, -2]


def test_changed_counts_newcomers_of_the_top() -> None:
    before, after = ranking("bm25", *"abcdef"), ranking("hybrid", *"bafcde")
    assert changed(before, after, 2) == 0
    assert changed(before, after, 3) == 1


def test_those_that_entered_come_from_below_the_top_and_the_deepest_stands_first() -> None:
    before = ranking("bm25", *LETTERS)
    after = ranking("hybrid", "d12", "d37", "unknown", *LETTERS[:9])
    assert [m.before for m in entered(before, after)] == [37, 12]


def test_a_document_that_nobody_judged_entered_and_was_not_rescued() -> None:
    assert said(with_first("d37")) == (
        "The cross-encoder changed 1 of the top 10 (1 document entered the top 10 from rank 37) "
        "and cost 1.1 s more."
    )
    assert said(with_first("d11", "d44", "d12")) == (
        "The cross-encoder changed 3 of the top 10 (3 documents entered the top 10, the deepest "
        "from rank 44) and cost 1.1 s more."
    )


def test_a_document_judged_irrelevant_is_not_rescued() -> None:
    sentence = said(with_first("d37"), grades={"d37": 0, "d01": 2})
    assert "rescued" not in sentence
    assert "1 document entered the top 10 from rank 37" in sentence


def test_only_documents_judged_relevant_are_rescued() -> None:
    assert said(with_first("d11", "d44", "d12"), grades={"d44": 2, "d11": 0}) == (
        "The cross-encoder changed 3 of the top 10 (rescued 1 relevant document from rank 44; "
        "2 other documents entered the top 10, the deepest from rank 12) and cost 1.1 s more."
    )


def test_the_same_top_in_another_order_is_said_so() -> None:
    assert said(with_first("d03")) == (
        "The cross-encoder kept the same top 10 in another order and cost 1.1 s more."
    )


def test_a_top_left_alone_is_said_so() -> None:
    below = [*LETTERS[:10], *reversed(LETTERS[10:])]
    assert said(below) == "The cross-encoder left the top 10 as they were and cost 1.1 s more."


def test_a_newcomer_that_the_baseline_does_not_list_is_changed_but_not_rescued() -> None:
    assert said(with_first("stranger")) == (
        "The cross-encoder changed 1 of the top 10 and cost 1.1 s more."
    )


def test_five_reranked_candidates_in_the_same_order_are_left_as_they_were() -> None:
    assert said(LETTERS[:5]) == (
        "The cross-encoder left the top 5 as they were and cost 1.1 s more."
    )


def test_five_reranked_candidates_in_another_order_are_said_so() -> None:
    assert said(LETTERS[4::-1]) == (
        "The cross-encoder kept the same top 5 in another order and cost 1.1 s more."
    )


def test_nothing_is_said_of_a_stage_that_is_not_there() -> None:
    trace = SearchTrace("q", CorpusInfo("c", 1, "f"), (ranking(BI_ENCODER, "a"),))
    assert summary(trace, BI_ENCODER, CROSS_ENCODER, "x") == ""
    assert summary(trace, CROSS_ENCODER, BI_ENCODER, "x") == ""
    empty = SearchTrace(
        "q", CorpusInfo("c", 1, "f"), (*trace.rankings, Ranking(CROSS_ENCODER, "m", ()))
    )
    assert summary(empty, BI_ENCODER, CROSS_ENCODER, "x") == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (12.34, "12.3 s"),
        (1.0, "1.0 s"),
        (0.9996, "1.0 s"),
        (0.9995, "1.0 s"),
        (0.999, "999 ms"),
        (0.01, "10 ms"),
        (0.0105, "10 ms"),
        (0.038, "38 ms"),
        (0.0096, "9.6 ms"),
        (0.00043, "0.4 ms"),
    ],
)
def test_durations_are_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_document_of_the_old_top_does_not_enter_it_and_one_just_below_does() -> None:
    before = ranking("bm25", *LETTERS)
    assert entered(before, ranking("hybrid", LETTERS[9], *LETTERS[:9])) == []
    (risen,) = entered(before, ranking("hybrid", LETTERS[10], *LETTERS[:9]))
    assert (risen.before, risen.after) == (11, 1)


def test_the_lowest_relevant_grade_is_relevant() -> None:
    assert "rescued 1 relevant document from rank 44" in said(with_first("d44"), grades={"d44": 1})


def test_the_sentence_names_its_baseline_where_the_page_shows_another() -> None:
    trace = SearchTrace(
        query="q",
        corpus=CorpusInfo("c", 50, "f"),
        rankings=(ranking(BI_ENCODER, *"abc"), ranking(CROSS_ENCODER, *"bac")),
        timings=(StageTiming(CROSS_ENCODER, "score", 1.0, 3, 3),),
        total_seconds=2.0,
    )
    said_against = summary(trace, BI_ENCODER, CROSS_ENCODER, "cross-encoder", against="Bi-encoder")
    assert said_against == (
        "Against Bi-encoder, the cross-encoder kept the same top 3 in another order and cost "
        "1.0 s more."
    )
