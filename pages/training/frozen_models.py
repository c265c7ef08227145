"""What was trained on this machine frozen, to be kept as a walkthrough's step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.share.provenance import provenance
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable
from state.training.trainings import TrainedModel

TITLE, EFFECT = "What was trained here", "Before and after"


def frozen_models(models: Sequence[TrainedModel]) -> Callable[[], FiguresSnapshot]:
    """What freezes the trained models, the newest first."""
    return lambda: _snapshot(models)


def _snapshot(models: Sequence[TrainedModel]) -> FiguresSnapshot:
    newest = models[0]
    said = f"{newest.measure} {newest.before:.3f} → {newest.after:.3f}"
    return FiguresSnapshot(
        title=TITLE,
        provenance=provenance(None, None, models={model.role: model.name for model in models}),
        headline=f"{newest.name}: {said} on {newest.held_out} held-out queries",
        opening=(
            f"{len(models)} {'way' if len(models) == 1 else 'ways'} of searching learned from a "
            f"collection on this machine. The newest was tried on {newest.held_out} searches that "
            "it had not learned from, before and after; below stands what that changed."
        ),
        detail=f"{newest.sentence[:1].upper()}{newest.sentence[1:]}.",
        tables=(
            FigureTable(
                EFFECT,
                ("Model", "Trained from", "Corpus", "Before", "After", "Held-out queries"),
                tuple(
                    FigureRow(
                        model.name,
                        (
                            model.parent,
                            model.corpus,
                            f"{model.measure} {model.before:.3f}",
                            f"{model.after:.3f}",
                            f"{model.held_out:,}",
                        ),
                        model.after,
                    )
                    for model in models
                ),
                "The measure on queries that no training saw: 1 is the best, 0 the worst.",
            ),
        ),
    )
