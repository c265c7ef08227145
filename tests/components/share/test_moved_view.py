"""The table of what moved since figures were kept."""

from __future__ import annotations

import pytest

from components.share.player.moved_view import moved_view
from engine.types import BI_ENCODER
from engine.types.models import FLOAT_NOISE
from engine.types.share.differences import (
    ColumnDifferences,
    FigureDifference,
    HitDifference,
    SnapshotDifferences,
)


def row_of(before: float | None, after: float | None, margin: float = 0.0) -> list[str]:
    hit = HitDifference("d", "Title", 1, 1, before, after, margin)
    column = ColumnDifferences(BI_ENCODER, "Bi-encoder", 10, 10, (hit,))
    row: list[str] = moved_view(SnapshotDifferences("", (column,)))["rows"][0]
    return row


@pytest.mark.parametrize(
    ("before", "after", "text", "by"),
    [
        (0.5771, 0.5774, "0.577 → 0.577", "the same"),
        (0.5754, 0.5756, "0.575 → 0.576", "by less than 0.001"),
        (0.5765, 0.5773, "0.5765 → 0.5773", "+0.001"),
        (0.577, 0.6, "0.577 → 0.600", "+0.023"),
        (None, 0.6, "– → 0.600", ""),
    ],
)
def test_a_change_that_is_said_is_seen_in_the_scores(
    before: float | None, after: float | None, text: str, by: str
) -> None:
    assert row_of(before, after)[3:5] == [text, by]


@pytest.mark.parametrize(
    ("margin", "words"),
    [(FLOAT_NOISE, ""), (0.005, "more than drift"), (0.1, "within drift")],
)
def test_a_list_without_a_drift_has_no_words_of_it(margin: float, words: str) -> None:
    assert row_of(0.5, 0.55, margin)[5] == words
    figure = FigureDifference("Score (cosine)", 0.5, 0.55, margin)
    (row,) = moved_view(SnapshotDifferences("", figures=(figure,)))["rows"]
    assert row[5] == words


def test_a_figure_has_a_true_minus_and_whole_numbers_no_decimals() -> None:
    figures = (FigureDifference("Gain", -0.25, -0.5), FigureDifference("Votes", 1200.0, 3.0))
    rows = moved_view(SnapshotDifferences("", figures=figures))["rows"]
    assert [row[3] for row in rows] == ["\N{MINUS SIGN}0.250 → \N{MINUS SIGN}0.500", "1,200 → 3"]
