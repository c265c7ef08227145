"""A school: a corpus, a bench with two tiny models, and what records a training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.training.progress import TrainingProgress
from models.training.settings import TrainingSettings
from tests.tiny_school import tiny_models, write_school
from workbench.training.training_config import TrainingConfig
from workbench.workbench import Workbench


@dataclass
class School:
    """`told` is everything that a training said; `stop_at` is the step at which it is stopped."""

    bench: Workbench
    corpus: str
    student: str
    teacher: str
    told: list[TrainingProgress] = field(default_factory=list)
    stop_at: int | None = None

    def tell(self, progress: TrainingProgress) -> None:
        self.told.append(progress)

    def cancel(self) -> bool:
        """Whether a step was learnt after which this was to stop."""
        learnt = [now.done for now in self.told if now.what == "learning"]
        return self.stop_at is not None and bool(learnt) and learnt[-1] >= self.stop_at

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


Made = Callable[[], School]
