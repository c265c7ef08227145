"""oneDNN's products in the place of torch's: the same values and slopes on the same weights."""

from __future__ import annotations

import pytest
import torch

from models.attribution import fast_linear
from models.attribution.fast_linear import with_fast_linears


@pytest.fixture
def module() -> torch.nn.Module:
    torch.manual_seed(3)
    layers = torch.nn.Sequential(
        torch.nn.Linear(16, 32), torch.nn.GELU(), torch.nn.Linear(32, 8, bias=False)
    )
    return layers.requires_grad_(False).eval()


def test_values_and_gradients_are_plain_torchs(module: torch.nn.Module) -> None:
    given = torch.randn(3, 5, 16)
    for states in (given, given.transpose(0, 1)):  # contiguous or not
        slopes: list[torch.Tensor] = []
        values = []
        for each in (module, with_fast_linears(module)):
            place = states.clone(memory_format=torch.preserve_format).requires_grad_(True)
            out = each(place)
            values.append(out.detach())
            slopes += torch.autograd.grad((out**2).sum(), place)
        torch.testing.assert_close(values[1], values[0])
        torch.testing.assert_close(slopes[1], slopes[0])


def test_the_copy_is_on_the_same_weights_and_the_module_stays_as_it_was(
    module: torch.nn.Module,
) -> None:
    twin = with_fast_linears(module)
    assert twin is not module
    assert type(module[0]) is torch.nn.Linear  # type: ignore[index]
    own = {name: weight.data_ptr() for name, weight in module.named_parameters()}
    assert {name: weight.data_ptr() for name, weight in twin.named_parameters()} == own
    twin[0].register_forward_hook(lambda *_: None)
    assert not module[0]._forward_hooks  # type: ignore[index]


def test_without_one_dnn_the_module_itself_is_used(
    module: torch.nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_linear, "_has_one_dnn", lambda: False)
    assert with_fast_linears(module) is module
