"""Remembered scores, told as such and never another pair's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.types import CrossExamError, Floats, ScoredBatch
from models.backends.backends import Tokens
from models.cross_encoders.batching import Batching
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pairs import PairBuilder
from models.cross_encoders.score_cache import KnownScore, ScoreCache
from models.text.wordpiece import WordPieces
from tests.models.tiny_bert import tiny_tokenizer

DOCUMENTS = ["a snake", "ball python", "python . snake", "a a a a", ". . . ball"]


class Counting:
    """Scores a pair by the sum of its ids, each times its place; counts the pairs."""

    label = "counting"
    threads = None

    def __init__(self) -> None:
        self.pairs = 0

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        self.pairs += len(ids)
        places = np.arange(1, ids.shape[1] + 1)
        scores: Floats = (ids * mask * places).sum(axis=1, keepdims=True).astype(np.float32)
        return scores


def model(*, limit: int = 64) -> tuple[CrossEncoder, Counting]:
    backend = Counting()
    pairs = PairBuilder(WordPieces(tiny_tokenizer()), limit)
    return CrossEncoder("counting", backend, pairs, lambda: None), backend


def by_position(batches: list[ScoredBatch]) -> dict[int, float]:
    return {p: s for batch in batches for p, s in zip(batch.positions, batch.scores, strict=True)}


def test_a_second_search_reads_no_pair_and_says_so() -> None:
    cross, backend = model()
    first = list(cross.score("python", DOCUMENTS))
    assert not any(batch.cached for batch in first)
    assert backend.pairs == 5
    (again,) = cross.score("python", DOCUMENTS)
    assert again.cached
    assert (again.tokens, again.tokenise_seconds) == (0, 0.0)
    assert by_position([again]) == by_position(first)
    assert backend.pairs == 5


def test_remembered_scores_carry_the_seconds_that_they_took() -> None:
    cross, _ = model()
    first = list(cross.score("python", DOCUMENTS))
    took = sum(batch.seconds + batch.tokenise_seconds for batch in first)
    assert took > 0
    (again,) = cross.score("python", DOCUMENTS)
    assert again.measured_seconds == pytest.approx(took)
    assert not any(batch.measured_seconds for batch in first)


def test_forgotten_scores_are_computed_afresh_and_others_stay() -> None:
    cross, backend = model()
    list(cross.score("python", DOCUMENTS))
    cross.forget("python", DOCUMENTS[:2])
    before = backend.pairs
    cached, *fresh = cross.score("python", DOCUMENTS)
    assert (cached.cached, cached.positions) == (True, (2, 3, 4))
    assert sorted(p for batch in fresh for p in batch.positions) == [0, 1]
    assert backend.pairs == before + 2


def test_only_what_is_missing_is_read() -> None:
    cross, backend = model()
    apart = [cross.without_caches().score_all("python", [text])[0] for text in DOCUMENTS]
    list(cross.score("python", DOCUMENTS[1:3]))
    before = backend.pairs
    first, *rest = cross.score("python", DOCUMENTS)
    assert (first.cached, first.positions) == (True, (1, 2))
    assert not any(batch.cached for batch in rest)
    assert sorted(p for batch in rest for p in batch.positions) == [0, 3, 4]
    assert backend.pairs == before + 3
    found = by_position([first, *rest])
    assert [found[i] for i in range(5)] == apart


def test_a_cut_document_stays_known_as_cut() -> None:
    cross, _ = model(limit=8)
    long = "snake " * 20
    (first,) = cross.score("python", [long])
    (again,) = cross.score("python", [long])
    assert first.n_truncated == again.n_truncated == (16,)


def test_copies_to_measure_with_read_everything_and_teach_nothing() -> None:
    cross, backend = model()
    list(cross.score("python", DOCUMENTS))
    for copy, tokens_known in (
        (cross.without_caches(), False),
        (cross.without_score_cache(), True),
    ):
        for _ in range(2):
            before = backend.pairs
            batches = list(copy.score("python", DOCUMENTS))
            assert backend.pairs == before + 5
            assert not any(batch.cached for batch in batches)
            assert all(batch.tokenise_cached is tokens_known for batch in batches)
    cross.without_score_cache().score_all("python", ["a ball"])
    before = backend.pairs
    cross.score_all("python", ["a ball"])
    assert backend.pairs == before + 1


def test_a_copy_with_other_batches_knows_the_same_scores() -> None:
    cross, _ = model()
    single = cross.with_batches(Batching(budget=1000, largest=1))
    assert [len(batch.positions) for batch in single.score("python", DOCUMENTS)] == [1] * 5
    (again,) = cross.score("python", DOCUMENTS)
    assert again.cached
    with pytest.raises(CrossExamError, match="0 pairs"):
        Batching(largest=0)


def test_a_cancelled_search_leaves_what_it_read() -> None:
    cross, backend = model()
    single = cross.with_batches(Batching(largest=1))
    stream = single.score("python", DOCUMENTS, cancel=lambda: backend.pairs >= 2)
    assert len(list(stream)) == 2
    first, *_ = cross.score("python", DOCUMENTS)
    assert first.cached
    assert len(first.positions) == 2


def test_pairs_with_the_same_letters_are_told_apart() -> None:
    cache = ScoreCache("m")
    pairs = [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("ab", "C")]
    keys = [cache.keys(query, [text])[0] for query, text in pairs]
    keys += ScoreCache("m2").keys("ab", ["c"])
    keys += cache.keys("\ud800", ["c"])  # a lone surrogate is no error
    assert len(set(keys)) == len(keys)


def test_it_is_bounded_and_drops_what_was_unused_for_longest() -> None:
    cache = ScoreCache("m", most=2)
    a, b, c = cache.keys("q", ["a", "b", "c"])
    cache.keep([a, b], [KnownScore(1.0, 0), KnownScore(2.0, 0)])
    assert cache.look_up([a]) == [KnownScore(1.0, 0)]
    cache.keep([c], [KnownScore(3.0, 5)])
    assert cache.look_up([a, b, c]) == [KnownScore(1.0, 0), None, KnownScore(3.0, 5)]
    assert len(cache) == 2


def test_eight_visitors_at_once_get_what_each_would_get_alone() -> None:
    cross, _ = model()
    words = ["ball", "python", "snake", "a", "."]
    queries = [f"{first} {second}" for first in words for second in words][:8]
    texts = [f"{a} {b} {c}" for a in words for b in words for c in words]
    expected = {query: cross.without_caches().score_all(query, texts) for query in queries}
    small = cross.with_batches(Batching(budget=64, largest=4))

    def wrong(number: int) -> bool:
        query = queries[number % 8]
        return small.score_all(query, texts) != expected[query]

    with ThreadPoolExecutor(8) as visitors:
        assert sum(visitors.map(wrong, range(24))) == 0
