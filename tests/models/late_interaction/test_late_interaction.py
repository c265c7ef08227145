"""Late interaction: its matrix is its score, and it agrees with an independent implementation."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import processors

from engine.types import CrossExamError, Role, ScoredBatch
from models.backends.backends import TorchBackend
from models.backends.modules import TokenStates
from models.late_interaction import maxsim as maxsim_module
from models.late_interaction.maxsim import LateInteraction, TokenVectors, maxsim
from models.late_interaction.maxsim_loading import load_late_interaction
from models.late_interaction.token_recipe import TokenRecipe, recipe_of
from models.text.wordpiece import WordPieces
from tests.models.tiny_bert import WORDS, tiny_tokenizer

VOCABULARY = (*WORDS, "[unused0]", "[unused1]", ",", "cat", "dog")
QUERY = "ball python"
DOCUMENTS = ["a python, a snake.", "ball", "cats dog snake . . ball a a a", "", ". ,", QUERY]


@pytest.fixture(autouse=True)
def torch_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")


def tiny_bert() -> Any:
    torch.manual_seed(5)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    model: Any = transformers.BertModel(config, add_pooling_layer=False)
    return model.eval()


def save_tokenizer(folder: Path) -> None:
    tokenizer = tiny_tokenizer(VOCABULARY)
    ends = [(token, VOCABULARY.index(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=ends
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    said = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 64,
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "mask_token": "[MASK]",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(said))


@pytest.fixture
def stanford(tmp_path: Path) -> Path:
    """A ColBERT checkpoint in Stanford's layout, 16 to 8 dimensions."""
    folder = tmp_path / "colbert"
    model = tiny_bert()
    model.save_pretrained(folder)
    tensors = {f"bert.{name}": value for name, value in model.state_dict().items()}
    tensors["linear.weight"] = torch.randn(8, 16)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["HF_ColBERT"]}))
    said: dict[str, Any] = {"query_maxlen": 12, "doc_maxlen": 14, "mask_punctuation": True}
    said |= {"query_token_id": "[unused0]", "doc_token_id": "[unused1]"}
    (folder / "artifact.metadata").write_text(json.dumps(said))
    save_tokenizer(folder)
    return folder


def plain_model() -> LateInteraction:
    return LateInteraction(
        "tiny",
        TorchBackend(TokenStates(tiny_bert()).eval()),
        WordPieces(tiny_tokenizer(VOCABULARY)),
        TokenRecipe(query_length=24, document_length=24, specials=False),
    )


@pytest.fixture
def plain() -> LateInteraction:
    """Token states as they are: no prefix, no expansion, no special tokens."""
    return plain_model()


def scores_of(model: LateInteraction, documents: Sequence[str] = DOCUMENTS) -> dict[int, float]:
    return {
        position: score
        for batch in model.score(QUERY, documents)
        for position, score in zip(batch.positions, batch.scores, strict=True)
    }


def test_the_row_maxima_sum_to_the_score_exactly(stanford: Path, plain: LateInteraction) -> None:
    for model in (load_late_interaction(str(stanford)), plain):
        ranked = scores_of(model)
        for position, text in enumerate(DOCUMENTS):
            if not text or (model is plain and not text.strip()):
                continue
            found = model.matches(QUERY, text)
            rows = range(len(found.query_tokens))
            marked = sum(float(found.similarities[row, found.best[row]]) for row in rows)
            assert marked == pytest.approx(found.score, abs=1e-12)
            assert found.score == ranked[position]  # the very numbers that ranked it
            assert found.similarities.shape == (len(found.query_tokens), len(found.doc_tokens))
            assert np.abs(found.similarities).max() <= 1 + 1e-6


