"""A large corpus in Milvus: import (killed and continued), restart, both searches, recall.

    python -m benchmarks.milvus --size 100000 --out benchmarks/milvus.json

The corpus is that of `benchmarks.large`, short documents of real words with known relevant ones,
embedded by the app's bi-encoder. Without --stream the embeddings come first and are kept, so that
the import's seconds are Milvus' own; with it documents are embedded while they stream in. Each
step runs in a process of its own, whose peak memory is then its own: "ready" is what it held with
both models loaded, before Milvus was asked for anything. --cache keeps everything for another
run; CROSSEXAM_MILVUS_URI names a cluster in place of the file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_steps import Steps, run_step
from benchmarks.large import NAME, import_step, make
from corpora.importing.normal_form import size_on_disk
from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.indexes.index_backend import FROM
from corpora.indexes.milvus_backend import milvus_folder
from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_layout import Graph
from corpora.indexes.vectors import FaissIndex
from corpora.stores.corpus import Corpus
from engine.latency.scale import sample_ids
from engine.types import Floats
from models.lexical.bm25 import BM25Index
from system.hardware import hardware
from system.memory import memory
from system.storage import write_text_atomically
from workbench.dense_indexes import INDEX_BACKEND_BM25, RECIPE
from workbench.searchers import index_backend_query
from workbench.workbench import Workbench

KILL_AT = 0.4
OPENINGS, OPENING_WORDS = 200, 3
BREADTHS = (64, 128, 256, 512, 768)
K = 10


def embed_step(_: str) -> dict[str, Any]:
    """Embed the corpus into the cache, as this process would without Milvus."""
    bench = Workbench()
    corpus, encoder = bench.corpora.open(NAME), bench.models.bi_encoder()
    kept = EmbeddingCache().load(_key(bench, corpus)) is not None
    start = time.perf_counter()
    vectors = embed_documents(encoder, corpus.store, _key(bench, corpus), EmbeddingCache())
    seconds = round(time.perf_counter() - start, 2)
    return {"documents": len(vectors), "kept_from_before": kept, "embedding_seconds": seconds}


def fill_step(_: str) -> dict[str, Any]:
    """Bring Milvus up to the whole corpus, telling how far it is on stderr."""
    bench = Workbench()
    corpus = bench.corpora.open(NAME)
    bench.models.bi_encoder()
    bench.models.cross_encoder()
    ready = _resident()
    began: list[tuple[float, int]] = []

    def told(_what: str, done: int, total: int) -> None:
        began.append((time.perf_counter(), done))
        print(f"stored {done} of {total}", file=sys.stderr, flush=True)

    start = time.perf_counter()
    bench.searchers.of(corpus, on_progress=told)
    seconds = time.perf_counter() - start
    rows = _collection(bench, corpus).count()
    inserting = began[-1][0] - began[0][0] if began else 0.0
    return {
        "began_at": began[0][1] if began else rows,
        "rows": rows,
        "filling_seconds": round(seconds, 2),
        "inserting_seconds": round(inserting, 2),
        "building_seconds": round(start + seconds - began[-1][0], 2) if began else 0.0,
        "ready_megabytes": ready,
    }


def check_step(_: str) -> dict[str, Any]:
    """Read every row's position back: none may be missing, none be there twice."""
    bench = Workbench()
    corpus = bench.corpora.open(NAME)
    collection = _collection(bench, corpus)
    collection.load()
    counts = np.zeros(corpus.info.documents, np.int64)
    step = 10_000
    for first in range(0, corpus.info.documents, step):
        rows = collection.connection.client.query(
            collection.name,
            filter=f"position >= {first} and position < {first + step}",
            output_fields=["position"],
            limit=16_383,
        )
        for row in rows:
            counts[row["position"]] += 1
    return {
        "documents": len(counts),
        "missing": int((counts == 0).sum()),
        "twice": int((counts > 1).sum()),
        "rows": collection.count(),
    }


