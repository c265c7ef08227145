"""The one training that this server has at work, for all visitors, and what was trained before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from corpora.stores.corpus import Corpus
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from engine.types.registries.measures import PRIMARY
from jobs.job import Job
from jobs.visitor_jobs import Slot
from models.trained import TrainedModel as TrainedModel
from models.trained import delete_trained, trained_models
from models.training.checkpoint_dir import unfinished as places
from models.training.curves import LEARNING, TrainingCurves
from models.training.settings import TrainingSettings
from state.app_resources import server_work, workbench
from state.models.catalogue import model_cards
from state.permissions import Act, require
from state.search.additional_rankers import add, chosen
from state.shared_work import at_work, shared_job
from state.visitor import visitor_work
from workbench.training import start as school
from workbench.training.training_config import (
    DISTILLED,
    Kind,
    Questions,
    TrainingConfig,
    config_from,
    every,
    free_name,
)
from workbench.training.training_data import DatasetCheck as DatasetCheck
from workbench.training.training_data import dataset_check

Work = Callable[[Job["TrainingState"]], TrainedModel]


@dataclass(frozen=True, slots=True)
class TrainingState:
    """A training as its job publishes it: the curves so far; `model` once it is listed."""

    name: str
    corpus: str
    curves: TrainingCurves = field(default_factory=TrainingCurves)
    model: TrainedModel | None = None


def _training(state: TrainingState, work: Work) -> Job[TrainingState]:
    """A training in the background."""

    def train(job: Job[TrainingState]) -> TrainingState:
        model = work(job)
        model_cards.clear()
        return replace(job.value or state, model=model)

    def begin(job: Job[TrainingState]) -> TrainingState | None:
        job.publish(state)
        return server_work().alone(train)(job)

    return Job(
        f"train {state.name}",
        begin,
        key=state.name,
        title="a training",
        first_step="starting",
        failed="the training failed",
    )


def _callbacks(job: Job[TrainingState], state: TrainingState) -> dict[str, Any]:
    """What a training calls to tell of itself: its steps are counted as such."""

    def report(step: str, done: int, total: int) -> None:
        job.report(step, done, total, "steps" if step == LEARNING else "")

    def publish(curves: TrainingCurves) -> None:
        job.publish(replace(state, curves=curves))

    return {"report": report, "publish": publish, "cancel": job.should_stop}


def current() -> Job[TrainingState] | None:
    """The training that this visitor may see: at work, or ended last."""
    return shared_job(Slot.TRAINING)


def _begin(state: TrainingState, work: Work) -> None:
    """Train in the background; raises CrossExamError while another one is at work."""
    if at_work(Slot.TRAINING):
        raise CrossExamError("a model is being trained on this server: wait for it or stop it")
    visitor_work().keep(Slot.TRAINING, _training(state, work))


def start(
    kind: str,
    short: str,
    corpus: str,
    parent: str,
    *,
    teacher: str,
    questions: str,
    synthetic: int,
    unjudged: int,
    steps: int,
) -> None:
    """Begin a training in the background; raises CrossExamError for what cannot be."""
    require(Act.TRAINING)
    here = {*parents(kind), *teachers(), ""}
    if not {parent, teacher} <= here:
        require(Act.MODEL)  # a path, or a model of the hub
    config = TrainingConfig(
        f"{kind}/{short.strip()}",
        corpus,
        parent,
        teacher=teacher,
        questions=cast("Questions", questions),
        made_queries=synthetic,
        unjudged=unjudged,
        settings=TrainingSettings(steps=steps, every=every(steps)),
    )
    school.check_new(config)
    bench = workbench()
    state = TrainingState(config.name, config.corpus)
    _begin(state, lambda job: school.train(bench, config, **_callbacks(job, state)))


def suggested_name(kind: str, corpus: str, parent: str) -> str:
    """A name that is free yet, without its kind."""
    return free_name(cast("Kind", kind), corpus, parent).partition("/")[2]


def resume(name: str) -> None:
    """Go on with one that was left off."""
    require(Act.TRAINING)
    bench = workbench()
    corpus = next((plan.corpus for plan in unfinished() if plan.name == name), "")
    state = TrainingState(name, corpus)
    _begin(state, lambda job: school.resume(bench, name, **_callbacks(job, state)))


def unfinished() -> list[TrainingConfig]:
    """The trainings that were left off and can be gone on with."""
    now = current()
    configs = []
    for place in places():
        plan = place.plan()
        if plan is None or (now is not None and now.running and now.key == place.name):
            continue
        try:
            configs.append(config_from(plan))
        except CrossExamError:
            continue
    return configs


def step_of(name: str) -> int:
    """The step of the last checkpoint of one that was left off."""
    return next((place.step() for place in places() if place.name == name), 0)


def measure_of(name: str) -> str:
    """What the training of that name is measured by."""
    return next((place.measure() for place in places() if place.name == name), PRIMARY.name)


def discard(name: str) -> None:
    """Forget one that was left off, for good."""
    require(Act.DELETE)
    school.discard(name)


def trained() -> tuple[TrainedModel, ...]:
    """The models of this machine's own, the newest first."""
    return trained_models()[::-1]


def delete(name: str) -> None:
    """Delete a trained model for good."""
    require(Act.DELETE)
    delete_trained(name)
    workbench().forget_encoder(name)
    workbench().forget_reranker(name)
    model_cards.clear()


def parents(kind: str) -> list[str]:
    """The models that can be trained: the app's own first, then those trained before."""
    bench = workbench()
    if kind == DISTILLED:
        return [bench.models.bi_encoder_name, *(m.name for m in trained() if m.role == BI_ENCODER)]
    return teachers()


def teachers() -> list[str]:
    """The cross-encoders that can be a teacher."""
    trained_names = [m.name for m in trained() if m.role == CROSS_ENCODER]
    return [workbench().models.cross_encoder_name, *trained_names]


def check_dataset(corpus: Corpus, kind: str) -> DatasetCheck:
    """How the queries of a corpus would be parted, and what to be warned of."""
    return dataset_check(corpus, kind)


def seconds_a_step(kind: str) -> float | None:
    """What a step took in the last training of this kind here; None before the first."""
    for model in trained():
        if model.name.startswith(kind):
            steps = model.record.get("settings", {}).get("steps")
            seconds = model.record.get("seconds", {}).get("steps")
            if steps and seconds:
                return float(seconds) / float(steps)
    return None


def ranker_name(model: TrainedModel) -> str:
    """What a trained model is called as an additional ranker."""
    return f"bi-encoder:{model.name}" if model.role == BI_ENCODER else model.name


def is_in_compare(model: TrainedModel) -> bool:
    """Whether this visitor has it as a column already."""
    return ranker_name(model) in chosen()


def to_compare(model: TrainedModel) -> None:
    """Give this visitor the model as a column of Compare; raises CrossExamError if too many."""
    add(ranker_name(model))
