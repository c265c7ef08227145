"""Nothing is cut in silence: the sentences that a finished search comes with."""

from __future__ import annotations

from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25
from tests.tiny import Tiny, tiny_searcher


def told(tinies: list[Tiny], query: str, *, notice: str | None = None) -> tuple[str, ...]:
    searcher, _ = tiny_searcher(tinies, notice=notice)
    trace = searcher.pipeline(Settings(depth=5, first_stage=BM25)).run(query)
    return searcher.reading_notices(trace)


def test_a_search_that_read_everything_says_nothing() -> None:
    assert told([Tiny("a", snakes=2), Tiny("b", snakes=1)], "snake") == ()


def test_candidates_that_the_cross_encoder_cut_are_counted() -> None:
    tinies = [Tiny("a", snakes=2, cut=7), Tiny("b", snakes=1, cut=30), Tiny("c", snakes=3)]

    (sentence,) = told(tinies, "snake")

    assert sentence.startswith("The cross-encoder did not read all of 2 of the 3 candidates")
    assert "they are longer than its limit, by up to 30 tokens. What" in sentence


def test_one_text_beyond_the_limit_is_said_in_the_singular() -> None:
    (sentence,) = told([Tiny("a", snakes=2, cut=1), Tiny("b", snakes=1)], "snake")
    assert "1 of the 2 candidates: it is longer than its limit, by 1 token. What" in sentence


def test_documents_that_the_bi_encoder_cut_are_counted() -> None:
    (sentence,) = told([Tiny("a", snakes=119), Tiny("b", snakes=1)], "snake")

    assert "only the beginning of 1 of the documents" in sentence
    assert "it is longer than its limit, by 21 tokens." in sentence  # 121 words, 100 of them read


def test_a_query_that_either_model_cut_is_told() -> None:
    long_query = " ".join(["snake"] * 130)

    cross, bi = told([Tiny("a", snakes=1)], long_query, notice="cut at 256 tokens")

    assert cross == "cut at 256 tokens"
    assert "its last 30 tokens were not embedded" in bi


def test_without_the_bi_encoder_its_limit_is_not_spoken_of() -> None:
    searcher, _ = tiny_searcher([Tiny("a", snakes=119)])
    trace = searcher.pipeline(Settings(depth=5, first_stage=BM25), stages=(BM25,)).run("snake")

    assert trace.ranking(BI_ENCODER) is None
    assert searcher.reading_notices(trace) == ()
