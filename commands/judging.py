"""The command that has a cross-encoder judge what people did not."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands.judging_report import judged_values, write
from corpora.stores.corpus import Corpus
from engine.quality.evaluation import JUDGED_K
from engine.quality.pipelines import PipelineSpec
from engine.quality.runs.trec_files import decoded, read_run
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import BLEND, CROSS_ENCODER, STAGES, CrossExamError, ProgressCallback, Run
from engine.types.ranker_names import is_encoder
from workbench.auto_judging import Asked, judge_corpus, keep
from workbench.workbench import Workbench

PIPELINES = "bm25,bi-encoder,hybrid,cross-encoder"


def add_judge(made: argparse.ArgumentParser) -> None:
    """Give the command its options, those of corpora, settings and models aside."""
    made.add_argument(
        "--pipelines",
        default=PIPELINES,
        help="whose top is judged: stages, separated by commas (default: %(default)s)",
    )
    made.add_argument(
        "--run",
        dest="run_files",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a TREC run file in place of pipelines, more than once if you like",
    )
    made.add_argument("--top", type=int, default=JUDGED_K, metavar="K", help="of each list")
    made.add_argument("--teacher", metavar="NAME", help="the judge; default: the cross-encoder")
    made.add_argument("--queries", type=int, metavar="N", help="a sample, always the same")
    made.add_argument(
        "--complete",
        action="store_true",
        help="the corpus was judged in full: what has no judgment is not relevant",
    )
    made.add_argument(
        "--out", type=Path, metavar="FILE", help="write FILE.machine.qrels and FILE.machine.csv"
    )
    made.add_argument("--keep", action="store_true", help="show the proposals in the app too")


def asked_of(args: argparse.Namespace, settings: Settings, cross_encoder: str) -> Asked:
    """What the options ask for; raises CrossExamError for an unknown stage or a bad run file."""
    stages = [] if args.run_files else [name.strip() for name in args.pipelines.split(",")]
    unknown = [name for name in stages if name not in STAGES]
    if unknown:
        raise CrossExamError(
            f"--pipelines names {', '.join(unknown) or 'nothing'}: give some of {', '.join(STAGES)}"
        )
    specs = [
        PipelineSpec(settings, cross_encoder, blended=stage == BLEND)
        if stage in (CROSS_ENCODER, BLEND)
        else PipelineSpec(replace(settings, first_stage=stage))
        for stage in stages
    ]
    specs += [
        PipelineSpec(replace(settings, first_stage=name))
        if is_encoder(name)
        else PipelineSpec(settings, name)
        for name in settings.rerankers
    ]
    runs = tuple(_run(path) for path in args.run_files)
    teacher = args.teacher or cross_encoder
    return Asked(teacher, tuple(specs), runs, args.top, args.queries, args.complete)


def judge_as_asked(
    args: argparse.Namespace,
    asked: Asked,
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    tell: ProgressCallback,
) -> dict[str, Any]:
    """What the command prints; writes and keeps what the options ask for."""
    judged = judge_corpus(bench, corpus, searcher, asked, tell=tell)
    result = judged_values(judged)
    if args.out is not None:
        result["files"] = [str(path) for path in write(judged, args.out)]
    if args.keep:
        result["kept"] = keep(judged)
    return result


def _run(path: Path) -> Run:
    try:
        return read_run(decoded(path.read_bytes(), str(path)), str(path))
    except OSError as error:
        raise CrossExamError(f"{path}: {error.strerror}: give a file that can be read") from error
