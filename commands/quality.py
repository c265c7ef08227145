"""The command `evaluate`: pipelines measured by a corpus' judgments."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.evaluation.judged_set import judged_queries
from commands.evaluation.weighted_output import (
    difference_words,
    first_result_values,
    first_words,
    weighted_difference,
    weighted_lines,
    weighted_values,
)
from commands.options import (
    PIPELINES,
    add_corpus,
    add_measure,
    add_models,
    add_settings,
    settings_of,
    unknown_pipelines,
    workbench_of,
)
from commands.output import ProgressLine, below_notices, measures_table
from engine.quality.candidate_scores import runs_of
from engine.quality.evaluation import by_tag, write_trec
from engine.quality.pipeline_figures import pipeline_figures
from engine.quality.pipelines import stage_pipelines
from engine.quality.runs.run_export import runs_csv
from engine.quality.runs.run_notes import (
    answered_note,
    irrelevant_note,
    missing_notes,
    passages_note,
)
from engine.quality.significance import Difference, compare_values, corrected
from engine.quality.weights.first_result import first_result_change
from engine.quality.weights.run_means import means_by_run, values_of
from engine.quality.weights.weighted_mean import weights_of
from engine.search.precision.rescoring import precision_values
from engine.search.trace_json import evaluation_values
from engine.types import STAGES, CrossExamError, Evaluation, Run
from engine.types.ranker_names import retrieves, stage_of
from engine.types.registries.measures import said, shown_at
from system.storage import write_text_atomically
from workbench.query_set import run_query_set


def _options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    add_settings(parser)
    add_measure(parser)
    parser.add_argument(
        "--pipelines",
        default=PIPELINES,
        help="stages, separated by commas (default: %(default)s); bi-encoder:MODEL and "
        "run:NAME are some too",
    )
    parser.add_argument("--runs", type=Path, metavar="OUT", help="folder for TREC run files")
    parser.add_argument("--by-tag", action="store_true", help="means by query tag too")
    add_models(parser)


def _evaluate(args: argparse.Namespace) -> dict[str, Any]:
    settings = settings_of(args)
    stages = [name.strip() for name in args.pipelines.split(",") if name.strip()]
    unknown = [name for name in stages if name not in STAGES and not retrieves(name)]
    if unknown or not stages:
        raise unknown_pipelines(unknown)
    stages += [stage_of(name) for name in settings.rerankers]
    bench = workbench_of(args)
    if args.runs is not None:
        _needs_folder(args.runs)
    corpus, searcher, queries = judged_queries(args, bench)
    specs = stage_pipelines(stages, settings, bench.models.cross_encoder_name)
    line = ProgressLine()
    run = run_query_set(
        bench,
        corpus,
        searcher,
        queries,
        list(specs.values()),
        log=line.log,
        on_progress=line.update,
    )
    runs = runs_of(specs, run.gathered)
    figures = pipeline_figures(specs, run.gathered, runs, corpus.qrels, recall_at=settings.depth)
    evaluations = {stage: figures[stage].evaluation for stage in stages}
    precision = precision_values(bench.models.cross_encoder(), settings.precision)
    result: dict[str, Any] = {
        "corpus": asdict(corpus.info),
        "depth": settings.depth,
        "first_stage": settings.first_stage,
        "engine": precision["backend"],
        "precision": precision,
        "measure": args.measure,
        "notices": [],
        "pipelines": [],
    }
    for stage, evaluation in evaluations.items():
        result["notices"] += missing_notes(evaluation, stage) + answered_note(evaluation, stage)
        row = evaluation_values(evaluation, len(evaluation.by_query))
        row["missing"] = list(evaluation.missing)
        if args.by_tag:
            row["by_tag"] = by_tag(evaluation, corpus.queries, args.measure)
        result["pipelines"].append(row)
    result["notices"] += irrelevant_note(next(iter(evaluations.values())))
    if corpus.split:
        result["notices"] += passages_note(runs.values(), settings.depth)
    weights = weights_of(corpus.queries)
    result["weighted"] = weighted_values(
        means_by_run(
            {name: values_of(e, runs[name], corpus.qrels) for name, e in evaluations.items()},
            weights,
        )
    )
    result["comparisons"] = [
        {
            **difference_values(d, length=settings.depth),
            "weighted": weighted_difference(evaluations, d, weights),
            "first_result": first_result_values(
                first_result_change(runs[d.left], runs[d.right], corpus.qrels, weights)
            ),
        }
        for d in differences_of(evaluations, args.measure)
    ]
    if args.runs is not None:
        result |= _written(args.runs, [runs[stage] for stage in stages])
    return result


def _needs_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CrossExamError(
            f"--runs {folder}: run files cannot be written there ({error.strerror}); give a folder "
            "that can be written"
        ) from error


def _written(folder: Path, runs: Sequence[Run]) -> dict[str, Any]:
    """The files of the runs, TREC's and one CSV; an error waits until the figures are printed."""
    files: list[str] = []
    # A stage's name may hold a path.
    renamed = [replace(run, name=re.sub(r"[^A-Za-z0-9.-]+", "-", run.name)) for run in runs]
    try:
        for run in renamed:
            write_trec(run, folder / f"{run.name}.run")
            files.append(str(folder / f"{run.name}.run"))
        write_text_atomically(folder / "runs.csv", runs_csv(renamed))
        files.append(str(folder / "runs.csv"))
    except (OSError, CrossExamError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return {"files": files, "export_error": f"--runs {folder}: {reason}"}
    return {"files": files}


def differences_of(evaluations: Mapping[str, Evaluation], measure: str) -> list[Difference]:
    """Each later run's measure minus each earlier one's, with Holm's correction over all."""
    return corrected(
        [
            compare_values(
                {q: values[measure] for q, values in evaluations[left].by_query.items()},
                {q: values[measure] for q, values in evaluations[right].by_query.items()},
                names=(left, right),
                measure=measure,
            )
            for left, right in combinations(evaluations, 2)
        ]
    )


def difference_values(difference: Difference, *, length: int | None = None) -> dict[str, Any]:
    """A difference as plain values, in words too; of lists that end at `length` where they do."""
    shown = difference.measure if length is None else shown_at(difference.measure, length)
    return {
        **asdict(difference),
        "interval": list(difference.interval),
        "sentence": replace(difference, measure=shown).sentence,
    }


def _evaluation_lines(result: dict[str, Any]) -> list[str]:
    aside = ("stage", "queries", "missing", "by_tag")
    measures = [m for m in result["pipelines"][0] if m not in aside]
    width = max(15, *(len(row["stage"]) + 1 for row in result["pipelines"]))
    names = [row["stage"] for row in result["pipelines"]]
    table = measures_table(
        result["pipelines"],
        names,
        measures,
        width=width,
        heading=partial(shown_at, length=result["depth"]),
    )
    lines = below_notices(result["notices"], table)
    measure, length = result["measure"], result["depth"]
    for tag in result["pipelines"][0].get("by_tag", {}):
        cells = [row["by_tag"][tag][measure] for row in result["pipelines"]]
        n = result["pipelines"][0]["by_tag"][tag]["queries"]
        values_text = "  ".join(
            f"{row['stage']} {said(measure, cell)}"
            for row, cell in zip(result["pipelines"], cells, strict=True)
        )
        lines.append(f"{shown_at(measure, length)} {tag} ({n}): {values_text}")
        lines += _tag_by_searches(result["pipelines"], tag, measure, length)
    return [
        *lines,
        *weighted_lines(result["weighted"], length),
        *_difference_lines(result["comparisons"]),
    ]


def _tag_by_searches(
    rows: Sequence[dict[str, Any]], tag: str, measure: str, length: int
) -> list[str]:
    """The same means by searches, [] where nobody said how often these queries are searched."""
    cells = [(row["stage"], row["by_tag"][tag].get("by_searches")) for row in rows]
    if any(cell is None for _, cell in cells):
        return []
    values_text = "  ".join(f"{stage} {said(measure, cell)}" for stage, cell in cells)
    return [f"{'':{len(shown_at(measure, length))}} {tag}, by searches: {values_text}"]


def _difference_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    names = [f"{row['right']} against {row['left']}" for row in rows]
    width = max(len(name) for name in names)
    lines = [""]
    for name, row in zip(names, rows, strict=True):
        lines.append(f"{name:{width}}  {row['sentence']}")
        lines += [f"{'':{width}}  {line}" for line in (*difference_words(row), *first_words(row))]
    return lines


EVALUATE = Command("evaluate", "quality by judgments", _evaluate, _evaluation_lines, _options)
