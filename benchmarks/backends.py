"""Scoring and encoding beside sentence-transformers, and beside what the processor can do.

The same weights, the same texts, the same threads, by turns in one run. The pairs are
one query with passages of about 200 tokens, joined from the texts of `senses`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import cycle, islice
from typing import Any

import numpy as np

from engine.types import Floats, Log
from models.backends.backends import Backend, installed
from models.backends.building import BackendSource
from models.backends.int8_weights import GROUPS
from models.backends.selection import possible_backends, select_backend
from models.loading import bi_encoder_parts, cross_encoder_parts
from system.hardware import has_int8_units
from workbench.workbench import Workbench

PAIRS, TEXTS, TOKENS, TURNS = 100, 300, 200, 2
SPEED_TARGET, ENCODE_TARGET, SHARE_TARGET = 5.0, 3.5, 0.6
CLOSE = 0.05  # logits; nearer documents may swap
PROBE, HOPELESS = 4, 4.0
SECONDS = 1.5  # for each matrix-multiply rate
QUERY = "which python is safe to keep at home"
PACKAGE = "sentence-transformers"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT that decide how much there is to multiply."""

    layers: int
    width: int
    inner: int
    first_only: bool

    def flops(self, tokens: int) -> float:
        """Floating-point operations a token in a text of so many tokens.

        Multiply and add count as two. With `first_only` the last layer carries one row
        on, and makes keys and values alone of the others.
        """
        projections, feed = 4 * self.width**2, 2 * self.width * self.inner
        attention = 2 * tokens * self.width
        whole = 2 * (projections + feed + attention)
        if not self.first_only:
            return self.layers * whole
        return (self.layers - 1) * whole + 2 * projections / 2


CROSS, BI = Shape(12, 384, 1536, first_only=True), Shape(6, 384, 1536, first_only=False)


def measured(
    bench: Workbench, log: Log, *, pairs: int = PAIRS, texts: int = TEXTS, turns: int = TURNS
) -> dict[str, Any]:
    """The side by side of both models; the matrix-multiply rate is the better of two."""
    threads = bench.models.cross_encoder().threads or 1
    limit = matmul(threads, log)
    scoring = score_figures(bench, log, pairs=pairs, turns=turns)
    encoding = encode_figures(bench, log, texts=texts, turns=turns)
    again = matmul(threads, log)
    limit = {name: max(rate, again[name]) for name, rate in limit.items()}
    for figures, shape in ((scoring, CROSS), (encoding, BI)):
        for name, row in figures["engines"].items():
            precision = "bf16" if "bf16" in row["label"] else "fp32"
            if precision in limit and name not in GROUPS:  # the limit of int8 is not measured
                flops = shape.flops(round(figures["mean_tokens"]))
                row["gflops"] = row["tokens_per_second"] * flops / 1e9
                row["share_of_matmul"] = row["gflops"] / limit[precision]
    return {
        "threads": threads,
        "matmul_gflops": limit,
        "target_share_of_matmul": SHARE_TARGET,
        "scoring": scoring,
        "encoding": encoding,
    }


def matmul(threads: int, log: Log) -> dict[str, float]:
    """GFLOP/s of the model's largest product, 1,024 tokens by 384 by 1,536, in torch."""
    import torch

    torch.set_num_threads(threads)
    speeds = {}
    for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        log(f"matrix multiply in {name}")
        a, b = torch.randn(1024, 384).to(kind), torch.randn(384, 1536).to(kind)
        a @ b
        best, begun = float("inf"), time.perf_counter()
        while best == float("inf") or time.perf_counter() - begun < SECONDS:
            start = time.perf_counter()
            a @ b
            best = min(best, time.perf_counter() - start)
        speeds[name] = 2 * 1024 * 384 * 1536 / best / 1e9
    return speeds


def passages(bench: Workbench, count: int) -> list[str]:
    """Texts of `senses`, joined until each has 150 to 250 word-pieces and cut there."""
    pieces = bench.models.cross_encoder().pairs.pieces
    store = bench.corpora.open("senses").store
    texts = cycle(document.content for document in store.get(store.ids()))
    lengths = islice(cycle(range(TOKENS - 50, TOKENS + 51, 7)), count)
    cuts = []
    for length in lengths:
        text = next(texts)
        while len(encoding := pieces.encoding(text)) < length:
            text += " " + next(texts)
        cuts.append(text[: encoding.offsets[length - 1][1]])
    return cuts


