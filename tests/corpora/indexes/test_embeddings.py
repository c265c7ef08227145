from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.stores.memory_store import MemoryStore
from engine.types import Cancelled, CrossExamError, Document, Encoder, Floats, Role

ROOT = Path(__file__).parents[3]
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


def cancelled_after(calls: int, store: MemoryStore, encoder: Recording) -> None:
    with pytest.raises(Cancelled, match=f"after {3 * calls} of 7 documents"):
        embed_documents(
            encoder,
            store,
            KEY,
            EmbeddingCache(),
            batch=3,
            cancel=lambda: len(encoder.calls) == calls,
        )


def test_cancelling_stops_between_batches_and_what_was_done_is_not_done_again(
    store: MemoryStore, encoder: Recording, cache: Path
) -> None:
    cancelled_after(1, store, encoder)
    assert EmbeddingCache().load(KEY) is None
    seen: list[tuple[int, int]] = []
    vectors = embed_documents(
        encoder, store, KEY, EmbeddingCache(), batch=3, on_progress=lambda *s: seen.append(s)
    )
    assert seen == [(3, 7), (6, 7), (7, 7)]
    assert [len(call) for call in encoder.calls] == [3, 3, 1]
    np.testing.assert_array_equal(vectors, encoder.encode(WORDS, role="document"))
    assert sorted(path.suffix for path in (cache / "embeddings").iterdir()) == [".json", ".npy"]


def test_a_damaged_part_and_all_after_it_are_done_again(
    store: MemoryStore, encoder: Recording, cache: Path
) -> None:
    cancelled_after(2, store, encoder)
    first, second = sorted((cache / "embeddings").glob("*.parts-3/*.npy"))
    damage_by_flipping_a_bit(first)
    seen: list[tuple[int, int]] = []
    vectors = embed_documents(
        encoder, store, KEY, EmbeddingCache(), batch=3, on_progress=lambda *s: seen.append(s)
    )
    assert seen[0] == (0, 7)
    assert not second.exists()
    np.testing.assert_array_equal(vectors, encoder.encode(WORDS, role="document"))


def test_parts_of_another_batch_size_are_not_mixed_in(
    store: MemoryStore, encoder: Recording
) -> None:
    cancelled_after(1, store, encoder)
    vectors = embed_documents(encoder, store, KEY, EmbeddingCache(), batch=2)
    np.testing.assert_array_equal(vectors, encoder.encode(WORDS, role="document"))


SLOW = """
import sys, time
from pathlib import Path
from corpora.indexes.embeddings import EmbeddingCache, embed_documents
from corpora.stores.memory_store import MemoryStore
from engine.types import Document
from tests.corpora.conftest import HashEncoder
from tests.corpora.indexes.test_embeddings import KEY

class Slow(HashEncoder):
    def encode(self, texts, role="query"):
        time.sleep(0.02)
        return super().encode(texts, role)

store = MemoryStore.from_documents(Document(str(i), f"text {i}") for i in range(1000))
def told(done, total):
    print(done, flush=True)
embed_documents(Slow(), store, KEY, EmbeddingCache(), batch=5, on_progress=told)
"""


def test_a_killed_process_loses_at_most_the_batch_in_hand(encoder: Recording, cache: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    counts = [int(process.stdout.readline()) for _ in range(6)]
    process.kill()
    counts += [int(line) for line in process.stdout.read().split()]
    process.wait()
    process.stdout.close()
    store = MemoryStore.from_documents(Document(str(i), f"text {i}") for i in range(1000))
    seen: list[tuple[int, int]] = []
    vectors = embed_documents(
        encoder, store, KEY, EmbeddingCache(), batch=5, on_progress=lambda *s: seen.append(s)
    )
    assert 25 <= counts[-1] < 1000
    assert seen[0][0] in (counts[-1], counts[-1] + 5), "every batch that was told of is there"
    assert sum(len(call) for call in encoder.calls) == 1000 - seen[0][0]
    texts = [f"text {i}" for i in range(1000)]
    np.testing.assert_array_equal(vectors, encoder.encode(texts, role="document"))


def test_an_empty_corpus_is_refused(encoder: Recording) -> None:
    with pytest.raises(CrossExamError, match="no documents to embed"):
        embed_documents(encoder, MemoryStore.from_documents([]), KEY, EmbeddingCache())


def test_a_model_that_returns_nonsense_is_named(store: MemoryStore) -> None:
    class Broken(Encoder):
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
