"""Reads the attention of a cross-encoder and cuts out its two cross blocks.

In a cross-encoder such as BERT there is no separate cross-attention: the map is the
query x document block of self-attention (Clark et al. 2019, "What Does BERT Look
At?", study the whole matrix).
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch

from engine.types import AttentionMap, CrossExamError, TokenizedPair
from models.cross_encoders.pairs import PairBuilder


def eager_copy(model: Any) -> Any:
    """A module of the same class with eager attention that shares all parameter tensors."""
    config = copy.deepcopy(model.config)
    config._attn_implementation = "eager"
    with torch.device("meta"):
        eager = type(model)(config)
    eager.load_state_dict(model.state_dict(), strict=False, assign=True)
    for name, buffer in model.named_buffers():
        owner, _, leaf = name.rpartition(".")
        setattr(eager.get_submodule(owner), leaf, buffer)
    return eager.eval()


def attention_map(model: Any, pairs: PairBuilder, query: str, document: str) -> AttentionMap:
    """The attention of one pair.

    Raises CrossExamError when query or document has no token, or the model gives
    no attention weights.
    """
    pair = pairs.tokenized(query, document)
    _check_sides(pair)
    built = pairs.build(query, [document])[0]
    ids = torch.from_numpy(built.ids.astype(np.int64))[None]
    segments = torch.zeros_like(ids)
    segments[0, built.document_start :] = 1
    with torch.inference_mode():
        out = model(input_ids=ids, token_type_ids=segments, output_attentions=True)
    return cross_blocks(out, pair, float(out.logits[0, 0]))


def attentions_of(out: Any, tokens: int) -> tuple[torch.Tensor, ...]:
    """The attention weights of a pass, a layer each, of shape (batch, heads, tokens, tokens).

    Raises CrossExamError where the model gave none, or none of every token to every token.
    """
    attentions = tuple(out.attentions or ()) if hasattr(out, "attentions") else ()
    if not attentions or any(layer is None for layer in attentions):
        raise CrossExamError(
            "the model returned no attention weights: load it with eager attention"
        )
    for layer in attentions:
        if layer.ndim != 4 or tuple(layer.shape[-2:]) != (tokens, tokens):
            raise CrossExamError(
                f"the model's attention has the shape {tuple(layer.shape)}, not one weight for "
                f"each two of the {tokens} tokens: use leave-one-out or integrated gradients"
            )
    return attentions


def _check_sides(pair: TokenizedPair) -> None:
    for side in ("query", "document"):
        if side not in pair.segment:
            raise CrossExamError(f"the {side} has no token: type a few words to see its attention")


def cross_blocks(out: Any, pair: TokenizedPair, score: float) -> AttentionMap:
    """The attention map of one pair from a forward pass that gave its attentions.

    Raises CrossExamError when query or document has no token, or there are no weights.
    """
    _check_sides(pair)
    segment = np.array(pair.segment)
    at_q = np.flatnonzero(segment == "query")
    at_d = np.flatnonzero(segment == "document")
    at_s = np.flatnonzero(segment == "special")  # [CLS], [SEP], [SEP] in BERT
    layers = attentions_of(out, len(pair.tokens))
    weights = torch.stack(layers)[:, 0].float().numpy()  # (layers, heads, tokens, tokens)

    def block(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(weights[:, :, rows][:, :, :, columns])

    def mass(rows: np.ndarray) -> np.ndarray:
        parts = [block(rows, c).sum(axis=3).mean(axis=2) for c in (at_q, at_d, at_s)]
        return np.stack(parts, axis=-1)  # (layers, heads, 3)

    return AttentionMap(
        query_tokens=tuple(pair.tokens[i] for i in at_q),
        doc_tokens=tuple(pair.tokens[i] for i in at_d),
        query_to_doc=block(at_q, at_d),
        doc_to_query=block(at_d, at_q),
        query_mass=mass(at_q),
        doc_mass=mass(at_d),
        score=score,
        pair=pair,
        query_to_special=block(at_q, at_s),
        doc_to_special=block(at_d, at_s),
        special_to_query=block(at_s, at_q),
        special_to_doc=block(at_s, at_d),
    )
