"""The command `judge`: a cross-encoder proposes grades for what people did not judge."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import file_text
from commands.options import (
    PIPELINES,
    add_corpus,
    add_models,
    add_settings,
    opened,
    settings_of,
    unknown_pipelines,
    workbench_of,
)
from commands.output import SHOWN, ProgressLine
from corpora.judgments.auto_judgments import as_qrels, provenance_csv
from engine.quality.judging.judge_agreement import SystemOrder
from engine.quality.pipelines import stage_pipelines
from engine.quality.runs.trec_files import qrels_text, read_run
from engine.search.settings import Settings
from engine.types import STAGES, CrossExamError
from engine.types.ranker_names import stage_of
from engine.types.registries.measures import JUDGED_K, PRIMARY
from system.storage import write_text_atomically
from workbench.auto_judging import AutoJudgingRequest, JudgedCorpus, judge_corpus, keep

CAUTION = (
    "Made by a machine, which is itself under test: a pipeline that contains the judge is "
    "measured by its own taste, and its figure is too high."
)


def _options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    add_settings(parser)
    parser.add_argument(
        "--pipelines",
        default=PIPELINES,
        help="whose top is judged: stages, separated by commas (default: %(default)s)",
    )
    parser.add_argument(
        "--run",
        dest="run_files",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a TREC run file in place of pipelines, more than once if you like",
    )
    parser.add_argument("--top", type=int, default=JUDGED_K, metavar="K", help="of each list")
    parser.add_argument("--teacher", metavar="NAME", help="the judge; default: the cross-encoder")
    parser.add_argument("--queries", type=int, metavar="N", help="a sample, always the same")
    parser.add_argument(
        "--complete",
        action="store_true",
        help="the corpus was judged in full: what has no judgment is not relevant",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write FILE.machine.qrels and FILE.machine.csv"
    )
    parser.add_argument("--keep", action="store_true", help="show the proposals in the app too")
    add_models(parser)


def _judge(args: argparse.Namespace) -> dict[str, Any]:
    settings, bench = settings_of(args), workbench_of(args)
    request = _request_of(args, settings, bench.models.cross_encoder_name)
    corpus, searcher = opened(args, bench)
    judged_corpus = judge_corpus(
        bench, corpus, searcher, request, on_progress=ProgressLine().update
    )
    result = _judged_values(judged_corpus)
    if args.out is not None:
        result["files"] = [str(path) for path in _write(judged_corpus, args.out)]
    if args.keep:
        result["kept"] = keep(judged_corpus)
    return result


def _request_of(
    args: argparse.Namespace, settings: Settings, cross_encoder: str
) -> AutoJudgingRequest:
    """What the options ask for; raises CrossExamError for an unknown stage or a bad run file."""
    stages = [] if args.run_files else [name.strip() for name in args.pipelines.split(",")]
    unknown = [name for name in stages if name not in STAGES]
    if unknown:
        raise unknown_pipelines(unknown)
    stages += [stage_of(name) for name in settings.rerankers]
    specs = tuple(stage_pipelines(stages, settings, cross_encoder).values())
    runs = tuple(read_run(file_text(path), str(path)) for path in args.run_files)
    judge_model = args.teacher or cross_encoder
    return AutoJudgingRequest(judge_model, specs, runs, args.top, args.queries, args.complete)


def _write(judged_corpus: JudgedCorpus, path: Path) -> tuple[Path, Path]:
    """Write the proposals to PATH.machine.qrels and PATH.machine.csv; returns the two paths.

    TREC's format has no column for a mark, so the file's name says what it holds.
    """
    stem = path.name.removesuffix(".qrels").removesuffix(".machine")
    if not stem:
        raise CrossExamError(f"--out {path} names no file: give one such as judged")
    qrels, table = (path.with_name(f"{stem}.machine.{end}") for end in ("qrels", "csv"))
    try:
        write_text_atomically(qrels, qrels_text(as_qrels(judged_corpus.proposed)))
        write_text_atomically(table, provenance_csv(judged_corpus.proposed))
    except OSError as error:
        raise CrossExamError(
            f"--out {path}: cannot be written ({error.strerror}); give a place that can be"
        ) from error
    return qrels, table


def _judged_values(judged_corpus: JudgedCorpus) -> dict[str, Any]:
    """All of it as plain values."""
    result, agreement = judged_corpus.result, judged_corpus.report.agreement
    agreement_values = None
    if agreement is not None:
        agreement_values = {**asdict(agreement), "pairs": agreement.pairs, "same": agreement.same}
    return {
        "made_by": "machine",
        "caution": CAUTION,
        "corpus": asdict(judged_corpus.corpus.info),
        "teacher": result.judge_model,
        "revision": result.revision,
        "score": result.kind,
        "top": judged_corpus.request.top,
        "pool": judged_corpus.pool,
        "complete": judged_corpus.request.complete,
        "calibrated": result.thresholds.calibrated,
        "bounds": {**asdict(result.thresholds), "words": result.thresholds.words},
        "agreement": agreement_values,
        "systems": _order_values(judged_corpus.report.order),
        "circular": dict(judged_corpus.report.circular),
        "proposals": [
            {"query_id": o.query_id, "doc_id": o.doc_id, "score": o.score, "grade": o.grade}
            for o in judged_corpus.proposed
        ],
    }


def _order_values(order: SystemOrder) -> dict[str, Any]:
    """The pipelines by either judge; the model's measure keeps its name of earlier versions."""
    systems = [{"name": s.name, "people": s.people, "machine": s.auto_judge} for s in order.systems]
    return {**asdict(order), "systems": systems}


