"""Engines raced against each other, with engines whose speed and error are made up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.types import BackendFigure, Cancelled, Floats
from models.backends.backends import Backend, Tokens
from models.backends.benchmark import TEXTS, benchmark


class Runner:
    """Takes `seconds` a text on the tests' clock and strays by `error`."""

    def __init__(self, label: str, seconds: float, error: float) -> None:
        self.label = label
        self.seconds = seconds
        self.error = error

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        raise AssertionError("the outcome is asked of the tests' own function")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[BackendFigure, ...]]:
    now = [0.0]
    monkeypatch.setattr("models.backends.benchmark.time.perf_counter", lambda: now[0])

    def outcome(backend: Backend, texts: tuple[str, ...]) -> Floats:
        assert isinstance(backend, Runner)
        now[0] += backend.seconds * len(texts)
        return np.full(len(texts), backend.error, dtype=np.float32)

    def measured(
        backends: dict[str, Callable[[], Backend]], cancel: Callable[[], bool] = lambda: False
    ) -> tuple[BackendFigure, ...]:
        return benchmark(
            backends,
            outcome,
            per_run=len(TEXTS),
            tolerance=0.05,
            on_progress=lambda what, done, total: None,
            cancel=cancel,
        )

    return measured


def test_each_engine_gets_its_rate_and_its_error(
    run: Callable[..., tuple[BackendFigure, ...]],
) -> None:
    torch, fast, strays = run(
        {
            "torch": lambda: Runner("torch fp32", 0.5, 0.0),
            "openvino": lambda: Runner("OpenVINO", 0.25, 0.01),
            "torch-bf16": lambda: Runner("torch bf16", 0.125, 0.5),
        }
    )
    assert torch == BackendFigure("torch", "torch fp32", 2.0, 0.0)
    assert (fast.per_second, fast.note) == (4.0, "")
    assert fast.difference == pytest.approx(0.01)
    assert strays.per_second == 8.0
    assert strays.note == "strays by 0.500 from fp32, more than 0.05"


def test_nan_is_never_near_enough(run: Callable[..., tuple[BackendFigure, ...]]) -> None:
    _, broken = run(
        {"torch": lambda: Runner("t", 0.5, 0.0), "mps": lambda: Runner("m", 0.5, float("nan"))}
    )
    assert broken.note.startswith("strays by nan")


def test_a_hopeless_engine_is_stopped_early_and_says_so(
    run: Callable[..., tuple[BackendFigure, ...]],
) -> None:
    _, slow = run(
        {"torch": lambda: Runner("t", 0.5, 0.0), "torch-bf16": lambda: Runner("b", 5.0, 0.0)}
    )
    assert slow.per_second == 0
    assert slow.note == "stopped early: a short text took it 10 times the fastest's time"


def test_an_engine_that_cannot_be_built_says_why(
    run: Callable[..., tuple[BackendFigure, ...]],
) -> None:
    def broken() -> Backend:
        raise RuntimeError("no such\nkernel")

    torch, other = run({"torch": lambda: Runner("t", 0.5, 0.0), "onnxruntime": broken})
    assert torch.note == ""
    assert other.note == "did not run: RuntimeError: no such kernel"


def test_it_can_be_called_off(run: Callable[..., tuple[BackendFigure, ...]]) -> None:
    with pytest.raises(Cancelled):
        run({"torch": lambda: Runner("t", 0.5, 0.0)}, cancel=lambda: True)
