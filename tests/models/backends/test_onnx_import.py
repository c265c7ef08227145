"""Dequantising, on a graph of two layers and one embedding whose weights are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from engine.types import CrossExamError
from models.backends.onnx_import import dequantized_tensors

# (in, out) as ONNX multiplies; PyTorch keeps (out, in)
QUERY = np.array([[-3, 0, 2], [100, -127, 7]], dtype=np.int8)
VALUE = np.array([[5, 6, 7], [8, 9, 10]], dtype=np.int8)
TABLE = np.array([[128, 130], [0, 255], [127, 129]], dtype=np.uint8)
BIAS = "encoder.layer.0.attention.self.{}.bias"


def constant(name: str, value: NDArray[np.generic]) -> onnx.NodeProto:
    return helper.make_node(
        "Constant", [], [name], value=numpy_helper.from_array(value), name=f"make {name}"
    )


def linear(bias: str, weight: str, *, named: bool = True) -> list[onnx.NodeProto]:
    """MatMulInteger -> Cast -> Mul -> Add, as ONNX Runtime's quantiser writes it."""
    added = bias if named else "somewhere_else"
    return [
        helper.make_node(
            "MatMulInteger",
            ["x_quantized", weight + "_quantized", "x_zero", weight + "_zero_point"],
            [weight + "_int"],
            name=weight + "_product",
        ),
        helper.make_node("Cast", [weight + "_int"], [weight + "_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [weight + "_float", "scales"], [weight + "_scaled"]),
        helper.make_node("Add", [added, weight + "_scaled"], [weight + "_out"]),
    ]


def graph_file(path: Path, *, named: bool = True) -> Path:
    """A file with query and value layers, one bias as a Constant, and one embedding."""
    initializers = {
        "onnx::MatMul_1_quantized": QUERY,
        "onnx::MatMul_1_scale": np.float32(0.5),
        "onnx::MatMul_1_zero_point": np.int8(0),
        "onnx::MatMul_2_quantized": VALUE,
        "onnx::MatMul_2_scale": np.float32(0.25),
        "onnx::MatMul_2_zero_point": np.int8(4),
        BIAS.format("query"): np.array([1, 2, 3], dtype=np.float32),
        "embeddings.word_embeddings.weight_quantized": TABLE,
        "embeddings.word_embeddings.weight_scale": np.float32(2.0),
        "embeddings.word_embeddings.weight_zero_point": np.uint8(128),
        "embeddings.LayerNorm.weight": np.array([1, 1], dtype=np.float32),
        "embeddings.LayerNorm.bias": np.array([0, 9], dtype=np.float32),
        "some_shape": np.array([1, 2], dtype=np.int64),
    }
    nodes = [
        constant(BIAS.format("value"), np.array([4, 5, 6], dtype=np.float32)),
        *linear(BIAS.format("query"), "onnx::MatMul_1", named=named),
        *linear(BIAS.format("value"), "onnx::MatMul_2"),
        helper.make_node(
            "Gather", ["embeddings.word_embeddings.weight_quantized", "ids"], ["rows"]
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "quantised",
        inputs=[],
        outputs=[],
        initializer=[
            numpy_helper.from_array(np.asarray(value), name) for name, value in initializers.items()
        ],
    )
    onnx.save(helper.make_model(graph), str(path))
    return path


def test_every_parameter_has_its_pytorch_name_and_its_value(tmp_path: Path) -> None:
    tensors = dequantized_tensors(graph_file(tmp_path / "model.onnx"))
    expected = {
        BIAS.format("query"): [1, 2, 3],
        BIAS.format("value"): [4, 5, 6],
        # (q - 0) * 0.5, transposed
        BIAS.format("query").replace("bias", "weight"): [[-1.5, 50], [0, -63.5], [1, 3.5]],
        # (q - 4) * 0.25, transposed
        BIAS.format("value").replace("bias", "weight"): [[0.25, 1], [0.5, 1.25], [0.75, 1.5]],
        # (q - 128) * 2, without an overflow of uint8
        "embeddings.word_embeddings.weight": [[0, 4], [-256, 254], [-2, 2]],
        "embeddings.LayerNorm.weight": [1, 1],
        "embeddings.LayerNorm.bias": [0, 9],
    }
    assert {name: tensor.tolist() for name, tensor in tensors.items()} == expected
    assert all(tensor.dtype == np.float32 for tensor in tensors.values())
    assert all(tensor.flags.c_contiguous for tensor in tensors.values())


def test_a_product_whose_layer_cannot_be_told_is_an_error(tmp_path: Path) -> None:
    path = graph_file(tmp_path / "model.onnx", named=False)
    with pytest.raises(CrossExamError, match=r"onnx::MatMul_1_product.*no named bias"):
        dequantized_tensors(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no graph at all",
    ],
)
def test_a_file_that_is_no_graph_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(CrossExamError, match=r"model\.onnx"):
        dequantized_tensors(tmp_path / "model.onnx")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CrossExamError, match=r"model\.onnx: not a readable ONNX file"):
        dequantized_tensors(tmp_path / "model.onnx")


def test_the_packaged_reranker_holds_every_parameter_of_its_bert(marco_folder: Path) -> None:
    tensors = dequantized_tensors(marco_folder / "model.onnx")
    assert len(tensors) == 201
    assert sum(tensor.size for tensor in tensors.values()) == 33_360_385
    assert tensors["bert.embeddings.word_embeddings.weight"].shape == (30522, 384)
    assert tensors["bert.encoder.layer.11.intermediate.dense.weight"].shape == (1536, 384)
    assert tensors["classifier.weight"].shape == (1, 384)
