"""Rows of tokens scored for explanations: in fp32 alone, each once, remembered for the next."""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Any

import numpy as np
import pytest
import torch

from engine.types import Cancelled, Floats
from models.attribution.row_scores import LARGEST_BATCH, Row, RowScores
from models.backends.backends import Tokens


class Summing:
    """A reading whose logit is the sum of a row's ids; it counts the rows that it scores."""

    def __init__(self, *, fast: bool = True) -> None:
        self.fast = fast
        self.scored: list[list[int]] = []
        self.module_calls = 0

    def token_id(self, role: str) -> int:
        assert role == "pad"
        return 0

    def inference(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats | None:
        assert segments.shape == mask.shape == ids.shape
        if not self.fast:
            return None
        self.scored += [row[kept == 1].tolist() for row, kept in zip(ids, mask, strict=True)]
        sums: Floats = (ids * mask).sum(axis=1, keepdims=True).astype(np.float32)
        return sums

    def arguments(self, ids: Any, segments: Any, mask: Any) -> dict[str, Any]:
        return {"ids": ids, "segments": segments, "mask": mask}

    def module(self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor) -> Any:
        self.module_calls += 1
        logits = (ids * mask).sum(dim=1, keepdim=True).float() + 0 * segments[:, :1]
        return type("Out", (), {"logits": logits})

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        return logits[:, 0]


def row(*ids: int) -> Row:
    return np.array(ids, dtype=np.int32), np.zeros(len(ids), dtype=np.int32)


def scores_of(reading: Summing) -> RowScores:
    return RowScores(reading, RLock())  # type: ignore[arg-type]


ROWS: Sequence[Row] = [row(5, 1), row(2), row(5, 1), row(1, 2, 3)]


@pytest.mark.parametrize("fast", [True, False])
def test_rows_are_scored_in_their_order_and_equal_ones_once(fast: bool) -> None:
    reading = Summing(fast=fast)
    assert scores_of(reading).logits(ROWS, None, None) == [6.0, 2.0, 6.0, 6.0]
    if fast:
        assert sorted(reading.scored) == [[1, 2, 3], [2], [5, 1]]
    assert reading.module_calls == (0 if fast else 1)


def test_a_second_check_of_the_same_pair_scores_only_what_is_new() -> None:
    reading = Summing()
    scored = scores_of(reading)
    scored.logits(ROWS, None, None)
    reading.scored.clear()
    progress: list[tuple[int, int]] = []
    again = scored.logits([*ROWS, row(9)], lambda done, of: progress.append((done, of)), None)
    assert again == [6.0, 2.0, 6.0, 6.0, 9.0]
    assert reading.scored == [[9]]
    assert progress == [(5, 5)], "those that are remembered count"


def test_rows_of_the_same_ids_in_other_segments_are_different_rows() -> None:
    reading = Summing()
    ids, segments = row(5, 1)
    scores_of(reading).logits([(ids, segments), (ids, segments + 1)], None, None)
    assert reading.scored == [[5, 1], [5, 1]]


def test_progress_is_told_batch_by_batch_and_a_cancel_keeps_nothing_half() -> None:
    reading = Summing()
    scored = scores_of(reading)
    rows = [row(i + 1) for i in range(LARGEST_BATCH * 2)]
    progress: list[tuple[int, int]] = []
    scored.logits(rows, lambda done, of: progress.append((done, of)), None)
    assert progress == [(LARGEST_BATCH, 2 * LARGEST_BATCH), (2 * LARGEST_BATCH, 2 * LARGEST_BATCH)]
    with pytest.raises(Cancelled):
        scored.logits([row(7, 7)], None, lambda: True)