def test_scores_are_those_of_a_brute_force(plain: LateInteraction) -> None:
    model, tokenizer = tiny_bert(), tiny_tokenizer(VOCABULARY)

    def states(text: str) -> Any:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        with torch.no_grad():
            found = model(torch.tensor([[2, *ids, 3]])).last_hidden_state[0, 1:-1]
        return found / found.norm(dim=1, keepdim=True)

    query = states(QUERY)
    for position, score in scores_of(plain).items():
        document = states(DOCUMENTS[position])
        total = 0.0
        for row in query:
            total += max((float(row @ column) for column in document), default=0.0)
        assert score == pytest.approx(total, abs=1e-5)


def test_a_colbert_checkpoint_agrees_with_sentence_transformers(stanford: Path) -> None:
    from sentence_transformers import MultiVectorEncoder

    reference = MultiVectorEncoder(str(stanford), local_files_only=True, device="cpu")
    model = load_late_interaction(str(stanford))
    texts = [text for text in DOCUMENTS if text]
    queries = reference.encode_query([QUERY])
    documents = reference.encode_document(texts)
    expected = reference.similarity(queries, documents)[0].tolist()
    found = scores_of(model, texts)
    assert [found[i] for i in range(len(texts))] == pytest.approx(expected, abs=1e-4)
    ours = model.vectors(texts, "document")
    for mine, theirs in zip(ours, documents, strict=True):
        assert len(mine.vectors) == len(theirs)
        np.testing.assert_allclose(mine.vectors, np.asarray(theirs), atol=1e-5)


def test_a_pylate_checkpoint_is_read_too(stanford: Path) -> None:
    before = scores_of(load_late_interaction(str(stanford)))
    tensors = load_file(stanford / "model.safetensors")
    dense = stanford / "1_Dense"
    dense.mkdir()
    save_file({"linear.weight": tensors.pop("linear.weight")}, dense / "model.safetensors")
    said = {"activation_function": "torch.nn.modules.linear.Identity"}
    (dense / "config.json").write_text(json.dumps(said))
    bare = {name.removeprefix("bert."): value for name, value in tensors.items()}
    save_file(bare, stanford / "model.safetensors", metadata={"format": "pt"})
    (stanford / "artifact.metadata").unlink()
    knobs: dict[str, Any] = {"query_prefix": "[unused0] ", "document_prefix": "[unused1] "}
    knobs |= {"query_length": 12, "document_length": 14, "attend_to_expansion_tokens": False}
    (stanford / "config_sentence_transformers.json").write_text(json.dumps(knobs))
    assert scores_of(load_late_interaction(str(stanford))) == pytest.approx(before, abs=1e-6)


def test_the_recipe_is_the_checkpoints_own(stanford: Path, tmp_path: Path) -> None:
    recipe = recipe_of(stanford)
    assert recipe is not None
    assert (recipe.query_length, recipe.document_length) == (12, 14)
    assert (recipe.query_prefix, recipe.document_prefix) == ("[unused0]", "[unused1]")
    assert recipe.expand
    assert "." in recipe.skip
    assert recipe_of(tmp_path) is None


def test_queries_are_filled_with_mask_tokens_and_punctuation_does_not_count(
    stanford: Path,
) -> None:
    found = load_late_interaction(str(stanford)).matches(QUERY, "a python, a snake.")
    expected = ("[CLS]", "[unused0]", "ball", "python", "[SEP]", *["[MASK]"] * 7)
    assert found.query_tokens == expected
    assert found.doc_tokens == ("[CLS]", "[unused1]", "a", "python", "a", "snake", "[SEP]")


def test_what_lies_beyond_the_limit_is_told(stanford: Path) -> None:
    model = load_late_interaction(str(stanford))
    (batch,) = model.score("ball", ["python " * 20])
    assert batch.n_truncated == (20 - (14 - 3),)
    notice = model.query_notice("ball " * 30)
    assert notice is not None
    assert "last 21 tokens" in notice
    assert model.query_notice("ball") is None


def test_an_empty_side_scores_nothing_and_shows_no_matrix(plain: LateInteraction) -> None:
    assert scores_of(plain)[DOCUMENTS.index("")] == 0.0
    with pytest.raises(CrossExamError, match="the document has no token"):
        plain.matches(QUERY, "")
    assert maxsim(np.zeros((0, 3), dtype=np.float32)) == 0.0


