"""One corpus in Milvus: its schema, what is durably stored of it, and the two searches.

Rows are keyed by the document's position in the corpus, a number; ids and texts are data and
never part of an expression. The ids themselves stay in the corpus' own store, which keeps
them at any length and in any script: Milvus bounds a text field at 65,535 bytes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.indexes.milvus_client import MilvusConnection, milvus_errors
from corpora.indexes.milvus_layout import MOST_BYTES, Bm25Recipe, Graph, bm25_text
from engine.types import Cancel, Cancelled, CrossExamError, Floats

MOST_HITS = 16_384  # that Milvus lists for one search
INSERT_BYTES = 8_000_000  # of one request; Milvus takes up to 64 MB
SECONDS, LONG_SECONDS, BUILD_SECONDS = 30.0, 120.0, 3600.0
PAUSE = 0.3  # between two looks at whether an index is built
POSITION, TEXT, VECTOR, TERMS = "position", "text", "vector", "terms"
STRONG = "Strong"


class MilvusCollection:
    """The rows of one corpus; a VectorIndex by HNSW, and BM25 over the same rows."""

    def __init__(
        self,
        connection: MilvusConnection,
        name: str,
        *,
        bm25: Bm25Recipe | None = None,
        graph: Graph | None = None,
    ) -> None:
        self.connection = connection
        self.name = name
        self.bm25 = bm25 or Bm25Recipe()
        self.graph = graph or Graph()
        self._size = 0

    @property
    def _client(self) -> Any:
        return self.connection.client

    def exists(self) -> bool:
        with milvus_errors(self.connection.address, "looking for the collection"):
            return bool(self._client.has_collection(self.name, timeout=SECONDS))

    def create(self, dimensions: int) -> None:
        """Make the empty collection with its indexes, unless it is there."""
        from pymilvus import DataType, Function, FunctionType

        if self.exists():
            return
        analyser = {
            "tokenizer": "standard",
            "filter": ["lowercase", {"type": "stop", "stop_words": list(self.bm25.stop_words)}],
        }
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(POSITION, DataType.INT64, is_primary=True)
        schema.add_field(
            TEXT,
            DataType.VARCHAR,
            max_length=MOST_BYTES,
            enable_analyzer=True,
            analyzer_params=analyser,
        )
        schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimensions)
        schema.add_field(TERMS, DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=[TEXT],
                output_field_names=[TERMS],
            )
        )
        indexes = self._client.prepare_index_params()
        built = {"M": self.graph.links, "efConstruction": self.graph.build_breadth}
        indexes.add_index(
            VECTOR, index_name=VECTOR, index_type="HNSW", metric_type="IP", params=built
        )
        indexes.add_index(
            TERMS,
            index_name=TERMS,
            index_type="SPARSE_INVERTED_INDEX",
            metric_type="BM25",
            params={"bm25_k1": self.bm25.k1, "bm25_b": self.bm25.b},
        )
        with milvus_errors(self.connection.address, "creating the collection"):
            self._client.create_collection(
                self.name,
                schema=schema,
                index_params=indexes,
                consistency_level=STRONG,
                timeout=LONG_SECONDS,
            )

    def load(self) -> None:
        """Have Milvus take the collection up for searching; builds what is not built."""
        with milvus_errors(self.connection.address, "loading the collection"):
            self._client.load_collection(self.name, timeout=BUILD_SECONDS)

    def release(self) -> None:
        """Have Milvus let go of it, so that many rows can be put in faster."""
        with milvus_errors(self.connection.address, "releasing the collection"):
            self._client.release_collection(self.name, timeout=LONG_SECONDS)

    def count(self, below: int | None = None) -> int:
        """How many rows are durably stored; with `below`, of the positions below it."""
        row_filter = "" if below is None else f"{POSITION} < {int(below)}"
        with milvus_errors(self.connection.address, "counting the rows"):
            rows = self._client.query(
                self.name,
                filter=row_filter,
                output_fields=["count(*)"],
                consistency_level=STRONG,
                timeout=LONG_SECONDS,
            )
        return int(rows[0]["count(*)"])

    def remove_from(self, position: int) -> None:
        """Remove the rows of this position and all after it."""
        with milvus_errors(self.connection.address, "removing rows"):
            self._client.delete(
                self.name, filter=f"{POSITION} >= {int(position)}", timeout=LONG_SECONDS
            )

    def insert(self, first: int, texts: Sequence[str], vectors: Floats) -> None:
        """Put in the rows `first`, `first` + 1 …; durable once this returns."""
        rows: list[dict[str, Any]] = []
        size = 0
        for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
            rows.append({POSITION: first + number, TEXT: text, VECTOR: vector})
            size += vector.nbytes + 4 * len(text)
            if size >= INSERT_BYTES:
                self._insert(rows)
                rows, size = [], 0
        self._insert(rows)

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        with milvus_errors(self.connection.address, "inserting rows"):
            done = self._client.insert(self.name, rows, timeout=LONG_SECONDS)
        if int(done["insert_count"]) != len(rows):
            raise CrossExamError(
                f"{self.connection.name} took {done['insert_count']} of {len(rows)} rows: "
                "index the corpus once more"
            )

    def seal(self, cancel: Cancel | None = None) -> None:
        """Have what was put in written out and linked; returns when both indexes are built."""
        with milvus_errors(self.connection.address, "flushing the collection"):
            self._client.flush(self.name, timeout=BUILD_SECONDS)
        _until_done(self.load, cancel)
        deadline = time.monotonic() + BUILD_SECONDS
        for index in (VECTOR, TERMS):
            while self._pending(index) and time.monotonic() < deadline:
                _check(cancel)
                time.sleep(PAUSE)

    def _pending(self, index: str) -> int:
        with milvus_errors(self.connection.address, "asking for the index"):
            facts = self._client.describe_index(self.name, index, timeout=SECONDS)
        return int(facts.get("pending_index_rows", 0) or 0)

    def open(self, size: int) -> None:
        """Make ready for searching `size` rows."""
        self._size = size

    def drop(self) -> None:
        """Remove the collection with everything in it."""
        with milvus_errors(self.connection.address, "removing the collection"):
            self._client.drop_collection(self.name, timeout=LONG_SECONDS)

    def __len__(self) -> int:
        return self._size

    @property
    def reach(self) -> int:
        """How many hits a search lists at most."""
        return MOST_HITS

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(cosines, positions) of the k nearest by HNSW, best first; it may miss neighbours."""
        n_hits = min(k, self._size, MOST_HITS)
        breadth = max(self.graph.search_breadth, n_hits)
        hits = self._hits(
            [np.ascontiguousarray(vector, np.float32).reshape(-1)],
            VECTOR,
            n_hits,
            {"metric_type": "IP", "params": {"ef": breadth}},
        )
        return _arrays(hits)

    def match(self, text: str, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(BM25 scores, positions) of the k best, best first; fewer where fewer match."""
        n_hits = min(k, self._size, MOST_HITS)
        if not text.strip():
            return _arrays([])
        scores, positions = _arrays(self._hits([bm25_text(text)[0]], TERMS, n_hits, _BM25))
        return np.abs(scores), positions  # Lite gives a distance, the less the better

    def match_only(self, text: str, positions: Sequence[int]) -> dict[int, float]:
        """The BM25 scores of these rows, by position; rows without any term of it have none."""
        score_by_position: dict[int, float] = {}
        if not text.strip():
            return score_by_position
        for start in range(0, len(positions), 1024):
            batch_positions = [int(position) for position in positions[start : start + 1024]]
            hits = self._hits(
                [bm25_text(text)[0]],
                TERMS,
                len(batch_positions),
                _BM25,
                f"{POSITION} in {batch_positions}",
            )
            scores, hit_positions = _arrays(hits)
            score_by_position |= dict(
                zip(hit_positions.tolist(), np.abs(scores).tolist(), strict=True)
            )
        return score_by_position

    def _hits(
        self, data: list[Any], field: str, k: int, how: dict[str, Any], only: str = ""
    ) -> list[Any]:
        if k < 1:
            return []
        with milvus_errors(self.connection.address, "searching"):
            answers = self._client.search(
                self.name,
                data=data,
                anns_field=field,
                limit=k,
                filter=only,
                output_fields=[POSITION],
                search_params=how,
                timeout=SECONDS,
            )
        return list(answers[0])


def _until_done(work: Callable[[], None], cancel: Cancel | None) -> None:
    """Wait for `work` in a thread of its own, which goes on by itself where one cancels."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="milvus builds", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(PAUSE)
        if thread.is_alive():
            _check(cancel)
    if failed:
        raise failed[0]


def _check(cancel: Cancel | None) -> None:
    if cancel and cancel():
        raise Cancelled("building the index was cancelled; what is stored is kept")


_BM25: dict[str, Any] = {"metric_type": "BM25", "params": {}}


def _arrays(hits: Sequence[Any]) -> tuple[Floats, NDArray[np.int64]]:
    scores = np.array([hit["distance"] for hit in hits], np.float32)
    # A server that does not tell the key's name gives it as "id".
    positions = np.array([hit.get(POSITION, hit.get("id")) for hit in hits], np.int64)
    return scores, positions
