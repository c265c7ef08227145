"""What is to be trained, checked, and names for what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from engine.types import CrossExamError
from models.trained import trained_folder
from models.training.checkpoint_dir import CheckpointDir, checked_name
from models.training.settings import TrainingSettings, settings_from

Kind = Literal["distilled", "fine-tuned"]
Questions = Literal["given", "generated", "both"]
DISTILLED: Kind = "distilled"
FINE_TUNED: Kind = "fine-tuned"
QUESTIONS: tuple[Questions, ...] = ("both", "given", "generated")
MOST_SYNTHETIC = 100  # synthetic queries
MOST_READ = 5_000  # documents that synthetic queries come from


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What is to be trained: a model of this name, from `parent`, on a corpus.

    `teacher` is "" where people's judgments are learned from. `unjudged` is how many candidates
    that nobody judged are taken as not relevant, for each query of a fine-tuning.
    """

    name: str
    corpus: str
    parent: str
    teacher: str = ""
    questions: Questions = "both"
    made_queries: int = MOST_SYNTHETIC
    negatives: int = 3
    unjudged: int = 0
    settings: TrainingSettings = field(default_factory=TrainingSettings)

    def __post_init__(self) -> None:
        kind, _ = checked_name(self.name)
        if self.questions not in QUESTIONS:
            raise CrossExamError(f"queries {self.questions!r}: choose {', '.join(QUESTIONS)}")
        if kind == DISTILLED and not self.teacher:
            raise CrossExamError("a distillation needs a teacher: name a cross-encoder")
        if not 1 <= self.negatives <= 16:
            raise CrossExamError(f"{self.negatives} negatives an example: give 1 to 16")
        if not 0 <= self.made_queries <= MOST_READ or not 0 <= self.unjudged <= 50:
            raise CrossExamError(
                "give 0 to 5,000 synthetic queries and 0 to 50 unjudged candidates"
            )

    @property
    def kind(self) -> Kind:
        return DISTILLED if self.name.startswith(DISTILLED) else FINE_TUNED

    def values(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def config_from(values: Mapping[str, Any]) -> TrainingConfig:
    """What `values()` gave, read again; raises CrossExamError."""
    try:
        fields = {**values, "settings": settings_from(values["settings"])}
        for name in ("fingerprint", "measure"):
            fields.pop(name, None)
        return TrainingConfig(**fields)
    except (KeyError, TypeError) as error:
        raise CrossExamError(
            "this training was begun by another version or its plan is damaged: discard it and "
            "begin anew"
        ) from error


def free_name(kind: Kind, corpus: str, parent: str) -> str:
    """A name that no model and no training has yet: "distilled/senses-MiniLM-1"."""
    corpus_part = "".join(c if c.isalnum() and c.isascii() else "-" for c in corpus).strip("-")[:24]
    family = next((word for word in ("MiniLM", "bge", "electra") if word in parent), "model")
    for number in range(1, 10_000):
        name = f"{kind}/{corpus_part or 'corpus'}-{family}-{number}"
        if trained_folder(name) is None and CheckpointDir(name).plan() is None:
            return name
    raise CrossExamError("all names are taken: give one of your own")


def every(steps: int) -> int:
    """After how many steps to measure and to write a checkpoint: about four times in all."""
    return max(1, min(100, -(-steps // 4)))
