"""Documents, vectors and an importer for tests of Milvus, small and the same in any process.

Run as a program it imports into Milvus and tells of every step on stdout, so that a test can
kill it on the way: python -m tests.corpora.indexes.milvus_rows URI TOTAL [SECONDS_A_BATCH]
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Sequence

import numpy as np

from corpora.indexes.embeddings import EmbeddingKey
from corpora.indexes.milvus_client import MilvusAddress, MilvusConnection
from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_import import import_documents
from corpora.indexes.milvus_layout import Bm25Recipe, Graph, collection_name
from corpora.stores.memory_store import MemoryStore
from engine.types import Document, Floats

DIMENSIONS = 32
BM25 = Bm25Recipe(stop_words=("a", "of", "the"))
WORDS = [f"{a}{b}" for a in ("snow", "rain", "wind", "sun", "fog") for b in range(60)]


def documents(total: int, seed: int = 5) -> list[Document]:
    """Short documents of few words, so that words meet; the ids are numbers in words."""
    dice = np.random.default_rng(seed)
    return [
        Document(f"d{i}", " ".join(dice.choice(WORDS, int(dice.integers(4, 14)))), f"title{i}")
        for i in range(total)
    ]


def embed(texts: Sequence[str]) -> Floats:
    """A unit vector a text, the same in every process."""
    seeds = [hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8] for text in texts]
    rows = [np.random.default_rng(int.from_bytes(s, "big")).normal(size=DIMENSIONS) for s in seeds]
    vectors = np.stack(rows).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def collection(connection: MilvusConnection, name: str) -> MilvusCollection:
    """The collection of a corpus with this fingerprint."""
    key = EmbeddingKey(name, "hashes", "1", "fp32", "title text")
    graph = Graph()
    return MilvusCollection(connection, collection_name(key, BM25, graph), bm25=BM25, graph=graph)


def main() -> None:
    """Import slowly, telling how far it is."""
    uri, total, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    pause = float(sys.argv[4])
    address = MilvusAddress(uri, os.environ.get("CROSSEXAM_TEST_MILVUS_TOKEN", ""))
    connection = MilvusConnection.open(address)

    def report(done: int, of: int) -> None:
        print(f"stored {done} of {of}", flush=True)  # noqa: T201
        time.sleep(pause)

    into = collection(connection, name)
    store = MemoryStore.from_documents(documents(total))
    import_documents(into, store, embed, DIMENSIONS, at_once=50, on_progress=report)


if __name__ == "__main__":
    main()
