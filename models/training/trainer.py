"""One sitting of sentence-transformers' trainer: from the newest checkpoint to the end or a stop.

Nothing is sent and nothing is fetched: no reports, no model card, local files only.
"""

# ruff: noqa: ARG002 - callbacks take what the trainer gives
from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from datasets.utils import logging as datasets_logging
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.cross_encoder import (
    CrossEncoder,
    CrossEncoderTrainer,
    CrossEncoderTrainingArguments,
)
from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss
from sentence_transformers.sentence_transformer.losses import MarginMSELoss
from transformers import TrainerCallback, trainer_callback
from transformers.utils import logging as transformers_logging

from engine.types import Cancel, Cancelled, CrossExamError, ProgressCallback
from models.training.checkpoint_dir import PROGRESS, CheckpointDir
from models.training.curves import LEARNING, CurvesCallback, TrainingCurves
from models.training.settings import TrainingSettings
from system.storage import sync_tree, write_text_atomically

Measure = Callable[[Any], float]  # of a model as it stands, on the dev queries


def train_on_margins(
    model: Any, rows: Sequence[dict[str, Any]], scale: float, **session: Any
) -> TrainingCurves:
    """Train a SentenceTransformer on the teacher's margins, divided by `scale`, with MarginMSE.

    A row has `query`, `positive`, `negatives` (texts) and `margins` (logits).
    """
    width = len(rows[0]["negatives"])
    columns: dict[str, list[Any]] = {
        "query": [row["query"] for row in rows],
        "positive": [row["positive"] for row in rows],
    }
    for negative_index in range(width):
        columns[f"negative_{negative_index + 1}"] = [
            row["negatives"][negative_index] for row in rows
        ]
    columns["label"] = [[margin / scale for margin in row["margins"]] for row in rows]
    if width == 1:
        columns["label"] = [label[0] for label in columns["label"]]
    loss = MarginMSELoss(model)
    return _train(model, columns, loss, BiTrainer, SentenceTransformerTrainingArguments, **session)


def train_on_labels(model: Any, rows: Sequence[dict[str, Any]], **session: Any) -> TrainingCurves:
    """Train a CrossEncoder on labels from 0 to 1 by binary cross-entropy on its logit.

    A row has `query`, `document` (texts) and `label`.
    """
    columns = {name: [row[name] for row in rows] for name in ("query", "document", "label")}
    loss = BinaryCrossEntropyLoss(model)
    return _train(model, columns, loss, PairTrainer, CrossEncoderTrainingArguments, **session)


def _train(
    model: Any,
    columns: dict[str, list[Any]],
    loss: Any,
    trainer_class: Any,
    arguments_class: Any,
    *,
    checkpoint_dir: CheckpointDir,
    settings: TrainingSettings,
    measure: Measure,
    before: float,
    report: ProgressCallback,
    publish: CurvesCallback,
    cancel: Cancel,
) -> TrainingCurves:
    """Train; raises Cancelled after the step and the checkpoint at which it was called off.

    At the end `place.best` holds the model of the best measurement.
    """
    quiet()
    newest = checkpoint_dir.newest()
    curves = checkpoint_dir.curves().up_to(checkpoint_dir.step())
    if checkpoint_dir.step() >= settings.steps and checkpoint_dir.best_so_far() is not None:
        return curves
    if not curves.dev:
        curves = replace(curves, dev=((0, before),))
    arguments = arguments_class(
        output_dir=str(checkpoint_dir.checkpoints),
        max_steps=settings.steps,
        per_device_train_batch_size=settings.batch,
        learning_rate=settings.learning_rate,
        warmup_steps=max(1, math.ceil(settings.warmup * settings.steps)),
        lr_scheduler_type="linear",
        logging_strategy="steps",
        logging_steps=1,
        save_strategy="steps",
        save_steps=settings.every,
        save_total_limit=2,  # the one before is there until the newest is whole
        eval_strategy="no",
        report_to="none",
        disable_tqdm=True,
        seed=settings.seed,
        data_seed=settings.seed,
        dataloader_pin_memory=False,
        dataloader_num_workers=0,
    )
    watch = Watch(checkpoint_dir, settings, measure, curves, report, publish, cancel)
    full = read_length(model)
    watch.full_length, watch.short_length = full, min(full, settings.max_length)
    set_read_length(model, watch.short_length)
    model.model_card_data.widget = [{}]  # no card is written, so no examples for it are computed
    trainer = trainer_class(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(columns),
        loss=loss,
        callbacks=[watch],
    )
    for noisy in (trainer_callback.PrinterCallback, trainer_callback.ProgressCallback):
        trainer.remove_callback(noisy)
    try:
        trainer.train(resume_from_checkpoint=str(newest) if newest is not None else None)
    except OSError as error:
        raise CrossExamError(
            f"the training cannot be written to {checkpoint_dir.folder} "
            f"({error.strerror or error}): free some space, or set CROSSEXAM_CACHE to a folder "
            "that can be written; then resume it"
        ) from error
    finally:
        set_read_length(model, full)
    if watch.stopped:
        raise Cancelled("the training was stopped; its last step is kept: resume it")
    return watch.curves


