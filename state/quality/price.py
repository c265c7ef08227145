"""About how long pairs take to score: by the corpus' last run, else by what was measured here."""

from __future__ import annotations

from dataclasses import dataclass

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
    own = workbench().models.cross_encoder_name
    for card in model_cards():
        figure = card.backend.figure if card.name == own and card.backend is not None else None
        if figure is not None and figure.per_second:
            return PairPrice(1 / figure.per_second, MEASURED)
    return None
