"""Are the explanations faithful? Measured on pairs of `senses`, fixed beforehand.

Two sets of 20 pairs were committed before anything was measured on them, without a query or a
document in common. On explain_dev_pairs.json the defaults are chosen: the baseline of integrated
gradients, and which explanations of the bi-encoder are shown. On explain_pairs.json they are
reported. For each pair and method: the completeness residual, how far a word still moved as the
steps last doubled, and comprehensiveness and sufficiency against 20 random orders of the
document's words. Saved in explain.json.

The rules, written before the figures: candidates for the default baseline are those that score
below the pair at least as often as not, for one above it is not neutral; of them that one is taken
whose explanations beat random on most pairs, on a tie the one of the higher median
comprehensiveness. An explanation of the bi-encoder is shown where it beats random on at least 5 of
the 20 (with 5% a pair that happens in less than 1 of 100 sets by chance), those that beat it more
often first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from math import comb
from pathlib import Path
from typing import Any

from engine.explain.faithfulness import faithfulness
from engine.types import COSINE, LOGIT, Attribution
from engine.types.registries.explanation_methods import BASELINES
from models.bi_encoders.bi_attribution import TextExplainer
from models.cross_encoders.attribution import PairExplainer
from system.hardware import hardware
from system.storage import write_text_atomically
from workbench.workbench import Workbench

HERE = Path(__file__).parent.parent
DEV_PAIRS, PAIRS = HERE / "explain_dev_pairs.json", HERE / "explain_pairs.json"
OUT = HERE / "explain.json"
ROUND = 4
LEAST_BEATEN = 5
GRADIENTS = "integrated gradients ({})"
Methods = dict[str, Callable[[], Attribution]]
Pairs = list[dict[str, Any]]


def main() -> int:
    """Measure all pairs, print the tables, save the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--parts", type=Path, help="keep each pair's figures here, and go on there"
    )
    measure = Measurement(Workbench(), options.parse_args().parts)
    choosing, reported = (
        json.loads(path.read_text(encoding="utf-8")) for path in (DEV_PAIRS, PAIRS)
    )
    bi = {
        name: measure.bi_encoder(pairs)
        for name, pairs in (("choosing", choosing), ("reported", reported))
    }
    above = measure.baselines_above(choosing)
    candidates = [name for name in BASELINES if above[name] * 2 <= len(choosing)]
    cross = {"choosing": measure.cross_encoder(choosing, candidates, others=False)}
    best = chosen(cross["choosing"], bi["choosing"])
    baselines = [name for name in (best["baseline"], best["next"]) if name]
    cross["reported"] = measure.cross_encoder(reported, baselines, others=True)
    result: dict[str, Any] = {"machine": hardware(), "chosen": best, "baseline_above_pair": above}
    for name, pairs in (("choosing", choosing), ("reported", reported)):
        rows = [
            {**pair, "methods": methods, "bi_encoder": cosines}
            for pair, methods, cosines in zip(pairs, cross[name], bi[name], strict=True)
        ]
        result[name] = {
            "pairs": len(rows),
            "methods": summarised(cross[name]),
            "bi_encoder": summarised(bi[name]),
            "rows": rows,
        }
    write_text_atomically(OUT, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for name in ("choosing", "reported"):
        print("\n".join(table(name, result[name])))
    print(json.dumps({"chosen": best, "baseline_above_pair": above}, indent=1))
    return 0


class Measurement:
    """Both models with what explains them, the corpus, and what was measured before."""

    def __init__(self, bench: Workbench, parts: Path | None) -> None:
        self._corpus = bench.corpora.open("senses")
        self._cross = bench.explainers.pair_explainer()
        self._bi = bench.explainers.text_explainer()
        self._parts = parts
        lines = parts.read_text(encoding="utf-8").splitlines() if parts and parts.exists() else []
        self._known: dict[str, Any] = dict(map(json.loads, lines))

    def cross_encoder(
        self, pairs: Pairs, baselines: Sequence[str], *, others: bool
    ) -> list[dict[str, Any]]:
        """Each pair's figures by method, in logits; with `others` of what has no baseline too."""
        return [
            self._once(
                f"cross {pair['query_id']}",
                lambda q, t: of_cross_encoder(self._cross, q, t, baselines, others=others),
                pair,
            )
            for pair in pairs
        ]

    def bi_encoder(self, pairs: Pairs) -> list[dict[str, Any]]:
        """Each pair's figures by method, in cosines."""
        return [
            self._once(f"bi {pair['query_id']}", lambda q, t: of_bi_encoder(self._bi, q, t), pair)
            for pair in pairs
        ]

    def baselines_above(self, pairs: Pairs) -> dict[str, int]:
        """How many of the pairs score no more than each baseline."""

        def ends(query: str, text: str) -> dict[str, bool]:
            attributions = {
                name: self._cross.integrated_gradients(
                    query, text, baseline=name, steps=2, most_steps=2
                )
                for name in BASELINES
            }
            return {name: (a.baseline_score or 0.0) >= a.score for name, a in attributions.items()}

        rows = [self._once(f"ends {pair['query_id']}", ends, pair) for pair in pairs]
        return {name: sum(row[name] for row in rows) for name in BASELINES}

    def _once(self, key: str, measure: Callable[[str, str], Any], pair: dict[str, Any]) -> Any:
        """What was measured under that key, measured now where it was not."""
        if key not in self._known:
            text = self._corpus.store.get([pair["doc_id"]])[0].content
            self._known[key] = measure(pair["query"], text)
            if self._parts is not None:
                with self._parts.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([key, self._known[key]]) + "\n")
            print(key, file=sys.stderr, flush=True)
        return self._known[key]


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
    score_of: dict[tuple[int, ...], float] = {}

    def scores(removals: list[Any]) -> list[float]:
        keys = [tuple(p for word in words_ for p in word.positions) for words_ in removals]
        fresh = [i for i, key in enumerate(keys) if key not in score_of]
        fresh_scores = score([removals[i] for i in fresh])
        score_of.update({keys[i]: value for i, value in zip(fresh, fresh_scores, strict=True)})
        return [score_of[key] for key in keys]

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


