from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from corpora.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.memory_store import MemoryStore
from search.types import Cancelled, CrossExamError, Document, Encoder, Floats, Role

KEY = EmbeddingKey("0123456789abcdef", "org/model", "r1", "fp32", "title text")
WORDS = ["b", "dddd", "", "a", "ccc ccc", "ee", "one two three"]


class Recording(Encoder, Protocol):
    calls: list[list[str]]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore.from_documents(Document(f"d{i}", text) for i, text in enumerate(WORDS))


@pytest.fixture
def vectors() -> Floats:
    return np.arange(12, dtype=np.float32).reshape(3, 4)


def damage_by_cutting(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def damage_by_flipping_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def damage_by_emptying(path: Path) -> None:
    path.write_bytes(b"")


def damage_by_losing_the_promise(path: Path) -> None:
    path.with_suffix(".json").unlink()


def damage_by_cutting_the_promise(path: Path) -> None:
    damage_by_cutting(path.with_suffix(".json"))


def damage_by_a_promise_of_another_shape(path: Path) -> None:
    promise = path.with_suffix(".json")
    said = json.loads(promise.read_text())
    promise.write_text(json.dumps(said | {"shape": [4, 3]}))


def damage_by_a_promise_that_is_no_object(path: Path) -> None:
    path.with_suffix(".json").write_text("[]")


DAMAGES = [
    damage_by_cutting,
    damage_by_flipping_a_bit,
    damage_by_emptying,
    damage_by_losing_the_promise,
    damage_by_cutting_the_promise,
    damage_by_a_promise_of_another_shape,
    damage_by_a_promise_that_is_no_object,
]


def test_what_was_saved_is_loaded(vectors: Floats, cache: Path) -> None:
    EmbeddingCache().save(KEY, vectors)
    loaded = EmbeddingCache().load(KEY)
    assert loaded is not None
    np.testing.assert_array_equal(loaded, vectors)
    assert loaded.dtype == np.float32
    assert EmbeddingCache().path(KEY).parent == cache / "embeddings"


@pytest.mark.parametrize("part", ["corpus_fingerprint", "model", "revision", "precision", "recipe"])
def test_every_part_of_the_key_tells_files_apart(vectors: Floats, part: str) -> None:
    cache = EmbeddingCache()
    cache.save(KEY, vectors)
    assert cache.load(replace(KEY, **{part: "other"})) is None


def test_names_never_become_paths(tmp_path: Path, vectors: Floats) -> None:
    key = replace(KEY, model="../../etc/passwd", recipe="a\nb")
    cache = EmbeddingCache(tmp_path / "here")
    cache.save(key, vectors)
    assert cache.path(key).parent == tmp_path / "here"
    assert len(list((tmp_path / "here").iterdir())) == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_not_loaded_and_removed(
    vectors: Floats, damage: Callable[[Path], None]
) -> None:
    cache = EmbeddingCache()
    cache.save(KEY, vectors)
    damage(cache.path(KEY))
    assert cache.load(KEY) is None
    assert list(cache.path(KEY).parent.iterdir()) == []


def test_a_pickle_is_never_loaded(vectors: Floats) -> None:
    cache = EmbeddingCache()
    cache.save(KEY, vectors)
    path = cache.path(KEY)
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert cache.load(KEY) is None


def test_documents_are_embedded_in_corpus_order(store: MemoryStore, encoder: Recording) -> None:
    got = embed_documents(encoder, store, KEY, EmbeddingCache(), batch=3)
    np.testing.assert_array_equal(got, encoder.encode(WORDS, role="document"))


def test_texts_of_like_length_go_together_longest_first(
    store: MemoryStore, encoder: Recording
) -> None:
    embed_documents(encoder, store, KEY, EmbeddingCache(), batch=3)
    assert encoder.calls == [["one two three", "ccc ccc", "dddd"], ["ee", "b", "a"], [""]]


def test_a_second_time_nothing_is_computed(store: MemoryStore, encoder: Recording) -> None:
    first = embed_documents(encoder, store, KEY, EmbeddingCache())
    seen: list[tuple[int, int]] = []
    again = embed_documents(
        encoder, store, KEY, EmbeddingCache(), on_progress=lambda *step: seen.append(step)
    )
    np.testing.assert_array_equal(first, again)
    assert (len(encoder.calls), seen) == (1, [])


def test_a_half_written_file_is_rebuilt(store: MemoryStore, encoder: Recording) -> None:
    cache = EmbeddingCache()
    first = embed_documents(encoder, store, KEY, cache).copy()
    damage_by_cutting(cache.path(KEY))
    np.testing.assert_array_equal(embed_documents(encoder, store, KEY, cache), first)
    assert len(encoder.calls) == 2
    assert cache.load(KEY) is not None


def test_embeddings_of_another_number_of_documents_are_rebuilt(
    store: MemoryStore, encoder: Recording, vectors: Floats
) -> None:
    cache = EmbeddingCache()
    cache.save(KEY, vectors)
    assert len(embed_documents(encoder, store, KEY, cache)) == len(WORDS)


def test_progress_counts_documents(store: MemoryStore, encoder: Recording) -> None:
    seen: list[tuple[int, int]] = []
    embed_documents(
        encoder, store, KEY, EmbeddingCache(), batch=3, on_progress=lambda *step: seen.append(step)
    )
    assert seen == [(0, 7), (3, 7), (6, 7), (7, 7)]


def test_cancelling_stops_between_batches_and_keeps_nothing(
    store: MemoryStore, encoder: Recording
) -> None:
    cache = EmbeddingCache()
    with pytest.raises(Cancelled, match="after 3 of 7 documents"):
        embed_documents(encoder, store, KEY, cache, batch=3, cancel=lambda: len(encoder.calls) == 1)
    assert cache.load(KEY) is None


def test_an_empty_corpus_is_refused(encoder: Recording) -> None:
    with pytest.raises(CrossExamError, match="no documents to embed"):
        embed_documents(encoder, MemoryStore.from_documents([]), KEY, EmbeddingCache())


def test_a_model_that_returns_nonsense_is_named(store: MemoryStore) -> None:
    class Broken:
        name = "broken"

        def encode(self, texts: Sequence[str], role: Role = "query") -> Floats:
            return np.full((len(texts), 2), np.nan, np.float32)

        def n_truncated(self, text: str) -> int:
            return 0

    with pytest.raises(CrossExamError, match="broken gave vectors"):
        embed_documents(Broken(), store, KEY, EmbeddingCache())


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, vectors: Floats) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CrossExamError, match="CROSSEXAM_CACHE"):
        EmbeddingCache(tmp_path / "file").save(KEY, vectors)
