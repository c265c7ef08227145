"""The commands that train: `distil` a bi-encoder, `fine-tune` a cross-encoder."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commands.command import Command
from commands.output import ProgressLine
from engine.types import Cancel, CrossExamError
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.trained import TrainedModel
from models.training.curves import TrainingCurves
from models.training.settings import TrainingSettings
from workbench.training.start import discard, plan_of, resume, train
from workbench.training.training_config import (
    DISTILLED,
    FINE_TUNED,
    MOST_SYNTHETIC,
    QUESTIONS,
    Kind,
    TrainingConfig,
    every,
    free_name,
)
from workbench.training.training_data import dataset_check
from workbench.workbench import Workbench


def _distil_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument(
        "--queries",
        choices=QUESTIONS,
        default=QUESTIONS[0],
        help="to learn from: the corpus' own, synthetic ones, or both (the default)",
    )
    parser.add_argument(
        "--made", type=int, default=MOST_SYNTHETIC, help="synthetic queries, at most"
    )
    parser.add_argument("--negatives", type=int, default=3, help="for each positive")
    parser.add_argument("--teacher", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")


def _fine_tune_options(parser: argparse.ArgumentParser) -> None:
    _common_options(parser)
    parser.add_argument(
        "--unjudged",
        type=int,
        default=0,
        metavar="N",
        help="take the first N candidates that nobody judged as not relevant",
    )
    parser.add_argument("--cross-encoder", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")


def _common_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", metavar="CORPUS", help="a name from 'corpora', or a path")
    parser.add_argument(
        "--bi-encoder",
        default=DEFAULT_BI_ENCODER,
        metavar="NAME|FOLDER",
        help="the student; of fine-tune, what finds the candidates to be put in order",
    )
    parser.add_argument("--name", help="of the model that it makes; one is chosen without it")
    parser.add_argument("--steps", type=int, default=TrainingSettings().steps)
    parser.add_argument("--batch", type=int, default=TrainingSettings().batch)
    parser.add_argument("--learning-rate", type=float, default=TrainingSettings().learning_rate)
    parser.add_argument("--resume", action="store_true", help="resume the training --name")
    parser.add_argument("--discard", action="store_true", help="forget the training --name")


def _distil(args: argparse.Namespace) -> dict[str, Any]:
    return _trained(args, DISTILLED, args.bi_encoder, args.teacher)


def _fine_tune(args: argparse.Namespace) -> dict[str, Any]:
    return _trained(args, FINE_TUNED, args.cross_encoder, "")


def _trained(args: argparse.Namespace, kind: Kind, parent: str, teacher: str) -> dict[str, Any]:
    if (args.resume or args.discard) and not args.name:
        raise CrossExamError("--resume and --discard need --name: which training is meant?")
    name = f"{kind}/{args.name}" if args.name else free_name(kind, args.corpus, parent)
    if args.discard:
        discard(name)
        return {"discarded": name}
    progress = ProgressLine()
    log = _TrainingLog(progress)
    if args.resume:
        planned = plan_of(name)
        parent, teacher = planned.parent, planned.teacher
    student = parent if kind == DISTILLED else args.bi_encoder
    bench = Workbench(bi_encoder=student, cross_encoder=teacher or parent)
    with _stoppable(progress) as cancel:
        if args.resume:
            return _values(
                resume(bench, name, report=log.report, publish=log.publish, cancel=cancel)
            )
        config = TrainingConfig(
            name,
            args.corpus,
            parent,
            teacher=teacher,
            questions=args.queries if kind == DISTILLED else QUESTIONS[0],
            made_queries=args.made if kind == DISTILLED else 0,
            negatives=args.negatives if kind == DISTILLED else 1,
            unjudged=0 if kind == DISTILLED else args.unjudged,
            settings=TrainingSettings(
                steps=args.steps,
                batch=args.batch,
                learning_rate=args.learning_rate,
                every=every(args.steps),
            ),
        )
        for warning in dataset_check(bench.corpora.open(args.corpus), kind).warnings:
            progress.log(f"warning: {warning}")
        short_name = name.partition("/")[2]
        progress.log(f"training {name}; Ctrl-C stops it, --resume --name {short_name} resumes it")
        return _values(train(bench, config, report=log.report, publish=log.publish, cancel=cancel))


@contextmanager
def _stoppable(progress: ProgressLine) -> Iterator[Cancel]:
    """Ctrl-C stops after the step and keeps it; a second one breaks off at once."""
    stop_requested = threading.Event()

    def stop(*_: object) -> None:
        if stop_requested.is_set():
            raise KeyboardInterrupt
        stop_requested.set()
        progress.log("stopping after this step; Ctrl-C again breaks off at once")

    if threading.current_thread() is not threading.main_thread():
        yield stop_requested.is_set
        return
    previous_handler = signal.signal(signal.SIGINT, stop)
    try:
        yield stop_requested.is_set
    finally:
        signal.signal(signal.SIGINT, previous_handler)


class _TrainingLog:
    """Prints how far a training is: the phases, the steps, and each measurement once."""

    def __init__(self, progress: ProgressLine) -> None:
        self._progress = progress
        self._step = ""
        self._measured = 0
        self._warning = ""

    def report(self, step: str, done: int, total: int) -> None:
        """Print how far a phase is."""
        if total:
            self._progress.update(step, done, total)
        elif step != self._step:
            self._progress.log(f"{step} …")
        self._step = step

    def publish(self, curves: TrainingCurves) -> None:
        """Print the warning and the measurements that are new."""
        if curves.warning != self._warning:
            self._warning = curves.warning
            self._progress.log(f"warning: {curves.warning}")
        for step, value in curves.dev[self._measured :]:
            loss = f", loss {curves.losses[-1][1]:.4f}" if curves.losses else ""
            self._progress.log(f"dev queries at step {step}: {value:.4f}{loss}")
        self._measured = max(self._measured, len(curves.dev))


def _values(model: TrainedModel) -> dict[str, Any]:
    return {**model.record, "name": model.name, "role": model.role, "folder": str(model.folder)}


def _lines(result: dict[str, Any]) -> list[str]:
    if "discarded" in result:
        return [f"{result['discarded']} is discarded"]
    low, high = result["difference"]["interval"]
    verdict = "better than its parent" if low > 0 else "not shown to be better: keep the parent"
    verdict = "worse than its parent: keep the parent" if high < 0 else verdict
    option = "--bi-encoder" if result["role"] == "bi-encoder" else "--cross-encoder"
    return [
        f"{result['name']}: {result['measure']} {result['before']:.4f} → {result['after']:.4f} on "
        f"{result['difference']['queries']} held-out queries, {verdict}",
        result["sentence"],
        f"the steps took {result['seconds']['steps']:.0f} s ({result['seconds']['steps_cpu']:.0f} "
        f"s of processor); use it with {option} {result['name']}",
    ]


DISTIL = Command(
    "distil", "train the bi-encoder on the cross-encoder's scores", _distil, _lines, _distil_options
)
FINE_TUNE = Command(
    "fine-tune",
    "train the cross-encoder on people's judgments",
    _fine_tune,
    _lines,
    _fine_tune_options,
)
