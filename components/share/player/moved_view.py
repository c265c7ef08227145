"""What moved since figures were kept, as the player draws it: a sentence and a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from components.common.wording import score_text
from engine.types.models import FLOAT_NOISE
from engine.types.share.differences import FigureDifference, HitDifference, SnapshotDifferences
from engine.types.wording.numbers import decimal, signed, with_minus

MOST_ROWS = 8
LEAST_SAID = 0.0005  # a change that three decimals show
HEAD = ("", "list", "rank", "score", "by", "drift")


def moved_view(differences: SnapshotDifferences) -> dict[str, Any]:
    """The sentence, a row for each that moved, and what else is not as it was."""
    rows = [
        _hit_row(hit, column.label, column.stage)
        for column in differences.columns
        for hit in column.hits
    ]
    rows += [_figure_row(figure) for figure in differences.figures]
    more = len(rows) - MOST_ROWS
    return {
        "sentence": differences.sentence,
        "caption": "Then → now",
        "head": list(HEAD),
        "rows": rows[:MOST_ROWS],
        "more": f"and {more} more" if more > 0 else "",
        "circumstances": list(differences.circumstances),
    }


def _hit_row(hit: HitDifference, label: str, stage: str) -> list[str]:
    then_now = _then_now(hit.score_before, hit.score_after, partial(score_text, stage))
    return [
        hit.title.strip() or hit.doc_id,
        label,
        _ranks(hit),
        then_now,
        _by(hit.score_change, then_now),
        _drift_words(hit.score_change, hit.margin, within=hit.within_drift),
    ]


def _ranks(hit: HitDifference) -> str:
    if hit.rank_before is None:
        return f"entered at {hit.rank_after}"
    if hit.rank_after is None:
        return f"{hit.rank_before} → left"
    if hit.rank_before == hit.rank_after:
        return str(hit.rank_after)
    return f"{hit.rank_before} → {hit.rank_after}"


def _figure_row(figure: FigureDifference) -> list[str]:
    whole = all(v is None or float(v).is_integer() for v in (figure.before, figure.after))

    def text(value: float) -> str:
        return with_minus(f"{value:,.{0 if whole else 3}f}")

    then_now = _then_now(figure.before, figure.after, text)
    by = _by(figure.change, then_now, decimals=0 if whole else 3)
    drift = _drift_words(figure.change, figure.margin, within=figure.within_drift)
    return [figure.name, "", "", then_now, by, drift]


def _then_now(before: float | None, after: float | None, text: Callable[[float], str]) -> str:
    """ "0.35 → 0.41"; with four decimals where the usual ones hide what is said to have changed."""
    said_before, said_after = ("–" if v is None else text(v) for v in (before, after))
    if before is None or after is None or said_before != said_after:
        return f"{said_before} → {said_after}"
    if abs(after - before) >= LEAST_SAID:
        return f"{decimal(before, 4)} → {decimal(after, 4)}"
    return f"{said_before} → {said_after}"


def _by(change: float | None, then_now: str, decimals: int = 3) -> str:
    """By how much, where three decimals show it; "" where one side is missing."""
    if change is None:
        return ""
    if abs(change) >= LEAST_SAID:
        return signed(change, decimals)
    then, now = then_now.split(" → ")
    return "the same" if then == now else "by less than 0.001"


def _drift_words(change: float | None, margin: float, *, within: bool) -> str:
    """Whether the drift of the backends explains a change, "" where none is known, or needed."""
    if change is None or abs(change) < LEAST_SAID or margin <= FLOAT_NOISE:
        return ""
    return "within drift" if within else "more than drift"
