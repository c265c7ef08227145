"""The logits of rows of tokens in fp32, as explanations ask for them by the hundred."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from threading import Lock, RLock

import torch
from cachetools import LRUCache

from engine.types import Cancel, Cancelled, CountCallback
from models.cross_encoders.explained import PairReading
from models.text.wordpiece import Ids, batches_by_tokens, padded

TOKEN_BUDGET = 1024
LARGEST_BATCH = 16
REMEMBERED = 20_000  # rows, 16 bytes and a number each

Row = tuple[Ids, Ids]  # (ids, segments), each of shape (tokens,)


class RowScores:
    """Scores rows by a reading's fp32 form, and remembers those that were asked for last.

    The checks of several explanations of one pair take the same words away in the same random
    orders: what one of them scored the next need not. For threads to share; `lock` is held
    while the module that gradients hook onto computes.
    """

    def __init__(self, reading: PairReading, lock: RLock) -> None:
        self._reading = reading
        self._module_lock = lock
        self._scores: LRUCache[bytes, float] = LRUCache(REMEMBERED)
        self._lock = Lock()

    def logits(
        self, rows: Sequence[Row], on_progress: CountCallback | None, cancel: Cancel | None
    ) -> list[float]:
        """The logit that ranks of each row, in order; equal rows are scored once."""
        keys = [_key(row) for row in rows]
        with self._lock:
            scores = {key: score for key in keys if (score := self._scores.get(key)) is not None}
        new_rows = {key: row for key, row in zip(keys, rows, strict=True) if key not in scores}
        row_keys, to_score = list(new_rows), list(new_rows.values())
        lengths = [len(ids) for ids, _ in to_score]
        for places in batches_by_tokens(lengths, budget=TOKEN_BUDGET, largest=LARGEST_BATCH):
            if cancel is not None and cancel():
                raise Cancelled("the explanation was cancelled")
            for place, score in zip(
                places, self._batch([to_score[place] for place in places]), strict=True
            ):
                scores[row_keys[place]] = score
            if on_progress is not None:
                on_progress(sum(key in scores for key in keys), len(keys))
        with self._lock:
            for key in row_keys:
                self._scores[key] = scores[key]
        return [scores[key] for key in keys]

    def _batch(self, rows: Sequence[Row]) -> list[float]:
        reading = self._reading
        ids, mask = padded([ids for ids, _ in rows], reading.token_id("pad"))
        segments, _ = padded([segments for _, segments in rows], 0)
        with torch.inference_mode():
            fast = reading.inference(ids, mask, segments)
            if fast is not None:
                logits = torch.from_numpy(fast)
            else:
                model_inputs = reading.arguments(*map(torch.from_numpy, (ids, segments, mask)))
                with self._module_lock:
                    logits = reading.module(**model_inputs).logits
            scores: list[float] = reading.ranking(logits).tolist()
        return scores


def _key(row: Row) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in row:
        digest.update(len(part).to_bytes(4, "big") + part.tobytes())
    return digest.digest()
