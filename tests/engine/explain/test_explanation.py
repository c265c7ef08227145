"""An attention map as plain values, on blocks small enough to average by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.explain.explanation import as_values
from engine.types import AttentionMap, CrossExamError, TokenizedPair

PAIR = TokenizedPair(
    tokens=("[CLS]", "a", "[SEP]", "x", "y", "[SEP]"),
    segment=("special", "query", "special", "document", "document", "special"),
    word_index=(-1, 0, -1, 0, 1, -1),
    offsets=((0, 0), (0, 1), (0, 0), (0, 1), (2, 3), (0, 0)),
    n_truncated_query=1,
    n_truncated_doc=7,
    query="a b",
    document="x y z",
)


@pytest.fixture
def attention() -> AttentionMap:
    """Two layers of two heads; cell (layer, head) holds 8, 4, 2, 1 sixteenths."""
    scale = np.array([[8, 4], [2, 1]], dtype=np.float32)[:, :, None, None] / 16
    mass = np.array([[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 1, 0]]], dtype=np.float32)
    return AttentionMap(
        query_tokens=("a",),
        doc_tokens=("x", "y"),
        query_to_doc=(scale * np.array([[1.0, 0.5]])).astype(np.float32),
        doc_to_query=(scale * np.array([[0.25], [0.75]])).astype(np.float32),
        query_mass=mass,
        doc_mass=mass[::-1].copy(),
        score=-1.5,
        pair=PAIR,
    )


def test_one_head_is_that_head(attention: AttentionMap) -> None:
    values = as_values(attention, 1, 0)
    assert (values["layer"], values["head"]) == (2, 1)  # counted from 1 for people
    assert values["query_to_doc"] == [[0.125, 0.0625]]
    assert values["doc_to_query"] == [[0.03125], [0.09375]]
    assert values["query_mass"] == {"query": 0.0, "document": 0.0, "special": 1.0}
    assert values["doc_mass"] == {"query": 1.0, "document": 0.0, "special": 0.0}


@pytest.mark.parametrize(
    ("layer", "head", "mean"),
    [(None, None, 15 / 64), (0, None, 6 / 16), (None, 1, 2.5 / 16)],
)
def test_what_is_not_chosen_is_averaged(
    attention: AttentionMap, layer: int | None, head: int | None, mean: float
) -> None:
    values = as_values(attention, layer, head)
    assert values["query_to_doc"] == [pytest.approx([mean, mean / 2], abs=1e-6)]
    assert values["layer"] == (None if layer is None else layer + 1)
    assert values["head"] == (None if head is None else head + 1)


def test_tokens_segments_and_truncation_are_told(attention: AttentionMap) -> None:
    values = as_values(attention, None, None)
    assert values["tokens"] == list(PAIR.tokens)
    assert values["segments"] == list(PAIR.segment)
    assert (values["query_tokens"], values["doc_tokens"]) == (["a"], ["x", "y"])
    assert (values["n_truncated_query"], values["n_truncated_doc"]) == (1, 7)
    assert (values["layers"], values["heads"], values["score"]) == (2, 2, -1.5)


def test_the_values_are_plain_json(attention: AttentionMap) -> None:
    values = as_values(attention, 0, 0)
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize(
    ("layer", "head", "message"),
    [
        (2, None, "layer 3 does not exist: the model has 2"),
        (-1, None, "layer 0 does not exist"),
        (None, 2, "head 3 does not exist: the model has 2"),
        (None, -1, "head 0 does not exist"),
    ],
)
def test_a_layer_or_head_that_does_not_exist_is_an_error(
    attention: AttentionMap, layer: int | None, head: int | None, message: str
) -> None:
    with pytest.raises(CrossExamError, match=message):
        as_values(attention, layer, head)
