"""Begins a training or goes on with one. It is told apart by the model that it makes."""

from __future__ import annotations

from engine.types import Cancel, CrossExamError, ProgressCallback
from models.trained import TrainedModel, place_of, trained_folder
from models.training.checkpoint_dir import CheckpointDir
from models.training.curves import CurvesCallback
from workbench.training.distilling import Distillation
from workbench.training.fine_tuning import FineTuning
from workbench.training.training_config import DISTILLED, TrainingConfig, config_from
from workbench.training.training_data import dataset_check
from workbench.workbench import Workbench


def train(
    bench: Workbench,
    config: TrainingConfig,
    *,
    report: ProgressCallback,
    publish: CurvesCallback,
    cancel: Cancel,
) -> TrainedModel:
    """Teach, or go on where it was left off; returns the model in the catalogue.

    Raises Cancelled after a stop, with everything kept, and CrossExamError where it cannot.
    """
    check_new(config)
    corpus = bench.corpora.open(config.corpus)
    checkpoint_dir = CheckpointDir(config.name)
    with checkpoint_dir.alone():
        plan = checkpoint_dir.plan()
        if plan is not None and plan.get("fingerprint") != corpus.info.fingerprint:
            raise CrossExamError(
                f"the documents of {config.corpus!r} changed since this training began: discard "
                "it and begin anew"
            )
        if plan is not None and config_from(plan) != config:
            raise CrossExamError(
                f"a training {config.name!r} with other settings is paused: resume it, discard "
                "it, or choose another name"
            )
        if plan is None:
            measure = dataset_check(corpus, config.kind).measure
            facts = {"fingerprint": corpus.info.fingerprint, "measure": measure}
            checkpoint_dir.keep_plan({**config.values(), **facts})
        training_class = Distillation if config.kind == DISTILLED else FineTuning
        trained = training_class(
            bench, corpus, config, checkpoint_dir, report, publish, cancel
        ).run()
        checkpoint_dir.clear()
        return trained


def check_new(config: TrainingConfig) -> None:
    """Raise CrossExamError where a model of that name is there already."""
    if trained_folder(config.name) is not None or place_of(config.name).exists():
        raise CrossExamError(
            f"there is a model {config.name!r} already: delete it or choose another name"
        )


def resume(
    bench: Workbench,
    name: str,
    *,
    report: ProgressCallback,
    publish: CurvesCallback,
    cancel: Cancel,
) -> TrainedModel:
    """Go on with a training that was stopped; raises CrossExamError where there is none."""
    return train(bench, plan_of(name), report=report, publish=publish, cancel=cancel)


def plan_of(name: str) -> TrainingConfig:
    """What was asked of a training that was left off; raises CrossExamError where none was."""
    plan = CheckpointDir(name).plan()
    if plan is None:
        raise CrossExamError(f"no training {name[:80]!r} is paused here: begin one")
    return config_from(plan)


def discard(name: str) -> None:
    """Forget a training that was left off, for good; raises CrossExamError while it runs."""
    checkpoint_dir = CheckpointDir(name)
    with checkpoint_dir.alone():
        checkpoint_dir.clear()
