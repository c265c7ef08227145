"""The forms for inference against the whole models, on a tiny random BERT."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers

from models.backends.backends import TorchBackend
from models.backends.inference_modules import InferenceMeanPooled, InferencePairLogits
from models.backends.modules import MeanPooled, PairLogits

SHAPE: dict[str, Any] = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 24,
    "max_position_embeddings": 32,
    "initializer_range": 0.5,
}


def in_eval_mode(form: Any, part: Any) -> Any:
    return form(part).eval()


def inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(3)
    ids = torch.randint(0, 40, (5, 20))
    mask = torch.ones_like(ids)
    for row in range(5):
        mask[row, 20 - 4 * row :] = 0  # as much as 16 of 20 are padding
    segments = (torch.arange(20) > 6).long().expand(5, 20)
    return ids, mask, segments


@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_logits_of_cls_alone_are_the_whole_models(activation: str) -> None:
    torch.manual_seed(1)
    config = transformers.BertConfig(**{**SHAPE, "num_labels": 1, "hidden_act": activation})
    model = in_eval_mode(transformers.BertForSequenceClassification, config)
    with torch.inference_mode():
        whole, inference = (
            in_eval_mode(PairLogits, model)(*inputs()),
            in_eval_mode(InferencePairLogits, model)(*inputs()),
        )
    assert whole.std() > 0.1
    assert inference.shape == (5, 1)
    torch.testing.assert_close(inference, whole, rtol=0, atol=1e-5)


def test_pooled_vectors_are_the_whole_models() -> None:
    torch.manual_seed(1)
    model = in_eval_mode(transformers.BertModel, transformers.BertConfig(**SHAPE))
    with torch.inference_mode():
        whole, inference = (
            in_eval_mode(MeanPooled, model)(*inputs()),
            in_eval_mode(InferenceMeanPooled, model)(*inputs()),
        )
    torch.testing.assert_close(inference, whole, rtol=0, atol=1e-5)
    assert float((whole[0] @ whole[1]).abs()) < 0.99


@pytest.mark.parametrize(("precision", "apart"), [("bf16", 0.2), ("fp16", 0.02)])
def test_lower_precisions_run_and_say_so(precision: str, apart: float) -> None:
    torch.manual_seed(1)
    config = transformers.BertConfig(**{**SHAPE, "num_labels": 1})
    model = in_eval_mode(transformers.BertForSequenceClassification, config)
    parts = [part.numpy() for part in inputs()]
    exact = TorchBackend(in_eval_mode(InferencePairLogits, model)).forward(*parts)
    backend = TorchBackend(in_eval_mode(InferencePairLogits, model), precision=precision)
    assert backend.label == f"torch {precision}"
    found = backend.forward(*parts)
    assert found.dtype == exact.dtype
    assert 0 < abs(found - exact).max() < apart
