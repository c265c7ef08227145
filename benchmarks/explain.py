"""Are the explanations faithful? Measured on 20 pairs of `senses`, fixed beforehand.

The pairs stand in explain_pairs.json and were committed before anything was measured on
them. For each pair and method: the completeness residual, and comprehensiveness and
sufficiency against 20 random orders of the document's words. Saved in explain.json.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.attribution import PairExplainer
from search.faithfulness import faithfulness
from search.machine import machine
from search.storage import write_text_atomically
from search.types import Attribution
from workbench import Workbench

HERE = Path(__file__).parent
PAIRS, OUT = HERE / "explain_pairs.json", HERE / "explain.json"
ROUND = 4


def main() -> int:
    """Measure all pairs, print the table, save the figures."""
    bench = Workbench()
    corpus = bench.corpus("senses")
    explainer = bench.pair_explainer()
    pairs = json.loads(PAIRS.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = []
    for number, pair in enumerate(pairs, 1):
        document = corpus.store.get([pair["doc_id"]])[0]
        rows.append({**pair, "methods": measured(explainer, pair["query"], document.content)})
        print(f"explanations: {number} of {len(pairs)}", file=sys.stderr, flush=True)
    summary = {
        name: summarised([row["methods"][name] for row in rows]) for name in rows[0]["methods"]
    }
    result = {"machine": machine(), "pairs": len(rows), "summary": summary, "rows": rows}
    write_text_atomically(OUT, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print("\n".join(table(summary, len(rows))))
    return 0


def measured(explainer: PairExplainer, query: str, document: str) -> dict[str, dict[str, Any]]:
    """The figures of one pair, by method."""
    methods: dict[str, Callable[[], Attribution]] = {
        "integrated gradients": lambda: explainer.integrated_gradients(
            query, document, baseline="empty document"
        ),
        "… [PAD] for the query too": lambda: explainer.integrated_gradients(query, document),
        "occlusion": lambda: explainer.occlusion(query, document),
        "attention": lambda: explainer.attention_received(query, document),
        "rollout": lambda: explainer.rollout(query, document),
        "attention × gradient": lambda: explainer.attention_gradient(query, document),
    }
    words = explainer.tokenized(query, document).words("document")
    known: dict[tuple[int, ...], float] = {}

    def scores(removals: list[Any]) -> list[float]:
        keys = [tuple(p for word in words_ for p in word.positions) for words_ in removals]
        fresh = [i for i, key in enumerate(keys) if key not in known]
        found = explainer.scores(query, document, [removals[i] for i in fresh])
        known.update({keys[i]: score for i, score in zip(fresh, found, strict=True)})
        return [known[key] for key in keys]

    figures = {}
    for name, explain in methods.items():
        start = time.perf_counter()
        attribution = explain()
        seconds = time.perf_counter() - start
        check = faithfulness(attribution, words, scores)
        figures[name] = {
            "seconds": round(seconds, 3),
            "words": len(words),
            "score": round(attribution.score, ROUND),
            "baseline_score": _rounded(attribution.baseline_score),
            "residual": _rounded(attribution.residual),
            "steps": attribution.steps,
            "comprehensiveness": round(check.comprehensiveness, ROUND),
            "sufficiency": round(check.sufficiency, ROUND),
            "random_comprehensiveness": round(
                statistics.mean(check.random_comprehensiveness), ROUND
            ),
            "random_sufficiency": round(statistics.mean(check.random_sufficiency), ROUND),
            "beats_random": check.beats_random,
        }
    return figures


def summarised(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the pairs, and how many beat the random band."""
    residuals = [row["residual"] for row in rows if row["residual"] is not None]
    return {
        "median_residual": round(statistics.median(residuals), ROUND) if residuals else None,
        "beat_random": sum(row["beats_random"] for row in rows),
        "median_comprehensiveness": _median(rows, "comprehensiveness"),
        "median_sufficiency": _median(rows, "sufficiency"),
        "median_random_comprehensiveness": _median(rows, "random_comprehensiveness"),
        "median_seconds": _median(rows, "seconds"),
    }


def table(summary: dict[str, dict[str, Any]], pairs: int) -> list[str]:
    """The summary as text."""
    lines = [
        f"explanations of {pairs} pairs of senses (logits; comprehensiveness high is good)",
        f"{'':26}{'residual':>10}{'beats random':>14}{'compr.':>9}{'random':>9}{'suff.':>9}"
        f"{'seconds':>9}",
    ]
    for name, row in summary.items():
        residual = "" if row["median_residual"] is None else f"{row['median_residual']:.1%}"
        lines.append(
            f"{name:26}{residual:>10}{row['beat_random']:>11}/{pairs}"
            f"{row['median_comprehensiveness']:9.2f}{row['median_random_comprehensiveness']:9.2f}"
            f"{row['median_sufficiency']:9.2f}{row['median_seconds']:9.2f}"
        )
    return lines


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return round(float(statistics.median(row[name] for row in rows)), ROUND)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, ROUND)


if __name__ == "__main__":
    sys.exit(main())
