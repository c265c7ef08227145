"""Remedies: the new rank, what they cost, and what becomes of the other judged queries."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, milliseconds
from engine.types.diagnosis.remedies import RemedyEffect, RemedyResult
from engine.types.wording.numbers import MINUS, signed

LEAST_SECONDS = 0.0005


def remedies_table(results: Sequence[RemedyResult], *, top: int, wanted: bool, key: str) -> None:
    """Draw a row for each remedy that was tried."""
    plain_table(
        [
            TableColumn("Remedy"),
            TableColumn("Rank", "before and after"),
            TableColumn("Costs", "more per query"),
            TableColumn("nDCG@10 of the others", "difference and 95% interval"),
            TableColumn("Better, worse, equal"),
            TableColumn("Loses most", words=True),
        ],
        [remedy_row(result, top=top, wanted=wanted) for result in results],
        caption="Remedies that were tried",
        key=key,
    )


def remedy_row(result: RemedyResult, *, top: int, wanted: bool) -> list[TableCell]:
    """A remedy in cells; what failed says why."""
    if result.problem:
        return [TableCell(result.label), TableCell("–", note=result.problem), *[TableCell("–")] * 4]
    reaches = (result.rank is not None and result.rank <= top) == wanted
    effect = result.effect
    losses = effect.losses if effect is not None else ()
    return [
        TableCell(result.label, note=result.note),
        TableCell(rank_text(result), tag="as wished" if reaches else ""),
        TableCell(cost_text(result.seconds_more)),
        TableCell(difference_text(effect) if effect else _unknown(result)),
        TableCell(f"{effect.better}, {effect.worse}, {effect.equal}" if effect else "–"),
        TableCell(
            "; ".join(f"{loss.text} ({signed(loss.difference, 3)})" for loss in losses) or "–"
        ),
    ]


def rank_text(result: RemedyResult) -> str:
    """ "64 → 3"; a dash for a place in no list."""
    before = "–" if result.before is None else f"{result.before:,}"
    after = "not listed" if result.rank is None else f"{result.rank:,}"
    return f"{before} → {after}"


def cost_text(seconds: float) -> str:
    """ "+12 ms", "−1,100 ms"."""
    if abs(seconds) < LEAST_SECONDS:
        return "the same"
    sign = "+" if seconds >= 0 else MINUS
    return f"{sign}{milliseconds(abs(seconds))}"


def difference_text(effect: RemedyEffect) -> str:
    """ "+0.012 (−0.004 to +0.028), 84 queries"."""
    low, high = effect.interval
    interval = f"{signed(low, 3)} to {signed(high, 3)}"
    queries = counted(effect.queries, "query", "queries")
    return f"{signed(effect.difference, 3)} ({interval}), {queries}"


def _unknown(result: RemedyResult) -> str:
    if result.pairs_missing is None:
        return "–"
    return f"takes {counted(result.pairs_missing, 'pair')}"
