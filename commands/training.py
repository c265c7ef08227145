"""The commands that teach: `distil` a bi-encoder, `fine-tune` a cross-encoder."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from engine.types import Cancel, CrossExamError
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.trained import TrainedModel
from models.training.progress import TrainingProgress
from models.training.settings import TrainingSettings
from workbench.training.start import discard, plan_of, resume, teach
from workbench.training.training_config import (
    DISTILLED,
    FINE_TUNED,
    MOST_MADE,
    QUESTIONS,
    Kind,
    Lesson,
    every,
    free_name,
)
from workbench.training.training_data import outlook
from workbench.workbench import Workbench


class Teller(Protocol):
    """Says things on stderr."""

    def say(self, text: str) -> None: ...

    def step(self, what: str, done: int, total: int) -> None: ...


def add_training(command: Callable[..., argparse.ArgumentParser], teller: type[Teller]) -> None:
    """Add the two commands."""

    def distil_command(args: argparse.Namespace) -> dict[str, Any]:
        return _taught(args, DISTILLED, args.bi_encoder, args.teacher, teller())

    def fine_tune_command(args: argparse.Namespace) -> dict[str, Any]:
        return _taught(args, FINE_TUNED, args.cross_encoder, "", teller())

    distil = command(
        "distil", distil_command, _shown, "teach the bi-encoder from the cross-encoder"
    )
    _common(distil)
    distil.add_argument(
        "--queries",
        choices=QUESTIONS,
        default=QUESTIONS[0],
        help="to learn from: the corpus' own, made of its documents, or both (the default)",
    )
    distil.add_argument("--made", type=int, default=MOST_MADE, help="made queries, at most")
    distil.add_argument("--negatives", type=int, default=3, help="for each positive")
    distil.add_argument("--teacher", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")
    tune = command(
        "fine-tune", fine_tune_command, _shown, "teach the cross-encoder people's judgments"
    )
    _common(tune)
    tune.add_argument(
        "--unjudged",
        type=int,
        default=0,
        metavar="N",
        help="take the first N candidates that nobody judged as not relevant",
    )
    tune.add_argument("--cross-encoder", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")


def _common(made: argparse.ArgumentParser) -> None:
    made.add_argument("corpus", metavar="CORPUS", help="a name from 'corpora', or a path")
    made.add_argument(
        "--bi-encoder",
        default=DEFAULT_BI_ENCODER,
        metavar="NAME|FOLDER",
        help="the student; of fine-tune, what finds the candidates to be put in order",
    )
    made.add_argument("--name", help="of the model that it makes; one is chosen without it")
    made.add_argument("--steps", type=int, default=TrainingSettings().steps)
    made.add_argument("--batch", type=int, default=TrainingSettings().batch)
    made.add_argument("--learning-rate", type=float, default=TrainingSettings().learning_rate)
    made.add_argument("--resume", action="store_true", help="go on with the training --name")
    made.add_argument("--discard", action="store_true", help="forget the training --name")


def _taught(
    args: argparse.Namespace, kind: Kind, parent: str, teacher: str, teller: Teller
) -> dict[str, Any]:
    if (args.resume or args.discard) and not args.name:
        raise CrossExamError("--resume and --discard need --name: which training is meant?")
    name = f"{kind}/{args.name}" if args.name else free_name(kind, args.corpus, parent)
    if args.discard:
        discard(name)
        return {"discarded": name}
    told = _Told(teller)
    if args.resume:
        planned = plan_of(name)
        parent, teacher = planned.parent, planned.teacher
    student = parent if kind == DISTILLED else args.bi_encoder
    bench = Workbench(bi_encoder=student, cross_encoder=teacher or parent)
    with _stoppable(teller) as cancel:
        if args.resume:
            return _values(resume(bench, name, tell=told, cancel=cancel))
        lesson = Lesson(
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
        for warning in outlook(bench.corpus(args.corpus), kind).warnings:
            teller.say(f"warning: {warning}")
        short = name.partition("/")[2]
        teller.say(f"teaching {name}; Ctrl-C stops it, --resume --name {short} goes on")
        return _values(teach(bench, lesson, tell=told, cancel=cancel))


@contextmanager
def _stoppable(teller: Teller) -> Iterator[Cancel]:
    """Ctrl-C stops after the step and keeps it; a second one breaks off at once."""
    asked = threading.Event()

    def stop(*_: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        teller.say("stopping after this step; Ctrl-C again breaks off at once")

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


class _Told:
    """Passes progress on: the phases, the steps, and each measurement once."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._what = ""
        self._measured = 0
        self._noted = ""

    def __call__(self, now: TrainingProgress) -> None:
        if now.note != self._noted:
            self._noted = now.note
            self._teller.say(f"warning: {now.note}")
        if now.total:
            self._teller.step(now.what, now.done, now.total)
        elif now.what != self._what:
            self._teller.say(f"{now.what} …")
        self._what = now.what
        for step, value in now.dev[self._measured :]:
            loss = f", loss {now.losses[-1][1]:.4f}" if now.losses else ""
            self._teller.say(f"dev queries at step {step}: {value:.4f}{loss}")
        self._measured = max(self._measured, len(now.dev))


def _values(model: TrainedModel) -> dict[str, Any]:
    return {**model.record, "name": model.name, "role": model.role, "folder": str(model.folder)}


def _shown(result: dict[str, Any]) -> list[str]:
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
