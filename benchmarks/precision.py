"""How far a logit depends on its batch, and on the engine's precision, on `senses`.

For each query the bi-encoder's first passages are scored at depth 10 and at depth 50, each
time without memory: the same pairs, in other batches. Then all are scored once more one by
one in fp32 torch. Progress goes to stderr, the figures to benchmarks/precision.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from engine.search.settings import Settings
from engine.types import BI_ENCODER, Floats
from models.backends.backends import TorchBackend
from models.backends.inference_modules import InferencePairLogits
from models.cross_encoders.cross_encoder import CrossEncoder
from system.hardware import hardware
from system.storage import write_text_atomically
from workbench.workbench import Workbench

OUT = Path(__file__).with_name("precision.json")
SHALLOW, DEEP, QUERIES = 10, 50, 6


def main() -> int:
    """Measure, print and keep the figures; returns the exit status."""
    bench = Workbench()
    corpus = bench.corpora.open("senses")
    searcher = bench.searchers.of(corpus)
    cross = bench.models.cross_encoder()
    torch_backend = TorchBackend(InferencePairLogits(cross.torch_model()))
    plain = CrossEncoder(cross.name, torch_backend, cross.pairs, lambda: None)
    settings = Settings(depth=DEEP)
    step = max(1, len(corpus.queries) // QUERIES)
    batch: list[float] = []
    precision: list[float] = []
    top_changed = 0
    queries = corpus.queries[::step][:QUERIES]
    for number, query in enumerate(queries, 1):
        listed = searcher.pipeline(settings, [BI_ENCODER]).run(query.text).ranking(BI_ENCODER)
        texts = [d.content for d in searcher.store.get(listed.ids(DEEP))] if listed else []
        anew = cross.without_caches()
        deep = anew.score_all(query.text, texts)
        shallow = anew.score_all(query.text, texts[:SHALLOW])
        exact = plain.score_all(query.text, texts)
        batch += np.abs(np.subtract(deep[: len(shallow)], shallow)).tolist()
        precision += np.abs(np.subtract(deep, exact)).tolist()
        top_changed += _order(deep)[:10] != _order(exact)[:10]
        print(f"precision: {number} of {len(queries)}", file=sys.stderr, flush=True)
    report = {
        "engine": cross.backend,
        "against": plain.backend,
        "queries": len(queries),
        "depths": [SHALLOW, DEEP],
        "same pair in another batch": _spread(batch),
        "engine against fp32": _spread(precision),
        "queries whose top 10 is ordered otherwise than in fp32": int(top_changed),
        "machine": hardware(),
    }
    write_text_atomically(OUT, json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))
    return 0


def _order(scores: list[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda i: -scores[i])


def _spread(differences: list[float]) -> dict[str, float | int]:
    """Largest, 99th percentile and mean of absolute differences of logits."""
    values: Floats = np.asarray(differences, dtype=np.float32)
    return {
        "pairs": len(differences),
        "largest": round(float(values.max()), 4),
        "p99": round(float(np.percentile(values, 99)), 4),
        "mean": round(float(values.mean()), 5),
    }


if __name__ == "__main__":
    sys.exit(main())