def test_remembered_texts_are_told_as_cached_and_score_the_same(plain: LateInteraction) -> None:
    first: list[ScoredBatch] = list(plain.score(QUERY, DOCUMENTS[:2]))
    again: list[ScoredBatch] = list(plain.score(QUERY, DOCUMENTS[:3]))
    assert [batch.cached for batch in first] == [False]
    assert [batch.cached for batch in again] == [True, False]
    assert dict(zip(again[0].positions, again[0].scores, strict=True)) == {
        position: score
        for batch in first
        for position, score in zip(batch.positions, batch.scores, strict=True)
    }


def cached_positions(model: LateInteraction, documents: Sequence[str]) -> list[int]:
    batches = list(model.score(QUERY, documents))
    return [position for batch in batches if batch.cached for position in batch.positions]


def test_what_is_remembered_is_bounded_in_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maxsim_module, "REMEMBERED_TOKENS", 8)
    model = plain_model()
    model.vectors(["a ball", "a snake"], "document")
    assert cached_positions(model, ["a ball", "a snake"]) == [0, 1]
    long = "snake " * 20
    assert len(model.vectors([long], "document")[0].tokens) == 20  # too long to be remembered
    assert cached_positions(model, [long, "a ball", "a snake"]) == [1, 2]
    model.vectors(["a a a"], "document")  # 9 tokens with the query's: the oldest goes
    assert cached_positions(model, ["a snake", "a a a"]) == [0, 1]


def test_a_text_that_two_visitors_read_at_once_takes_its_tokens_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"{word} {other}" for word in ("a", "ball", "snake") for other in ("a", "python")]
    monkeypatch.setattr(maxsim_module, "REMEMBERED_TOKENS", 2 * len([QUERY, *texts]))
    model, both = plain_model(), threading.Barrier(2, timeout=10)
    embedded = model._embedded

    def at_once(missing: Sequence[str], role: Role) -> list[TokenVectors]:
        vectors = embedded(missing, role)
        both.wait()  # each has looked, and read the text, before either remembers it
        return vectors

    with monkeypatch.context() as patch, ThreadPoolExecutor(2) as visitors:
        patch.setattr(model, "_embedded", at_once)
        for text in texts:
            list(visitors.map(lambda t: model.vectors([t], "document"), [text, text]))
    assert cached_positions(model, texts) == list(range(len(texts)))


def test_a_cancelled_ranking_stops(plain: LateInteraction) -> None:
    assert list(plain.score(QUERY, DOCUMENTS, cancel=lambda: True)) == []
    assert list(plain.score(QUERY, [])) == []


def test_what_is_no_colbert_checkpoint_is_an_error(stanford: Path) -> None:
    (stanford / "model.safetensors").rename(stanford / "away")
    with pytest.raises(CrossExamError, match=r"has no model\.safetensors"):
        load_late_interaction(str(stanford))
    (stanford / "artifact.metadata").unlink()
    with pytest.raises(CrossExamError, match="no ColBERT checkpoint"):
        load_late_interaction(str(stanford))


def test_a_missing_projection_is_an_error(stanford: Path) -> None:
    tensors = load_file(stanford / "model.safetensors")
    del tensors["linear.weight"]
    save_file(tensors, stanford / "model.safetensors")
    with pytest.raises(CrossExamError, match="the projection of ColBERT is missing"):
        load_late_interaction(str(stanford))


@pytest.mark.parametrize("value", [0.5, -3, "12", 5])
def test_an_impossible_length_is_an_error_that_names_it(stanford: Path, value: Any) -> None:
    (stanford / "artifact.metadata").write_text(json.dumps({"query_maxlen": value}))
    with pytest.raises(CrossExamError, match="query_maxlen"):
        recipe_of(stanford)
