"""What runs a forward pass: torch, OpenVINO or ONNX Runtime, all from the same weights.

Which of them scores is decided in `models.backends.selection`. Explanations always use fp32 torch.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import threading
import warnings
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.types import Floats

Tokens = NDArray[np.int64]
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PRECISIONS = {"f32": "fp32", "float32": "fp32", "bf16": "bf16", "bfloat16": "bf16"}


class Backend(Protocol):
    """One model, ready to run; safe to call from several threads."""

    @property
    def label(self) -> str:
        """Backend and precision, as shown to people: "OpenVINO bf16"."""
        ...

    @property
    def threads(self) -> int | None:
        """How many threads a forward pass uses; None where it does not say."""
        ...

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        """Outputs of shape (batch, outputs) for inputs of shape (batch, tokens)."""
        ...


class TorchBackend:
    """Runs a torch module that maps (ids, mask, segments) to one tensor."""

    def __init__(self, module: Any, *, precision: str = "fp32", device: str = "cpu") -> None:
        import torch

        kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
        is_plain = precision == "fp32" and device == "cpu"
        self._module = module if is_plain else module.to(device=device, dtype=kinds[precision])
        self._device = device
        place = "" if device == "cpu" else f" on {device.upper()}"
        self.label = f"torch {precision}{place}"

    @property
    def threads(self) -> int | None:
        """How many threads a forward pass uses; None beside the processor."""
        import torch

        return int(torch.get_num_threads()) if self._device == "cpu" else None

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        import torch

        inputs = (torch.from_numpy(part).to(self._device) for part in (ids, mask, segments))
        with torch.inference_mode():
            values: Floats = self._module(*inputs).float().cpu().numpy()
        return values


class OpenVinoBackend:
    """Runs a compiled OpenVINO model; it chooses bf16 where the processor has it, else fp32.

    Each call has an infer request for itself while it lasts; requests are kept, for the
    buffers that come with them. With `int8_group` a file of int8 weights has its inputs quantised
    too, that many neighbours by one scale; its label says how many where that is not the usual.
    """

    def __init__(
        self,
        ir: Path,
        *,
        precision: str | None = None,
        int8_group: int = 0,
        usual_group: bool = True,
    ) -> None:
        import openvino

        core = openvino.Core()
        options = {"PERFORMANCE_HINT": "LATENCY"}
        if int8_group:
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = str(int8_group)
        if precision is not None:
            options["INFERENCE_PRECISION_HINT"] = {"fp32": "f32", "bf16": "bf16"}[precision]
        self._compiled = core.compile_model(core.read_model(str(ir)), "CPU", options)
        precision_hint = self._compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        name = _PRECISIONS.get(precision_hint, precision_hint)
        if int8_group:
            name = "int8" if usual_group else f"int8, groups of {int8_group}"
        self.label = f"OpenVINO {name}"
        self.threads = int(self._compiled.get_property("INFERENCE_NUM_THREADS"))
        self._idle: list[Any] = []
        self._lock = threading.Lock()

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        with self._lock:
            request = self._idle.pop() if self._idle else None
        request = request or self._compiled.create_infer_request()
        values: Floats = np.array(request.infer([ids, mask, segments])[0], dtype=np.float32)
        with self._lock:
            self._idle.append(request)
        return values


class OnnxBackend:
    """Runs an ONNX graph with ONNX Runtime on the processor, in fp32."""

    label = "ONNX Runtime fp32"

    def __init__(self, path: Path) -> None:
        import onnxruntime

        onnxruntime.disable_telemetry_events()  # `system.telemetry` kept it from beginning

        options = onnxruntime.SessionOptions()
        self.threads = _cores()
        options.intra_op_num_threads = self.threads
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        inputs = dict(zip(INPUTS, (ids, mask, segments), strict=True))
        values: Floats = np.asarray(self._session.run(None, inputs)[0], dtype=np.float32)
        return values


def installed(package: str) -> bool:
    """Whether a package can be imported, without importing it."""
    return importlib.util.find_spec(package) is not None


def write_openvino(module: Any, path: Path) -> None:
    """Write `module` as OpenVINO IR: `path` (XML) and its weights beside it (.bin).

    Uses OpenVINO's PyTorch front end directly: `openvino.convert_model` would do the
    same but also reports usage, and nothing here may leave the machine.
    """
    import openvino
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on constants
        decoder = TorchScriptPythonDecoder(module, example_input=_example())
        front_end = FrontEndManager().load_by_framework("pytorch")
        model = front_end.convert(front_end.load(decoder))
    for port, name in zip(model.inputs, INPUTS, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_element_type(openvino.Type.i64)
        port.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
    model.validate_nodes_and_infer_types()
    save_ir(model, path)


def save_ir(model: Any, path: Path) -> None:
    """Write an OpenVINO model to `path`; raises OSError where not all of it can be written."""
    import openvino

    try:
        openvino.save_model(model, str(path), compress_to_fp16=False)
    except RuntimeError as error:  # its stream's, of a full disk
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
        raise OSError(errno.EIO, f"OpenVINO could not write all of it ({reason})", str(path)) from (
            error
        )


def write_onnx(module: Any, path: Path) -> None:
    """Write `module` as an ONNX graph of opset 17, for any batch and length."""
    import torch

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's age, and of branches on constants
        torch.onnx.export(
            module,
            _example(),
            str(path),
            input_names=list(INPUTS),
            output_names=["output"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in INPUTS},
            opset_version=17,
            dynamo=False,  # the other exporter needs a package more
        )


def _example() -> tuple[Any, Any, Any]:
    import torch

    ones = torch.ones((2, 9), dtype=torch.int64)
    return ones, ones, torch.zeros_like(ones)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
