"""The cells of the models' and engines' tables."""

from __future__ import annotations

from components.models.models_table import backend_row, backends_cells, runs_by, unmeasured_sentence
from engine.types import BackendFigure, BackendSelection, Drift, ModelCard

TORCH = BackendFigure("torch", "torch fp32", 10.0, 0.0)
DRIFT = Drift(0.0088, 0.046, 0.0612, 0.0881, 240)
FAST = BackendFigure("openvino", "OpenVINO fp32", 24.25, 0.0123, drift=DRIFT)
SLOW = BackendFigure("torch-bf16", "torch bf16", 0.0, 0.0, "stopped early")
CHOICE = BackendSelection("openvino", "fastest of 3", "pairs", (TORCH, FAST, SLOW))


def card(name: str, backend: BackendSelection | None) -> ModelCard:
    return ModelCard(name, "cross-encoder", "s", "r", "MIT", 512, None, 1, True, backend=backend)


def test_what_runs_a_model_is_named_with_its_precision_once_measured() -> None:
    assert runs_by(CHOICE).text == "OpenVINO fp32"
    assert runs_by(BackendSelection("openvino", "not measured")).text == "OpenVINO"
    assert runs_by(None).text == "–"


def test_models_that_nobody_measured_are_told_with_the_reason() -> None:
    default = BackendSelection("openvino", "not measured yet")
    cards = [card("a", CHOICE), card("b", default), card("c", default), card("d", None)]
    assert unmeasured_sentence(cards) == "b, c: OpenVINO, not measured yet."
    assert unmeasured_sentence(cards[:1]) == ""


def test_each_engine_has_its_rate_its_error_and_a_verdict() -> None:
    rows = [[cell.text for cell in backend_row(figure, CHOICE)] for figure in CHOICE.figures]
    assert rows == [
        ["torch fp32", "10.0", "0.0000", "–", "slower"],
        ["OpenVINO fp32", "24.2", "0.0123", "0.009, 0.046, 0.061, 0.088", "chosen"],
        ["torch bf16", "–", "–", "–", "stopped early"],
    ]


def test_what_serves_the_mode_fastest_says_so_and_why_it_is_not_chosen_for_all() -> None:
    int8 = BackendFigure("openvino-int8", "OpenVINO int8", 40.0, 0.1, "strays by 0.100", DRIFT)
    choice = BackendSelection("openvino", "fastest of 3", "pairs", (TORCH, FAST, int8))
    verdict = backend_row(int8, choice)[-1]
    assert (verdict.text, verdict.note) == ("serves the mode fastest", "strays by 0.100")
    assert backend_row(FAST, choice)[-1].text == "chosen"


def test_a_model_without_logits_has_no_column_of_their_drift() -> None:
    texts = BackendSelection("torch", "fastest of 2", "texts", (TORCH, SLOW))
    headings = {
        choice.unit: [column.title for column in backends_cells(choice)[0]]
        for choice in (CHOICE, texts)
    }
    assert len(headings["pairs"]) == len(headings["texts"]) + 1 == 5
    assert not any("Drift" in heading for heading in headings["texts"])
    assert [len(row) for row in backends_cells(texts)[1]] == [4, 4]
