"""A model whose weights are whole numbers of 8 bits, for OpenVINO to multiply as such."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from models.backends.backends import save_ir, write_openvino

INT8, INT8_WIDE = "openvino-int8", "openvino-int8-wide"
# Both serve the mode "fastest" alone, where they are measured to be faster: the same weights, and
# so many neighbours of an input that share a scale. More are quicker on some processors, and drift
# further (docs/performance.md).
GROUPS = {INT8: 64, INT8_WIDE: 384}
LARGEST = 127  # symmetric: no zero point to subtract


def write_openvino_int8(module: Any, path: Path) -> None:
    """Write `module` as OpenVINO IR with every matrix of weights in int8, a scale each output."""
    import openvino

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        full = Path(folder) / path.name
        write_openvino(module, full)
        model = openvino.Core().read_model(str(full))
        for node in model.get_ordered_ops():
            if node.get_type_name() == "MatMul":
                _quantise(node)
        save_ir(model, path)
        del model  # it holds the file of the folder


def _quantise(node: Any) -> None:
    from openvino import opset13 as operators

    source = node.input_value(1).get_node()
    if source.get_type_name() != "Constant" or len(source.shape) != 2:
        return
    inputs = 1 if node.get_attributes()["transpose_b"] else 0
    numbers, scale = quantised(source.get_data(), axis=inputs)
    whole = operators.convert(operators.constant(numbers), "f32")
    weights = operators.multiply(whole, operators.constant(scale))
    node.input(1).replace_source_output(weights.output(0))


def quantised(weights: Any, *, axis: int) -> tuple[Any, Any]:
    """(int8 numbers, fp32 scales) whose product is nearest to the weights, a scale along `axis`."""
    scale = np.abs(weights).max(axis=axis, keepdims=True).astype(np.float32) / LARGEST
    scale[scale == 0] = 1.0
    numbers = np.clip(np.rint(weights / scale), -LARGEST, LARGEST).astype(np.int8)
    return numbers, scale
