"""A cross-encoder's gradients between a baseline and a pair, in the space of word embeddings.

Only word embeddings move: positions and segments stay as the model adds them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import numpy as np
import torch

from engine.types import Cancel, Cancelled, CountCallback
from models.attribution.path_integral import Products
from models.cross_encoders.explained import PairReading

STEPS_AT_ONCE = 8


def products_of(
    reading: PairReading,
    lock: RLock,
    ids: torch.Tensor,
    blank: torch.Tensor,
    segments: torch.Tensor,
    steps: int,
    on_progress: CountCallback | None,
    cancel: Cancel | None,
) -> Products:
    """Each token's gradient times its way from the baseline, at some shares of that way.

    `ids`, `blank` and `segments` have the shape (1, tokens). `steps` are those expected, for
    the progress alone.
    """
    module = reading.module
    embeddings = module.get_input_embeddings()
    n_done, n_total = 0, steps + 1

    def batch(shares: Sequence[float]) -> Any:
        with lock:
            with torch.no_grad():
                start = embeddings(blank)  # (1, tokens, dimensions)
                way = embeddings(ids) - start
            place = start + torch.tensor(shares)[:, None, None] * way
            place.requires_grad_(True)
            with embedded(embeddings, lambda _: place):
                size = (len(shares), -1)
                model_inputs = reading.arguments(ids.expand(*size), segments.expand(*size))
                logits = reading.ranking(module(**model_inputs).logits)
            (slopes,) = torch.autograd.grad(logits.sum(), place)
        return (slopes * way).sum(dim=-1).numpy()  # (shares, tokens)

    def products(shares: Sequence[float]) -> Any:
        nonlocal n_done, n_total
        n_total = max(n_total, n_done + len(shares))
        rows = []
        for at in range(0, len(shares), STEPS_AT_ONCE):
            if cancel is not None and cancel():
                raise Cancelled("the explanation was cancelled")
            rows.append(batch(shares[at : at + STEPS_AT_ONCE]))
            n_done += len(rows[-1])
            if on_progress is not None:
                on_progress(n_done, n_total)
        return np.concatenate(rows)

    return products


@contextmanager
def embedded(
    embeddings: torch.nn.Module, put: Callable[[torch.Tensor], torch.Tensor]
) -> Iterator[None]:
    """While this lasts, the embedding layer gives what `put` makes of its output."""
    handle = embeddings.register_forward_hook(lambda _module, _given, output: put(output))
    try:
        yield
    finally:
        handle.remove()
