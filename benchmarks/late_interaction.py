"""MaxSim of the packaged encoder against the same encoder's mean-pooled vectors.

    python -m benchmarks.late_interaction senses PATH/TO/scifact

Every document of a collection is scored for every judged query. The figures go into
late_interaction.json, one collection at a time; the app offers MaxSim as a ranker only where
it won on senses and SciFact.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.stores.corpus import Corpus
from engine.quality.evaluation import evaluate
from engine.search.ranking import rank_best
from engine.types import Query, Ranking, Run
from engine.types.registries.measures import NDCG
from models.backends.building import BackendSource
from models.backends.packaged_bert import bert_from_onnx
from models.backends.packages import packaged_folder
from models.backends.selection import select_backend
from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import COLBERT_ENCODER
from models.late_interaction.maxsim import LateInteraction, cosines, maxsim
from models.late_interaction.maxsim_loading import load_late_interaction
from models.text.wordpiece import WordPieces
from workbench.workbench import Workbench

OUT = Path(__file__).with_name("late_interaction.json")
DEPTH = 50
AT_ONCE = 64


def own_bi_encoder() -> BiEncoder:
    """The encoder with the mean of its token states, as a bi-encoder would use it."""
    folder = packaged_folder(COLBERT_ENCODER.distribution, COLBERT_ENCODER.folder)
    weights = folder / COLBERT_ENCODER.weights

    def module() -> Any:
        from models.backends.modules import MeanPooled

        bert = bert_from_onnx(weights, "answerai-colbert-small-v1-encoder")
        return MeanPooled(bert).eval()

    source = BackendSource("answerai mean-pooled", weights, module)
    backend = source.build(select_backend(source.sha256).backend, print)
    pieces = WordPieces.from_file(folder / "tokenizer.json")
    return BiEncoder(source.name, backend, pieces, max_length=512, dimensions=384)


def ndcg(corpus: Corpus, queries: Sequence[Query], scores: NDArray[np.float64]) -> float:
    """nDCG@10 of scores of shape (queries, documents)."""
    ids = list(corpus.store.ids())
    rankings = {
        query.query_id: Ranking("late", "", rank_best(ids, row, DEPTH))
        for query, row in zip(queries, scores, strict=True)
    }
    return evaluate(Run("late", rankings), corpus.qrels, depth=DEPTH).mean[NDCG.name]


def measured(corpus: Corpus, late: LateInteraction, bi: BiEncoder) -> dict[str, Any]:
    """A collection's row."""
    judged = {qrel.query_id for qrel in corpus.qrels}
    queries = [query for query in corpus.queries if query.query_id in judged]
    texts = [document.content for document in corpus.store.get(list(corpus.store.ids()))]
    query_vectors = late.vectors([query.text for query in queries], "query")
    matched = np.zeros((len(queries), len(texts)))
    dense = np.zeros((len(queries), len(texts)))
    vectors = bi.encode([query.text for query in queries], role="query")
    for start in range(0, len(texts), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        dense[:, start : start + len(part)] = vectors @ bi.encode(part, role="document").T
        for place, document in enumerate(late.vectors(part, "document"), start):
            matched[:, place] = [maxsim(cosines(query, document)) for query in query_vectors]
        print(f"{corpus.info.name}: {start + len(part):,} of {len(texts):,} documents", flush=True)
    return {
        "corpus": corpus.info.name,
        "documents": len(texts),
        "queries": len(queries),
        "maxsim": round(ndcg(corpus, queries, matched), 4),
        "own_bi_encoder": round(ndcg(corpus, queries, dense), 4),
    }


def main() -> None:
    """Measure the collections that are named, and keep their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", help="names or paths of judged collections")
    bench = Workbench()
    late, bi = load_late_interaction(), own_bi_encoder()
    for name in parser.parse_args().corpora:
        row = measured(bench.corpora.open(name), late, bi)
        earlier = json.loads(OUT.read_text(encoding="utf-8")) if OUT.is_file() else {}
        others = [r for r in earlier.get("collections", []) if r["corpus"] != row["corpus"]]
        header = {"model": late.name, "recipe": str(late.recipe), "engine": late.backend}
        rows = [*others, row]
        OUT.write_text(json.dumps({**header, "collections": rows}, indent=1) + "\n", "utf-8")
        print(row)


if __name__ == "__main__":
    main()
