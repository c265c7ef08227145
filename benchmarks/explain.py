"""Are the explanations faithful? Measured on pairs of `senses`, fixed beforehand.

Two sets of 20 pairs were committed before anything was measured on them, without a query or a
document in common. On explain_dev_pairs.json the defaults are chosen: the baseline of integrated
gradients, and which explanations of the bi-encoder are shown. On explain_pairs.json they are
reported. For each pair and method: the completeness residual, how far a word still moved as the
steps last doubled, and comprehensiveness and sufficiency against 20 random orders of the
document's words. Saved in explain.json.

The rules, written before the figures: the default baseline is the one whose explanations beat
random on most pairs, on a tie the one of the higher median comprehensiveness. An explanation of
the bi-encoder is shown where it beats random on at least 5 of the 20 (with 5% a pair that happens
in less than 1 of 100 sets by chance), those that beat it more often first.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from math import comb
from pathlib import Path
from typing import Any

from models.attribution import BASELINES, PairExplainer
from models.bi_attribution import TextExplainer
from search.faithfulness import COSINE, LOGIT, faithfulness
from search.machine import machine
from search.storage import write_text_atomically
from search.types import Attribution
from workbench import Workbench

HERE = Path(__file__).parent
DEV_PAIRS, PAIRS = HERE / "explain_dev_pairs.json", HERE / "explain_pairs.json"
OUT = HERE / "explain.json"
ROUND = 4
LEAST_BEATEN = 5
GRADIENTS = "integrated gradients ({})"
Methods = dict[str, Callable[[], Attribution]]


def main() -> int:
    """Measure all pairs, print the tables, save the figures."""
    bench = Workbench()
    measure = Measurement(bench)
    result: dict[str, Any] = {"machine": machine()}
    result["choosing"] = measure.pairs(
        "choosing", json.loads(DEV_PAIRS.read_text(encoding="utf-8")), BASELINES
    )
    best = result["chosen"] = chosen(result["choosing"])
    result["reported"] = measure.pairs(
        "reported", json.loads(PAIRS.read_text(encoding="utf-8")), (best["baseline"], best["next"])
    )
    write_text_atomically(OUT, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for name in ("choosing", "reported"):
        print("\n".join(table(name, result[name])))
    print(json.dumps(result["chosen"], indent=1))
    return 0


class Measurement:
    """Both models with what explains them, and the corpus of the pairs."""

    def __init__(self, bench: Workbench) -> None:
        self._corpus = bench.corpus("senses")
        self._cross = bench.pair_explainer()
        self._bi = bench.text_explainer()

    def pairs(
        self, name: str, pairs: list[dict[str, Any]], baselines: Sequence[str]
    ) -> dict[str, Any]:
        """The figures of a set of pairs, by method, with their summary.

        What has no baseline is left out of the pairs for choosing one.
        """
        rows: list[dict[str, Any]] = []
        for number, pair in enumerate(pairs, 1):
            text = self._corpus.store.get([pair["doc_id"]])[0].content
            query = pair["query"]
            cross = of_cross_encoder(self._cross, query, text, baselines, others=name == "reported")
            bi = of_bi_encoder(self._bi, query, text)
            rows.append({**pair, "methods": cross, "bi_encoder": bi})
            print(f"{name}: {number} of {len(pairs)}", file=sys.stderr, flush=True)
        return {
            "pairs": len(rows),
            **{
                part: {
                    method: summarised([row[part][method] for row in rows])
                    for method in rows[0][part]
                }
                for part in ("methods", "bi_encoder")
            },
            "rows": rows,
        }


def of_cross_encoder(
    explainer: PairExplainer, query: str, text: str, baselines: Sequence[str], *, others: bool
) -> dict[str, dict[str, Any]]:
    """The figures of one pair's explanations, by method, in logits."""

    def gradients(baseline: str) -> Callable[[], Attribution]:
        return lambda: explainer.integrated_gradients(query, text, baseline=baseline)

    methods: Methods = {GRADIENTS.format(name): gradients(name) for name in baselines}
    if others:
        methods |= {
            "occlusion": lambda: explainer.occlusion(query, text),
            "attention": lambda: explainer.attention_received(query, text),
            "rollout": lambda: explainer.rollout(query, text),
            "attention × gradient": lambda: explainer.attention_gradient(query, text),
        }
    words = explainer.tokenized(query, text).words("document")
    return measured(methods, words, lambda removals: explainer.scores(query, text, removals), LOGIT)


def of_bi_encoder(explainer: TextExplainer, query: str, text: str) -> dict[str, dict[str, Any]]:
    """The figures of one pair's explanations, by method, in cosines."""
    methods: Methods = {
        "occlusion": lambda: explainer.occlusion(query, text),
        "integrated jacobians": lambda: explainer.integrated_jacobians(query, text),
        "gradient × embedding": lambda: explainer.gradient(query, text),
    }
    return measured(
        methods,
        explainer.words(text),
        lambda removals: explainer.scores(query, text, removals),
        COSINE,
    )


