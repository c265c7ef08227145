"""The figures behind the pictures: bins, errors of the fits, and how well rankers separate."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.palette import stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from engine.types.calibration.reliability import Calibration, FitError
from engine.types.calibration.separation import Separation
from engine.types.wording.numbers import decimal


def bins_table(calibration: Calibration, *, key: str) -> None:
    """Draw the bins, a row each."""
    plain_table(
        [
            TableColumn("Logit", "from, up to"),
            TableColumn("Judged pairs"),
            TableColumn("Relevant"),
            TableColumn("Share", "95% interval below"),
            TableColumn("Isotonic", "at the mean logit"),
            TableColumn("Platt", "at the mean logit"),
        ],
        [
            [
                TableCell(f"{_whole(each.low)} to {_whole(each.high)}"),
                TableCell(f"{each.pairs:,}"),
                TableCell(f"{each.relevant:,}"),
                TableCell(
                    f"{each.share:.1%}",
                    note=f"{each.interval[0]:.0%} to {each.interval[1]:.0%}",
                    share=each.share,
                ),
                TableCell(f"{calibration.isotonic.at(each.mean_score):.1%}"),
                TableCell(
                    "–"
                    if calibration.platt is None
                    else f"{calibration.platt.at(each.mean_score):.1%}"
                ),
            ]
            for each in calibration.bins
        ],
        caption="Judged pairs by logit",
        key=key,
    )


def errors_table(calibration: Calibration, *, key: str) -> None:
    """Draw ECE and Brier score of each way to a probability; the least of each is tagged.

    The same share for every pair is off by little and tells no pair from another: it gets no tag.
    """
    told_apart = [error for error in calibration.errors if not error.constant]
    least = {
        "ece": min(error.ece for error in told_apart),
        "brier": min(error.brier for error in told_apart),
    }
    plain_table(
        [
            TableColumn("Probability by"),
            TableColumn("ECE", "ten bins of equal width; 0 is best"),
            TableColumn("Brier", "0 is best"),
        ],
        [
            [
                TableCell(
                    error.name,
                    note=_note(error, calibration.folds),
                ),
                TableCell(f"{error.ece:.3f}", tag=_best(error, error.ece, least["ece"])),
                TableCell(f"{error.brier:.3f}", tag=_best(error, error.brier, least["brier"])),
            ]
            for error in calibration.errors
        ],
        caption="How far probabilities are off",
        key=key,
    )


def _note(error: FitError, folds: int) -> str:
    if error.constant:
        return "tells no pair from another"
    return f"on queries held out, {folds} folds" if error.held_out else "nothing is fitted"


def _best(error: FitError, value: float, least: float) -> str:
    return "best" if value == least and not error.constant else ""


def separation_table(separations: Sequence[Separation], *, key: str) -> None:
    """Draw AUROC and area of each ranker, and the AUROC against each kind of query."""
    best = max(each.auroc for each in separations)
    least = min(each.area for each in separations)
    tags = [(tag, n) for tag, n, _ in separations[0].by_tag]
    plain_table(
        [
            TableColumn("Best score of"),
            TableColumn("AUROC", "0.5 is chance, 1 is best"),
            TableColumn(
                "Risk–coverage area",
                f"{separations[0].base_risk:.3f} in no order, "
                f"{separations[0].least_area:.3f} at best",
            ),
            *(TableColumn(f"AUROC, {tag}", counted(n, "query", "queries")) for tag, n in tags),
        ],
        [
            [
                TableCell(stage_label(each.stage)),
                TableCell(
                    f"{each.auroc:.3f}",
                    tag="best" if each.auroc == best else "",
                    note=f"95% {each.auroc_interval[0]:.2f} to {each.auroc_interval[1]:.2f}",
                    share=each.auroc,
                ),
                TableCell(f"{each.area:.3f}", tag="best" if each.area == least else ""),
                *(TableCell(f"{value:.3f}") for _, _, value in each.by_tag),
            ]
            for each in separations
        ],
        caption="Queries with an answer and without, told apart by the best score",
        key=key,
    )


def _whole(value: float) -> str:
    return decimal(value, 0)
