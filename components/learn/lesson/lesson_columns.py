"""How a lesson's columns look: their names in its language, their colours, their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.common.palette import (
    RERANKER_DARK,
    RERANKER_LIGHT,
    STAGE_COLOURS_DARK,
    STAGE_COLOURS_LIGHT,
    muted,
)
from components.learn.lesson.lesson_words import words_of
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID
from engine.types.learn import columns as names
from engine.types.learn.lessons import Show

_STAGES = {
    names.BM25: BM25,
    names.BI_ENCODER: BI_ENCODER,
    names.HYBRID: HYBRID,
    names.CROSS_ENCODER: CROSS_ENCODER,
    names.BLEND: BLEND,
    names.SIGMOID: HYBRID,  # beside the logit, of which it is another reading
    names.PASSES: CROSS_ENCODER,
    names.STEPS: BI_ENCODER,
    names.SECONDS: HYBRID,
    names.WATT_HOURS: BLEND,
}
_FORMATS = {
    names.CROSS_ENCODER: "signed",
    names.ATTENTION: "percent",
    names.READ: "percent",
    names.SECONDS: "time",
    names.PASSES: "large",
    names.STEPS: "large",
    names.WATT_HOURS: "large",
}
_GERMAN: Mapping[str, tuple[str, str]] = {
    names.BM25: ("BM25", "Punkte"),
    names.BI_ENCODER: ("Bi-Encoder", "Kosinus"),
    names.HYBRID: ("Hybrid (RRF)", "Punkte"),
    names.CROSS_ENCODER: ("Cross-Encoder", "Logit"),
    names.BLEND: ("Mischung (80/20)", "0 bis 1"),
    names.SIGMOID: ("Sigmoid des Logits", "0 bis 1"),
    names.MAXSIM: ("MaxSim", "Summe von Kosinus"),
    names.ATTENTION: ("Aufmerksamkeit zwischen den Texten", "Anteil"),
    names.READ: ("Vom Cross-Encoder gelesen", "Anteil"),
    names.TOKENS: ("Länge", "Token"),
    names.GRADE: ("Bewertet", "0 bis 3"),
    names.PASSES: ("Durchläufe am Tag", "Durchläufe"),
    names.STEPS: ("Schritte durch den Index", "Schritte"),
    names.SECONDS: ("Sekunden am Tag", "s"),
    names.WATT_HOURS: ("Energie am Tag", "Wh"),
}


def columns_of(show: Show, language: str) -> list[dict[str, Any]]:
    """The show's columns as they are drawn."""
    return [_column(name, show, language) for name in show.columns]


def column_label(name: str, language: str) -> str:
    """What a column is called."""
    return _GERMAN[name][0] if language == "de" else names.COLUMNS[name].label


def _column(name: str, show: Show, language: str) -> dict[str, Any]:
    column = names.COLUMNS[name]
    recalls = show.curve == names.RECALL
    unit = _GERMAN[name][1] if language == "de" else column.unit
    return {
        "name": name,
        "label": column_label(name, language),
        "unit": "Recall" if recalls and language == "de" else "recall" if recalls else unit,
        "format": "percent" if recalls else _FORMATS.get(name, ""),
        "decimals": column.decimals,
        "whole": name == names.BI_ENCODER,  # a cosine: its axis ends at 1 whatever is shown
        "days": words_of(language)["days"],
        "ranks": column.ranks,
        "colour": _colours(name),
    }


def _colours(name: str) -> list[str]:
    """Its colour on a light and on a dark page."""
    stage = _STAGES.get(name)
    if stage is not None:
        return [STAGE_COLOURS_LIGHT[stage], STAGE_COLOURS_DARK[stage]]
    if name in (names.MAXSIM, names.ATTENTION):
        return [RERANKER_LIGHT, RERANKER_DARK]
    return [muted(dark=False), muted(dark=True)]