def search_step(_: str) -> dict[str, Any]:
    """Open what is there, and search it by both ways; the exact answers are in `exact_step`."""
    bench = Workbench()
    corpus = bench.corpora.open(NAME)
    encoder = bench.models.bi_encoder()
    bench.models.cross_encoder()
    ready = _resident()
    start = time.perf_counter()
    searcher = bench.searchers.of(corpus)
    opened = time.perf_counter() - start
    queries = _queries(corpus)
    start = time.perf_counter()
    searcher.dense.retrieve(queries[0], 50)
    first_dense = time.perf_counter() - start
    start = time.perf_counter()
    searcher.lexical.retrieve(queries[0], 50)
    first_lexical = time.perf_counter() - start
    seconds: dict[str, list[float]] = {"embed": [], "dense": [], "bm25": []}
    for query in queries:
        timings = searcher.dense.retrieve(query, 50)[1]
        by_step = {timing.step: timing.seconds for timing in timings}
        seconds["embed"].append(by_step["embed"])
        seconds["dense"].append(by_step["search"])
        timings = searcher.lexical.retrieve(query, 50)[1]
        seconds["bm25"].append(timings[0].seconds)
    resident = _resident()
    collection = _collection(bench, corpus)
    collection.open(corpus.info.documents)
    vectors = [encoder.encode([query], role="query")[0] for query in queries]
    near = {}
    for breadth in BREADTHS:
        collection.graph = Graph(
            collection.graph.links, collection.graph.build_breadth, search_breadth=breadth
        )
        took, positions = [], []
        for vector in vectors:
            start = time.perf_counter()
            positions.append(collection.search(vector, K)[1].tolist())
            took.append(time.perf_counter() - start)
        near[str(breadth)] = {"milliseconds": _spread(took), "found": positions}
    matched = [collection.match(index_backend_query(query), K)[1].tolist() for query in queries]
    return {
        "queries": len(queries),
        "open_seconds": round(opened, 2),
        "first_dense_seconds": round(first_dense, 3),
        "first_bm25_seconds": round(first_lexical, 3),
        "hits_listed": 50,
        "milliseconds": {name: _spread(took) for name, took in seconds.items()},
        "ready_megabytes": ready,
        "serving_megabytes": resident,
        "engine": collection.connection.name,
        "graph": {
            "M": Graph().links,
            "efConstruction": Graph().build_breadth,
            "efSearch": Graph().search_breadth,
        },
        "relevant_in_first_ten_of_bm25": _relevant(corpus, matched),
        "_near": near,
        "_matched": matched,
    }


def exact_step(_: str) -> dict[str, Any]:
    """What exact search over all vectors, and BM25 in this process, find for the queries."""
    bench = Workbench()
    corpus = bench.corpora.open(NAME)
    encoder = bench.models.bi_encoder()
    vectors = embed_documents(encoder, corpus.store, _key(bench, corpus), EmbeddingCache())
    index = FaissIndex.from_vectors(vectors)
    ids = corpus.store.ids()
    lexical = BM25Index.from_texts([document.content for document in corpus.store.get(ids)])
    near, matched = [], []
    for query in _queries(corpus):
        vector: Floats = encoder.encode([query], role="query")[0]
        near.append(index.search(vector, K)[1].tolist())
        scores = lexical.scores(lexical.terms(query))
        matched.append(np.argsort(-scores, kind="stable")[:K].tolist())
    relevant = _relevant(corpus, matched)
    return {"_near": near, "_matched": matched, "relevant_in_first_ten_of_bm25": relevant}


def _key(bench: Workbench, corpus: Corpus) -> EmbeddingKey:
    encoder = bench.models.bi_encoder()
    fingerprint = corpus.info.fingerprint
    return EmbeddingKey(fingerprint, encoder.name, encoder.revision, encoder.backend, RECIPE)


def _collection(bench: Workbench, corpus: Corpus) -> MilvusCollection:
    address = bench.index_backends.serving(corpus).address
    key = _key(bench, corpus)
    return bench.index_backends.milvus.collection(key, address, bm25=INDEX_BACKEND_BM25)


def _queries(corpus: Corpus) -> list[str]:
    """The corpus' own queries, and the openings of documents at even distances."""
    ids = sample_ids(corpus.store.ids(), OPENINGS)
    texts = [document.content for document in corpus.store.get(ids)]
    openings = [" ".join(text.split()[:OPENING_WORDS]) for text in texts]
    return [*(query.text for query in corpus.queries), *openings]


