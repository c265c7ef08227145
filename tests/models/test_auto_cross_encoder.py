"""Any sequence classifier as a reranker: small folders of four families, held to a reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from tokenizers import processors

from models.auto_cross_encoder import AutoCrossEncoder
from models.auto_loading import load_reranker
from models.cross_encoder import CrossEncoder
from models.pair_recipe import PairRecipe, pair_recipe
from search.types import CrossExamError
from tests.models.tiny_bert import WORDS, tiny_tokenizer

VOCABULARY = (*WORDS, "<s>", "</s>", "rate", ":")
QUERY, DOCUMENTS = "ball python", ["a snake.", "ball ball python a a a", "", "python" + " a" * 40]
FAMILIES = {
    "Bert": "[CLS] $A [SEP] $B:1 [SEP]:1",
    "Electra": "[CLS] $A [SEP] $B:1 [SEP]:1",
    "ModernBert": "[CLS] $A [SEP] $B [SEP]",
    "Roberta": "<s> $A </s> </s> $B </s>",
    "XLMRoberta": "<s> $A </s> </s> $B </s>",
}


@pytest.fixture(autouse=True)
def torch_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")


def save(folder: Path, family: str, labels: tuple[str, ...] = ("LABEL_0",), **said: Any) -> str:
    """A tiny random classifier of that family in the hub's layout; returns its folder."""
    torch.manual_seed(3)
    shape: dict[str, Any] = {
        "vocab_size": len(VOCABULARY),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 34,
        "initializer_range": 0.5,
        "pad_token_id": 0,
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }
    if family == "Electra":
        shape |= {"embedding_size": 16}
    if family == "ModernBert":
        shape |= {"cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3}
    config = getattr(transformers, f"{family}Config")(**shape)
    model = getattr(transformers, f"{family}ForSequenceClassification")(config)
    model.save_pretrained(folder)
    tokenizer = tiny_tokenizer(VOCABULARY)
    ends = [(t, VOCABULARY.index(t)) for t in ("[CLS]", "[SEP]", "<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=FAMILIES[family], special_tokens=ends
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    tokens = {"unk_token": "[UNK]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    fast = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 32}
    inputs = {"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokens | fast | inputs))
    if said:
        path = folder / "config_sentence_transformers.json"
        path.write_text(json.dumps(said))
    return str(folder)


def change_config(folder: str, **said: Any) -> None:
    path = Path(folder) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said))


def scores_of(name: str, documents: list[str] = DOCUMENTS) -> list[float]:
    model = load_reranker(name)
    scores = {
        position: score
        for batch in model.score(QUERY, documents)
        for position, score in zip(batch.positions, batch.scores, strict=True)
    }
    return [scores[i] for i in range(len(documents))]


def reference(folder: str, query: str, document: str) -> Any:
    """The logits by transformers' own tokenizer and model."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    cut: dict[str, Any] = {"truncation": "only_second", "max_length": 32, "return_tensors": "pt"}
    inputs = tokenizer([query], [document], **cut)  # lists, for a lone "" is taken for no pair
    if int(getattr(model.config, "type_vocab_size", 0) or 0) < 2:
        inputs.pop("token_type_ids", None)
    with torch.no_grad():
        return model(**inputs).logits[0].numpy()


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_scores_as_transformers_does(family: str, tmp_path: Path) -> None:
    folder = save(tmp_path, family)
    expected = [float(reference(folder, QUERY, document)[0]) for document in DOCUMENTS]
    assert scores_of(folder) == pytest.approx(expected, abs=1e-4)
    assert np.ptp(expected) > 0.01


def test_a_plain_bert_gets_the_engines_and_the_explanations(tmp_path: Path) -> None:
    assert isinstance(load_reranker(save(tmp_path, "Bert")), CrossEncoder)


def test_sentence_transformers_agrees_where_a_sigmoid_is_configured(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Reference

    folder = save(tmp_path, "Roberta")
    raw = scores_of(folder)
    sigmoid = {"activation_fn": "torch.nn.modules.activation.Sigmoid", "version": "6"}
    change_config(folder, sentence_transformers=sigmoid)
    model = load_reranker(folder)
    assert isinstance(model, AutoCrossEncoder)
    assert model.kind == "sigmoid of the logit"
    expected = Reference(folder, local_files_only=True, device="cpu").predict(
        [(QUERY, document) for document in DOCUMENTS]
    )
    assert scores_of(folder) == pytest.approx(expected.tolist(), abs=1e-4)
    assert scores_of(folder) == pytest.approx(1 / (1 + np.exp(-np.array(raw))), abs=1e-5)


def test_a_prompt_of_the_config_stands_before_every_query(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta", prompts={"query": "rate: "})
    expected = [float(reference(folder, "rate: " + QUERY, text)[0]) for text in DOCUMENTS]
    assert scores_of(folder) == pytest.approx(expected, abs=1e-4)


def test_the_default_prompt_is_honoured(tmp_path: Path) -> None:
    prompts = {"search": "rate: "}
    folder = save(tmp_path, "Bert", prompts=prompts, default_prompt_name="search")
    assert isinstance(load_reranker(folder), AutoCrossEncoder)
    expected = float(reference(folder, "rate: " + QUERY, "ball")[0])
    assert scores_of(folder, ["ball"]) == pytest.approx([expected], abs=1e-4)


LABELS = ("contradiction", "entailment", "neutral")


@pytest.mark.parametrize(("asked", "column"), [("entailment", 1), ("NEUTRAL", 2), ("0", 0)])
def test_of_several_labels_the_one_that_is_named_ranks(
    asked: str, column: int, tmp_path: Path
) -> None:
    folder = save(tmp_path, "Bert", LABELS)
    model = load_reranker(f"{folder}#{asked}")
    assert isinstance(model, AutoCrossEncoder)
    assert model.kind == f"probability of {LABELS[column]}"
    assert LABELS[column] in model.name
    logits = np.array([reference(folder, QUERY, text) for text in DOCUMENTS])
    powers = np.exp(logits)
    expected = powers[:, column] / powers.sum(axis=1)
    assert scores_of(f"{folder}#{asked}") == pytest.approx(expected.tolist(), abs=1e-4)
    shown = model.label_scores(QUERY, DOCUMENTS[0])
    assert list(shown) == list(LABELS)
    assert list(shown.values()) == pytest.approx(logits[0].tolist(), abs=1e-4)


@pytest.mark.parametrize(("label", "why"), [("", "has several labels"), ("#maybe", "no label")])
def test_a_label_that_is_not_told_or_unknown_is_an_error(
    label: str, why: str, tmp_path: Path
) -> None:
    folder = save(tmp_path, "Bert", LABELS)
    with pytest.raises(CrossExamError, match=f"{why}.*contradiction, entailment, neutral"):
        load_reranker(folder + label)


def test_what_was_cut_is_counted_and_a_long_query_keeps_half(tmp_path: Path) -> None:
    model = load_reranker(save(tmp_path, "Roberta"))
    assert isinstance(model, AutoCrossEncoder)
    assert model.max_length == 32
    pair, cut = model.pair("ball", "python " * 50)
    assert len(pair.ids) == 32
    assert cut == 50 - (32 - 4 - 1)
    pair, _ = model.pair("ball " * 50, "python")
    assert pair.ids.count(VOCABULARY.index("ball")) == 16
    notice = model.query_notice("ball " * 50)
    assert notice is not None
    assert "50 tokens" in notice
    assert model.query_notice("ball") is None


def test_the_limit_is_the_smallest_that_the_files_name(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta")
    (tmp_path / "tokenizer_config.json").unlink()
    assert pair_recipe(tmp_path, folder).max_length == 32  # 34 less the two of RoBERTa
    (tmp_path / "sentence_bert_config.json").write_text('{"max_seq_length": 20}')
    assert pair_recipe(tmp_path, folder).max_length == 20


def test_pickled_weights_and_code_from_the_hub_are_never_loaded(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta")
    change_config(folder, auto_map={"AutoModel": "evil.Model"})
    with pytest.raises(CrossExamError, match="needs Python code of its own, which is not run"):
        load_reranker(folder)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(CrossExamError, match="pickled weights are never loaded"):
        load_reranker(folder)


def test_a_model_without_a_head_for_pairs_is_an_error(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta")
    change_config(folder, architectures=["RobertaModel"])
    with pytest.raises(CrossExamError, match="RobertaModel, which has no head"):
        load_reranker(folder)


def test_damaged_files_are_errors(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta")
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(CrossExamError, match="holds no model that can be loaded"):
        scores_of(folder)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(CrossExamError, match=r"tokenizer\.json is not readable"):
        load_reranker(folder)


def test_cancelling_and_no_documents_give_nothing(tmp_path: Path) -> None:
    model = load_reranker(save(tmp_path, "Roberta"))
    assert list(model.score(QUERY, DOCUMENTS, cancel=lambda: True)) == []
    assert list(model.score(QUERY, [])) == []


def test_a_softmax_of_large_logits_stays_a_number() -> None:
    recipe = PairRecipe(8, ("a", "b"), 1, "softmax")
    logits = np.array([[1e4, 0.0], [0.0, 1e4]], dtype=np.float32)
    assert recipe.scores(logits).tolist() == [0.0, 1.0]
