"""The command `parity`: do two rankers that should be the same agree?"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.options import add_corpus, add_models, opened, workbench_of
from commands.output import SHOWN, ProgressLine
from engine.quality.parity.export import pairs_csv, report_values
from engine.quality.parity.sentence import disagrees
from engine.search.settings import Settings
from engine.types import FIRST_STAGES, CrossExamError
from engine.types.parity.faults import FAULT_WORDS
from engine.types.parity.report import SAME, TOP, ParityReport
from engine.types.parity.sides import USAGE, side_of
from engine.types.registries.search_parameters import FIRST_STAGE
from system.storage import write_text_atomically
from workbench.quality.parity import DEPTH, QUERIES, REPEATS, ParityRequest, compare_rankers

DISAGREE = 1  # the exit status where the two do not agree


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help=USAGE)
    parser.add_argument("b", metavar="B", help="as A; a server is sent queries and candidates")
    add_corpus(parser)
    parser.add_argument(
        "--queries", type=int, default=QUERIES, metavar="N", help="a sample (%(default)s)"
    )
    parser.add_argument(
        "--depth", type=int, default=DEPTH, metavar="K", help="candidates a query (%(default)s)"
    )
    parser.add_argument(
        FIRST_STAGE.flag,
        dest=FIRST_STAGE.name,
        choices=FIRST_STAGES,
        default=FIRST_STAGE.default,
        help="whose candidates they are (%(default)s)",
    )
    parser.add_argument(
        "--repeats",
        type=int,
        default=REPEATS,
        metavar="R",
        help="calls of each with the same documents, in the same order and in a shuffled one "
        "(%(default)s)",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=0.0,
        metavar="T",
        help="exit status 1 only where two documents of the first ten are turned round that A "
        "holds more than T apart (%(default)s)",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every pair to a file")
    add_models(parser)


def _parity(args: argparse.Namespace) -> dict[str, Any]:
    settings = replace(Settings(depth=args.depth), first_stage=args.first_stage)
    request = ParityRequest(side_of(args.a), side_of(args.b), settings, args.queries, args.repeats)
    if not args.tolerance >= 0:
        raise CrossExamError(f"--tolerance is {args.tolerance}: give a number of at least 0")
    args.reranker = [side.ranker for side in (request.a, request.b) if side.ranker]
    bench = workbench_of(args)
    corpus, searcher = opened(args, bench)
    line = ProgressLine()
    report: ParityReport | None = None
    for report in compare_rankers(  # noqa: B007 - the last is the whole
        bench, corpus, searcher, request, log=line.log, on_progress=line.update
    ):
        pass
    assert report is not None
    if args.csv is not None:
        _write(args.csv, pairs_csv(report))
    return {
        **report_values(report),
        "tolerance": args.tolerance,
        "agree": not disagrees(report, args.tolerance),
    }


def _write(path: Path, text: str) -> None:
    try:
        write_text_atomically(path, text)
    except OSError as error:
        raise CrossExamError(
            f"--csv {path}: cannot be written ({error.strerror}); give a place that can be"
        ) from error


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [
        f"A: {result['a']['label']}",
        f"B: {result['b']['label']}",
        f"{len(result['queries']):,} queries of {result['corpus']}, {result['candidates']}",
        *(note for side in ("a", "b") for note in result[side]["notices"]),
        "",
        f"{result['verdict']}.",
        *result["remarks"],
        *_figures(result),
        *_repeat_lines(result),
    ]
    lines += _fault_lines(result)
    reordered = set(result["reordered"])
    changed = [query for query in result["queries"] if query["query_id"] in reordered]
    if changed:
        ordered = sorted(changed, key=lambda query: result["reordered"].index(query["query_id"]))
        lines += ["", f"another order in the first {TOP} (query, shared, farthest turned round):"]
        for query in ordered[:SHOWN]:
            turned = query["turned"]
            gap = f"{turned['gap']:.4f}" if turned else "-"
            lines.append(
                f"  {query['query_id'][:24]:24} {query['overlap']:5.0%} {gap:>9}  "
                f"{' '.join(query['text'].split())[:60]}"
            )
        if len(ordered) > SHOWN:
            lines.append(f"  and {len(ordered) - SHOWN:,} more: --json gives all")
    return lines


def _figures(result: dict[str, Any]) -> list[str]:
    figures = result["differences"]
    if figures is None:
        return []
    p99 = "" if figures["p99"] is None else f", p99 {figures['p99']:.4f}"
    scale = "" if result["scale"] == SAME else " (the scales differ)"
    return [
        "",
        f"B - A over {figures['pairs']:,} pairs{scale}: largest {figures['largest']:.4f} "
        f"({figures['query_id']}, {figures['doc_id']}){p99}, median {figures['median']:.4f}, "
        f"mean {figures['mean']:+.4f}",
        f"correlation over all pairs: Pearson {_decimals(result['pearson'])}, Spearman "
        f"{_decimals(result['spearman'])}",
    ]


def _repeat_lines(result: dict[str, Any]) -> list[str]:
    lines = []
    for side in ("a", "b"):
        repeats = result[f"repeats_{side}"]
        if repeats is None:
            continue
        for name, words in (("same_order", "in the same order"), ("shuffled", "shuffled")):
            spread = repeats[name]
            faulty = f"; {spread['faulty']:,} calls faulty" if spread["faulty"] else ""
            lines.append(
                f"{side.upper()} called {spread['calls']:,} times {words}: "
                f"{spread['identical']:,} of {spread['pairs']:,} pairs the very same, largest "
                f"spread {spread['largest']:.6f}{faulty}"
            )
    return lines


def _fault_lines(result: dict[str, Any]) -> list[str]:
    lines = []
    for query in result["queries"]:
        for side in ("a", "b"):
            for fault in query[f"faults_{side}"]:
                of = f" {fault['doc_id']}" if fault["doc_id"] else ""
                value = f" ({fault['value']})" if fault["value"] else ""
                words = FAULT_WORDS[fault["kind"]]
                lines.append(f"  {query['query_id'][:24]:24} {side.upper()}: {words}{of}{value}")
            if failure := query[f"failure_{side}"]:
                lines.append(f"  {query['query_id'][:24]:24} {side.upper()}: {failure}")
    shown = lines[:SHOWN]
    if len(lines) > SHOWN:
        shown.append(f"  and {len(lines) - SHOWN:,} more: --json gives all")
    return ["", "faulty answers:", *shown] if lines else []


def _decimals(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"


PARITY = Command(
    "parity",
    "do two rankers that should be the same agree; exit status 1 when they do not",
    _parity,
    _lines,
    _options,
    status=lambda result: 0 if result["agree"] else DISAGREE,
)
