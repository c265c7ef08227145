"""The commands `diagnose`, one document looked into, and `check`, the cases that must hold."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import checked_query, file_text, text_argument
from commands.options import add_corpus, add_models, add_settings, opened, settings_of, workbench_of
from commands.output import ProgressLine, below_notices
from corpora.stores.case_store import CaseStore
from engine.search.diagnosis.case_file import cases_from, cases_text
from engine.search.diagnosis.checking import checked
from engine.search.diagnosis.sentence import diagnosis_sentence
from engine.types import CrossExamError
from engine.types.diagnosis.cases import TOP, Case, CaseResult
from engine.types.diagnosis.causes import Cause, Diagnosis
from system.storage import write_text_atomically
from workbench.diagnosis.diagnoses import PASTED

UNMET = 1  # the exit status where a case failed


def _diagnose_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument(
        "document", help="the id, title or whole text of the document; - is standard input"
    )
    add_corpus(parser)
    parser.add_argument(
        "--top", type=int, default=TOP, metavar="N", help="expected in the first N (%(default)s)"
    )
    parser.add_argument(
        "--unwanted", action="store_true", help="the document should not be in the first N"
    )
    add_settings(parser)
    add_models(parser)


def _diagnose(args: argparse.Namespace) -> dict[str, Any]:
    query = checked_query(text_argument(args.query))
    text = text_argument(args.document)
    settings = settings_of(args)
    case = Case(query, PASTED, args.top, wanted=not args.unwanted)
    bench = workbench_of(args)
    corpus, searcher = opened(args, bench)
    expected = bench.diagnoses.expected(corpus, text)
    line = ProgressLine()
    line.log("searching, and looking for causes")
    diagnoses = list(bench.diagnoses.stream(corpus, searcher, case, settings, expected=expected))
    return diagnosis_values(diagnoses[-1])


def diagnosis_values(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as plain values."""
    return {
        **asdict(diagnosis.case),
        "title": diagnosis.document.title,
        "in_corpus": diagnosis.in_corpus,
        "pipeline": diagnosis.pipeline,
        "rank": diagnosis.rank,
        "of": diagnosis.of,
        "met": diagnosis.met,
        "lost_at": diagnosis.lost_at,
        "sentence": diagnosis_sentence(diagnosis),
        "chain": [asdict(link) for link in diagnosis.chain],
        "causes": [_cause_values(cause) for cause in diagnosis.causes],
    }


def _cause_values(cause: Cause) -> dict[str, Any]:
    return {**asdict(cause), "kind": cause.kind.name, "label": cause.kind.label}


def _diagnosis_lines(result: dict[str, Any]) -> list[str]:
    lines = [result["sentence"], ""]
    for link in result["chain"]:
        place = link["place"]
        rank = "not listed" if place["rank"] is None else f"{place['rank']:,} of {place['of']:,}"
        score = "" if place["score"] is None else f"{place['score']:.3f}"
        gap = (
            "" if link["gap"] is None else f"{link['gap']:.3f} below rank {link['border']['rank']}"
        )
        row = f"{place['stage']:20} {rank:>16} {score:>10}  {gap}{place['note']}"
        lines.append(row.rstrip())
    for number, cause in enumerate(result["causes"], 1):
        after = "" if cause["after"] is None else f" → rank {cause['after']:,} {cause['undoing']}"
        lines += ["", f"{number}. {cause['label']}: {cause['sentence']}.{after}"]
        lines += [f"   {each['label']}: {each['value']}" for each in cause["evidence"]]
    return lines


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


DIAGNOSE = Command(
    "diagnose",
    "why a document is not in the first ranks for a query",
    _diagnose,
    _diagnosis_lines,
    _diagnose_options,
)
CHECK = Command(
    "check",
    "run the kept cases; exit status 1 when one fails",
    _check,
    _check_lines,
    _check_options,
    status=_check_status,
)
