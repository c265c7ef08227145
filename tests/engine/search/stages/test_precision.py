"""What is said of logits that an engine rounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.search.stages.precision import both_logits, precision_note
from engine.types import ScorePrecision
from engine.types.models import Drift, precision_of


@pytest.mark.parametrize("backend", ["torch fp32", "OpenVINO fp32", "ONNX Runtime fp32"])
def test_a_backend_of_fp32_needs_no_note(backend: str) -> None:
    assert precision_note(precision_of(backend, None)) == ""
    assert precision_note(None) == ""


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("exact", "Exact: OpenVINO fp32 scored every pair."),
        ("fast", "Fast: OpenVINO fp32 scored every pair, as in exact."),
        ("fastest", "Fastest: OpenVINO fp32 scored every pair, as in exact."),
    ],
)
def test_a_list_of_fp32_says_its_mode(mode: str, said: str) -> None:
    assert precision_note(ScorePrecision("OpenVINO fp32", 0.0, mode=mode)) == said


def test_fast_says_how_many_scores_are_those_of_fp32_and_which_mode_has_all_so() -> None:
    fast = ScorePrecision("OpenVINO bf16", 0.057, largest=0.098, pairs=240, mode="fast")
    assert precision_note(fast).startswith(
        "Fast: OpenVINO bf16 scored every pair; none of the first ten was a near tie that fp32 had "
        "to score again. In exact every score is fp32's. On the 240 pairs"
    )
    some = replace(fast, exact=frozenset({"a", "b"}))
    assert "fp32 scored 2 again, near ties of the first ten" in precision_note(some)


def test_fastest_has_its_own_notice_and_no_second_one() -> None:
    bf16 = ScorePrecision("torch bf16", 0.048, largest=0.072, pairs=240, mode="fastest")
    assert precision_note(bf16) == ""


def test_a_rounding_backend_is_named_with_what_was_measured_on_this_machine() -> None:
    note = precision_note(precision_of("OpenVINO bf16", Drift(0.01, 0.046, 0.09, 0.1834, 240)))
    assert note.startswith("These logits are OpenVINO bf16's. On the 240 pairs that the backends")
    assert "up to 0.183 from fp32's (99th percentile 0.046)" in note


def test_what_was_not_measured_here_says_so_and_names_no_largest() -> None:
    note = precision_note(precision_of("torch bf16", None))
    assert "was not measured on this machine" in note
    assert "up to" not in note


def test_both_logits_stand_with_their_difference() -> None:
    assert both_logits(-3.44, -3.42, "OpenVINO bf16") == (
        "\N{MINUS SIGN}3.4400 in fp32, which explains; \N{MINUS SIGN}3.4200 in OpenVINO bf16, "
        "which ranked: a difference of 0.0200."
    )
    assert both_logits(3.44, 3.42, "OpenVINO bf16") == (
        "3.4400 in fp32, which explains; 3.4200 in OpenVINO bf16, which ranked: a "
        "difference of 0.0200."
    )
