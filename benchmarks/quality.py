"""Quality of every stage on SciFact and Cranfield, and on the bundled `senses`.

CROSSEXAM_DATA names the folder that holds the two collections in BEIR layout. On them
BM25's top 50 are reranked, as in the literature; on `senses` the bi-encoder's, as in the
app, for BM25 does not find what shares no word with the query. Progress goes to stderr,
the table to stdout, and each collection's figures to benchmarks/quality.json as soon as
it is done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.quality.candidate_scores import runs_of
from engine.quality.evaluation import by_tag, evaluate, write_trec
from engine.quality.pipelines import stage_pipelines
from engine.search.precision.rescoring import precision_values
from engine.search.settings import Settings
from engine.search.trace_json import evaluation_values
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, CrossExamError
from engine.types.registries.measures import JUDGED, MEASURES, NDCG
from system.hardware import hardware
from system.storage import write_text_atomically
from workbench.query_set import run_query_set
from workbench.workbench import Workbench

STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER, BLEND)
OUT = Path(__file__).with_name("quality.json")
DEPTH = 50


def main(names: Sequence[str]) -> int:
    """Evaluate the named collections (all three without a name); returns the exit status."""
    bench = Workbench()
    data = os.environ.get("CROSSEXAM_DATA")
    wanted = list(names) or ["senses", "cranfield", "scifact"]
    if data is None and any(name != "senses" for name in wanted):
        print(
            "crossexam: set CROSSEXAM_DATA to the folder that holds scifact and cranfield in BEIR "
            "layout",
            file=sys.stderr,
        )
        return 2
    try:
        results = json.loads(OUT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        results = {}
    for name in wanted:
        source = name if name == "senses" else str(Path(data or "") / name)
        try:
            results[name] = measured(bench, source, name)
        except CrossExamError as error:
            print(f"crossexam: {error}", file=sys.stderr)
            return 2
        write_text_atomically(OUT, json.dumps(results, indent=1) + "\n")
        print("\n".join(table(name, results[name])), flush=True)
    return 0


def measured(bench: Workbench, source: str, name: str) -> dict[str, Any]:
    """The figures of one collection, by stage and, where queries have tags, by tag."""
    corpus = bench.corpora.open(source)
    searcher = bench.searchers.of(corpus, on_progress=report)
    judged = {qrel.query_id for qrel in corpus.qrels if qrel.relevance > 0}
    queries = [query for query in corpus.queries if query.query_id in judged]
    started = time.perf_counter()
    first = BI_ENCODER if name == "senses" else BM25
    settings = Settings(depth=DEPTH, first_stage=first)
    specs = stage_pipelines(STAGES, settings, bench.models.cross_encoder_name)
    run = run_query_set(bench, corpus, searcher, queries, list(specs.values()), on_progress=report)
    runs = runs_of(specs, run.gathered)
    seconds = time.perf_counter() - started
    rows = []
    for stage in STAGES:
        evaluation = evaluate(runs[stage], corpus.qrels, depth=DEPTH)
        row = evaluation_values(evaluation, len(evaluation.by_query))
        row["by_tag"] = by_tag(evaluation, queries, NDCG.name)
        rows.append(row)
        folder = os.environ.get("CROSSEXAM_RUNS")
        if folder:
            write_trec(runs[stage], Path(folder) / name / f"{stage}.run")
    return {
        "documents": corpus.info.documents,
        "fingerprint": corpus.info.fingerprint,
        "depth": DEPTH,
        "first_stage": first,
        "engine": bench.models.cross_encoder().backend,  # of the reranked stages
        "engines": backends(bench),
        "scoring": precision_values(bench.models.cross_encoder(), settings.precision),
        "seconds": round(seconds, 1),
        "machine": hardware(),
        "stages": rows,
    }


def backends(bench: Workbench) -> dict[str, dict[str, str]]:
    """Each model by its stage: its name, and the engine and precision that ran it."""
    bi, cross = bench.models.bi_encoder(), bench.models.cross_encoder()
    by_stage = {}
    for stage, name, label in (
        (BI_ENCODER, bi.name, bi.backend),
        (CROSS_ENCODER, cross.name, cross.backend),
    ):
        backend, _, precision = label.partition(" on ")[0].rpartition(" ")
        by_stage[stage] = {"model": name, "engine": backend, "precision": precision}
    return by_stage


def table(name: str, result: dict[str, Any]) -> list[str]:
    """A collection's figures as text."""
    measures = (*(measure.at(DEPTH) for measure in MEASURES), JUDGED)
    lines = [f"{name} ({result['documents']:,} documents)"]
    lines += [
        f"{stage}: {e['model']}, {e['engine']} {e['precision']}"
        for stage, e in result.get("engines", {}).items()
    ]
    lines.append(f"{'':15}" + "".join(f"{measure:>12}" for measure in measures))
    for row in result["stages"]:
        lines.append(f"{row['stage']:15}" + "".join(f"{row[m]:12.4f}" for m in measures))
    return lines


def report(what: str, done: int, total: int) -> None:
    """Progress on stderr."""
    if done == total or done % 10 == 0:
        print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