def measured(
    methods: Methods, words: Any, score: Callable[[list[Any]], list[float]], unit: str
) -> dict[str, dict[str, Any]]:
    """The figures of one pair, by method."""
    known: dict[tuple[int, ...], float] = {}

    def scores(removals: list[Any]) -> list[float]:
        keys = [tuple(p for word in words_ for p in word.positions) for words_ in removals]
        fresh = [i for i, key in enumerate(keys) if key not in known]
        found = score([removals[i] for i in fresh])
        known.update({keys[i]: value for i, value in zip(fresh, found, strict=True)})
        return [known[key] for key in keys]

    figures = {}
    for name, explain in methods.items():
        start = time.perf_counter()
        attribution = explain()
        seconds = time.perf_counter() - start
        check = faithfulness(attribution, words, scores, unit=unit)
        figures[name] = {
            "seconds": round(seconds, 3),
            "words": len(words),
            "score": round(attribution.score, ROUND),
            "baseline_score": _rounded(attribution.baseline_score),
            "residual": _rounded(attribution.residual),
            "steps": attribution.steps,
            "word_change": _rounded(attribution.word_change),
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
    ends = [row for row in rows if row["residual"] is not None]
    changes = [row["word_change"] for row in rows if row["word_change"] is not None]
    return {
        "beat_random": sum(row["beats_random"] for row in rows),
        "baseline_above_pair": sum(row["baseline_score"] >= row["score"] for row in ends),
        "median_residual": _median(ends, "residual") if ends else None,
        "median_steps": _median(rows, "steps"),
        "largest_word_change": max(changes) if changes else None,
        "median_comprehensiveness": _median(rows, "comprehensiveness"),
        "median_sufficiency": _median(rows, "sufficiency"),
        "median_random_comprehensiveness": _median(rows, "random_comprehensiveness"),
        "median_seconds": _median(rows, "seconds"),
    }


def chosen(figures: dict[str, Any]) -> dict[str, Any]:
    """What the pairs for choosing say: the default baseline, and what the bi-encoder shows."""

    def order(part: str) -> list[str]:
        summary = figures[part]

        def rank(name: str) -> tuple[int, float]:
            return summary[name]["beat_random"], summary[name]["median_comprehensiveness"]

        return sorted(summary, key=rank, reverse=True)

    names = {GRADIENTS.format(name): name for name in BASELINES}
    first, second = order("methods")[:2]
    wins = [
        (row["methods"][first]["beats_random"], row["methods"][second]["beats_random"])
        for row in figures["rows"]
    ]
    only_first = sum(a and not b for a, b in wins)
    only_second = sum(b and not a for a, b in wins)
    return {
        "baseline": names[first],
        "next": names[second],
        "only_first_beats_random": only_first,
        "only_next_beats_random": only_second,
        "mcnemar_exact_p": round(mcnemar(only_first, only_second), ROUND),
        "bi_encoder": [
            name
            for name in order("bi_encoder")
            if figures["bi_encoder"][name]["beat_random"] >= LEAST_BEATEN
        ],
    }


def mcnemar(one: int, other: int) -> float:
    """The exact two-sided p of McNemar's test for these two counts of disagreement."""
    n, least = one + other, min(one, other)
    tail: int = sum(comb(n, k) for k in range(least + 1))
    return min(1.0, 2 * tail / 2**n)


def table(name: str, figures: dict[str, Any]) -> list[str]:
    """The summary as text."""
    pairs = figures["pairs"]
    lines = [f"{name}: {pairs} pairs of senses (comprehensiveness high is good)"]
    for part, title in (("methods", "cross-encoder, logits"), ("bi_encoder", "bi-encoder, cosine")):
        lines.append(
            f"{title:40}{'residual':>9}{'beats':>8}{'compr.':>8}{'random':>8}{'suff.':>8}"
            f"{'steps':>7}{'word':>8}{'s':>7}"
        )
        for method, row in figures[part].items():
            residual, word = row["median_residual"], row["largest_word_change"]
            lines.append(
                f"{method:40}{'' if residual is None else f'{residual:.1%}':>9}"
                f"{row['beat_random']:>5}/{pairs}"
                f"{row['median_comprehensiveness']:8.3f}"
                f"{row['median_random_comprehensiveness']:8.3f}{row['median_sufficiency']:8.3f}"
                f"{row['median_steps']:7.0f}{'' if word is None else f'{word:.3f}':>8}"
                f"{row['median_seconds']:7.2f}"
            )
    return lines


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return round(float(statistics.median(row[name] for row in rows)), ROUND)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, ROUND)


if __name__ == "__main__":
    sys.exit(main())