def score_figures(bench: Workbench, log: Log, *, pairs: int, turns: int) -> dict[str, Any]:
    """predict with its defaults, and every engine of this machine, over the same pairs."""
    import torch
    from sentence_transformers import CrossEncoder as TheirCrossEncoder

    cross = bench.models.cross_encoder()
    texts = passages(bench, pairs)
    parts = cross_encoder_parts(cross.name)
    with tempfile.TemporaryDirectory() as folder:
        log(f"loading the same weights in {PACKAGE}")
        parts.classifier().save_pretrained(folder)
        for file in TOKENIZER:
            shutil.copy(parts.source.weights.parent / file, folder)
        theirs = TheirCrossEncoder(folder, device="cpu", max_length=cross.max_length)
    query_pairs = [(QUERY, text) for text in texts]

    def predict(count: int) -> Floats:
        values = theirs.predict(
            query_pairs[:count], activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
        return np.asarray(values, dtype=np.float32)

    def ours(backend: Backend) -> Callable[[int], Floats]:
        def score(count: int) -> Floats:
            fresh = parts.model(backend).without_caches()  # tokenising is part of what is timed
            return np.asarray(fresh.score_all(QUERY, texts[:count]), dtype=np.float32)

        return score

    backends = built(parts.source, log)
    runners = {PACKAGE: predict} | {name: ours(backend) for name, backend in backends.items()}
    runs = by_turns(runners, pairs, turns, log)
    truth = runs[PACKAGE].outcome
    lengths = [len(pair.ids) for pair in cross.pairs.build(QUERY, texts)]
    rows = figures_of(runs, lengths, backends)
    for name, row in rows.items():
        outcome = runs[name].outcome
        if len(outcome) == len(truth):
            row["largest_logit_difference"] = float(np.abs(outcome - truth).max())
            row["same_top_10"] = same_top(truth, outcome)
    return {
        "pairs": pairs,
        "mean_tokens": float(np.mean(lengths)),
        "turns": turns,
        "target": SPEED_TARGET,
        "unit": "pairs",
        "chosen": select_backend(parts.source.sha256).backend,
        "engines": rows,
    }


def encode_figures(bench: Workbench, log: Log, *, texts: int, turns: int) -> dict[str, Any]:
    """encode with its defaults, and every engine, over documents of `senses` and `pydoc`."""
    from sentence_transformers import SentenceTransformer

    bi = bench.models.bi_encoder()
    parts = bi_encoder_parts(bi.name)
    stores = [bench.corpora.open(name).store for name in ("senses", "pydoc")]
    documents = [
        document.content for store in stores for document in store.get(store.ids()[: texts // 2])
    ]
    log(f"loading the same weights in {PACKAGE}")
    theirs = SentenceTransformer(str(parts.source.weights.parent), device="cpu")

    def encode(count: int) -> Floats:
        return np.asarray(theirs.encode(documents[:count], show_progress_bar=False), np.float32)

    def ours(backend: Backend) -> Callable[[int], Floats]:
        return lambda count: (
            parts.model(backend).without_caches().encode(documents[:count], "document")
        )

    backends = built(parts.source, log)
    runners = {PACKAGE: encode} | {name: ours(backend) for name, backend in backends.items()}
    runs = by_turns(runners, len(documents), turns, log)
    truth = runs[PACKAGE].outcome
    truth = truth / np.linalg.norm(truth, axis=1, keepdims=True)
    lengths = [len(bi.read_ids(text)) for text in documents]
    rows = figures_of(runs, lengths, backends)
    for name, row in rows.items():
        outcome = runs[name].outcome
        if len(outcome) == len(truth):
            row["smallest_cosine_to_theirs"] = float((outcome * truth).sum(axis=1).min())
    return {
        "texts": len(documents),
        "mean_tokens": float(np.mean(lengths)),
        "turns": turns,
        "target": ENCODE_TARGET,
        "unit": "texts",
        "chosen": select_backend(parts.source.sha256).backend,
        "engines": rows,
    }


def built(source: BackendSource, log: Log) -> dict[str, Backend]:
    """Every engine that this machine can build; OpenVINO in fp32 too where it would take bf16."""
    backends: dict[str, Backend] = {}
    int8 = tuple(GROUPS) if installed("openvino") and has_int8_units() else ()
    for name in (*possible_backends(), *int8):
        log(f"building {name}")
        try:
            backends[name] = source.build(name, lambda _: None)
        except Exception as error:  # an engine that is broken here is told, not fatal
            log(f"{name} did not run: {type(error).__name__}: {error}")
    if "openvino" in backends and "bf16" in backends["openvino"].label:
        backends["openvino-fp32"] = source.openvino("fp32")
    return backends


@dataclass(slots=True)
class Ran:
    """What one rival gave: its best seconds for so many, and its last outcome."""

    seconds: float
    count: int
    outcome: Floats


def by_turns(
    runners: Mapping[str, Callable[[int], Floats]], count: int, turns: int, log: Log
) -> dict[str, Ran]:
    """Run the rivals by turns, the best of `turns` each; a hopeless one is only probed."""
    runs: dict[str, Ran] = {}
    for name, run in runners.items():
        log(f"{name}: warming up")
        run(PROBE)
        tries = []
        for _ in range(2):
            start = time.perf_counter()
            outcome = run(PROBE)
            tries.append(time.perf_counter() - start)
        runs[name] = Ran(min(tries), PROBE, outcome)
    slowest = HOPELESS * min(ran.seconds for ran in runs.values())
    racing = [name for name, ran in runs.items() if name == PACKAGE or ran.seconds <= slowest]
    for turn in range(turns):
        for name in racing:
            log(f"{name}: {turn + 1} of {turns}")
            start = time.perf_counter()
            outcome = runners[name](count)
            seconds = time.perf_counter() - start
            if runs[name].count != count or seconds < runs[name].seconds:
                runs[name] = Ran(seconds, count, outcome)
    return runs


def figures_of(
    runs: Mapping[str, Ran], lengths: Sequence[int], backends: Mapping[str, Backend]
) -> dict[str, dict[str, Any]]:
    """Rates and ratios; tokens are those of the texts, padding left out."""
    theirs = runs[PACKAGE]
    rows: dict[str, dict[str, Any]] = {}
    for name, ran in runs.items():
        rate = ran.count / ran.seconds
        tokens = sum(lengths[: ran.count]) / ran.seconds
        rows[name] = {
            "label": backends[name].label if name in backends else f"{name} {version(name)}",
            "measured": ran.count,
            "seconds": ran.seconds,
            "per_second": rate,
            "tokens_per_second": tokens,
            "times_as_fast": rate / (theirs.count / theirs.seconds),
        }
    return rows


def same_top(truth: Floats, outcome: Floats, top: int = 10) -> bool:
    """Whether the first ten are the same but for swaps of documents less than 0.05 apart."""
    best = np.argsort(-truth, kind="stable")[:top]
    other = np.argsort(-outcome, kind="stable")[:top]
    return all(abs(float(truth[a] - truth[b])) < CLOSE for a, b in zip(best, other, strict=True))


def report(figures: dict[str, Any]) -> list[str]:
    """The figures as text."""
    limit = ", ".join(f"{name} {rate:,.0f}" for name, rate in figures["matmul_gflops"].items())
    lines = [
        f"Matrix multiply at the model's shapes, {figures['threads']} threads: {limit} GFLOP/s"
    ]
    for what, method in (("scoring", "predict"), ("encoding", "encode")):
        part = figures[what]
        count, unit = part[part["unit"]], part["unit"]
        lines += [
            "",
            f"{what.capitalize()} {count} {unit} of {part['mean_tokens']:.0f} tokens on average "
            f"against {PACKAGE} {method}; target {part['target']} times",
        ]
        for name, row in part["engines"].items():
            share = f", {row['share_of_matmul']:.0%} of the limit" if row.get("gflops") else ""
            apart = ""
            if "largest_logit_difference" in row:
                apart = f", logits at most {row['largest_logit_difference']:.4f} apart"
                apart += ", same top 10" if row["same_top_10"] else ", ANOTHER TOP 10"
            elif "smallest_cosine_to_theirs" in row:
                apart = f", cosine to theirs at least {row['smallest_cosine_to_theirs']:.5f}"
            elif row["measured"] != count:
                apart = f" (only {row['measured']} {unit}, for it is too slow)"
            mark = "*" if name == part["chosen"] else " "
            lines.append(
                f" {mark}{row['label']:28}{row['per_second']:8.1f} {unit}/s"
                f"{row['tokens_per_second']:9,.0f} tokens/s{row['times_as_fast']:6.2f} times"
                f"{share}{apart}"
            )
    return [*lines, "", "* what the app runs the model by"]


if __name__ == "__main__":
    small = {"pairs": 16, "texts": 40, "turns": 1} if "--small" in sys.argv else {}
    done = measured(Workbench(), lambda what: print(what, file=sys.stderr, flush=True), **small)
    print("\n".join(report(done)))
