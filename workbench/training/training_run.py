"""One training from the first measurement to the catalogue; what both kinds have in common."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from corpora.stores.corpus import Corpus
from engine.quality.significance import compare_values
from engine.training.held_out import HeldOut
from engine.training.synthetic_queries import PREFIX
from engine.types import Cancel, Cancelled, CountCallback, ProgressCallback, Query
from models.trained import TrainedModel, keep
from models.training.checkpoint_dir import CheckpointDir
from models.training.curves import CurvesCallback, TrainingCurves
from models.training.initial_weights import licence_of
from system.hardware import hardware
from workbench.training.training_config import TrainingConfig
from workbench.training.training_data import training_data_of
from workbench.workbench import Workbench


class TrainingRun:
    """One training from the first step to the last, phase by phase."""

    def __init__(
        self,
        bench: Workbench,
        corpus: Corpus,
        config: TrainingConfig,
        checkpoint_dir: CheckpointDir,
        report: ProgressCallback,
        publish: CurvesCallback,
        cancel: Cancel,
    ) -> None:
        self._bench, self._corpus, self._config = bench, corpus, config
        self._checkpoint_dir, self._report, self._cancel = checkpoint_dir, report, cancel
        self._listener = publish
        self._warning = ""
        self._curves = checkpoint_dir.curves()
        self._training_data = training_data_of(corpus, config)
        self._began = time.perf_counter()
        self._grades = self._training_data.grades

    def _taught(
        self,
        model: Any,
        measured: Callable[[Any, Sequence[Query]], HeldOut],
        learn: Callable[..., TrainingCurves],
        reopen: Callable[[Any], Any],
        facts: Mapping[str, Any],
    ) -> TrainedModel:
        """Measure, learn, measure again, and put the best model into the catalogue."""
        split, config = self._training_data.split, self._config
        max_length = int(model.max_seq_length or 512)
        self._log("measuring the parent on the dev queries")
        dev_before = self._curves.dev[0][1] if self._curves.dev else measured(model, split.dev).mean
        self._log("measuring the parent on the held-out queries")
        parent_held_out = self._kept("before", lambda: measured(model, split.test))
        curves = self._curves = learn(
            model,
            checkpoint_dir=self._checkpoint_dir,
            settings=config.settings,
            measure=lambda student: measured(student, split.dev).mean,
            before=dev_before,
            report=self._report,
            publish=self._publish,
            cancel=self._cancel,
        )
        self._log("measuring the trained model on the held-out queries")
        best_model = reopen(self._checkpoint_dir.best)
        trained_held_out = measured(best_model, split.test)
        record = self._record(
            parent_held_out, trained_held_out, curves, {**facts, "max_length": max_length}
        )
        folder = self._checkpoint_dir.folder / "finished"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._checkpoint_dir.best, folder)
        (folder / "best.json").unlink(missing_ok=True)
        shutil.copy(self._checkpoint_dir.folder / "examples.jsonl", folder)
        return keep(folder, config.name, record)

    def _record(
        self,
        before: HeldOut,
        after: HeldOut,
        curves: TrainingCurves,
        facts: Mapping[str, Any],
    ) -> dict[str, Any]:
        config, split = self._config, self._training_data.split
        difference = compare_values(
            before.values,
            after.values,
            names=("before", "after"),
            measure=self._training_data.measure,
        )
        chosen = self._checkpoint_dir.best_so_far()
        now = time.time()
        return {
            "name": config.name,
            "parent": config.parent,
            "corpus": self._corpus.info.name,
            "fingerprint": self._corpus.info.fingerprint,
            "made_at": now,
            "made": time.strftime("%Y-%m-%d", time.localtime(now)),
            "licence": licence_of(config.parent),
            "measure": self._training_data.measure,
            "before": before.mean,
            "after": after.mean,
            "judged_before": before.judged,
            "judged_after": after.judged,
            "difference": asdict(difference),
            "sentence": difference.sentence,
            "queries": {
                "trained_on": len(self._training_data.training),
                "of_them_made": sum(
                    q.query_id.startswith(PREFIX) for q in self._training_data.training
                ),
                "dev": len(split.dev),
                "held_out": len(split.test),
            },
            "checkpoint": chosen[0] if chosen else config.settings.steps,
            "settings": config.settings.values(),
            "lesson": config.values(),
            "warnings": [
                *self._training_data.warnings,
                *([self._warning] if self._warning else []),
            ],
            "seconds": {
                "steps": round(curves.seconds, 1),
                "steps_cpu": round(curves.cpu_seconds, 1),
                "last_sitting": round(time.perf_counter() - self._began, 1),
            },
            "losses": [list(point) for point in curves.losses],
            "dev": [list(point) for point in curves.dev],
            "machine": hardware(),
            **facts,
        }

    def _searcher(self) -> Any:
        return self._bench.searchers.of(
            self._corpus,
            log=self._log,
            on_progress=self._report,
            cancel=self._cancel,
        )

    def _contents(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        ids: Counter[str] = Counter()
        for row in rows:
            ids.update(
                [row["positive"], *row["negatives"]] if "positive" in row else [row["document"]]
            )
        return {d.doc_id: d.content for d in self._corpus.store.get(list(ids))}

    def _kept(self, name: str, compute: Callable[[], HeldOut]) -> HeldOut:
        """A measurement taken once for a training, however often it is resumed."""
        stored_values = self._checkpoint_dir.values_of(name)
        if stored_values is not None:
            return HeldOut(stored_values["values"], float(stored_values["judged"]))
        held_out = compute()
        self._checkpoint_dir.keep_values(
            name, {"values": dict(held_out.values), "judged": held_out.judged}
        )
        return held_out

    def _publish(self, curves: TrainingCurves) -> None:
        self._listener(replace(curves, warning=self._warning))

    def _warn(self, warning: str) -> None:
        """Tell what should be known before the end is waited for; "" for nothing."""
        self._warning = warning
        self._publish(self._curves)

    def _stop_asked(self) -> None:
        if self._cancel():
            raise Cancelled("the training was stopped; what was done is kept: resume it")

    def _log(self, what: str) -> None:
        self._report(what, 0, 0)

    def _teller(self, what: str) -> CountCallback:
        return lambda done, total: self._report(what, done, total)
