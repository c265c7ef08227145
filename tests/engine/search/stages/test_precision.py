"""What is said of logits that an engine rounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.search.stages.precision import BY_BATCH, BY_PRECISION, both_logits, precision_note

MEASURED = Path(__file__).parents[4] / "benchmarks" / "precision.json"


@pytest.mark.parametrize("backend", ["torch fp32", "OpenVINO fp32", "ONNX Runtime fp32"])
def test_an_engine_of_fp32_needs_no_note(backend: str) -> None:
    assert precision_note(backend) == ""


def test_a_rounding_engine_is_named_with_the_measured_figures() -> None:
    note = precision_note("OpenVINO bf16")
    assert note.startswith("These logits are OpenVINO bf16's.")
    assert f"up to {BY_BATCH} with the batch" in note
    assert f"up to {BY_PRECISION} from fp32" in note


def test_the_figures_are_not_below_what_was_measured() -> None:
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    assert "bf16" in measured["engine"]
    assert measured["same pair in another batch"]["largest"] <= BY_BATCH
    assert measured["engine against fp32"]["largest"] <= BY_PRECISION


def test_both_logits_stand_with_their_difference() -> None:
    assert both_logits(-3.44, -3.42, "OpenVINO bf16") == (
        "\N{MINUS SIGN}3.4400 in fp32, which explains; \N{MINUS SIGN}3.4200 in OpenVINO bf16, "
        "which ranked: a difference of 0.0200."
    )
    assert both_logits(3.44, 3.42, "OpenVINO bf16") == (
        "3.4400 in fp32, which explains; 3.4200 in OpenVINO bf16, which ranked: a "
        "difference of 0.0200."
    )