def _judge_lines(result: dict[str, Any]) -> list[str]:
    """What `_judged_values` gives, to be read in a terminal."""
    proposed: list[dict[str, Any]] = result["proposals"]
    counts = [sum(row["grade"] == grade for row in proposed) for grade in range(4)]
    lines = [
        f"{result['teacher']} on the top {result['top']} of each run: {result['pool']:,} pairs, "
        f"{len(proposed):,} grades proposed ("
        + ", ".join(f"{count:,} of {grade}" for grade, count in enumerate(counts))
        + ")",
        f"grades by {result['score']}: {result['bounds']['words']}",
        "",
        *_agreement_lines(result),
        "",
        result["caution"],
        *(f"  {name}: {why}" for name, why in result["circular"].items()),
    ]
    if proposed:
        lines += ["", "query      document                    score  grade (by the machine)"]
    for row in proposed[:SHOWN]:
        lines.append(
            f"{row['query_id'][:10]:10} {row['doc_id'][:24]:24} {row['score']:8.3f}  {row['grade']}"
        )
    if len(proposed) > SHOWN:
        lines.append(f"and {len(proposed) - SHOWN:,} more: --out FILE or --json gives all")
    return lines


def _agreement_lines(result: dict[str, Any]) -> list[str]:
    agreement = result["agreement"]
    if agreement is None:
        return [
            "agreement with people: not measured, for they judged nothing of the measuring half"
        ]
    interval = agreement["interval"]
    interval_text = f" (95% {interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    lines = [
        f"against people on {agreement['pairs']:,} pairs of {agreement['queries']:,} queries that "
        "the bounds were not chosen on:",
        f"  same grade {agreement['same']:.1%}, kappa {_decimals(agreement['kappa'])}, linear "
        f"{_decimals(agreement['linear'])}, quadratic "
        f"{_decimals(agreement['quadratic'])}{interval_text}",
        f"  relevant or not: kappa {_decimals(agreement['binary'])}, precision "
        f"{_decimals(agreement['precision'])}, recall {_decimals(agreement['recall'])}",
        "  people's grade (rows) and the machine's (columns)",
        "       " + "".join(f"{grade:7}" for grade in range(4)),
        *(
            f"  {grade:5}" + "".join(f"{count:7,}" for count in row)
            for grade, row in enumerate(agreement["matrix"])
        ),
    ]
    systems = result["systems"]
    if systems["systems"] and systems["queries"]:
        lines.append(
            f"  {PRIMARY.name} over {systems['queries']} of these queries, by people and machine:"
        )
        for row in systems["systems"]:
            lines.append(f"    {row['name'][:48]:48} {row['people']:.4f}  {row['machine']:.4f}")
        lines.append(f"  Kendall's tau-b of the two orders: {_decimals(systems['tau'])}")
    return lines


def _decimals(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


JUDGE = Command("judge", "grades that a cross-encoder proposes", _judge, _judge_lines, _options)
