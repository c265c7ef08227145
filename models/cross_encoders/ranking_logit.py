"""The one logit of several labels whose order is the score's."""

from __future__ import annotations

import torch

from models.cross_encoders.pair_recipe import PairRecipe


def ranking_logit(recipe: PairRecipe, logits: torch.Tensor) -> torch.Tensor:
    """The logit whose order is the score's, shape (batch,), of logits (batch, labels).

    Of one label, or of labels that do not exclude one another, it is the label's own logit. Of
    labels that do it is the label's log-odds against all others, z minus the logsumexp of the
    rest: its sigmoid is the softmax probability that ranks.
    """
    label_logits = logits[:, recipe.label]
    if recipe.activation != "softmax":
        return label_logits
    other_logits = torch.cat((logits[:, : recipe.label], logits[:, recipe.label + 1 :]), dim=1)
    return label_logits - torch.logsumexp(other_logits, dim=1)
