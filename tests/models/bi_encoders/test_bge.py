"""bge-small-en-v1.5 from its packaged ONNX, held against the graph that the package carries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from engine.types import CrossExamError
from models.backends.modules import ClsPooled
from models.backends.packages import packaged_folder
from models.bi_encoders.bge import QUERY_PROMPT
from models.bi_encoders.bi_attribution import TextExplainer
from models.bi_encoders.bi_encoder import BiEncoder
from models.bi_encoders.text_trace import TextTracer
from models.catalogue import BGE_SMALL, COLBERT_ENCODER
from models.late_interaction.maxsim_loading import load_late_interaction
from models.loading import load_bi_encoder

TEXTS = [
    "Paris is the capital of France.",
    "London is the capital of England.",
    "Ball python care guide",
]


@pytest.fixture(scope="module", autouse=True)
def torch_alone() -> Iterator[None]:
    """The converted weights themselves, without the time that an engine's own form takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_ENGINE", "torch")
        yield


@pytest.fixture(scope="module")
def bge(torch_alone: None) -> BiEncoder:
    return load_bi_encoder(BGE_SMALL.name)


def packaged_graph(packaged: Any, ids: Sequence[int]) -> Any:
    """The states that the package's own int8 graph gives for these tokens."""
    runtime = pytest.importorskip("onnxruntime")
    folder = packaged_folder(packaged.distribution, packaged.folder)
    model = runtime.InferenceSession(str(folder / packaged.weights))
    row = np.asarray([ids], dtype=np.int64)
    inputs = {"input_ids": row, "attention_mask": row * 0 + 1, "token_type_ids": row * 0}
    return model.run(None, inputs)[0][0]  # (tokens, dimensions)


def test_it_gives_what_the_packaged_graph_gives(bge: BiEncoder) -> None:
    for text in TEXTS[:2]:
        state = packaged_graph(BGE_SMALL, bge.read_ids(text).tolist())[0]
        expected = state / np.linalg.norm(state)
        (vector,) = bge.encode([text], role="document")
        assert float(vector @ expected) > 0.99
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_it_tells_an_answer_from_what_is_alike(bge: BiEncoder) -> None:
    documents = bge.encode(TEXTS, role="document")
    query = bge.encode(["What is the capital of France?"], role="query")[0]
    cosines = (documents @ query).tolist()
    assert cosines[0] > cosines[1] > cosines[2]


def test_a_query_is_read_behind_its_instruction_and_a_document_is_not(bge: BiEncoder) -> None:
    text = "capital of France"
    query = bge.encode([text], role="query")[0]
    spelt = bge.encode([QUERY_PROMPT + text], role="document")[0]
    document = bge.encode([text], role="document")[0]
    assert float(query @ spelt) == pytest.approx(1.0, abs=1e-3)
    assert float(query @ document) < 0.99
    again = bge.without_caches().encode([text], role="query")[0]
    assert float(query @ again) == pytest.approx(1.0, abs=1e-3)


def test_its_limits_and_its_vectors_are_those_of_the_catalogue(bge: BiEncoder) -> None:
    assert (bge.max_length, bge.dimensions) == (BGE_SMALL.max_length, BGE_SMALL.dimensions)
    parameters = sum(p.numel() for p in bge.torch_model().parameters())
    assert parameters == BGE_SMALL.parameters
    assert bge.n_truncated("snake " * 600) == 600 - 510


def test_its_cosine_is_explained_through_its_own_pooling(bge: BiEncoder) -> None:
    found = TextExplainer(bge).gradient("capital", TEXTS[0])
    query = bge.encode(["capital"], role="query")[0]
    document = bge.encode([TEXTS[0]], role="document")[0]
    assert found.score == pytest.approx(float(query @ document), abs=0.01)
    assert "".join(QUERY_PROMPT.split()) in "".join(word for word, _ in found.of("query"))


def test_the_first_token_alone_is_pooled() -> None:
    states = torch.tensor([[[3.0, 4.0], [9.0, 9.0]]])
    pooled = ClsPooled.pooled(states, torch.ones(1, 2)).numpy()
    np.testing.assert_allclose(pooled, [[0.6, 0.8]], rtol=1e-6)


def test_the_packaged_encoder_matches_tokens_as_its_own_graph_does() -> None:
    model = load_late_interaction()
    assert "encoder only" in model.name
    assert "not ColBERT as published" in model.note
    query, document = "python snake", "Ball python care guide"
    found = model.matches(query, document)
    assert found.query_tokens[:5] == ("[CLS]", "[unused0]", "python", "snake", "[SEP]")
    assert found.query_tokens[5:] == ("[MASK]",) * 27
    read = ("[CLS]", "[unused1]", "ball", "python", "care", "guide", "[SEP]")
    assert found.doc_tokens == read

    def states(text: str, mark: int) -> Any:
        ids = [101, mark, *model.token_ids(text), 102]
        rows = packaged_graph(COLBERT_ENCODER, ids)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    expected = states(query, 1) @ states(document, 2).T  # [unused0] is 1, [unused1] is 2
    np.testing.assert_allclose(found.similarities[:5], expected, atol=0.08)
    assert found.best[2] == 3  # python matches python


def test_another_role_is_refused() -> None:
    with pytest.raises(CrossExamError, match="not a bi-encoder"):
        load_bi_encoder(COLBERT_ENCODER.name)


def test_a_trace_pools_at_cls_behind_the_instruction_of_queries(bge: BiEncoder) -> None:
    tracer = TextTracer(bge)
    assert tracer.pooling == "[CLS]"
    asked = tracer.trace("python snake", "query", runs=1)
    assert asked.tokens[1:4] == ("represent", "this", "sentence")
    first = asked.cls_states[-1]
    np.testing.assert_allclose(asked.vector, first / np.linalg.norm(first), atol=1e-5)
    np.testing.assert_allclose(asked.vector, bge.encode(["python snake"])[0], atol=1e-4)
    document = tracer.trace(TEXTS[2], "document", runs=1)
    assert document.tokens[:2] == ("[CLS]", "ball")
    np.testing.assert_allclose(document.vector, bge.encode(TEXTS, role="document")[2], atol=1e-4)
