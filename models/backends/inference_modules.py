"""The same two models for backends: nothing is computed that nobody reads.

A classifier reads [CLS] alone, so in the last layer only its row is carried on (its
keys and values still come from all tokens): a twelfth less work in twelve layers, and
the same logits to rounding.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import normalize, scaled_dot_product_attention


class InferenceBert(torch.nn.Module):
    """The token states of a `BertModel`; with `first_only`, the first token's alone."""

    def __init__(self, bert: Any, *, first_only: bool) -> None:
        super().__init__()
        self.bert = bert
        self.heads = int(bert.config.num_attention_heads)
        self.first_only = first_only

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        states: torch.Tensor  # (b, tokens, d)
        states = self.bert.embeddings(input_ids=ids, token_type_ids=segments)
        lowest = torch.finfo(states.dtype).min
        bias = ((1.0 - mask.to(states.dtype)) * lowest)[:, None, None, :]
        layers = self.bert.encoder.layer
        for number, layer in enumerate(layers):
            last = number == len(layers) - 1
            rows = states[:, :1] if last and self.first_only else states
            states = self._layer(layer, rows, states, bias)
        return states

    def _layer(
        self, layer: Any, rows: torch.Tensor, states: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        """The next states of `rows`, which attend to all of `states`."""
        attention = layer.attention.self
        attended = scaled_dot_product_attention(
            self._by_head(attention.query(rows)),
            self._by_head(attention.key(states)),
            self._by_head(attention.value(states)),
            attn_mask=bias,
        )  # (b, heads, rows, d / heads)
        joined = attended.transpose(1, 2).flatten(2)
        output = layer.attention.output
        attention_output = output.LayerNorm(output.dense(joined) + rows)
        wide = layer.intermediate.intermediate_act_fn(layer.intermediate.dense(attention_output))
        following: torch.Tensor = layer.output.LayerNorm(
            layer.output.dense(wide) + attention_output
        )
        return following

    def _by_head(self, states: torch.Tensor) -> torch.Tensor:
        batch, rows, width = states.shape
        return states.view(batch, rows, self.heads, width // self.heads).transpose(1, 2)


class InferencePairLogits(torch.nn.Module):
    """A `BertForSequenceClassification`'s logits, shape (batch, labels)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.states = InferenceBert(model.bert, first_only=True)
        self.pooler = model.bert.pooler.dense
        self.classifier = model.classifier

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        first = self.states(ids, mask, segments)[:, 0]
        logits: torch.Tensor = self.classifier(torch.tanh(self.pooler(first)))
        return logits


class InferenceMeanPooled(torch.nn.Module):
    """A `BertModel`'s unit vectors: the mean of the states that are not padding."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.states = InferenceBert(model, first_only=False)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        states = self.states(ids, mask, segments)  # (batch, tokens, dimensions)
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(dim=1) / weights.sum(dim=1)
        unit: torch.Tensor = normalize(mean, dim=1)
        return unit
