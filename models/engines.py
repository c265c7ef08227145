"""What runs a forward pass: plain torch in fp32, or OpenVINO from the same weights.

OpenVINO chooses its own precision (bf16 where the processor has it, else fp32);
explanations always use fp32 torch. CROSSEXAM_ENGINE=torch turns OpenVINO off.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.types import CrossExamError, Floats

Tokens = NDArray[np.int64]
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PRECISIONS = {"f32": "fp32", "float32": "fp32", "bf16": "bf16", "bfloat16": "bf16"}


class Engine(Protocol):
    """One model, ready to run; safe to call from several threads."""

    @property
    def label(self) -> str:
        """Engine and precision, as shown to people: "OpenVINO bf16"."""
        ...

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        """Outputs of shape (batch, outputs) for inputs of shape (batch, tokens)."""
        ...


def chosen_engine() -> str:
    """Which engine to use: CROSSEXAM_ENGINE if set, else OpenVINO where it is installed."""
    installed = importlib.util.find_spec("openvino") is not None
    wanted = os.environ.get("CROSSEXAM_ENGINE", "").strip().lower()
    if wanted not in ("", "openvino", "torch"):
        raise CrossExamError(
            f"CROSSEXAM_ENGINE is {wanted!r}: use 'openvino' or 'torch', or leave it unset"
        )
    if wanted == "openvino" and not installed:
        raise CrossExamError(
            "CROSSEXAM_ENGINE is 'openvino' but openvino is not installed: run "
            "'pip install -r requirements.txt', or set it to 'torch'"
        )
    return wanted or ("openvino" if installed else "torch")


class TorchEngine:
    """Runs a torch module that maps (ids, mask, segments) to one tensor."""

    label = "torch fp32"

    def __init__(self, module: Any) -> None:
        self._module = module

    @property
    def threads(self) -> int:
        """How many threads a forward pass uses."""
        import torch

        return int(torch.get_num_threads())

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        import torch

        with torch.inference_mode():
            out = self._module(
                torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(segments)
            )
        values: Floats = out.numpy()
        return values


class OpenVinoEngine:
    """Runs a compiled OpenVINO model; each call has an infer request of its own."""

    def __init__(self, ir: Path) -> None:
        import openvino

        core = openvino.Core()
        self._compiled = core.compile_model(
            core.read_model(str(ir)), "CPU", {"PERFORMANCE_HINT": "LATENCY"}
        )
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        self.label = f"OpenVINO {_PRECISIONS.get(precision, precision)}"
        self.threads = int(self._compiled.get_property("INFERENCE_NUM_THREADS"))

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        request = self._compiled.create_infer_request()
        outputs = request.infer([ids, mask, segments])
        values: Floats = np.array(outputs[0], dtype=np.float32)
        return values


def write_openvino(module: Any, path: Path) -> None:
    """Write `module` as OpenVINO IR: `path` (XML) and its weights beside it (.bin).

    Uses OpenVINO's PyTorch front end directly: `openvino.convert_model` would do the
    same but also reports usage, and nothing here may leave the machine.
    """
    import openvino
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    ones = torch.ones((2, 9), dtype=torch.int64)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on constants
        decoder = TorchScriptPythonDecoder(
            module, example_input=(ones, ones, torch.zeros_like(ones))
        )
        front_end = FrontEndManager().load_by_framework("pytorch")
        model = front_end.convert(front_end.load(decoder))
    for port, name in zip(model.inputs, INPUTS, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_element_type(openvino.Type.i64)
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    model.validate_nodes_and_infer_types()
    openvino.save_model(model, str(path), compress_to_fp16=False)
