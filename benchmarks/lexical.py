"""BM25 on many documents: rank-bm25 beside what the app uses, in one run.

The documents are synthetic: words drawn from the bundled `senses` and the pydoc corpus
by how often they occur there, with a fixed seed, at lengths of 20 to 120 words.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.search.stages.lexical import LexicalRetriever
from engine.types import Log
from models.lexical.bm25 import BM25Index, LuceneBM25
from models.lexical.terms import document_terms, terms
from workbench.workbench import Workbench

DOCUMENTS, QUERIES, REFERENCE_QUERIES, TOP = 100_000, 100, 10, 10
TARGET = 0.050
SEED = 20


def synthetic(bench: Workbench, documents: int) -> tuple[list[str], list[str]]:
    """(texts, queries) by the word frequencies of the two corpora; the same at every call."""
    counts: Counter[str] = Counter()
    for name in ("senses", "pydoc"):
        store = bench.corpora.open(name).store
        for document in store.get(store.ids()):
            counts.update(terms(document.content))
    words, weights = list(counts), list(counts.values())
    draw = random.Random(SEED)
    pool = draw.choices(words, weights, k=documents * 70)
    texts, at = [], 0
    for _ in range(documents):
        length = draw.randrange(20, 121)
        texts.append(" ".join(pool[(at + i) % len(pool)] for i in range(length)))
        at += length
    queries = [
        " ".join(draw.choices(words, weights, k=draw.randrange(2, 7))) for _ in range(QUERIES)
    ]
    return texts, queries


def measured(bench: Workbench, log: Log, *, documents: int = DOCUMENTS) -> dict[str, Any]:
    """Seconds a query of both, through the same stage, and whether their rankings agree."""
    log(f"making {documents:,} documents from the words of senses and pydoc, seed {SEED}")
    texts, queries = synthetic(bench, documents)
    log("indexing them as the app does")
    start = time.perf_counter()
    index = BM25Index.from_texts(texts)
    built = time.perf_counter() - start
    ids = [f"d{number:07d}" for number in range(documents)]
    ours = LexicalRetriever(index, ids)
    log(f"searching {len(queries)} queries")
    for query in queries[:3]:
        ours.retrieve(query, 50)
    seconds, rankings = _timed(ours, queries)
    log("indexing them with rank-bm25")
    start = time.perf_counter()
    plain = BM25Index(LuceneBM25([document_terms(text) for text in texts]), documents)
    plain_built = time.perf_counter() - start
    log(f"searching the first {REFERENCE_QUERIES} queries with rank-bm25")
    theirs = LexicalRetriever(plain, ids)
    plain_seconds, plain_rankings = _timed(theirs, queries[:REFERENCE_QUERIES])
    apart = max(
        float(np.abs(index.scores(terms(query)) - plain.scores(terms(query))).max())
        for query in queries[:REFERENCE_QUERIES]
    )
    same = sum(a == b for a, b in zip(rankings, plain_rankings, strict=False))
    return {
        "documents": documents,
        "synthetic": f"words of senses and pydoc by frequency, seed {SEED}",
        "engine": index.name,
        "queries": len(queries),
        "median_seconds": statistics.median(seconds),
        "slowest_seconds": max(seconds),
        "target_seconds": TARGET,
        "index_seconds": built,
        "rank_bm25": {
            "queries": REFERENCE_QUERIES,
            "median_seconds": statistics.median(plain_seconds),
            "index_seconds": plain_built,
        },
        "times_as_fast": statistics.median(plain_seconds)
        / statistics.median(seconds[:REFERENCE_QUERIES]),
        "same_top_10": f"{same} of {REFERENCE_QUERIES}",
        "largest_score_difference": apart,
    }


def _timed(
    retriever: LexicalRetriever, queries: Sequence[str]
) -> tuple[list[float], list[list[str]]]:
    seconds, rankings = [], []
    for query in queries:
        start = time.perf_counter()
        ranking, _ = retriever.retrieve(query, 50)
        seconds.append(time.perf_counter() - start)
        rankings.append(ranking.ids(TOP))
    return seconds, rankings


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    plain = figures["rank_bm25"]
    return [
        f"BM25 on {figures['documents']:,} documents ({figures['synthetic']})",
        f"  {figures['engine']:20}{1000 * figures['median_seconds']:9.1f} ms a query, slowest "
        f"{1000 * figures['slowest_seconds']:.1f} ms, target "
        f"{1000 * figures['target_seconds']:.0f} ms; indexed in {figures['index_seconds']:.1f} s",
        f"  {'rank-bm25':20}{1000 * plain['median_seconds']:9.1f} ms a query; indexed in "
        f"{plain['index_seconds']:.1f} s",
        f"  {figures['times_as_fast']:.1f} times as fast; same top 10 in "
        f"{figures['same_top_10']} queries, scores at most "
        f"{figures['largest_score_difference']:.1e} apart",
    ]


if __name__ == "__main__":
    measurements = measured(
        Workbench(),
        lambda what: print(what, file=sys.stderr, flush=True),
        documents=int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS,
    )
    print("\n".join(report(measurements)))
