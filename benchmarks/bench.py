"""Every figure of speed and memory on this machine, beside what people use today.

Searching `senses`, reranking, a cold start; scoring and encoding beside sentence-transformers
(`backends`), what each mode costs (`fidelity.modes`), BM25 beside rank-bm25 (`lexical`), eight
visitors at once (`visitors`), memory (`memory`) and where one search's time goes
(`search_profile`).
Progress goes to stderr, the figures to stdout and to benchmarks/bench.json. Nothing is asserted:
the targets are printed beside the figures. With --small, a quick trial over fewer texts, which is
not saved.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import backends, lexical, memory, search_profile, visitors
from benchmarks.fidelity import modes
from corpora.stores.corpus import Corpus
from engine.latency.repeated_searches import PairCost
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, HYBRID, CrossExamError
from models.backends.backends import TorchBackend
from models.cross_encoders.cross_encoder import CrossEncoder
from system.hardware import hardware, hardware_sentence
from system.storage import write_text_atomically
from workbench.workbench import Workbench

OUT = Path(__file__).with_name("bench.json")
CORPUS = "senses"
SEARCHES, RERANKS, PASSAGES, PASSAGE_TOKENS = 50, 5, 50, 100
SEARCH_TARGET, RERANK_TARGET = 0.060, 1.5
QUERY = "which python is safe to keep at home"
NEW_PROCESS = (
    "import time; start = time.perf_counter(); from workbench.workbench import Workbench; "
    "bench = Workbench(); bench.models.bi_encoder(); bench.models.cross_encoder(); "
    "print(time.perf_counter() - start)"
)


def main(arguments: Sequence[str] = ()) -> int:
    """Measure, print and save; returns the exit status."""
    small = "--small" in arguments
    bench = Workbench()
    try:
        log(f"opening {CORPUS} and the models")
        corpus = bench.corpora.open(CORPUS)
        searcher = bench.searchers.of(corpus)
        cross_encoder = bench.models.cross_encoder()
        result = {
            "corpus": {"name": CORPUS, "documents": corpus.info.documents},
            "engines": {
                "bi-encoder": bench.models.bi_encoder().backend,
                "cross-encoder": cross_encoder.backend,
            },
            "threads": cross_encoder.threads,
            "machine": hardware(),
            "search_without_cross_encoder": search_figures(searcher, corpus),
            "rerank": rerank_figures(cross_encoder, passages(cross_encoder, corpus)),
            "cold_start": cold_figures(bench, corpus),
            "profile": search_profile.measured(bench, log),
            "side_by_side": backends.measured(
                bench, log, **({"pairs": 16, "texts": 40, "turns": 1} if small else {})
            ),
            "modes": modes.measured(bench, log, queries=3 if small else modes.QUERIES),
            "bm25": lexical.measured(bench, log, documents=10_000 if small else 100_000),
            "visitors": visitors.measured(bench, log, depth=6 if small else visitors.DEPTH),
            "memory": memory.measured(log),
        }
    except CrossExamError as error:
        print(f"crossexam: {error}", file=sys.stderr)
        return 2
    if not small:
        write_text_atomically(OUT, json.dumps(result, indent=1) + "\n")
    print("\n".join(report(result)))
    return 0


def search_figures(searcher: Searcher, corpus: Corpus) -> dict[str, Any]:
    """Warm searches by BM25, bi-encoder and hybrid: medians of the total and of each stage."""
    pipeline = searcher.pipeline(Settings(), (BM25, BI_ENCODER, HYBRID))
    queries = [query.text for query in corpus.queries]
    chosen = [queries[i % len(queries)] for i in range(SEARCHES)]
    log(f"searching, once to warm up and then {SEARCHES} queries")
    for text in chosen:
        pipeline.run(text)
    traces = [pipeline.run(text) for text in chosen]
    stages = {
        stage: statistics.median(trace.stage_seconds(stage) for trace in traces)
        for stage in (BM25, BI_ENCODER, HYBRID)
    }
    return {
        "searches": SEARCHES,
        "median_seconds": statistics.median(trace.total_seconds for trace in traces),
        "target_seconds": SEARCH_TARGET,
        "median_seconds_by_stage": stages,
        "median_seconds_other": statistics.median(trace.other_seconds for trace in traces),
    }


def passages(cross_encoder: CrossEncoder, corpus: Corpus) -> list[str]:
    """Texts of the corpus joined until each has 100 word-pieces, and cut there."""
    pieces = cross_encoder.pairs.pieces
    texts = iter(document.content for document in corpus.store.get(corpus.store.ids()))
    cuts = []
    for _ in range(PASSAGES):
        text = next(texts)
        while len(encoding := pieces.encoding(text)) < PASSAGE_TOKENS:
            text += " " + next(texts)
        cuts.append(text[: encoding.offsets[PASSAGE_TOKENS - 1][1]])
    return cuts


def rerank_figures(cross_encoder: CrossEncoder, texts: Sequence[str]) -> dict[str, Any]:
    """The engine and plain torch fp32 by turns, over the same batches."""
    from models.backends.modules import PairLogits

    log("loading the cross-encoder in torch fp32, to compare with")
    module = PairLogits(cross_encoder.torch_model()).eval()
    plain = CrossEncoder(
        cross_encoder.name, TorchBackend(module), cross_encoder.pairs, cross_encoder.torch_model
    )
    rivals = {"engine": cross_encoder.without_score_cache(), "torch": plain.without_score_cache()}
    costs: dict[str, list[PairCost]] = {name: [] for name in rivals}
    for turn in range(RERANKS + 1):
        log(f"reranking {len(texts)} passages: {turn or 'warm-up'} of {RERANKS}")
        for name, model in rivals.items():
            start = time.perf_counter()
            tokens = sum(batch.tokens for batch in model.score(QUERY, texts))
            if turn:
                costs[name].append(PairCost(len(texts), time.perf_counter() - start, tokens))
    figures = {
        name: {"engine": rivals[name].backend, **cost_values(each)} for name, each in costs.items()
    }
    ratio = figures["torch"]["median_seconds"] / figures["engine"]["median_seconds"]
    return {
        "passages": len(texts),
        "passage_tokens": PASSAGE_TOKENS,
        "runs": RERANKS,
        "target_seconds": RERANK_TARGET,
        **figures,
        "times_as_fast_as_torch_fp32": ratio,
    }


def cost_values(costs: Sequence[PairCost]) -> dict[str, Any]:
    """The run of median time, told by its seconds and rates; tokenising included."""
    middle = sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]
    return {
        "median_seconds": middle.seconds,
        "ms_per_pair": middle.ms_per_pair,
        "pairs_per_second": middle.pairs_per_second,
        "tokens_per_second": middle.tokens_per_second,
    }


def cold_figures(bench: Workbench, corpus: Corpus) -> dict[str, float]:
    """Both models from their files: in a new process with its imports, and in this one."""
    log("cold start in a new process")
    child = subprocess.run(
        [sys.executable, "-c", NEW_PROCESS],
        cwd=OUT.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    log("cold start in this process, then one search")
    searcher, load_seconds = bench.searchers.cold(corpus)
    first = searcher.pipeline(Settings()).run(QUERY)
    return {
        "new_process_import_and_load_seconds": float(child.stdout.split()[-1]),
        "load_seconds": load_seconds,
        "first_search_seconds": first.total_seconds,
    }


def report(result: dict[str, Any]) -> list[str]:
    """The figures as text."""
    search, rerank, cold = (
        result["search_without_cross_encoder"],
        result["rerank"],
        result["cold_start"],
    )
    backend, torch = rerank["engine"], rerank["torch"]
    return [
        hardware_sentence(result["machine"], backends=result["engines"], threads=result["threads"]),
        "",
        f"Search of {CORPUS} without the cross-encoder, warm, median of {search['searches']}",
        f"  {'total':14}{_ms(search['median_seconds'])}   target {_ms(search['target_seconds'])}",
        *(f"  {name:14}{_ms(s)}" for name, s in search["median_seconds_by_stage"].items()),
        f"  {'other':14}{_ms(search['median_seconds_other'])}",
        "",
        f"Reranking {rerank['passages']} passages of {rerank['passage_tokens']} tokens, median of "
        f"{rerank['runs']}",
        f"  {backend['engine']:14}{backend['median_seconds']:9.2f} s   target "
        f"{rerank['target_seconds']:.1f} s; {backend['pairs_per_second']:.1f} pairs/s, "
        f"{backend['tokens_per_second']:,.0f} tokens/s with padding",
        f"  {torch['engine']:14}{torch['median_seconds']:9.2f} s   "
        f"{torch['pairs_per_second']:.1f} pairs/s",
        f"  the engine is {rerank['times_as_fast_as_torch_fp32']:.2f} times as fast as torch fp32",
        "",
        "Cold start of both models",
        f"  new process, imports included  {cold['new_process_import_and_load_seconds']:.2f} s",
        f"  loaded anew in this process    {cold['load_seconds']:.2f} s, the first search "
        f"{cold['first_search_seconds']:.2f} s",
        "",
        *search_profile.report(result["profile"]),
        "",
        *backends.report(result["side_by_side"]),
        "",
        *modes.report(result["modes"]),
        "",
        *lexical.report(result["bm25"]),
        "",
        *visitors.report(result["visitors"]),
        "",
        *memory.report(result["memory"]),
    ]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:9.2f} ms"


def log(what: str) -> None:
    """Progress on stderr."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
