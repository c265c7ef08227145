"""The command `calibrate`: what a cross-encoder's score means on a corpus."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from commands.command import Command
from commands.options import add_corpus, add_models, opened, workbench_of
from commands.output import ProgressLine
from engine.quality.calibration.floor import LEAST_PRECISION, MOST_PRECISION, PRECISION
from engine.quality.calibration.report import FROM_GRADE, CalibrationReport
from engine.quality.calibration.sentences import (
    BIAS,
    BINS_NOTE,
    below_floor_sentence,
    calibration_sentence,
    floor_sentence,
    kept_sentence,
    separation_sentence,
)
from engine.types.calibration.reliability import KeptFloor
from engine.types.registries.stage_wording import stage_label
from engine.types.wording.numbers import decimal
from workbench.calibration.calibrating import (
    CalibrationTask,
    calibration_task,
    keep_floor,
    measure,
    report_on,
)


def _options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    parser.add_argument(
        "--precision",
        type=_precision,
        default=PRECISION,
        metavar="SHARE",
        help="the share of documents at or above the floor that is to be relevant, "
        f"{LEAST_PRECISION} to {MOST_PRECISION} (default: %(default)s)",
    )
    parser.add_argument(
        "--relevant-from",
        type=int,
        choices=(1, 2, 3),
        default=FROM_GRADE,
        help="the least grade that counts as relevant (default: %(default)s)",
    )
    add_models(parser)


def _precision(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not LEAST_PRECISION <= value <= MOST_PRECISION:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no share from {LEAST_PRECISION} to {MOST_PRECISION}"
        )
    return value


def _calibrate(args: argparse.Namespace) -> dict[str, Any]:
    bench = workbench_of(args)
    corpus, searcher = opened(args, bench)
    line = ProgressLine()
    name = bench.models.cross_encoder_name
    task = calibration_task(corpus, name, bench.models.cross_encoder(line.log))
    scores = measure(task, searcher, on_progress=line.update)
    report = report_on(task, scores, precision=args.precision, from_grade=args.relevant_from)
    kept = keep_floor(task, report)
    return {**report_values(task, report, kept), "candidates": scores.candidates}


def report_values(
    task: CalibrationTask, report: CalibrationReport, kept: KeptFloor | None
) -> dict[str, Any]:
    """A report as plain values."""
    answerable, unanswerable = report.below_floor
    calibration = report.calibration
    return {
        "corpus": asdict(task.corpus.info),
        "model": task.key.model,
        "revision": task.key.revision,
        "relevant_from": report.from_grade,
        "judged": task.judged,
        "missing": report.missing,
        "calibration": None if calibration is None else asdict(calibration),
        "calibration_problem": report.calibration_problem,
        "floor": asdict(report.floor),
        "below_floor": {"answerable": list(answerable), "unanswerable": list(unanswerable)},
        "separations": [
            {**asdict(each), "base_risk": each.base_risk} for each in report.separations
        ],
        "separation_problem": report.separation_problem,
        "sentences": _sentences(report, kept),
    }


def _sentences(report: CalibrationReport, kept: KeptFloor | None) -> list[str]:
    calibration = report.calibration
    first = (
        f"No calibration: {report.calibration_problem}"
        if calibration is None
        else calibration_sentence(calibration)
    )
    below = below_floor_sentence(*report.below_floor)
    separation = separation_sentence(report) or (
        f"No answer known to be missing: {report.separation_problem}"
        if report.separation_problem
        else ""
    )
    sentences = (first, floor_sentence(report.floor), below, separation, kept_sentence(kept))
    return [each.removesuffix(".") + "." for each in sentences if each]


def _lines(result: dict[str, Any]) -> list[str]:
    lines = [*result["sentences"]]
    calibration = result["calibration"]
    if calibration is not None:
        lines += [
            "",
            f"{calibration['relevant']:,} of {calibration['pairs']:,} judged pairs of "
            f"{calibration['queries']:,} queries are relevant (from grade "
            f"{result['relevant_from']})",
            f"{'logit':>16}{'pairs':>8}{'relevant':>10}{'95%':>15}",
        ]
        for row in calibration["bins"]:
            low, high = row["interval"]
            span = f"{decimal(row['low'], 0)} to {decimal(row['high'], 0)}"
            share = row["relevant"] / row["pairs"]
            lines.append(
                f"{span:>16}{row['pairs']:>8,}{share:>10.0%}{f'{low:.0%} to {high:.0%}':>15}"
            )
        lines += ["", f"{'':34}{'ECE':>8}{'Brier':>8}"]
        lines += [
            f"{row['name']:34}{row['ece']:>8.3f}{row['brier']:>8.3f}"
            f"{'  on queries held out' if row['held_out'] else ''}"
            for row in calibration["errors"]
        ]
        lines += ["", BINS_NOTE, BIAS]
    if result["separations"]:
        lines += ["", f"{'best score of':18}{'AUROC':>8}{'95%':>16}{'risk-coverage area':>20}"]
        for row in result["separations"]:
            low, high = row["auroc_interval"]
            interval = f"{low:.2f} to {high:.2f}"
            lines.append(
                f"{stage_label(row['stage']):18}{row['auroc']:>8.3f}{interval:>16}"
                f"{row['area']:>20.3f}"
            )
        first = result["separations"][0]
        lines.append(
            f"The area is {first['base_risk']:.3f} by chance and {first['least_area']:.3f} at best."
        )
    return lines


CALIBRATE = Command(
    "calibrate",
    "what a cross-encoder's score means on a corpus, and the floor below which an answer is "
    "probably missing",
    _calibrate,
    _lines,
    _options,
)
