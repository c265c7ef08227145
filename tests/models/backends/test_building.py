"""Engines measured on a tiny model, and the winner taken at the next load."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.types import BI_ENCODER, CROSS_ENCODER, Cancelled, CrossExamError
from models.backends.selection import select_backend
from models.loading import load_bi_encoder, load_cross_encoder, measure_backends
from tests.models.tiny_bert import Hub


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CROSSEXAM_ENGINE", raising=False)
    return tmp_path / "cache"


def test_a_cross_encoder_is_run_by_the_fastest_measured(hub_folder: Hub, own_cache: Path) -> None:
    folder = str(hub_folder("BertForSequenceClassification"))
    said: list[str] = []
    selection = measure_backends(
        folder, CROSS_ENCODER, on_progress=lambda what, done, total: said.append(what)
    )
    by_name = {figure.backend: figure for figure in selection.figures}
    assert {"torch", "openvino", "onnxruntime", "torch-bf16"} <= set(by_name)
    assert by_name["torch"].difference == 0.0
    for name in ("openvino", "onnxruntime"):
        figure = by_name[name]
        if figure.difference > 0.05:  # bf16 may, on random weights; then it is not chosen
            assert figure.label.endswith("bf16")
            assert figure.note.startswith("strays")
        else:
            assert figure.note == "" or figure.note.startswith("stopped early")
    fit = [figure for figure in selection.figures if not figure.note]
    assert selection.figure == max(fit, key=lambda figure: figure.per_second)
    assert "preparing onnxruntime" in said
    model = load_cross_encoder(folder)
    assert model.backend == selection.figure.label
    assert model.revision
    # the losers' converted weights are not kept
    assert bool([*own_cache.rglob("*.onnx")]) == (selection.backend == "onnxruntime")


def test_a_bi_encoder_counts_texts_and_its_error_is_of_the_cosine(hub_folder: Hub) -> None:
    folder = hub_folder("BertModel")
    selection = measure_backends(str(folder), BI_ENCODER)
    assert selection.unit == "texts"
    assert load_bi_encoder(str(folder)).backend == (
        selection.figure.label if selection.figure else ""
    )


def test_a_cancelled_measurement_keeps_nothing(hub_folder: Hub, own_cache: Path) -> None:
    folder = hub_folder("BertForSequenceClassification")
    with pytest.raises(Cancelled):
        measure_backends(str(folder), CROSS_ENCODER, cancel=lambda: True)
    assert not (own_cache / "engines").exists()
    assert select_backend("00" * 32).figures == ()


def test_a_model_of_another_role_is_not_measured(hub_folder: Hub) -> None:
    with pytest.raises(CrossExamError):
        measure_backends(str(hub_folder("BertModel")), CROSS_ENCODER)
