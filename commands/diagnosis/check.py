"""The command `check`: the cases of a corpus that must hold, for a team's CI."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import file_text
from commands.options import add_corpus, add_models, add_settings, opened, settings_of, workbench_of
from commands.output import ProgressLine, below_notices
from corpora.stores.case_store import CaseStore
from engine.search.diagnosis.case_file import cases_from, cases_text
from engine.search.diagnosis.checking import checked
from engine.types import CrossExamError
from engine.types.diagnosis.cases import CaseResult
from system.storage import write_text_atomically

UNMET = 1  # the exit status where a case failed


def _check_options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    parser.add_argument(
        "--cases",
        metavar="FILE",
        help="cases as JSON lines, each with query, doc, top; without it those that were kept in "
        "the app",
    )
    parser.add_argument(
        "--export", type=Path, metavar="FILE", help="write the cases to a file, and run none"
    )
    add_settings(parser)
    add_models(parser)


def _check(args: argparse.Namespace) -> dict[str, Any]:
    settings = settings_of(args)
    cases = cases_from(file_text(Path(args.cases)), args.cases) if args.cases else None
    bench = workbench_of(args)
    if cases is None:
        corpus = bench.corpora.open(args.corpus)
        cases = CaseStore(corpus.info.fingerprint).cases()
    if not cases:
        raise CrossExamError(
            f"no case is kept for corpus {args.corpus!r}: keep some on the page Diagnose, or give "
            "--cases FILE"
        )
    if args.export is not None:
        write_text_atomically(args.export, cases_text(cases))
        return {"cases": [], "passed": 0, "failed": 0, "exported": str(args.export)}
    corpus, searcher = opened(args, bench)
    line = ProgressLine()
    results = []
    for number, result in enumerate(checked(searcher, cases, settings), 1):
        results.append(result)
        line.update("cases", number, len(cases))
    failed = sum(not result.passed for result in results)
    return {
        "corpus": asdict(corpus.info),
        "cases": [result_values(result) for result in results],
        "passed": len(results) - failed,
        "failed": failed,
    }


def result_values(result: CaseResult) -> dict[str, Any]:
    """A case's result as plain values."""
    return {
        **asdict(result.case),
        "rank": result.rank,
        "of": result.of,
        "passed": result.passed,
        "problem": result.problem,
    }


def _check_lines(result: dict[str, Any]) -> list[str]:
    if "exported" in result:
        return [f"written: {result['exported']}"]
    lines = []
    for row in result["cases"]:
        mark = "passed" if row["passed"] else "FAILED"
        rank = "not listed" if row["rank"] is None else f"rank {row['rank']:,}"
        wish = f"{'' if row['wanted'] else 'not '}in the top {row['top']}"
        said = row["problem"] or rank
        lines.append(f"{mark}  {row['query']!r}: {row['doc_id']} {wish} ({said})")
    return below_notices(lines, [f"{result['passed']:,} passed, {result['failed']:,} failed"])


def _check_status(result: dict[str, Any]) -> int:
    return UNMET if result["failed"] else 0


CHECK = Command(
    "check",
    "run the kept cases; exit status 1 when one fails",
    _check,
    _check_lines,
    _check_options,
    status=_check_status,
)
