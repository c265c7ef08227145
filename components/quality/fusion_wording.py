"""How the tuning of a fusion is said: its kinds, a setting of one, and what tuning is worth."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.wording import counted
from engine.types.registries.measures import PRIMARY

BLENDED, RRF, WEIGHTED = "blend", "rrf", "hybrid"
KINDS = {
    BLENDED: "Cross-encoder with BM25",
    RRF: "Hybrid: RRF's k",
    WEIGHTED: "Hybrid: bi-encoder with BM25",
}
TITLES = {
    BLENDED: "cross-encoder's share; the rest is BM25's",
    RRF: "k of reciprocal rank fusion",
    WEIGHTED: "bi-encoder's share; the rest is BM25's",
}
SHARES = {BLENDED: "Cross-encoder's share", WEIGHTED: "Bi-encoder's share"}
FOLDS = {2: "Two halves", 5: "5 folds", 10: "10 folds"}


def setting_words(kind: str, value: float) -> str:
    """ "k = 60", "80% cross-encoder + 20% BM25" or "BM25 alone"."""
    if kind == RRF:
        return f"k = {value:.0f}"
    other = "cross-encoder" if kind == BLENDED else "bi-encoder"
    if value in (0.0, 1.0):
        return f"{other if value else 'BM25'} alone"
    return f"{value:.0%} {other} + {1 - value:.0%} BM25"


def curve_words(
    kind: str,
    settings: Sequence[float],
    means: Sequence[float],
    *,
    chosen: int,
    best: int,
    queries: int,
) -> str:
    """The chosen setting's figure, the best one on these queries, and the range."""
    return (
        f"{setting_words(kind, settings[chosen])}: {PRIMARY.name} {means[chosen]:.4f}. "
        f"Best on these {counted(queries, 'query', 'queries')}: "
        f"{setting_words(kind, settings[best])} with {means[best]:.4f}; the range goes from "
        f"{min(means):.4f} to {max(means):.4f}."
    )


def searches_words(
    kind: str,
    settings: Sequence[float],
    means: Sequence[float],
    *,
    chosen: int,
    validated: float | None,
) -> str:
    """The same figures with each query as often as it is searched; `validated` on unseen ones."""
    best = max(range(len(means)), key=lambda place: (round(means[place], 12), -place))
    sentence = (
        f"By searches: {setting_words(kind, settings[chosen])} has {means[chosen]:.4f}, the best "
        f"is {setting_words(kind, settings[best])} with {means[best]:.4f}"
    )
    return f"{sentence}." if validated is None else f"{sentence}; cross-validated {validated:.4f}."


def validation_words(
    kind: str,
    *,
    folds: int,
    best: float,
    validated: float,
    chosen: tuple[float, float],
    usual: float,
    usual_mean: float,
    gain: str,
) -> str:
    """Why the `best` figure is not to be expected elsewhere, and what tuning brings there.

    `validated` is the cross-validated figure; `chosen` the least and the greatest setting that
    the folds chose; `usual_mean` the figure of the `usual` setting; `gain` what is above it.
    """
    low, high = chosen
    span = setting_words(kind, low)
    if low != high:
        span += f" to {setting_words(kind, high)}"
    return (
        f"A setting chosen on the very queries that it is measured on tends to look better "
        f"than it is: do not expect the {best:.4f} elsewhere. Chosen on the other "
        f"folds and measured on the fold left out, the figure is {validated:.4f} "
        f"({FOLDS[folds].lower()}; they chose {span}). Against the usual "
        f"{setting_words(kind, usual)} ({usual_mean:.4f}) tuning brings "
        f"{gain} on queries it has not seen."
    )
