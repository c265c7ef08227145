"""Which backend runs a model: forced, measured, or the default."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.types import BackendFigure, CrossExamError, Drift
from models.backends import selection
from models.backends.selection import (
    UNMEASURED,
    decide,
    forced_backend,
    measured_selection,
    select_backend,
)

WEIGHTS = "ab" * 32
TORCH = BackendFigure("torch", "torch fp32", 10.0, 0.0)
FAST = BackendFigure("onnxruntime", "ONNX Runtime fp32", 25.0, 1e-5)
STRAYS = BackendFigure("torch-bf16", "torch bf16", 40.0, 0.08, "strays by 0.080 from fp32")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    monkeypatch.delenv("CROSSEXAM_ENGINE", raising=False)
    return tmp_path


def test_openvino_runs_a_model_that_nobody_measured() -> None:
    default = select_backend(WEIGHTS)
    assert (default.backend, default.reason, default.figures) == ("openvino", UNMEASURED, ())


def test_without_openvino_torch_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "installed", lambda package: package == "torch")
    assert select_backend(WEIGHTS).backend == "torch"
    monkeypatch.setenv("CROSSEXAM_ENGINE", "openvino")
    with pytest.raises(CrossExamError, match="openvino is not installed"):
        select_backend(WEIGHTS)


def test_the_fastest_that_keeps_the_scores_is_chosen_and_remembered() -> None:
    decided = decide((TORCH, FAST, STRAYS), "pairs")
    assert decided.backend == "onnxruntime"
    assert decided.reason == (
        "fastest of the 2 of 3 measured here that may be chosen: 25.0 pairs/s, 2.50 times torch "
        "fp32"
    )
    among_two = decide((TORCH, FAST), "pairs")
    assert among_two.reason == "fastest of 2 measured here: 25.0 pairs/s, 2.50 times torch fp32"
    assert decided.figure == FAST
    selection.remember(WEIGHTS, decided)
    assert select_backend(WEIGHTS) == decided
    assert select_backend("cd" * 32).backend == "openvino"  # other weights were not measured


CLOSE = BackendFigure("openvino", "OpenVINO bf16", 22.0, 1e-5)


def test_noise_does_not_change_what_runs_a_model() -> None:
    first = decide((TORCH, CLOSE), "pairs", before=selection.backend_before(WEIGHTS))
    assert first.backend == "openvino"
    selection.remember(WEIGHTS, first)
    again = decide((TORCH, CLOSE, FAST), "pairs", before=selection.backend_before(WEIGHTS))
    assert again.backend == "openvino"
    assert again.reason == (
        "none of 3 measured here is clearly faster than its 22.0 pairs/s: "
        "ONNX Runtime fp32 gave 1.14 times that, noise below 1.15"
    )
    selection.remember(WEIGHTS, again)
    assert select_backend(WEIGHTS) == again, "as it was decided, not by the figures alone"


def test_what_is_clearly_faster_or_alone_fit_takes_over() -> None:
    quick = BackendFigure("onnxruntime", "ONNX Runtime fp32", 25.5, 1e-5)
    assert decide((CLOSE, quick), "pairs", before="openvino").backend == "onnxruntime"
    unfit = BackendFigure("openvino", "OpenVINO bf16", 60.0, 0.1, "strays by 0.100 from fp32")
    assert decide((unfit, TORCH), "pairs", before="openvino").backend == "torch"


def test_what_was_measured_is_kept_under_the_names_of_earlier_versions(own_cache: Path) -> None:
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    assert json.loads(file.read_text())["figures"] == [
        {
            "engine": "torch",
            "label": "torch fp32",
            "per_second": 10.0,
            "difference": 0.0,
            "note": "",
            "drift": None,
        }
    ]


def test_other_versions_or_another_processor_are_measured_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    assert measured_selection(WEIGHTS) is not None
    monkeypatch.setattr(selection, "processor", lambda: "another processor")
    assert measured_selection(WEIGHTS) is None


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"key": 1}', "not json"])
def test_a_damaged_record_counts_as_none(damage: str, own_cache: Path) -> None:
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    file.write_text(damage)
    assert select_backend(WEIGHTS).reason == UNMEASURED


DRIFTS = Drift(0.009, 0.046, 0.061, 0.088, 240)
INT8 = BackendFigure("openvino-int8", "OpenVINO int8", 50.0, 0.07, "strays", drift=DRIFTS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("engine", "nonsense"),
        ("engine", None),
        ("label", None),
        ("note", 1),
        ("per_second", None),
        ("per_second", "50"),
        ("per_second", float("nan")),
        ("per_second", float("inf")),
        ("per_second", -1.0),
        ("difference", "x"),
        ("drift", "x"),
        ("drift", {"p99": 0.1}),
        ("p99", None),
        ("p99", "0.1"),
        ("p99", -0.1),
        ("p99", True),
        ("pairs", []),
        ("row", "x"),
        ("row", None),
        ("figures", "x"),
        ("unit", None),
    ],
)
def test_a_record_that_no_measurement_gives_counts_as_none(
    name: str, value: object, own_cache: Path
) -> None:
    selection.remember(WEIGHTS, decide((TORCH, INT8), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    values = json.loads(file.read_text())
    if name == "row":
        values["figures"][1] = value
    else:
        row = values["figures"][1]
        holder = next(each for each in (row, row["drift"], values) if name in each)
        holder[name] = value
    file.write_text(json.dumps(values))
    assert select_backend(WEIGHTS).reason == UNMEASURED


def test_a_record_nested_beyond_measure_counts_as_none(own_cache: Path) -> None:
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    file.write_text("[" * 100_000)
    assert select_backend(WEIGHTS).reason == UNMEASURED


def test_a_backend_that_gave_no_numbers_leaves_the_record_whole() -> None:
    nothing = float("nan")
    broken = replace(INT8, difference=nothing, drift=Drift(nothing, nothing, nothing, nothing, 240))
    selection.remember(WEIGHTS, decide((TORCH, broken), "pairs"))
    found = select_backend(WEIGHTS)
    assert (found.backend, len(found.figures), found.quickest) == ("torch", 2, None)


def test_a_record_whose_figures_are_all_unfit_counts_as_none(own_cache: Path) -> None:
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    values = json.loads(file.read_text())
    values["figures"][0]["note"] = "did not run"
    file.write_text(json.dumps(values))
    assert select_backend(WEIGHTS).reason == UNMEASURED


def test_the_variable_goes_before_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    selection.remember(WEIGHTS, decide((TORCH, FAST), "pairs"))
    monkeypatch.setenv("CROSSEXAM_ENGINE", " Torch ")
    found = select_backend(WEIGHTS)
    assert found.backend == "torch"
    assert found.reason == "CROSSEXAM_ENGINE asks for it"
    assert found.figures == (TORCH, FAST)


def test_an_unknown_engine_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "tpu")
    with pytest.raises(CrossExamError, match="'tpu': use one of openvino, onnxruntime, torch"):
        forced_backend()


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(
    device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", device)
    monkeypatch.setattr(selection, "has_device", lambda name: False)
    with pytest.raises(CrossExamError, match="torch finds no such device"):
        forced_backend()


def test_nothing_that_runs_is_an_error() -> None:
    with pytest.raises(CrossExamError, match="no backend ran the model"):
        decide((STRAYS,), "pairs")


def test_a_drift_is_kept_with_the_choice() -> None:
    drift = Drift(0.009, 0.046, 0.061, 0.088, 240)
    drifting = BackendFigure("openvino", "OpenVINO bf16", 60.0, 0.01, drift=drift)
    selection.remember(WEIGHTS, decide((TORCH, drifting), "pairs"))
    figure = select_backend(WEIGHTS).figure
    assert figure is not None
    assert figure.drift == drift


def test_what_was_measured_without_drift_is_measured_anew(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "RECIPE", 1)
    selection.remember(WEIGHTS, decide((TORCH,), "pairs"))
    (file,) = (own_cache / "engines").iterdir()
    values = json.loads(file.read_text())
    for row in values["figures"]:
        del row["drift"]
    file.write_text(json.dumps(values))
    monkeypatch.undo()
    monkeypatch.setenv("CROSSEXAM_CACHE", str(own_cache))
    monkeypatch.delenv("CROSSEXAM_ENGINE", raising=False)
    assert select_backend(WEIGHTS).reason == UNMEASURED
    monkeypatch.setattr(selection, "RECIPE", 1)  # the same file, were it looked at
    assert select_backend(WEIGHTS).reason == UNMEASURED
