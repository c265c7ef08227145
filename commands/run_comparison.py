"""The command `compare`: two TREC run files of any system against judgments."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.evaluation.weighted_output import (
    difference_words,
    first_result_values,
    first_words,
    weighted_difference,
    weighted_lines,
    weighted_values,
)
from commands.inputs import ONCE, STDIN, file_text, input_file, name_in_errors
from commands.options import add_contradictions, add_measure
from commands.output import below_notices, measures_table
from commands.quality import difference_values, differences_of
from corpora.judgments.grades import grades_from_text
from corpora.judgments.qrels import read_qrels_alone
from corpora.judgments.queries import read_queries
from corpora.readers.read_options import ReadOptions
from engine.quality.evaluation import evaluate
from engine.quality.runs.run_comparison import changes, run_agreement
from engine.quality.runs.run_notes import (
    check_queries,
    foreign_notes,
    irrelevant_note,
    judged_documents,
    missing_notes,
    tie_notes,
    tied,
    unknown_notes,
)
from engine.quality.runs.trec_files import read_run_file
from engine.quality.significance import ALIKE
from engine.quality.weights.first_result import first_result_change
from engine.quality.weights.run_means import means_by_run, values_of
from engine.quality.weights.weighted_mean import weights_of
from engine.search.trace_json import ROUND
from engine.types import CrossExamError
from engine.types.contradictory_judgments import WORDS
from engine.types.registries.measures import JUDGED, merit
from engine.types.registries.search_parameters import DEPTH


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_a", type=Path, metavar="RUN_A")
    parser.add_argument("run_b", type=Path, metavar="RUN_B")
    parser.add_argument("--qrels", type=Path, required=True, metavar="FILE")
    add_contradictions(parser, without="without it they are refused")
    parser.add_argument("--grades", metavar="WORD=N,…", help="what words in judgments mean")
    parser.add_argument(
        "--queries", metavar="FILE", help="where judgments name queries by their texts, runs by ids"
    )
    add_measure(parser)
    parser.add_argument("--recall-at", type=int, default=DEPTH.default, metavar="K")


def _compare(args: argparse.Namespace) -> dict[str, Any]:
    paths = [args.run_a, args.run_b]
    with ExitStack() as stack:
        if [*map(str, paths), str(args.qrels), args.queries].count(STDIN) > 1:
            raise CrossExamError(ONCE)
        files = [input_file(str(path), stack, lines=True) for path in (*paths, args.qrels)]
        first_file, second_file, judgments_file = (file for file in files if file is not None)
        read_options = ReadOptions(contradictions=args.contradictions)
        queries_file = input_file(args.queries, stack, lines=True)
        queries = read_queries(queries_file, read_options) if queries_file is not None else ()
        grades = grades_from_text(args.grades or "")
        qrels = read_qrels_alone(judgments_file, read_options, grades, queries)
        names = [name_in_errors(str(path)) for path in paths]
        run_files = [
            read_run_file(file_text(file, name), name)
            for file, name in zip((first_file, second_file), names, strict=True)
        ]
    run_a, run_b = (file.run for file in run_files)
    check_queries((run_a, run_b), qrels, "--queries" if queries_file is None else "")
    contradictory = read_options.contradictions_count
    pair = {"A": run_a, "B": run_b}
    evaluations = {name: evaluate(run, qrels, depth=args.recall_at) for name, run in pair.items()}
    per_query = changes(
        run_a, run_b, (evaluations["A"], evaluations["B"]), qrels, measure=args.measure
    )
    (difference,) = differences_of(evaluations, args.measure)
    notices = [
        *(note for file in run_files for note in file.notes),
        *read_options.notes,
        *(
            note
            for name, run in pair.items()
            for note in foreign_notes(run, judged_documents(qrels), name, str(args.qrels))
        ),
        *(note for name in pair for note in missing_notes(evaluations[name], name)),
        *(note for name in pair for note in unknown_notes(evaluations[name], name)),
        *irrelevant_note(evaluations["A"]),
        *(note for name, run in pair.items() for note in tie_notes(run, name)),
    ]
    rows = [
        {
            "run": name,
            "file": str(path),
            "name": run.name,
            "queries": len(evaluations[name].by_query),
            "missing": list(evaluations[name].missing),
            "unknown": list(evaluations[name].unknown),
            "ties": tied(run),
            **{measure: round(value, ROUND) for measure, value in evaluations[name].mean.items()},
            JUDGED: round(evaluations[name].judged_at_k, ROUND),
        }
        for path, (name, run) in zip(paths, pair.items(), strict=True)
    ]
    weights = weights_of(queries)
    means = means_by_run(
        {name: values_of(evaluations[name], run, qrels) for name, run in pair.items()}, weights
    )
    return {
        "contradictory_judgments": contradictory,
        "contradictions_rule": args.contradictions,
        "notices": notices,
        "without_relevant": list(evaluations["A"].irrelevant),
        "runs": rows,
        **difference_values(difference),
        "weighted_means": weighted_values(means),
        "weighted": weighted_difference(evaluations, difference, weights),
        "first_result": first_result_values(first_result_change(run_a, run_b, qrels, weights)),
        "agreement": asdict(run_agreement(run_a, run_b)),
        "queries": [{**asdict(change), "difference": change.difference} for change in per_query],
    }


def _comparison_lines(result: dict[str, Any]) -> list[str]:
    aside = ("run", "file", "name", "queries", "missing", "unknown", "ties")
    measures = [m for m in result["runs"][0] if m not in aside]
    names = [f"{row['run']} {row['name']}"[:26] for row in result["runs"]]
    table = measures_table(result["runs"], names, measures, width=26)
    lines = below_notices(result["notices"], table)
    if result["contradictory_judgments"]:
        n = result["contradictory_judgments"]
        pairs = f"{n:,} of the pairs {'is' if n == 1 else 'are'} judged differently twice"
        lines.append(f"\n{pairs}: {WORDS[result['contradictions_rule']]}")
    lines += weighted_lines(result["weighted_means"])
    agreement = result["agreement"]
    tau = "none"
    if agreement["tau"] is not None:
        tau = f"{agreement['tau']:.3f} (n = {agreement['tau_queries']})"
    lines += [
        "",
        f"B against A: {result['sentence']}",
        *difference_words(result),
        *(f"B {line}" for line in first_words(result)),
        f"agreement over {agreement['queries']} "
        f"{'query' if agreement['queries'] == 1 else 'queries'}: Kendall's tau {tau}, "
        f"RBO {agreement['rbo']:.3f}, overlap@10 {agreement['overlap']:.3f}",
    ]
    changed = [row for row in result["queries"] if abs(row["difference"]) > ALIKE]
    gains = {row["query_id"]: merit(result["measure"], row["difference"]) for row in changed}
    for title, examples in (
        ("lost most", [row for row in changed if gains[row["query_id"]] < 0][:5]),
        ("won most", [row for row in reversed(changed) if gains[row["query_id"]] > 0][:5]),
    ):
        if examples:
            lines.append(f"\n{title} (query, A, B, first relevant rank in A and B):")
        for row in examples:
            first = f"{row['first_before'] or '-'} to {row['first_after'] or '-'}"
            lines.append(
                f"  {row['query_id'][:32]:32} {row['before']:.4f} {row['after']:.4f}  {first}"
            )
    return lines


COMPARE = Command("compare", "two run files", _compare, _comparison_lines, _options)
