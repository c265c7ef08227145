"""What is set up about models before they are loaded: consent to code, and what runs them."""

from __future__ import annotations

from engine.explain.explainable import why_not_explained
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    BackendSelection,
    Cancel,
    CrossExamError,
    Log,
    ProgressCallback,
)
from engine.types.aliases import silent
from models.cross_encoders.auto_loading import labels_of_model
from models.hub.remote_code import CodeNeed, code_need
from models.hub.resolving import folder_of, trust_code
from models.loading import measure_backends
from workbench.model_loader import ModelLoader


class ModelSetup:
    """Asks and decides about models by their files alone."""

    def __init__(self, models: ModelLoader) -> None:
        self._models = models

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels of an additional reranker that is here, of which NAME#LABEL names one."""
        return () if why_not_explained(name) else labels_of_model(name)

    def code_need(self, name: str) -> CodeNeed | None:
        """What a model would run that is here; None where it needs no code of its own."""
        try:
            return code_need(name, folder_of(name))
        except CrossExamError:
            return None

    def trust_code(self, name: str, log: Log = silent) -> None:
        """Keep the user's consent to run the Python code that the model of that name brings."""
        trust_code(name, fetch=self._models.fetch, log=log)

    def measure_backends(
        self, *, on_progress: ProgressCallback | None = None, cancel: Cancel | None = None
    ) -> tuple[BackendSelection, ...]:
        """What runs the two default models fastest here, measured, the cross-encoder first.

        The result is kept; models already loaded go on as they are.
        """
        models = self._models
        names = ((models.cross_encoder_name, CROSS_ENCODER), (models.bi_encoder_name, BI_ENCODER))
        choices = []
        for name, role in names:

            def step(what: str, done: int, total: int, role: str = role) -> None:
                if on_progress is not None:
                    on_progress(f"{role}: {what}", done, total)

            choices.append(
                measure_backends(name, role, fetch=models.fetch, on_progress=step, cancel=cancel)
            )
        return tuple(choices)
