"""Builds the backend of a model, and measures all that this machine can build."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.types import BackendSelection, Cancel, Log, ProgressCallback
from models.backends.backends import (
    Backend,
    OnnxBackend,
    OpenVinoBackend,
    TorchBackend,
    installed,
    write_onnx,
    write_openvino,
)
from models.backends.benchmark import TAKEN_BACK_BELOW, Logits, Outcome, benchmark
from models.backends.int8_weights import GROUPS, INT8, INT8_WIDE, write_openvino_int8
from models.backends.packages import packaged_version
from models.backends.selection import (
    backend_before,
    decide,
    measured_selection,
    possible_backends,
    remember,
)
from models.backends.weight_cache import WeightCache
from system.hardware import has_int8_units
from system.storage import cache_folder, sha256_of

RECIPE = 2  # raise it when the conversion changes
FILES = {"openvino": "model.xml", INT8: "model.xml", "onnxruntime": "model.onnx"}
WRITERS = {"openvino": write_openvino, INT8: write_openvino_int8, "onnxruntime": write_onnx}
TORCH_FORMS = {
    "torch": ("fp32", "cpu"),
    "torch-bf16": ("bf16", "cpu"),
    "cuda": ("fp16", "cuda"),
    "mps": ("fp32", "mps"),
}


def form_of(backend: str) -> str:
    """The backend whose converted form this one runs: its own, or the one that it shares."""
    return INT8 if backend == INT8_WIDE else backend


@dataclass(frozen=True, slots=True)
class BackendSource:
    """What every backend of a model is built from.

    `module()` makes a torch module of its own each time, in fp32.
    """

    name: str
    weights: Path
    module: Callable[[], Any]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", sha256_of(self.weights))

    @property
    def cache(self) -> WeightCache:
        """Where converted forms are kept."""
        return WeightCache(cache_folder() / "models")

    def key(self, backend: str) -> str:
        """The name under which the backend's form is kept."""
        short_name = re.sub(r"[^A-Za-z0-9.-]+", "-", self.name.rsplit("/", 1)[-1])[:60]
        return f"{short_name}-{backend}-{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"

    def build(self, backend: str, log: Log) -> Backend:
        """The backend of that name; a form of its own is converted once and kept."""
        if backend in TORCH_FORMS:
            log(f"loading {self.name} (torch)")
            precision, device = TORCH_FORMS[backend]
            return TorchBackend(self.module(), precision=precision, device=device)
        form = self.form(form_of(backend), log)
        log(f"loading {self.name}")
        if backend in GROUPS:
            return OpenVinoBackend(form, int8_group=GROUPS[backend], usual_group=backend == INT8)
        return OpenVinoBackend(form) if backend == "openvino" else OnnxBackend(form)

    def openvino(self, precision: str) -> Backend:
        """OpenVINO held to a precision, where its own choice is to be compared."""
        return OpenVinoBackend(self.form("openvino", lambda _: None), precision=precision)

    def fp32(self, log: Log = lambda _: None) -> Backend:
        """What runs the model in fp32: OpenVINO held to it where it is installed, else torch."""
        if installed("openvino"):
            return OpenVinoBackend(self.form("openvino", log), precision="fp32")
        return self.build("torch", log)

    def form(self, backend: str, log: Log) -> Path:
        """The model converted for OpenVINO or ONNX Runtime, checked, converted once."""

        def convert(folder: Path) -> None:
            log(f"preparing {self.name} for {backend} (once)")
            WRITERS[backend](self.module(), folder / FILES[backend])

        package = "openvino" if backend == INT8 else backend
        version = f"{backend} {packaged_version(package)}, torch {packaged_version('torch')}"
        source = f"{self.sha256}, {version}, recipe {RECIPE}"
        folder = self.cache.ready(self.key(backend), source, convert)
        return folder / FILES[backend]

    def measure(
        self,
        outcome: Callable[[Backend, tuple[str, ...]], Outcome],
        *,
        unit: str,
        per_run: int,
        tolerance: float,
        on_progress: ProgressCallback,
        cancel: Cancel,
        logits: Logits | None = None,
    ) -> BackendSelection:
        """Measure the backends of this machine, keep the result and the form of the winner."""

        def builder(backend: str) -> Callable[[], Backend]:
            return lambda: self.build(backend, lambda _: None)

        names = possible_backends()
        if logits is not None and installed("openvino") and has_int8_units():
            names = (*names, *GROUPS)
        figures = benchmark(
            {backend: builder(backend) for backend in names},
            outcome,
            per_run=per_run,
            tolerance=tolerance,
            on_progress=on_progress,
            cancel=cancel,
            logits=logits,
            refused=self._refused(),
        )
        selection = decide(figures, unit, before=backend_before(self.sha256))
        remember(self.sha256, selection)
        quickest = selection.quickest
        kept_backends = (
            selection.backend,
            "openvino",
            form_of(quickest.backend) if quickest is not None else "",
        )
        for backend in FILES:
            if backend not in kept_backends:
                shutil.rmtree(self.cache.folder(self.key(backend)), ignore_errors=True)
        return selection

    def _refused(self) -> frozenset[str]:
        """The backends that the last measurement refused for their drift."""
        last = measured_selection(self.sha256)
        return frozenset(
            figure.backend
            for figure in (last.figures if last is not None else ())
            if figure.note and figure.drift is not None and figure.drift.p99 > TAKEN_BACK_BELOW
        )
