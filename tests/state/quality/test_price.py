"""About how long pairs take, and where that is known from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from components.quality.run_wording import about_words, cost_words
from engine.types import BackendFigure, BackendSelection, ModelCard
from state.app_resources import workbench
from state.quality import price
from state.quality.price import LAST_RUN, MEASURED, PairPrice, fp32_price, pair_price


@dataclass(frozen=True, slots=True)
class Saved:
    head: dict[str, Any] = field(default_factory=dict)


def card(name: str, figures: tuple[BackendFigure, ...]) -> ModelCard:
    choice = BackendSelection("openvino", "fastest", "pairs", figures)
    return ModelCard(name, "cross-encoder", "s", "r", "MIT", 512, None, 1, True, backend=choice)


FIGURE = BackendFigure("openvino", "OpenVINO fp32", 20.0, 0.0)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    own = workbench().models.cross_encoder_name
    cards = (card("another", (FIGURE,)), card(own, (FIGURE,)))
    monkeypatch.setattr(price, "model_cards", lambda: cards)
    monkeypatch.setattr(price, "saved_runs", lambda _: [])
    return monkeypatch


def test_before_the_first_run_the_backends_measurement_says_it(
    machine: pytest.MonkeyPatch,
) -> None:
    assert pair_price("f") == PairPrice(0.05, MEASURED)
    machine.setattr(price, "saved_runs", lambda _: [Saved({"pairs": 0, "seconds": 1.0})])
    assert pair_price("f") == PairPrice(0.05, MEASURED), "a run that read nothing has no speed"


def test_the_newest_run_that_read_a_pair_goes_before_it(machine: pytest.MonkeyPatch) -> None:
    runs = [Saved({"pairs": 10, "seconds": 3.0}), Saved({"pairs": 10, "seconds": 9.0})]
    machine.setattr(price, "saved_runs", lambda _: runs)
    assert pair_price("f") == PairPrice(0.3, LAST_RUN)


def test_where_nothing_was_measured_no_time_is_said(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(
        price, "model_cards", lambda: (card(workbench().models.cross_encoder_name, ()),)
    )
    assert pair_price("f") is None
    assert about_words(100, None) == ""


def test_a_time_to_come_is_said_as_coarsely_as_it_is_known() -> None:
    words = cost_words(pipelines=2, queries=3, pairs=9000, price=PairPrice(0.05, LAST_RUN))
    assert ": at most 9,000 pairs to read, about 8 min at the last run's speed. " in words


def test_what_is_scored_in_fp32_has_the_price_of_fp32(machine: pytest.MonkeyPatch) -> None:
    figures = (
        BackendFigure("openvino", "OpenVINO bf16", 40.0, 0.0),
        BackendFigure("torch", "torch fp32", 10.0, 0.0),
        BackendFigure("onnxruntime", "ONNX Runtime fp32", 16.0, 0.0),
    )
    own = workbench().models.cross_encoder_name
    machine.setattr(price, "model_cards", lambda: (card(own, figures),))
    machine.setattr(price, "saved_runs", lambda _: [Saved({"pairs": 10, "seconds": 0.1})])
    assert fp32_price() == PairPrice(1 / 16, MEASURED)
    machine.setattr(price, "model_cards", lambda: (card(own, figures[:1]),))
    assert fp32_price() is None
