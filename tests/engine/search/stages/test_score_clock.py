"""The steps of a rerank stage, remembered scores apart from computed ones."""

from __future__ import annotations

import pytest

from engine.search.movement import summary
from engine.search.precision.rescoring import RescoringRound
from engine.search.stages.score_clock import ScoreClock
from engine.types import CROSS_ENCODER, CorpusInfo, Hit, Ranking, ScoredBatch, SearchTrace
from engine.types.traces import RESCORE


def batch(*positions: int, **values: float | bool) -> ScoredBatch:
    zeros = tuple(0 for _ in positions)
    return ScoredBatch(positions, tuple(map(float, zeros)), zeros, 1.0, **values)  # type: ignore[arg-type]


def steps(clock: ScoreClock) -> list[tuple[str, float, int, bool]]:
    timings = clock.timings(CROSS_ENCODER, reading=0.5, sorting=0.25)
    assert all(timing.n_in == timing.n_out for timing in timings)
    return [(t.step, t.seconds, t.n_out, t.cached) for t in timings]


def test_computed_scores_have_the_usual_steps() -> None:
    clock = ScoreClock()
    clock.add(batch(0, 1, tokenise_seconds=0.5, tokenise_cached=True), 2.0)
    clock.add(batch(2, tokenise_cached=True), 1.0)
    clock.add(None, 0.125)
    assert steps(clock) == [
        ("read", 0.5, 3, False),
        ("tokenise", 0.5, 3, True),
        ("score", 2.625, 3, False),
        ("sort", 0.25, 3, False),
    ]


@pytest.mark.parametrize("remembered", [(True, False), (False, True), (False, False)])
def test_tokens_of_which_a_part_was_computed_are_not_said_to_be_remembered(
    remembered: tuple[bool, bool],
) -> None:
    clock = ScoreClock()
    for position, known in enumerate(remembered):  # as the two windows of a search
        clock.add(batch(position, tokenise_seconds=0.25, tokenise_cached=known), 1.0)
    (tokenise,) = [step for step in steps(clock) if step[0] == "tokenise"]
    assert tokenise == ("tokenise", 0.5, 2, False)


def test_where_nothing_was_scored_nothing_is_said_to_be_remembered() -> None:
    assert not any(cached for *_, cached in steps(ScoreClock()))


def test_remembered_scores_are_a_step_of_their_own_and_nothing_was_tokenised() -> None:
    clock = ScoreClock()
    clock.add(batch(0, 1, 2, cached=True), 0.125)
    clock.add(None, 0.125)
    assert steps(clock) == [
        ("read", 0.5, 3, False),
        ("score", 0.25, 3, True),
        ("sort", 0.25, 3, False),
    ]


def test_what_remembered_scores_took_is_kept_and_is_no_part_of_the_time() -> None:
    clock = ScoreClock()
    clock.add(batch(0, 1, cached=True, measured_seconds=1.5), 0.125)
    clock.add(batch(2, cached=True, measured_seconds=0.25), 0.125)
    clock.add(None, 0.0)
    timings = clock.timings(CROSS_ENCODER, reading=0.5, sorting=0.25)
    assert [(t.step, t.measured_seconds) for t in timings] == [
        ("read", 0.0),
        ("score", 1.75),
        ("sort", 0.0),
    ]
    assert sum(t.seconds for t in timings) == 0.5 + 0.25 + 0.25


@pytest.mark.parametrize(
    ("cached", "read", "text"),
    [
        ((0, 1, 2), (), "and cost 1.8 s more when scored; now from memory (100 ms)."),
        (
            (1,),
            (0, 2),
            "and cost 2.9 s more: 1.1 s now, and 1.8 s when 1 of its 3 scores were computed; "
            "those came from memory.",
        ),
    ],
)
def test_the_headline_keeps_the_cost_of_scores_that_came_from_memory(
    cached: tuple[int, ...], read: tuple[int, ...], text: str
) -> None:
    clock = ScoreClock()
    clock.add(batch(*cached, cached=True, measured_seconds=1.8), 0.1)
    if read:
        clock.add(batch(*read), 1.0)
    hits = tuple(Hit(doc_id, 1.0, rank) for rank, doc_id in enumerate("abc", 1))
    rankings = (Ranking("bm25", "m", hits), Ranking(CROSS_ENCODER, "m", hits))
    timings = clock.timings(CROSS_ENCODER, reading=0.0, sorting=0.0)
    trace = SearchTrace("q", CorpusInfo("c", 3, "f"), rankings, timings)
    assert summary(trace, "bm25", CROSS_ENCODER, "cross-encoder").endswith(text)