def summarised(figures: list[dict[str, Any]]) -> dict[str, Any]:
    """By method, the medians over the pairs, and how many beat the random band."""
    return {method: _summary([row[method] for row in figures]) for method in figures[0]}


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    ends = [row for row in rows if row["residual"] is not None]
    changes = [row["word_change"] for row in rows if row["word_change"] is not None]
    return {
        "beat_random": sum(row["beats_random"] for row in rows),
        "median_residual": _median(ends, "residual") if ends else None,
        "median_steps": _median(rows, "steps"),
        "largest_word_change": max(changes) if changes else None,
        "median_comprehensiveness": _median(rows, "comprehensiveness"),
        "median_sufficiency": _median(rows, "sufficiency"),
        "median_random_comprehensiveness": _median(rows, "random_comprehensiveness"),
        "median_seconds": _median(rows, "seconds"),
    }


def chosen(cross: list[dict[str, Any]], bi: list[dict[str, Any]]) -> dict[str, Any]:
    """What the pairs for choosing say: the default baseline, and what the bi-encoder shows."""

    def order(figures: list[dict[str, Any]]) -> list[str]:
        summary = summarised(figures)

        def rank(name: str) -> tuple[int, float]:
            return summary[name]["beat_random"], summary[name]["median_comprehensiveness"]

        return sorted(summary, key=rank, reverse=True)

    names = {GRADIENTS.format(name): name for name in BASELINES}
    best = order(cross)
    shown = summarised(bi)
    choice: dict[str, Any] = {
        "baseline": names[best[0]],
        "next": None,
        "bi_encoder": [name for name in order(bi) if shown[name]["beat_random"] >= LEAST_BEATEN],
    }
    if len(best) > 1:
        first, second = best[:2]
        wins = [(row[first]["beats_random"], row[second]["beats_random"]) for row in cross]
        only_first = sum(a and not b for a, b in wins)
        only_second = sum(b and not a for a, b in wins)
        choice |= {
            "next": names[second],
            "only_baseline_beats_random": only_first,
            "only_next_beats_random": only_second,
            "mcnemar_exact_p": round(mcnemar(only_first, only_second), ROUND),
        }
    return choice


def mcnemar(one: int, other: int) -> float:
    """The exact two-sided p of McNemar's test for these two counts of disagreement."""
    n, least = one + other, min(one, other)
    tail: int = sum(comb(n, k) for k in range(least + 1))
    return min(1.0, 2 * tail / 2.0**n)


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
