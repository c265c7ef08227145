"""The command `diagnose`: one document followed through every stage of a search."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from commands.command import Command
from commands.inputs import checked_query, text_argument
from commands.options import add_corpus, add_models, add_settings, opened, settings_of, workbench_of
from commands.output import ProgressLine
from engine.search.diagnosis.sentence import diagnosis_sentence
from engine.types.diagnosis.cases import PASTED, TOP, Case
from engine.types.diagnosis.causes import Cause, Diagnosis


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


DIAGNOSE = Command(
    "diagnose",
    "why a document is not in the first ranks for a query",
    _diagnose,
    _diagnosis_lines,
    _diagnose_options,
)
