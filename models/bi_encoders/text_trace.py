"""Traces one text through a bi-encoder, layer by layer, in fp32 torch."""

from __future__ import annotations

import time

import numpy as np
import torch

from engine.types import CrossExamError, Role
from engine.types.explain.forward_pass import PassClock, TextPass
from models.backends.modules import ClsPooled
from models.backends.pass_clock import timed
from models.bi_encoders.bi_encoder import BiEncoder

SECONDS = 0.2  # that repeated runs of one text may take
COSINE_RUNS = 25


class TextTracer:
    """Traces texts through one bi-encoder; safe to share between threads."""

    def __init__(self, bi_encoder: BiEncoder) -> None:
        self._bi = bi_encoder
        self._module = bi_encoder.torch_model()

    @property
    def pooling(self) -> str:
        """How a text's tokens become its vector: the "mean" of its tokens, or "[CLS]"."""
        return "[CLS]" if isinstance(self._module, ClsPooled) else "mean"

    @torch.inference_mode()
    def trace(self, text: str, role: Role, *, runs: int) -> TextPass:
        """The text's pass, timed in at most `runs` runs.

        Raises CrossExamError for a text without a token.
        """
        prompted = self._bi.prompted(text, role)
        ids_read = self._bi.read_ids(prompted)
        if len(ids_read) < 3:
            raise CrossExamError(f"the {role} has no token: type a few words to see its pass")
        ids = torch.from_numpy(ids_read.astype(np.int64))[None]  # (1, tokens)
        mask, segments = torch.ones_like(ids), torch.zeros_like(ids)
        start = time.perf_counter()
        out = self._module.model(
            input_ids=ids, attention_mask=mask, token_type_ids=segments, output_hidden_states=True
        )
        vector = self._module.pooled(out.last_hidden_state, mask)[0].float().numpy()
        first = time.perf_counter() - start
        states = torch.stack(out.hidden_states)[:, 0]  # (layers + 1, tokens, dimensions)
        return TextPass(
            tokens=tuple(self._bi.pieces.token(int(token)) for token in ids_read),
            cls_states=states[:, 0].float().numpy(),
            vector=vector,
            n_truncated=self._bi.n_truncated(prompted),
            clock=timed(
                lambda: self._module(ids, mask, segments),
                first=first,
                most_runs=runs,
                seconds=SECONDS,
            ),
        )

    @staticmethod
    def cosine_clock(query: TextPass, document: TextPass) -> PassClock:
        """What the inner product of two vectors takes."""
        return timed(
            lambda: query.vector @ document.vector,
            first=0.0,
            most_runs=COSINE_RUNS,
            seconds=SECONDS,
        )
