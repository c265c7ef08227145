"""A school: a corpus, a bench with two tiny models, and what records a training."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models.training.curves import LEARNING, TrainingCurves
from models.training.settings import TrainingSettings
from tests.tiny_school import tiny_models, write_school
from workbench.training.training_config import TrainingConfig
from workbench.workbench import Workbench


@dataclass
class School:
    """`steps` are those that were learnt, `published` the curves; it is stopped at `stop_at`."""

    bench: Workbench
    corpus: str
    student: str
    teacher: str
    steps: list[int] = field(default_factory=list)
    published: list[TrainingCurves] = field(default_factory=list)
    stop_at: int | None = None

    def report(self, step: str, done: int, total: int) -> None:
        if step == LEARNING:
            self.steps.append(done)

    def publish(self, curves: TrainingCurves) -> None:
        self.published.append(curves)

    def cancel(self) -> bool:
        """Whether a step was learnt after which this was to stop."""
        return self.stop_at is not None and bool(self.steps) and self.steps[-1] >= self.stop_at

    @property
    def callbacks(self) -> dict[str, Any]:
        """What a training is given to tell of itself, and to ask whether it is stopped."""
        return {"report": self.report, "publish": self.publish, "cancel": self.cancel}

    def distillation(self, name: str = "tiny", steps: int = 12) -> TrainingConfig:
        return TrainingConfig(
            f"distilled/{name}",
            self.corpus,
            self.student,
            teacher=self.teacher,
            made_queries=10,
            settings=TrainingSettings(steps=steps, every=3, learning_rate=3e-3, warmup=0.0),
        )

    def fine_tuning(self, name: str = "tiny", steps: int = 12) -> TrainingConfig:
        return TrainingConfig(
            f"fine-tuned/{name}",
            self.corpus,
            self.teacher,
            settings=TrainingSettings(steps=steps, every=4, learning_rate=3e-3, warmup=0.0),
        )


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    """A school in a cache of its own, its models run by torch."""
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    student, teacher = tiny_models(tmp_path / "models")
    corpus = str(write_school(tmp_path / "school"))
    return School(Workbench(bi_encoder=student, cross_encoder=teacher), corpus, student, teacher)