def test_a_part_that_was_remembered_and_a_wait_are_told_apart() -> None:
    clock = ScoreClock()
    clock.add(batch(1, cached=True), 0.125)
    clock.add(batch(0, 2, tokenise_seconds=0.25, waited_seconds=1.0), 2.0)
    clock.add(None, 0.0)
    assert steps(clock) == [
        ("read", 0.5, 3, False),
        ("score", 0.125, 1, True),
        ("tokenise", 0.25, 2, False),
        ("wait", 1.0, 2, False),
        ("score", 0.75, 2, False),
        ("sort", 0.25, 3, False),
    ]
    assert sum(seconds for _, seconds, _, _ in steps(clock)) == 0.75 + 0.125 + 2.0


@pytest.mark.parametrize(
    ("cached", "read", "text"),
    [
        ((), (0, 1, 2), "more."),
        ((0, 1, 2), (), "more. Its scores were remembered from an earlier search."),
        ((1,), (0, 2), "more. 1 of its 3 scores were remembered from an earlier search."),
    ],
)
def test_the_headline_says_which_scores_cost_nothing(
    cached: tuple[int, ...], read: tuple[int, ...], text: str
) -> None:
    clock = ScoreClock()
    if cached:
        clock.add(batch(*cached, cached=True), 0.1)
    if read:
        clock.add(batch(*read), 1.0)
    hits = tuple(Hit(doc_id, 1.0, rank) for rank, doc_id in enumerate("abc", 1))
    rankings = (Ranking("bm25", "m", hits), Ranking(CROSS_ENCODER, "m", hits))
    trace = SearchTrace(
        "q",
        CorpusInfo("c", 3, "f"),
        rankings,
        clock.timings(CROSS_ENCODER, reading=0.0, sorting=0.0),
    )
    assert summary(trace, "bm25", CROSS_ENCODER, "cross-encoder").endswith(text)


def test_a_wait_before_remembered_scores_is_a_step_too() -> None:
    clock = ScoreClock()
    clock.add(batch(0, cached=True, waited_seconds=1.0), 1.25)
    steps = clock.timings(CROSS_ENCODER, reading=0.0, sorting=0.0)
    assert [(step.step, step.seconds) for step in steps] == [
        ("read", 0.0),
        ("score", 0.25),
        ("wait", 1.0),
        ("sort", 0.0),
    ]


def test_scoring_again_keeps_remembered_scores_and_waiting_apart() -> None:
    clock = ScoreClock()
    batches = (
        batch(0, 1, cached=True, measured_seconds=4.0),
        batch(2, tokenise_seconds=0.5, waited_seconds=0.25),
    )
    clock.add_round(RescoringRound({}, {}, complete=True, batches=batches), 3.0)
    clock.add_round(None, 0.125)
    timings = clock.timings_again(CROSS_ENCODER)
    assert [(t.step, t.seconds, t.n_out, t.cached, t.measured_seconds) for t in timings] == [
        (RESCORE, 1.0, 2, True, 4.0),
        ("wait", 0.25, 1, False, 0.0),
        (RESCORE, 1.875, 1, False, 0.0),  # what is left of the round and its end is scoring
    ]
    assert sum(t.seconds for t in timings) == 3.125, "nothing is counted twice or left out"


def test_scoring_nothing_again_is_a_step_without_pairs() -> None:
    clock = ScoreClock()
    clock.add_round(None, 0.125)
    (timing,) = clock.timings_again(CROSS_ENCODER)
    assert (timing.step, timing.seconds, timing.n_out, timing.cached) == (RESCORE, 0.125, 0, False)


def test_the_headline_counts_what_scoring_again_cost_when_it_was_read() -> None:
    clock, clock_again = ScoreClock(), ScoreClock()
    clock.add(batch(0, 1, cached=True, measured_seconds=2.0), 0.0)
    again = RescoringRound({}, {}, True, (batch(0, cached=True, measured_seconds=1.0),))
    clock_again.add_round(again, 1.0)
    trace = SearchTrace(
        "q",
        CorpusInfo("c", 2, "f"),
        (
            Ranking("bm25", "m", (Hit("a", 1.0, 1),)),
            Ranking(CROSS_ENCODER, "m", (Hit("a", 1.0, 1),)),
        ),
        (
            *clock.timings(CROSS_ENCODER, reading=0.0, sorting=0.0),
            *clock_again.timings_again(CROSS_ENCODER),
        ),
        1.0,
    )
    says = summary(trace, "bm25", CROSS_ENCODER, "cross-encoder")
    assert "3.0 s more when scored; now from memory" in says
