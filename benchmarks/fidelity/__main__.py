"""How faithful fast and fastest are to fp32: `senses`, SciFact and Cranfield, depths 20 to 100.

One pass a collection and mode: the first stage's 100 best of every judged query are scored by the
backend that was selected, by the quickest (int8) and in fp32, and all depths are worked out from
that. CROSSEXAM_DATA names the folder that holds SciFact and Cranfield in BEIR layout. What is
scored is kept in the cache folder query by query, a file for each backend, so that a run that is
stopped goes on where it was; two hours for all three. Queries come in a random order that is
always the same, a batch through every backend before the next: `--minutes N` begins no batch after
them (0: only what was scored before), and the queries scored by then are a random sample of the
collection's (`queries` of `of`). Progress goes to stderr, the figures to benchmarks/fidelity.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora.stores.corpus import Corpus
from engine.quality.ndcg import ndcg
from engine.search.precision.rescoring import (
    TOP,
    MixedScores,
    exact_of,
    precision_values,
    scorer_of,
)
from engine.search.ranking import rank
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.scoring import score_all
from engine.types import BI_ENCODER, BM25, CrossExamError, Query, Reranker, ScorePrecision
from engine.types.registries.measures import NDCG
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from models.cross_encoders.cross_encoder import CrossEncoder
from system.hardware import hardware
from system.storage import cache_folder, write_text_atomically
from workbench.workbench import Workbench

OUT = Path(__file__).parents[1] / "fidelity.json"
COLLECTIONS = ("senses", "scifact", "cranfield")
DEPTHS = (20, 50, 100)
BATCH = 10
QUANTILES = {"p99": 0.99, "p99.9": 0.999}


@dataclass(frozen=True, slots=True)
class ScoredQuery:
    """One query's candidates in the first stage's order, and their scores by each way."""

    query_id: str
    doc_ids: tuple[str, ...]
    wordless: frozenset[str]
    drifting: tuple[float, ...]
    exact: tuple[float, ...]
    fastest: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection's queries are scored with."""

    corpus: Corpus
    searcher: Searcher
    queries: tuple[Query, ...]
    first_stage: str


def main() -> int:
    """Measure the named collections (all three without a name); returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="*", metavar="collection")
    parser.add_argument("--minutes", type=minutes, default=math.inf, help="for each collection")
    args = parser.parse_args()
    try:
        for name in args.collections or COLLECTIONS:
            figures = measured(Workbench(), name, time.monotonic() + 60 * args.minutes)
            print(json.dumps({name: figures}, indent=1), flush=True)
            keep(name, figures)
    except CrossExamError as error:
        print(f"crossexam: {error}", file=sys.stderr)
        return 2
    return 0


def minutes(text: str) -> float:
    """How many minutes an option gives; raises ValueError for fewer than none."""
    value = float(text)
    if not value >= 0:  # NaN is not
        raise ValueError(text)
    return value


def measured(bench: Workbench, name: str, until: float) -> dict[str, Any]:
    """The figures of one collection, of the queries scored before `until` (monotonic seconds)."""
    if name not in COLLECTIONS:
        raise CrossExamError(f"no collection {name!r}: give some of {', '.join(COLLECTIONS)}")
    data = os.environ.get("CROSSEXAM_DATA")
    if name != "senses" and data is None:
        raise CrossExamError(f"set CROSSEXAM_DATA to the folder that holds {name} in BEIR layout")
    corpus = bench.corpora.open(name if name == "senses" else str(Path(data or "") / name))
    cross = bench.models.cross_encoder()
    grades: dict[str, dict[str, int]] = {}
    for qrel in corpus.qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    judged = [q for q in corpus.queries if any(g > 0 for g in grades.get(q.query_id, {}).values())]
    random.Random(0).shuffle(judged)
    first = BI_ENCODER if name == "senses" else BM25
    collection = Collection(corpus, bench.searchers.of(corpus), tuple(judged), first)
    scored = scored_queries(collection, cross, until)
    if not scored:
        raise CrossExamError(f"no query of {name} was scored in that time: give more --minutes")
    return {
        "queries": len(scored),
        "of": len(judged),
        "first_stage": first,
        "precision": {mode: precision_values(cross, mode) for mode in (FAST, FASTEST)},
        "machine": hardware(),
        **figures_of(scored, cross.precision, grades),
    }


def figures_of(
    scored: Sequence[ScoredQuery],
    precision: ScorePrecision,
    grades: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Drift over all pairs, and by depth how the first ten of each mode compare with fp32's.

    `backend_alone` is fast without scoring anything again.
    """
    drift = {FAST: _drift([(each.drifting, each.exact) for each in scored])}
    with_fastest = [(each.fastest, each.exact) for each in scored if each.fastest is not None]
    if with_fastest:
        drift[FASTEST] = _drift(with_fastest)
    return {"drift": drift, "depths": {d: _at(d, scored, precision, grades) for d in DEPTHS}}


