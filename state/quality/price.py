"""About how long pairs take to score: by the corpus' last run, else by what was measured here."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import BackendFigure, BackendSelection
from state.app_resources import workbench
from state.models.catalogue import model_cards
from state.quality.runs import saved_runs

LAST_RUN = "at the last run's speed"
MEASURED = "at the speed that was measured on this machine with texts of 150 tokens"


@dataclass(frozen=True, slots=True)
class PairPrice:
    """The seconds that a pair takes, and in words where they come from."""

    seconds: float
    origin: str


def pair_price(fingerprint: str) -> PairPrice | None:
    """By the newest run that read a pair, else by the backend's measurement; None without both."""
    for saved in saved_runs(fingerprint):
        if saved.head.get("pairs") and saved.head.get("seconds"):
            return PairPrice(float(saved.head["seconds"]) / float(saved.head["pairs"]), LAST_RUN)
    return _measured(_selection().figure)


def fp32_price() -> PairPrice | None:
    """By the fastest fp32 backend that was measured here, whatever ran before; None without one."""
    in_fp32 = [figure for figure in _selection().figures if "fp32" in figure.label]
    return _measured(max(in_fp32, key=lambda figure: figure.per_second, default=None))


def _selection() -> BackendSelection:
    """What runs the app's own cross-encoder, and what was measured of it."""
    own = workbench().models.cross_encoder_name
    cards = (card.backend for card in model_cards() if card.name == own)
    return next(cards, None) or BackendSelection("", "")


def _measured(figure: BackendFigure | None) -> PairPrice | None:
    if figure is None or not figure.per_second:
        return None
    return PairPrice(1 / figure.per_second, MEASURED)
