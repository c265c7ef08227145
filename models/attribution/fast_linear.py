"""A copy of a torch module whose gradients come sooner: its matrix products are oneDNN's.

torch multiplies fp32 matrices by MKL, which on AMD processors is slower than oneDNN; both are part
of torch. Weights are shared and get no gradients: explanations follow the inputs alone.
"""

from __future__ import annotations

import copy
from typing import Any

import torch


def with_fast_linears(module: Any) -> Any:
    """The same module on the same tensors, for gradients by its inputs; itself without oneDNN."""
    if not _has_one_dnn():
        return module
    shared = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    fast_module = copy.deepcopy(module, shared)
    for name, layer in list(fast_module.named_modules()):
        if type(layer) is torch.nn.Linear and layer.weight.dtype == torch.float32:
            owner, _, leaf = name.rpartition(".")
            setattr(fast_module.get_submodule(owner), leaf, _FastLinear(layer))
    return fast_module


def _has_one_dnn() -> bool:
    backend: Any = torch.backends.mkldnn
    return backend.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


class _FastLinear(torch.nn.Module):
    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        function: Any = _Product
        product: torch.Tensor = function.apply(states, self.weight, self.bias)
        return product


class _Product(torch.autograd.Function):
    """states @ weight.T + bias, with a gradient by the states alone."""

    @staticmethod
    def forward(
        ctx: Any, states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        ctx.weight = weight
        return _multiplied(states, weight, bias)

    @staticmethod
    def backward(ctx: Any, *slopes: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        return _multiplied(slopes[0], ctx.weight.t(), None), None, None


def _multiplied(
    states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
) -> torch.Tensor:
    product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
        states.contiguous(), weight, bias, "none", [], ""
    )
    return product
