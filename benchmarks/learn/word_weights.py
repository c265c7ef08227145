"""How the cross-encoder's score follows how often and how rare a word is, beside BM25's.

    python -m benchmarks.learn.word_weights

Words are drawn by lot from `senses`, as many of each rarity; the figures go into
word_weights.json and stand in the lesson "What of BM25 a cross-encoder reinvents".
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.explain.correlation import spearman
from engine.types import Reranker
from models.lexical.bm25 import lucene_idf
from models.lexical.terms import document_terms
from workbench.workbench import Workbench

OUT = Path(__file__).with_name("word_weights.json")
SEED = 4
OF_EACH = 9
LEVELS = (1, 2, 4, 8, 16, 32, 64, 128, 472)  # documents that hold the word, at most
SHORTEST = 4  # letters
PARTNERS = ("harpsichord", "lighthouse", "almanac")


def drawn(holding: Counter[str]) -> list[str]:
    """At most OF_EACH words of each level of rarity, the rarest first."""
    lot = random.Random(SEED)
    levels: dict[int, list[str]] = {level: [] for level in LEVELS}
    for word in sorted(holding):
        if word.isascii() and word.isalpha() and len(word) >= SHORTEST:
            level = next(level for level in LEVELS if holding[word] <= level)
            levels[level].append(word)
    return [
        word for words in levels.values() for word in lot.sample(words, min(OF_EACH, len(words)))
    ]


def logits(model: Reranker, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Each (query, document), scored by itself."""
    return [batch.scores[0] for query, text in pairs for batch in model.score(query, [text])]


def main() -> None:
    """Measure and keep the figures."""
    bench = Workbench()
    store, model = bench.corpora.open("senses").store, bench.models.cross_encoder()
    texts = [document.content for document in store.get(list(store.ids()))]
    holding = Counter(term for text in texts for term in set(document_terms(text)))
    words = drawn(holding)
    idf = lucene_idf(np.array([holding[word] for word in words]), len(texts)).tolist()
    rows: list[dict[str, Any]] = []
    for partner in PARTNERS:
        scores = logits(
            model, [(f"{word} {partner}", f"This page is about {word}.") for word in words]
        )
        rows.append(
            {
                "query": f"WORD {partner}",
                "document": "This page is about WORD.",
                "rank_correlation": round(spearman(idf, scores) or 0.0, 3),
                "logits": dict(zip(words, (round(score, 2) for score in scores), strict=True)),
            }
        )
        print(rows[-1]["query"], rows[-1]["rank_correlation"], flush=True)
    values = {
        "model": model.name,
        "engine": model.backend,
        "corpus": "senses",
        "documents": len(texts),
        "seed": SEED,
        "words": {word: holding[word] for word in words},
        "rarity": rows,
    }
    OUT.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
