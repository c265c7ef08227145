"""Engines raced against each other, with engines whose speed and error are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from engine.types import MOST_DRIFT, BackendFigure, Cancelled, Drift, Floats
from models.backends.backends import Backend, Tokens
from models.backends.benchmark import TAKEN_BACK_BELOW, TEXTS, benchmark, drift_note
from models.backends.calibration import PAIRS, calibration_pairs, drift_between


class Runner:
    """Takes `seconds` a text on the tests' clock and strays by `error`."""

    threads = None

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


def race(
    errors: dict[str, float],
    *,
    refused: tuple[str, ...] = (),
    cancel: Callable[[], bool] = lambda: False,
    scored: Callable[[Backend, str, Sequence[str]], Sequence[float]] | None = None,
) -> tuple[BackendFigure, ...]:
    """Backends that agree on the race's texts and drift by `errors` on the calibration pairs."""

    def logits(backend: Backend, query: str, texts: Sequence[str]) -> list[float]:
        assert isinstance(backend, Runner)
        return [len(query) + len(text) + backend.error for text in texts]

    def builder(name: str, error: float) -> Callable[[], Backend]:
        return lambda: Runner(name, 0.5, error)

    return benchmark(
        {name: builder(name, error) for name, error in errors.items()},
        lambda backend, texts: np.zeros(len(texts)),
        per_run=len(TEXTS),
        tolerance=0.05,
        on_progress=lambda what, done, total: None,
        cancel=cancel,
        logits=scored or logits,
        refused=refused,
    )


def test_a_backends_drift_is_its_distance_from_fp32_torch_on_the_calibration_pairs() -> None:
    torch, near = race({"torch": 0.0, "openvino": 0.04})
    assert torch.drift == Drift(0.0, 0.0, 0.0, 0.0, PAIRS)
    assert near.drift is not None
    assert (near.drift.p99, near.drift.largest) == pytest.approx((0.04, 0.04))
    assert near.note == ""


def test_a_backend_that_drifts_above_the_limit_is_refused() -> None:
    _, far, broken = race({"torch": 0.0, "openvino": 0.061, "mps": float("nan")})
    assert far.note == "drifts by 0.061 from fp32 (99th percentile), more than 0.06"
    assert broken.note.startswith("drifts by nan")


def test_noise_does_not_flip_the_choice() -> None:
    between = {"torch": 0.0, "openvino": 0.055}
    assert race(between)[1].note == "", "one that was never refused may drift up to the limit"
    assert "refused before" in race(between, refused=("openvino",))[1].note
    assert race({"torch": 0.0, "openvino": 0.049}, refused=("openvino",))[1].note == ""
    edge = Drift(0.0, MOST_DRIFT, 0.0, 0.0, PAIRS)
    assert drift_note(edge, was_refused=False) == ""
    assert TAKEN_BACK_BELOW < MOST_DRIFT


def test_measuring_the_drift_can_be_called_off_between_two_queries() -> None:
    scored: list[str] = []

    def slow(backend: Backend, query: str, texts: Sequence[str]) -> list[float]:
        scored.append(query)
        return [0.0] * len(texts)

    with pytest.raises(Cancelled):
        race({"torch": 0.0}, scored=slow, cancel=lambda: bool(scored))
    assert len(scored) == 1


def test_the_calibration_pairs_are_a_few_hundred_and_all_different() -> None:
    pairs = [(query, text) for query, texts in calibration_pairs() for text in texts]
    assert len(set(pairs)) == len(pairs) == PAIRS
    assert pairs == [(query, text) for query, texts in calibration_pairs() for text in texts]


def test_the_drift_is_a_distribution() -> None:
    apart = np.arange(1001) / 1000
    drift = drift_between(apart * np.where(np.arange(1001) % 2, 1, -1), np.zeros(1001))
    assert (drift.mean, drift.p99, drift.p999) == pytest.approx((0.5, 0.99, 0.999))
    assert (drift.largest, drift.pairs) == (1.0, 1001)