def _relevant(corpus: Corpus, matched: Sequence[Sequence[int]]) -> float:
    """The share of the known relevant documents that stand in the lists of the own queries."""
    ids = corpus.store.ids()
    listed = total = 0
    for query, positions in zip(corpus.queries, matched, strict=False):
        wanted = {doc_id for doc_id, grade in corpus.judgments(query.query_id).items() if grade}
        listed += len(wanted & {ids[position] for position in positions})
        total += len(wanted)
    return round(listed / total, 4)


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {
        "median": round(1000 * statistics.median(seconds), 2),
        "p95": round(1000 * float(np.percentile(seconds, 95)), 2),
    }


def _resident() -> int:
    now = memory()
    return round(now.resident / 1e6) if now is not None else 0


STEPS = {
    "import": import_step,
    "embed": embed_step,
    "fill": fill_step,
    "check": check_step,
    "search": search_step,
    "exact": exact_step,
}
STEPPED = Steps("benchmarks.milvus", "stored")


def measure(size: int, work: Path, *, stream: bool) -> dict[str, Any]:
    """All steps in order, each with its figures."""
    folder = work / "source"
    if not folder.exists():
        make(folder, size)
    report: dict[str, Any] = {"size": size, "streamed": stream, "machine": hardware()}
    steps: list[tuple[str, str, int | None]] = [
        ("filled, killed", "fill", max(1, int(KILL_AT * size))),
        ("filled, continued", "fill", None),
        ("checked", "check", None),
        ("restarted and searched", "search", None),
    ]
    if not stream:
        steps.insert(0, ("embedded", "embed", None))
    if NAME not in [entry.name for entry in Workbench().corpora.entries()]:
        steps.insert(0, ("imported", "import", None))
    bench = Workbench()
    if NAME in [entry.name for entry in bench.corpora.entries()]:
        bench.index_backends.remove(bench.corpora.open(NAME).info.fingerprint)
    for name, step, kill_at in steps:
        report[name] = STEPPED.in_process(step, folder, kill_at=kill_at)
        shown = {k: v for k, v in report[name].items() if not k.startswith("_")}
        print(name, json.dumps(shown), flush=True)
    report["disk_megabytes"] = round(size_on_disk(milvus_folder()) / 1e6)
    if not stream:
        bench.index_backends.remove(bench.corpora.open(NAME).info.fingerprint)
        report["filled at once"] = STEPPED.in_process("fill", folder)
        print("filled at once", json.dumps(report["filled at once"]), flush=True)
    report["recall"] = recall(report["restarted and searched"], STEPPED.in_process("exact", folder))
    print(json.dumps(report["recall"]), flush=True)
    return report


def recall(figures: dict[str, Any], exact: dict[str, Any]) -> dict[str, Any]:
    """The share of the exact ten that each efSearch finds, and of BM25's in this process."""
    near = figures.pop("_near")
    matched = figures.pop("_matched")
    return {
        "hnsw_at_10": {
            breadth: {
                "recall": round(_shared(row["found"], exact["_near"]), 4),
                "milliseconds": row["milliseconds"],
            }
            for breadth, row in near.items()
        },
        "bm25_at_10_shared_with_this_process": round(_shared(matched, exact["_matched"]), 4),
        "relevant_in_first_ten_of_bm25_in_this_process": exact["relevant_in_first_ten_of_bm25"],
    }


def _shared(positions: list[list[int]], expected: list[list[int]]) -> float:
    pairs = zip(positions, expected, strict=True)
    return statistics.mean(len({*ours} & {*theirs}) / len(theirs) for ours, theirs in pairs)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="a folder that is kept, with the corpus in it")
    parser.add_argument("--stream", action="store_true", help="embed while the rows stream in")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        run_step(STEPS, args.step, args.folder)
        return
    os.environ[FROM] = "1"
    with tempfile.TemporaryDirectory(prefix="crossexam-milvus-") as temporary:
        work = args.cache or Path(temporary)
        os.environ["CROSSEXAM_CACHE"] = str(work / "cache")
        report = measure(args.size, work, stream=args.stream)
    if args.out:
        write_text_atomically(args.out, json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
