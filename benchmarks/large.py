"""A large corpus, once through everything: import, index (killed and resumed), search, evaluate.

    python -m benchmarks.large --size 100000 --out benchmarks/large.json

Short documents hold words of Python's own documentation with a seed, each with a
topic of its own, so that a query of a topic's words has relevant documents that are certain: the
figures of quality say that searching works at this size, nothing about real text. The steps run
in processes of their own, so that each one's peak memory is its own, and the first indexing is
killed with SIGKILL on the way. The cache is a temporary folder unless --cache names one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.in_steps import Steps, run_step
from corpora.builtin.pydoc_corpus import open_pydoc
from corpora.importing.importing import Source
from engine.quality.candidate_scores import runs_of
from engine.quality.evaluation import evaluate
from engine.quality.pipelines import stage_pipelines
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID
from system.hardware import hardware
from system.storage import write_text_atomically
from workbench.query_set import run_query_set
from workbench.workbench import Workbench

SEED, QUERIES, ALIKE = 17, 50, 4
LEAST_WORDS, MOST_WORDS = 8, 24
NAME = "large"
STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER)
KILL_AT = 0.3  # of the documents embedded


def make(folder: Path, size: int) -> None:
    """Write a BEIR folder of `size` short documents, 50 queries and their judgments.

    A document has a topic of three words that no other group of four documents has, and a
    random rest; a query is a topic, its four documents are relevant.
    """
    dice = random.Random(SEED)
    store = open_pydoc().store
    texts = (document.content for document in store.get(store.ids()))
    words = sorted({w.lower() for text in texts for w in re.findall(r"[A-Za-z]{4,12}", text)})
    (folder / "qrels").mkdir(parents=True)
    topics = [" ".join(dice.sample(words, 3)) for _ in range(-(-size // ALIKE))]
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as out:
        for number in range(size):
            topic = topics[number // ALIKE].split()
            rest = dice.choices(words, k=dice.randint(LEAST_WORDS, MOST_WORDS))
            text = " ".join(dice.sample([*topic, *rest], len(topic) + len(rest)))
            out.write(json.dumps({"_id": f"d{number}", "title": "", "text": text}) + "\n")
    topic_numbers = sorted(dice.sample(range(size // ALIKE), min(QUERIES, size // ALIKE)))
    queries = [json.dumps({"_id": f"q{t}", "text": topics[t]}) for t in topic_numbers]
    rows = [f"q{t}\td{ALIKE * t + i}\t1" for t in topic_numbers for i in range(ALIKE)]
    (folder / "queries.jsonl").write_text("\n".join(queries) + "\n")
    header = "query-id\tcorpus-id\tscore"
    (folder / "qrels" / "test.tsv").write_text("\n".join([header, *rows]) + "\n")


def import_step(folder: str) -> dict[str, Any]:
    """Import the folder into the library."""
    imported = Workbench().corpora.import_corpus(Source(folder), NAME)
    return {"documents": imported.documents, "fingerprint": imported.corpus.info.fingerprint}


def index_step(_: str) -> dict[str, Any]:
    """Index the corpus, telling how far it is on stderr."""
    bench = Workbench()
    began: list[tuple[float, int]] = []

    def told(what: str, done: int, total: int) -> None:
        if what.startswith("embedding"):
            began.append((time.perf_counter(), done))
            print(f"embedded {done} of {total}", file=sys.stderr, flush=True)

    bench.searchers.of(bench.corpora.open(NAME), on_progress=told)
    if len(began) < 2:
        return {"resumed_at": None, "documents_per_second": None}
    seconds = began[-1][0] - began[0][0]
    rate = (began[-1][1] - began[0][1]) / seconds
    return {"resumed_at": began[0][1], "documents_per_second": round(rate, 1)}


def search_step(_: str) -> dict[str, Any]:
    """Open the indexed corpus, search it for its queries, and evaluate every stage."""
    bench = Workbench()
    start = time.perf_counter()
    corpus = bench.corpora.open(NAME)
    searcher = bench.searchers.of(corpus)
    opened = time.perf_counter() - start
    settings = Settings(depth=50)
    pipeline = searcher.pipeline(settings, STAGES)
    start = time.perf_counter()
    traces = [pipeline.run(query.text) for query in corpus.queries]
    seconds = time.perf_counter() - start
    by_stage = {
        stage: sorted(
            sum(step.seconds for step in trace.timings if step.stage == stage) for trace in traces
        )[len(traces) // 2]
        for stage in STAGES
    }
    specs = stage_pipelines(STAGES, settings, bench.models.cross_encoder_name)
    run = run_query_set(bench, corpus, searcher, corpus.queries, list(specs.values()))
    runs = runs_of(specs, run.gathered)
    measured = {stage: evaluate(runs[stage], corpus.qrels, depth=50).mean for stage in STAGES}
    return {
        "queries": len(traces),
        "open_seconds": round(opened, 2),
        "seconds_per_query": round(seconds / len(traces), 4),
        "median_seconds_by_stage": {stage: round(s, 4) for stage, s in by_stage.items()},
        "quality": {
            stage: {name: round(value, 4) for name, value in mean.items()}
            for stage, mean in measured.items()
        },
    }


STEPS = {"import": import_step, "index": index_step, "search": search_step}
STEPPED = Steps("benchmarks.large", "embedded")


def measure(size: int, work: Path) -> dict[str, Any]:
    """All steps in order, each with its figures."""
    folder = work / "source"
    start = time.perf_counter()
    make(folder, size)
    print(f"{size:,} documents written in {time.perf_counter() - start:.0f} s", flush=True)
    report: dict[str, Any] = {"size": size, "machine": hardware()}
    for name, step, kill_at in (
        ("import", "import", None),
        ("index, killed", "index", max(1, int(KILL_AT * size))),
        ("index, resumed", "index", None),
        ("search", "search", None),
    ):
        report[name] = STEPPED.in_process(step, folder, kill_at=kill_at)
        print(name, json.dumps(report[name]), flush=True)
    lost = report["index, killed"]["killed_at"] - report["index, resumed"]["resumed_at"]
    report["lost_documents"] = max(0, lost)
    return report


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, help="one that is kept")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        run_step(STEPS, args.step, args.folder)
        return
    with tempfile.TemporaryDirectory(prefix="crossexam-large-") as temporary:
        os.environ["CROSSEXAM_CACHE"] = str(args.cache or Path(temporary) / "cache")
        report = measure(args.size, Path(temporary))
    if args.out:
        write_text_atomically(args.out, json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
