"""How a corpus lies in Milvus: its collection's name, its graph, and what BM25 reads of a text."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from corpora.indexes.embeddings import EmbeddingKey

LAYOUT = "1"  # of the rows; another one gets a collection of its own
MOST_BYTES = 65_535  # of a text field


@dataclass(frozen=True, slots=True)
class Graph:
    """The HNSW graph's parameters: M, efConstruction, and efSearch (at least the hits asked).

    With these, 97% of the exact ten nearest are found among 100,000 (benchmarks/milvus.json).
    """

    links: int = 16
    build_breadth: int = 200
    search_breadth: int = 512


@dataclass(frozen=True, slots=True)
class Bm25Recipe:
    """How Milvus counts terms: its standard tokeniser, lower case, these stop words.

    `terms` names the tokeniser that the texts went through before they were put in.
    """

    k1: float = 1.5
    b: float = 0.75
    stop_words: tuple[str, ...] = ()
    terms: str = ""


def collection_name(key: EmbeddingKey, bm25: Bm25Recipe, graph: Graph) -> str:
    """A name that Milvus takes, of hashes: what a corpus is called never enters it."""
    # on whatever machine they were computed
    vectors = (key.corpus_fingerprint, key.model, key.revision, key.recipe)
    built = (LAYOUT, vectors, str(bm25), graph.links, graph.build_breadth)
    digest = hashlib.sha256(repr(built).encode("utf-8")).hexdigest()
    return f"{name_prefix(key.corpus_fingerprint)}{digest[:16]}"


def name_prefix(fingerprint: str) -> str:
    """What the names of all collections of a corpus begin with."""
    safe = hashlib.sha256(fingerprint.encode("utf-8")).hexdigest()[:16]
    return f"crossexam_{safe}_"


def bm25_text(text: str) -> tuple[str, bool]:
    """The text as BM25 reads it, and whether its end was cut off at 65,535 bytes of UTF-8."""
    data = unicodedata.normalize("NFC", text).encode("utf-8", "replace")
    if len(data) <= MOST_BYTES:
        return data.decode("utf-8"), False
    return data[:MOST_BYTES].decode("utf-8", "ignore"), True
