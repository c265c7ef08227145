"""The two models as torch modules that map (ids, mask, segments) to one tensor."""

from __future__ import annotations

from typing import Any

import torch


class PairLogits(torch.nn.Module):
    """A sequence classifier's logits, shape (batch, labels)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=segments)
        logits: torch.Tensor = out.logits
        return logits


class MeanPooled(torch.nn.Module):
    """Unit vectors: the mean of the token states that are not padding, L2-normalised."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=segments)
        return self.pooled(out.last_hidden_state, mask)

    @staticmethod
    def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(batch, dimensions) of states of shape (batch, tokens, dimensions)."""
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(dim=1) / weights.sum(dim=1)
        unit: torch.Tensor = torch.nn.functional.normalize(mean, dim=1)
        return unit


class ClsPooled(MeanPooled):
    """Unit vectors: the state of [CLS], L2-normalised."""

    @staticmethod
    def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        """(batch, dimensions) of states of shape (batch, tokens, dimensions)."""
        unit: torch.Tensor = torch.nn.functional.normalize(states[:, 0], dim=1)
        return unit


class TokenStates(torch.nn.Module):
    """Unit states of every token, shape (batch, tokens, dimensions), projected where given."""

    def __init__(self, model: Any, projection: torch.nn.Linear | None = None) -> None:
        super().__init__()
        self.model = model
        self.projection = projection

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=segments)
        states = out.last_hidden_state
        if self.projection is not None:
            states = self.projection(states)
        unit: torch.Tensor = torch.nn.functional.normalize(states, dim=-1)
        return unit
