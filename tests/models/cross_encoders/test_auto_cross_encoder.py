"""Any sequence classifier as a reranker: small folders of four families, held to a reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.types import CrossExamError
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pair_recipe import PairRecipe, pair_recipe
from tests.models.tiny_classifiers import (
    FAMILIES,
    LABELS,
    VOCABULARY,
    change_config,
    reference,
    save,
)

QUERY, DOCUMENTS = "ball python", ["a snake.", "ball ball python a a a", "", "python" + " a" * 40]


@pytest.fixture(autouse=True)
def torch_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")


def scores_of(name: str, documents: list[str] = DOCUMENTS) -> list[float]:
    model = load_reranker(name)
    scores = {
        position: score
        for batch in model.score(QUERY, documents)
        for position, score in zip(batch.positions, batch.scores, strict=True)
    }
    return [scores[i] for i in range(len(documents))]


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


def by_sentence_transformers(folder: str, **options: Any) -> Any:
    """What `CrossEncoder.predict` of sentence-transformers gives the documents."""
    from sentence_transformers import CrossEncoder as Reference

    model = Reference(folder, local_files_only=True, device="cpu")
    return model.predict([(QUERY, document) for document in DOCUMENTS], **options)


def test_sentence_transformers_agrees_where_identity_is_configured(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta")
    identity = {"activation_fn": "torch.nn.modules.linear.Identity", "version": "6"}
    change_config(folder, sentence_transformers=identity)
    assert scores_of(folder) == pytest.approx(by_sentence_transformers(folder).tolist(), abs=1e-4)


def test_without_an_activation_the_order_is_sentence_transformers_own(tmp_path: Path) -> None:
    """That library takes the sigmoid then, FlagEmbedding the raw logit, and so do we."""
    folder = save(tmp_path, "XLMRoberta")
    ours, theirs = np.array(scores_of(folder)), by_sentence_transformers(folder)
    assert 1 / (1 + np.exp(-ours)) == pytest.approx(theirs, abs=1e-5)


def test_the_file_of_sentence_transformers_goes_before_the_config(tmp_path: Path) -> None:
    folder = save(
        tmp_path, "Roberta", activation_fn="torch.nn.modules.activation.Sigmoid", prompts={}
    )
    change_config(
        folder, sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"}
    )
    assert scores_of(folder) == pytest.approx(by_sentence_transformers(folder).tolist(), abs=1e-5)
    assert max(scores_of(folder)) < 1


def test_a_model_that_sentence_transformers_saved_is_read_as_it_reads_it(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder as Reference

    reference = Reference(save(tmp_path / "made", "Roberta"), local_files_only=True, device="cpu")
    reference.prompts, reference.default_prompt_name = {"search": "rate: "}, "search"
    folder = str(tmp_path / "saved")
    reference.save_pretrained(folder)
    expected = by_sentence_transformers(folder)
    assert scores_of(folder) == pytest.approx(expected.tolist(), abs=1e-4)
    assert abs(np.array(scores_of(folder)) - scores_of(str(tmp_path / "made"))).max() > 0.001


def test_three_labels_are_sentence_transformers_three(tmp_path: Path) -> None:
    folder = save(tmp_path, "Bert", LABELS)
    model = load_reranker(f"{folder}#entailment")
    assert isinstance(model, AutoCrossEncoder)
    logits = by_sentence_transformers(folder)
    for text, row in zip(DOCUMENTS, logits, strict=True):
        shown = [found.logit for found in model.label_scores(QUERY, text)]
        assert shown == pytest.approx(row.tolist(), abs=1e-4)
    shares = by_sentence_transformers(folder, apply_softmax=True)
    assert scores_of(f"{folder}#entailment") == pytest.approx(shares[:, 1].tolist(), abs=1e-4)


def test_labels_that_do_not_exclude_one_another_have_a_sigmoid_each(tmp_path: Path) -> None:
    folder = save(tmp_path, "Bert", LABELS)
    change_config(folder, sentence_transformers={"activation_fn": "torch.nn.Sigmoid"})
    shares = by_sentence_transformers(folder)
    assert scores_of(f"{folder}#neutral") == pytest.approx(shares[:, 2].tolist(), abs=1e-5)
    change_config(folder, sentence_transformers={}, problem_type="multi_label_classification")
    assert scores_of(f"{folder}#neutral") == pytest.approx(shares[:, 2].tolist(), abs=1e-5)


def test_the_default_prompt_stands_before_every_query_and_no_other(tmp_path: Path) -> None:
    prompts = {"search": "rate: ", "query": "ball ball: "}
    folder = save(tmp_path, "Bert", prompts=prompts, default_prompt_name="search")
    assert isinstance(load_reranker(folder), AutoCrossEncoder)
    expected = [float(reference(folder, "rate: " + QUERY, text)[0]) for text in DOCUMENTS]
    assert scores_of(folder) == pytest.approx(expected, abs=1e-4)
    sigmoid = 1 / (1 + np.exp(-np.array(scores_of(folder))))
    assert sigmoid == pytest.approx(by_sentence_transformers(folder), abs=1e-5)


def test_a_prompt_that_nothing_names_the_default_is_not_used(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta", prompts={"query": "rate: "})
    expected = [float(reference(folder, QUERY, text)[0]) for text in DOCUMENTS]
    assert scores_of(folder) == pytest.approx(expected, abs=1e-4)
    sigmoid = 1 / (1 + np.exp(-np.array(expected)))
    assert by_sentence_transformers(folder) == pytest.approx(sigmoid, abs=1e-5)


def test_the_prompts_of_an_encoder_are_none_for_pairs(tmp_path: Path) -> None:
    folder = save(
        tmp_path,
        "Roberta",
        prompts={"query": "rate: "},
        default_prompt_name="query",
        model_type="SentenceTransformer",
    )
    expected = [float(reference(folder, QUERY, text)[0]) for text in DOCUMENTS]
    assert scores_of(folder) == pytest.approx(expected, abs=1e-4)
    sigmoid = 1 / (1 + np.exp(-np.array(expected)))
    assert by_sentence_transformers(folder) == pytest.approx(sigmoid, abs=1e-5)


def test_a_default_prompt_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = save(tmp_path, "Roberta", prompts={"query": "rate: "}, default_prompt_name="search")
    with pytest.raises(CrossExamError, match=r"default prompt 'search'.*\(query\): mend it"):
        load_reranker(folder)


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
    assert [found.label for found in shown] == list(LABELS)
    assert [found.logit for found in shown] == pytest.approx(logits[0].tolist(), abs=1e-4)
    assert [found.ranks for found in shown].index(True) == column
    assert shown[column].probability == pytest.approx(float(expected[0]), abs=1e-5)


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
