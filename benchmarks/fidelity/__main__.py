"""How faithful fast scoring is to fp32: on `senses`, SciFact and Cranfield, at depths 20 to 100.

One pass a collection: the first stage's 100 best of every judged query are scored by the backend
that was selected and in fp32, and all depths are worked out from that. CROSSEXAM_DATA names the
folder that holds SciFact and Cranfield in BEIR layout. What is scored is kept in the cache folder
query by query, so that a run that is stopped goes on where it was; two hours for all three.
`--queries N` takes a sample: its figures are printed and not kept. Progress goes to stderr, the
figures of whole collections to benchmarks/fidelity.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora.stores.corpus import Corpus
from engine.quality.ndcg import ndcg
from engine.search.precision.rescoring import TOP, MixedScores, exact_of, precision_values
from engine.search.ranking import rank
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.scoring import score_all
from engine.types import BI_ENCODER, BM25, CrossExamError, Query, ScorePrecision
from engine.types.registries.measures import NDCG
from engine.types.registries.search_parameters import FAST
from models.cross_encoders.cross_encoder import CrossEncoder
from system.hardware import hardware
from system.storage import cache_folder, write_text_atomically
from workbench.workbench import Workbench

OUT = Path(__file__).parents[1] / "fidelity.json"
COLLECTIONS = ("senses", "scifact", "cranfield")
DEPTHS = (20, 50, 100)
QUANTILES = {"p99": 0.99, "p99.9": 0.999}


@dataclass(frozen=True, slots=True)
class ScoredQuery:
    """One query's candidates in the first stage's order, scored twice."""

    query_id: str
    doc_ids: tuple[str, ...]
    drifting: tuple[float, ...]
    exact: tuple[float, ...]
    wordless: frozenset[str]


def main() -> int:
    """Measure the named collections (all three without a name); returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="*", metavar="collection")
    parser.add_argument("--queries", type=int, help="a sample: printed, not kept")
    args = parser.parse_args()
    try:
        for name in args.collections or COLLECTIONS:
            figures = measured(Workbench(), name, args.queries)
            print(json.dumps({name: figures}, indent=1), flush=True)
            if args.queries is None:
                keep(name, figures)
    except CrossExamError as error:
        print(f"crossexam: {error}", file=sys.stderr)
        return 2
    return 0


def measured(bench: Workbench, name: str, sample: int | None) -> dict[str, Any]:
    """The figures of one collection."""
    if name not in COLLECTIONS:
        raise CrossExamError(f"no collection {name!r}: give some of {', '.join(COLLECTIONS)}")
    data = os.environ.get("CROSSEXAM_DATA")
    if name != "senses" and data is None:
        raise CrossExamError(f"set CROSSEXAM_DATA to the folder that holds {name} in BEIR layout")
    corpus = bench.corpora.open(name if name == "senses" else str(Path(data or "") / name))
    searcher = bench.searchers.of(corpus)
    cross = bench.models.cross_encoder()
    grades: dict[str, dict[str, int]] = {}
    for qrel in corpus.qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    judged = [q for q in corpus.queries if any(g > 0 for g in grades.get(q.query_id, {}).values())]
    queries = judged[:: max(1, len(judged) // sample)][:sample] if sample else judged
    first = BI_ENCODER if name == "senses" else BM25
    scored = list(_scored(corpus, searcher, cross, queries, first))
    return {
        "queries": len(scored),
        "of": len(judged),
        "first_stage": first,
        "precision": precision_values(cross, FAST),
        "machine": hardware(),
        **figures_of(scored, cross.precision, grades),
    }


def figures_of(
    scored: Sequence[ScoredQuery],
    precision: ScorePrecision,
    grades: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Drift over all pairs, and by depth how the first ten of fast compare with fp32's.

    `backend_alone` is the same without scoring anything again.
    """
    apart = np.abs(
        np.concatenate([np.subtract(each.drifting, each.exact) for each in scored])
        if scored
        else np.zeros(1)
    )
    drift = {
        "pairs": len(apart),
        "mean": float(apart.mean()),
        **{name: float(np.quantile(apart, q)) for name, q in QUANTILES.items()},
        "largest": float(apart.max()),
    }
    return {"drift": drift, "depths": {d: _at(d, scored, precision, grades) for d in DEPTHS}}


def _at(
    depth: int,
    scored: Sequence[ScoredQuery],
    precision: ScorePrecision,
    grades: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    tops: dict[str, list[list[str]]] = {"fast": [], "backend_alone": [], "fp32": []}
    rescored = pairs = 0
    for each in scored:
        doc_ids = each.doc_ids[:depth]
        exact = dict(zip(doc_ids, each.exact, strict=False))
        last = each.wordless.intersection(doc_ids)
        mixed = MixedScores(precision, dict(zip(doc_ids, each.drifting, strict=False)), last)
        tops["backend_alone"].append(mixed.ranking("", "").ids(TOP))
        while wanted := mixed.wanted():
            mixed.take((doc_id, exact[doc_id]) for doc_id in wanted)
        tops["fast"].append(mixed.ranking("", "").ids(TOP))
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
        "fast": {**against("fast"), "share_rescored": rescored / max(1, pairs)},
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


def _scored(
    corpus: Corpus, searcher: Searcher, cross: CrossEncoder, queries: Sequence[Query], first: str
) -> Iterator[ScoredQuery]:
    """Each query's candidates scored twice; what an earlier run scored is taken from its file."""
    exact = exact_of(cross)
    about = f"{corpus.info.fingerprint} {cross.name} {cross.revision} {cross.backend} {first}"
    key = hashlib.sha256(about.encode()).hexdigest()[:24]
    path = cache_folder() / "fidelity" / f"{key}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    earlier_rows = {row["query_id"]: row for row in _rows(path)}
    for number, query in enumerate(queries, 1):
        row = earlier_rows.get(query.query_id)
        if row is None:
            settings = Settings(first_stage=first, depth=max(DEPTHS))
            listed = searcher.pipeline(settings, [first]).run(query.text).ranking(first)
            doc_ids = listed.ids(max(DEPTHS)) if listed is not None else []
            documents = searcher.store.get(doc_ids)
            texts = [document.content for document in documents]
            row = {
                "query_id": query.query_id,
                "doc_ids": doc_ids,
                "drifting": cross.score_all(query.text, texts) if texts else [],
                "exact": score_all(exact, query.text, texts) if texts else [],
                "wordless": sorted(wordless_in(documents)),
            }
            with path.open("a", encoding="utf-8") as file:
                file.write("\n" + json.dumps(row))  # a line that was cut off ends here
        print(f"fidelity: {number} of {len(queries)} queries", file=sys.stderr, flush=True)
        yield ScoredQuery(
            row["query_id"],
            tuple(row["doc_ids"]),
            tuple(row["drifting"]),
            tuple(row["exact"]),
            frozenset(row["wordless"]),
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of an earlier run; a line that was cut off when it was stopped is left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
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
