"""The catalogue of models as a table."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.palette import STAGE_LABELS
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from engine.types import BackendFigure, BackendSelection, Drift, ModelCard

BACKEND_NAMES = {
    "openvino": "OpenVINO",
    "openvino-int8": "OpenVINO int8",
    "openvino-int8-wide": "OpenVINO int8, groups of 384",
    "onnxruntime": "ONNX Runtime",
    "torch": "torch fp32",
    "torch-bf16": "torch bf16",
    "cuda": "torch on CUDA",
    "mps": "torch on MPS",
}
DRIFT_HEADING = "Drift of a logit from fp32: mean, p99, p99.9, largest"


def models_table(cards: Sequence[ModelCard], *, key: str) -> None:
    """Draw a row for each model: role, size, limit, licence, source and whether it is here."""
    columns = [
        TableColumn("Model"),
        TableColumn("Role", words=True),
        TableColumn("Size"),
        TableColumn("Longest input"),
        TableColumn("Licence", words=True),
        TableColumn("Source", words=True),
        TableColumn("Here?", words=True),
        TableColumn("Runs by", words=True),
    ]
    plain_table(columns, [row(card) for card in cards], caption="The models", key=key)


def row(card: ModelCard) -> list[TableCell]:
    """One model as cells."""
    size = f"{card.size_bytes / 1e6:,.0f}\N{NO-BREAK SPACE}MB" if card.size_bytes else "–"
    limit = f"{counted(card.max_length, 'token')}" if card.max_length else "no limit"
    source, _, path = card.source.partition(", ")
    return [
        TableCell(card.name, note=card.note),
        TableCell(STAGE_LABELS.get(card.role, card.role[:1].upper() + card.role[1:])),
        TableCell(size),
        TableCell(limit),
        TableCell(card.licence),
        TableCell(source, note=" ".join(part for part in (path.strip(), card.revision) if part)),
        TableCell("yes" if card.available else "no", dashed=not card.available),
        runs_by(card.backend),
    ]


def runs_by(choice: BackendSelection | None) -> TableCell:
    """The backend in a cell."""
    return TableCell("–" if choice is None else backend_label(choice))


def backend_label(choice: BackendSelection) -> str:
    """ "OpenVINO fp32"; without the precision where that was not measured."""
    if choice.figure is not None:
        return choice.figure.label
    return BACKEND_NAMES.get(choice.backend, choice.backend)


def unmeasured_sentence(cards: Sequence[ModelCard]) -> str:
    """Which models run by a backend that was not measured with them, and why; "" for none."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for card in cards:
        if card.backend is not None and not card.backend.figures:
            key = (backend_label(card.backend), card.backend.reason)
            by_reason.setdefault(key, []).append(card.name)
    return " ".join(
        f"{', '.join(names)}: {label}, {reason}." for (label, reason), names in by_reason.items()
    )


def backends_table(card: ModelCard, choice: BackendSelection, *, key: str) -> None:
    """Draw what each backend gave when it ran this model on this machine."""
    columns, rows = backends_cells(choice)
    plain_table(columns, rows, caption=f"Backends measured with {card.name}", key=key)


def backends_cells(choice: BackendSelection) -> tuple[list[TableColumn], list[list[TableCell]]]:
    """The backends of a model as a table; without drift where none has one (a bi-encoder)."""
    drifts = [TableColumn(DRIFT_HEADING)] if any(f.drift for f in choice.figures) else []
    columns = [
        TableColumn("Backend"),
        TableColumn(f"{choice.unit.capitalize()} a second"),
        TableColumn(
            f"Furthest from fp32 torch ({'logits' if choice.unit == 'pairs' else 'cosine'})"
        ),
        *drifts,
        TableColumn("Verdict", words=True),
    ]
    rows = []
    for figure in choice.figures:
        *cells, drift, verdict = backend_row(figure, choice)
        rows.append([*cells, *([drift] if drifts else []), verdict])
    return columns, rows


def backend_row(figure: BackendFigure, choice: BackendSelection) -> list[TableCell]:
    """One backend as cells."""
    ran = figure.per_second > 0
    verdict = TableCell("chosen" if figure.backend == choice.backend else figure.note or "slower")
    if figure == choice.quickest:
        verdict = TableCell("serves the mode fastest", note=figure.note)
    return [
        TableCell(figure.label),
        TableCell(f"{figure.per_second:.1f}" if ran else "–"),
        TableCell(f"{figure.difference:.4f}" if ran else "–"),
        drift_cell(figure.drift),
        verdict,
    ]


def drift_cell(drift: Drift | None) -> TableCell:
    """A drift in a cell: "0.009, 0.046, 0.061, 0.088", with the number of pairs as its note."""
    if drift is None:
        return TableCell("–")
    values = (drift.mean, drift.p99, drift.p999, drift.largest)
    return TableCell(
        ", ".join(f"{value:.3f}" for value in values), note=counted(drift.pairs, "pair")
    )
