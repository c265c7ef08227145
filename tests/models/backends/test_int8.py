"""int8 weights of the project's own making, measured beside the others, for one mode alone."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from engine.types import BackendFigure, CrossExamError, Drift
from models.backends import building
from models.backends.backends import installed
from models.backends.int8_weights import GROUPS, INT8, INT8_WIDE, quantised
from models.backends.selection import decide, forced_backend, remember
from models.loading import cross_encoder_parts, load_cross_encoder, measure_backends
from system import hardware
from tests.models.tiny_bert import Hub

TEXTS = ["a ball python eats rodents", "the bank raised its rate", "bread without salt"]
TORCH = BackendFigure("torch", "torch fp32", 10.0, 0.0, drift=Drift(0, 0, 0, 0, 240))
QUICK = BackendFigure(
    INT8, "OpenVINO int8", 20.0, 0.1, "strays by 0.100", Drift(0.02, 0.12, 0.2, 0.2, 240)
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CROSSEXAM_ENGINE", raising=False)


@pytest.fixture
def folder(hub_folder: Hub) -> str:
    return str(hub_folder("BertForSequenceClassification"))


@pytest.mark.parametrize("axis", [0, 1])
def test_weights_are_nearest_to_what_they_were_with_a_scale_for_each_output(axis: int) -> None:
    weights = np.random.default_rng(1).normal(size=(6, 8)).astype(np.float32)
    weights[0] *= 50
    weights[:, 1] = weights[2] = 0.0
    numbers, scale = quantised(weights, axis=axis)
    assert numbers.dtype == np.int8
    assert scale.shape == ((1, 8) if axis == 0 else (6, 1))
    assert (np.abs(numbers * scale - weights) <= scale / 2 + 1e-6).all()
    assert np.abs(numbers).max() == 127


@pytest.mark.skipif(not installed("openvino"), reason="OpenVINO is not installed")
@pytest.mark.parametrize("form", ["openvino", INT8])
def test_a_form_that_cannot_be_written_whole_says_what_to_do_and_leaves_nothing(
    form: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openvino

    def full(*_: object, **__: object) -> None:
        raise RuntimeError("basic_ios::clear: iostream error\n")

    monkeypatch.setattr(openvino, "save_model", full)
    source = cross_encoder_parts(folder).source
    with pytest.raises(CrossExamError, match=r"iostream error.*free some space"):
        source.form(form, lambda _: None)
    assert list((tmp_path / "cache" / "models").iterdir()) == []


@pytest.mark.skipif(not installed("openvino"), reason="OpenVINO is not installed")
def test_the_model_in_int8_ranks_as_in_fp32_within_a_little(folder: str) -> None:
    parts = cross_encoder_parts(folder)
    truth = parts.logits_of(parts.source.build("torch", lambda _: None), "python", TEXTS)
    backend = parts.source.build(INT8, lambda _: None)
    assert backend.label == "OpenVINO int8"
    found = parts.logits_of(backend, "python", TEXTS)
    assert found == pytest.approx(truth, abs=0.5)
    assert found != pytest.approx(truth, abs=1e-6), "it was quantised"
    xml = parts.source.form(INT8, lambda _: None).read_text(encoding="utf-8")
    assert 'element_type="i8"' in xml
    assert 'element_type="f16"' not in xml


def test_it_is_never_chosen_for_all_and_cannot_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    near = replace(QUICK, note="", drift=TORCH.drift)
    assert decide((TORCH, near), "pairs").backend == "torch"
    monkeypatch.setenv("CROSSEXAM_ENGINE", INT8)
    with pytest.raises(CrossExamError, match="use one of"):
        forced_backend()


def test_the_quickest_is_the_fastest_whose_drift_was_measured_and_is_bearable() -> None:
    assert decide((TORCH, QUICK), "pairs").quickest == QUICK
    slow = replace(QUICK, per_second=10.4)
    far = replace(QUICK, drift=Drift(1, 2, 3, 3, 240))
    lost = replace(QUICK, drift=Drift(nan, nan, nan, nan, 240))
    for other in (slow, far, lost, replace(QUICK, drift=None)):
        assert decide((TORCH, other), "pairs").quickest is None, other


def test_of_forms_about_as_fast_the_one_that_drifts_least_is_the_quickest() -> None:
    wide = replace(QUICK, backend=INT8_WIDE, drift=Drift(0.04, 0.24, 0.3, 0.3, 240))
    for rate, quickest in ((20.9, INT8), (21.1, INT8_WIDE), (19.1, INT8)):
        figure = decide((TORCH, QUICK, replace(wide, per_second=rate)), "pairs").quickest
        assert figure is not None
        assert figure.backend == quickest, rate
    narrow = replace(QUICK, per_second=10.1)
    figure = decide((TORCH, narrow, replace(wide, per_second=10.6)), "pairs").quickest
    assert figure is not None
    assert figure.backend == INT8_WIDE, "the other is no faster than what is chosen"


@pytest.mark.skipif(not installed("openvino"), reason="OpenVINO is not installed")
def test_wider_groups_run_the_same_weights_and_have_scores_of_their_own(folder: str) -> None:
    parts = cross_encoder_parts(folder)
    narrow, wide = (parts.source.build(name, lambda _: None) for name in (INT8, INT8_WIDE))
    assert (narrow.label, wide.label) == ("OpenVINO int8", "OpenVINO int8, groups of 384")
    truth = parts.logits_of(parts.source.build("torch", lambda _: None), "python", TEXTS)
    assert parts.logits_of(wide, "python", TEXTS) == pytest.approx(truth, abs=0.5)
    assert not parts.source.cache.folder(parts.source.key(INT8_WIDE)).exists(), "one form for both"
    assert parts.source.cache.folder(parts.source.key(INT8)).exists()


def test_the_form_of_the_quickest_is_kept_after_measuring(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = (TORCH, replace(QUICK, backend=INT8_WIDE))
    monkeypatch.setattr(building, "benchmark", lambda *_, **__: figures)
    parts = cross_encoder_parts(folder)
    form = parts.source.form(INT8, lambda _: None)
    measure_backends(folder, "cross-encoder")
    assert form.exists()


def test_a_model_has_its_quickest_form_at_the_next_load_with_scores_of_its_own(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_cross_encoder(folder).fastest().backend != "OpenVINO int8", "nobody measured it"
    parts = cross_encoder_parts(folder)
    remember(parts.source.sha256, decide((TORCH, QUICK), "pairs"))
    model = load_cross_encoder(folder)
    assert model.backend == "torch fp32"
    quick = model.fastest()
    assert (quick.backend, quick.precision.drift) == ("OpenVINO int8", 0.12)
    assert model.fastest() is quick
    truth, found = model.score_all("python", TEXTS), quick.score_all("python", TEXTS)
    assert model.score_all("python", TEXTS) == truth, "remembered apart"
    assert quick.score_all("python", TEXTS) == found != truth
    assert quick.exact().score_all("python", TEXTS) == pytest.approx(truth, abs=1e-4)
    assert model.exact() is model
    model.forget("python", TEXTS)
    assert not any(batch.cached for batch in quick.score("python", TEXTS)), "both forget"
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    forced = load_cross_encoder(folder)
    assert forced.fastest() is forced, "whoever names a backend gets it"


@pytest.mark.parametrize("units", [True, False])
def test_it_is_measured_where_the_processor_has_the_units(
    folder: str, monkeypatch: pytest.MonkeyPatch, *, units: bool
) -> None:
    monkeypatch.setattr(building, "has_int8_units", lambda: units)
    selection = measure_backends(folder, "cross-encoder")
    figures = {figure.backend: figure for figure in selection.figures}
    for name in GROUPS:
        assert (name in figures) is units
        assert selection.backend != name
        if units and figures[name].per_second:
            assert figures[name].drift is not None


def test_the_units_are_read_from_the_processors_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "cpuinfo"
    monkeypatch.setattr(hardware, "Path", lambda _: info)
    assert not hardware.has_int8_units(), "no such file"
    for flags, has in (("fpu avx2 avx512f", False), ("fpu avx512_vnni", True), ("amx_int8", True)):
        info.write_text(f"processor\t: 0\nflags\t\t: {flags}\n", encoding="utf-8")
        assert hardware.has_int8_units() is has
