"""Turns a dynamically quantised BERT in ONNX back into named fp32 tensors.

The graph (of ONNX Runtime's dynamic quantisation) keeps biases and
LayerNorms as float initializers under their BERT names. Each Linear is a
MatMulInteger whose int8 operand stands for weight = (q - zero_point) * scale,
transposed; the Add that its output reaches names the layer by its bias. The
embeddings sit behind Gather -> DequantizeLinear.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError

Tensors = dict[str, NDArray[np.float32]]

_QUANTIZED = "_quantized"
_PASS_THROUGH = {"Cast", "Mul", "Reshape", "Identity"}


def dequantized_tensors(path: Path) -> Tensors:
    """All parameters of the graph at `path` in fp32, under their PyTorch names.

    Raises CrossExamError when the file is no such graph.
    """
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:
        raise CrossExamError(f"{path.name}: not a readable ONNX file ({error})") from error
    if not graph.node:
        raise CrossExamError(f"{path.name}: an ONNX file without a graph; reinstall its package")
    constants: dict[str, NDArray[Any]] = {
        init.name: numpy_helper.to_array(init) for init in graph.initializer
    }
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)

    tensors: Tensors = {
        name: value.astype(np.float32)
        for name, value in constants.items()
        if name.endswith((".bias", "LayerNorm.weight", "LayerNorm.bias"))
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            quantized = next(
                (name for name in node.input if name.endswith(_QUANTIZED) and name in constants),
                None,
            )
            if quantized is None:
                continue
            bias = _bias_after(node, readers, constants)
            if bias is None:
                raise CrossExamError(
                    f"{path.name}: the product {node.name!r} reaches no named bias, so its "
                    "layer cannot be told; this is not the graph the importer knows"
                )
            weight = _dequantize(quantized, constants)  # (in, out)
            tensors[bias.removesuffix("bias") + "weight"] = np.ascontiguousarray(weight.T)
    for name in constants:
        if name.endswith("_embeddings.weight" + _QUANTIZED):
            tensors[name.removesuffix(_QUANTIZED)] = _dequantize(name, constants)
    return tensors


def _bias_after(
    node: Any, readers: dict[str, list[Any]], constants: dict[str, NDArray[Any]]
) -> str | None:
    """The `….bias` initializer that the output of `node` is added to."""
    frontier = list(node.output)
    seen_names: set[str] = set()
    while frontier:
        name = frontier.pop()
        if name in seen_names:
            continue
        seen_names.add(name)
        for reader in readers.get(name, ()):
            if reader.op_type == "Add":
                for operand in reader.input:
                    if operand in constants and operand.endswith(".bias"):
                        return str(operand)
            elif reader.op_type in _PASS_THROUGH:
                frontier.extend(reader.output)
    return None


def _dequantize(name: str, constants: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
    base = name.removesuffix(_QUANTIZED)
    scale = constants[base + "_scale"].astype(np.float32)
    zero = constants[base + "_zero_point"].astype(np.float32)
    values: NDArray[np.float32] = (constants[name].astype(np.float32) - zero) * scale
    return values