class Watch(TrainerCallback):
    """Tells of every step, measures on the dev queries, keeps the best, and heeds a stop."""

    def __init__(
        self,
        checkpoint_dir: CheckpointDir,
        settings: TrainingSettings,
        measure: Measure,
        curves: TrainingCurves,
        report: ProgressCallback,
        publish: CurvesCallback,
        cancel: Cancel,
    ) -> None:
        self._checkpoint_dir, self._settings, self._measure = checkpoint_dir, settings, measure
        self._report, self._publish, self._cancel = report, publish, cancel
        self.curves = curves
        self.stopped = False
        self.full_length = self.short_length = settings.max_length
        self._clock = (0.0, 0.0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._report(LEARNING, state.global_step, self._settings.steps)
        self._publish(self.curves)

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._clock = (time.perf_counter(), time.process_time())

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        seconds = time.perf_counter() - self._clock[0]
        self.curves = replace(
            self.curves,
            seconds=self.curves.seconds + seconds,
            cpu_seconds=self.curves.cpu_seconds + time.process_time() - self._clock[1],
        )
        if self._cancel():
            self.stopped = state.global_step < self._settings.steps
            control.should_save = True
            control.should_training_stop = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "loss" in logs:
            point = (state.global_step, float(logs["loss"]))
            self.curves = replace(self.curves, losses=(*self.curves.losses, point))
            self._report(LEARNING, state.global_step, self._settings.steps)
            self._publish(self.curves)

    def on_save(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Measure, keep the best, and mark the checkpoint as whole: in this order."""
        step = state.global_step
        if not self.stopped:
            value = self._measured(model)
            self.curves = replace(self.curves, dev=(*self.curves.dev, (step, value)))
            best = self._checkpoint_dir.best_so_far()
            if best is None or value > best[1]:
                set_read_length(model, self.full_length)
                self._checkpoint_dir.keep_best(lambda folder: save(model, folder), step, value)
                set_read_length(model, self.short_length)
        folder = self._checkpoint_dir.checkpoints / f"checkpoint-{step}"
        sync_tree(folder)
        write_text_atomically(folder / PROGRESS, json.dumps(self.curves.values()))
        self._publish(self.curves)

    def _measured(self, model: Any) -> float:
        set_read_length(model, self.full_length)
        model.eval()
        try:
            return self._measure(model)
        finally:
            model.train()
            set_read_length(model, self.short_length)


class _Plain:
    """Checkpoints without a model card and without a pickle of the arguments."""

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        assert output_dir is not None
        save(self.model, Path(output_dir))  # type: ignore[attr-defined]


class BiTrainer(_Plain, SentenceTransformerTrainer):
    """The trainer of bi-encoders."""


class PairTrainer(_Plain, CrossEncoderTrainer):
    """The trainer of cross-encoders."""


def save(model: Any, folder: Path) -> None:
    """Write a model in sentence-transformers' layout, weights as safetensors."""
    model.save_pretrained(str(folder), create_model_card=False, safe_serialization=True)


def quiet() -> None:
    """Turn off the libraries' notices and progress bars: what they say is said here."""
    logging: Any = transformers_logging
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    datasets_logging.disable_progress_bar()


def open_bi_encoder(folder: Path) -> Any:
    """A SentenceTransformer of a local folder."""
    quiet()
    return SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)


def open_cross_encoder(folder: Path, max_length: int) -> Any:
    """A CrossEncoder of a local folder, whose score is the raw logit."""
    quiet()
    return CrossEncoder(
        str(folder),
        local_files_only=True,
        trust_remote_code=False,
        num_labels=1,
        max_length=max_length,
        activation_fn=torch.nn.Identity(),
    )


def read_length(model: Any) -> int:
    """How many tokens a model reads."""
    return int(model.max_seq_length or 512)


def set_read_length(model: Any, tokens: int) -> None:
    """Have a model read so many tokens."""
    model.max_seq_length = tokens