def _drift(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> dict[str, Any]:
    """How far the scores of a way lie from fp32's, over all pairs."""
    apart = np.abs(np.concatenate([np.zeros(0), *(np.subtract(*both) for both in pairs)]))
    if not len(apart):
        return {"pairs": 0}
    return {
        "pairs": len(apart),
        "mean": float(apart.mean()),
        **{name: float(np.quantile(apart, q)) for name, q in QUANTILES.items()},
        "largest": float(apart.max()),
    }


def _at(
    depth: int,
    scored: Sequence[ScoredQuery],
    precision: ScorePrecision,
    grades: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    tops: dict[str, list[list[str]]] = {FAST: [], "backend_alone": [], FASTEST: [], "fp32": []}
    rescored = pairs = 0
    for each in scored:
        doc_ids = each.doc_ids[:depth]
        exact = dict(zip(doc_ids, each.exact, strict=False))
        last = each.wordless.intersection(doc_ids)
        mixed = MixedScores(precision, dict(zip(doc_ids, each.drifting, strict=False)), last)
        tops["backend_alone"].append(mixed.ranking("", "").ids(TOP))
        while wanted := mixed.wanted():
            mixed.take((doc_id, exact[doc_id]) for doc_id in wanted)
        tops[FAST].append(mixed.ranking("", "").ids(TOP))
        if each.fastest is not None:
            quick = zip(doc_ids, each.fastest, strict=False)
            tops[FASTEST].append([hit.doc_id for hit in rank(quick, TOP, last=last)])
        tops["fp32"].append([hit.doc_id for hit in rank(exact.items(), TOP, last=last)])
        rescored += len(mixed.exact)
        pairs += len(doc_ids)

    def against(way: str) -> dict[str, float]:
        both = list(zip(tops[way], tops["fp32"], strict=True))
        return {
            "same_order": float(np.mean([one == other for one, other in both])),
            "same_set": float(np.mean([set(one) == set(other) for one, other in both])),
            NDCG.name: _ndcg(tops[way], scored, grades),
            "difference": _ndcg(tops[way], scored, grades) - _ndcg(tops["fp32"], scored, grades),
        }

    return {
        FAST: {**against(FAST), "share_rescored": rescored / max(1, pairs)},
        **({FASTEST: against(FASTEST)} if tops[FASTEST] else {}),
        "backend_alone": against("backend_alone"),
        "fp32": {NDCG.name: _ndcg(tops["fp32"], scored, grades)},
    }


def _ndcg(
    tops: Sequence[Sequence[str]],
    scored: Sequence[ScoredQuery],
    grades: Mapping[str, Mapping[str, int]],
) -> float:
    values = [
        ndcg(top, grades.get(each.query_id, {})) for top, each in zip(tops, scored, strict=True)
    ]
    return float(np.mean(values))


def scored_queries(collection: Collection, cross: CrossEncoder, until: float) -> list[ScoredQuery]:
    """Each query's candidates scored by the selected backend, the quickest and in fp32."""
    backends = {FAST: ScoreFile(collection, cross), EXACT: ScoreFile(collection, exact_of(cross))}
    quickest = scorer_of(cross, FASTEST).precision
    if quickest is not None and quickest.mode == FASTEST and cross.fastest() is not cross:
        backends[FASTEST] = ScoreFile(collection, cross.fastest())
    scored: list[ScoredQuery] = []
    for start in range(0, len(collection.queries), BATCH):
        queries = collection.queries[start : start + BATCH]
        if time.monotonic() > until and not all(
            file.has(query) for file in backends.values() for query in queries
        ):
            break
        rows = {mode: [file.row(query) for query in queries] for mode, file in backends.items()}
        for query, fast, exact, fastest in zip(
            queries, rows[FAST], rows[EXACT], rows.get(FASTEST, [None] * len(queries)), strict=True
        ):
            scored.append(
                ScoredQuery(
                    query.query_id,
                    tuple(fast["doc_ids"]),
                    frozenset(fast["wordless"]),
                    tuple(fast["scores"]),
                    tuple(exact["scores"]),
                    None if fastest is None else tuple(fastest["scores"]),
                )
            )
        progress = f"fidelity: {len(scored)} of {len(collection.queries)} queries"
        print(progress, file=sys.stderr, flush=True)
    return scored


class ScoreFile:
    """Candidates and scores by one backend, a line a query; what was scored before is not again."""

    def __init__(self, collection: Collection, reranker: Reranker) -> None:
        self._collection, self._reranker = collection, reranker
        about = (
            f"{collection.corpus.info.fingerprint} {reranker.name} {reranker.revision} "
            f"{reranker.backend} {collection.first_stage}"
        )
        key = hashlib.sha256(about.encode()).hexdigest()[:24]
        self._path = cache_folder() / "fidelity" / f"{key}.jsonl"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = {row["query_id"]: row for row in _rows(self._path)}

    def has(self, query: Query) -> bool:
        """Whether the query was scored before."""
        return query.query_id in self._rows

    def row(self, query: Query) -> dict[str, Any]:
        """The query's candidates in the first stage's order, and their scores."""
        if query.query_id not in self._rows:
            searcher, first = self._collection.searcher, self._collection.first_stage
            settings = Settings(first_stage=first, depth=max(DEPTHS))
            listed = searcher.pipeline(settings, [first]).run(query.text).ranking(first)
            doc_ids = listed.ids(max(DEPTHS)) if listed is not None else []
            documents = searcher.store.get(doc_ids)
            texts = [document.content for document in documents]
            self._rows[query.query_id] = row = {
                "query_id": query.query_id,
                "doc_ids": doc_ids,
                "wordless": sorted(wordless_in(documents)),
                "scores": score_all(self._reranker, query.text, texts) if texts else [],
            }
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n" + json.dumps(row))  # a line that was cut off ends here
        return self._rows[query.query_id]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of an earlier run; a line that is none, cut off when it was stopped, is left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            row = json.loads(line)
            if len(row["doc_ids"]) == len(row["scores"]) and {"query_id", "wordless"} <= row.keys():
                yield row
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def keep(name: str, figures: dict[str, Any]) -> None:
    """Put a collection's figures into the file."""
    try:
        kept = json.loads(OUT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    kept[name] = figures
    write_text_atomically(OUT, json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
