"""Explanations of any sequence classifier, held to plain transformers and to captum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from captum.attr import IntegratedGradients
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from engine.explain.attention_view import view_of
from engine.explain.faithfulness import faithfulness
from engine.types import CrossExamError, Explainable, TokenizedPair
from models.cross_encoders.attribution import PairExplainer
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import labels_of_model, load_reranker
from models.cross_encoders.pair_recipe import PairRecipe
from models.cross_encoders.pair_tokens import tokenized_pair
from models.cross_encoders.ranking_logit import ranking_logit
from tests.models.tiny_classifiers import FAMILIES, LABELS, change_config, reference, save

QUERY, DOCUMENT = "ball python", "a snake. pythons snake"


def loaded(folder: str) -> AutoCrossEncoder:
    model = load_reranker(folder)
    assert isinstance(model, AutoCrossEncoder)
    return model


def roberta(folder: Path, **said: Any) -> tuple[str, AutoCrossEncoder]:
    path = save(folder, "Roberta", **said)
    return path, loaded(path)


def entailment(folder: Path) -> tuple[str, AutoCrossEncoder]:
    path = save(folder, "Bert", LABELS)
    return path, loaded(f"{path}#entailment")


def plain(folder: str, attention: str = "eager") -> tuple[Any, Any]:
    """(model, inputs of the pair) by transformers alone."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, attn_implementation=attention
    ).eval()
    inputs = tokenizer([QUERY], [DOCUMENT], return_tensors="pt")
    if int(getattr(model.config, "type_vocab_size", 0) or 0) < 2:
        inputs.pop("token_type_ids", None)
    return model, inputs


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_attention_of_every_family_is_cut_from_transformers_own(
    family: str, tmp_path: Path
) -> None:
    folder = save(tmp_path, family, LABELS)
    model = loaded(f"{folder}#entailment")
    assert isinstance(model, Explainable)
    found = model.attention(QUERY, DOCUMENT)
    reference_model, inputs = plain(folder)
    with torch.no_grad():
        weights = torch.stack(reference_model(**inputs, output_attentions=True).attentions)[
            :, 0
        ].numpy()
    doubled = "oberta" in family  # <s> ball python </s> </s> a …
    at_q, at_d = [1, 2], [n + (5 if doubled else 4) for n in range(6)]
    assert found.query_tokens == ("ball", "python")
    assert found.doc_tokens == ("a", "snake", ".", "python", "##s", "snake")
    np.testing.assert_allclose(found.query_to_doc, weights[:, :, at_q][..., at_d], atol=1e-6)
    np.testing.assert_allclose(found.doc_to_query, weights[:, :, at_d][..., at_q], atol=1e-6)
    np.testing.assert_allclose(found.query_mass.sum(axis=-1), 1.0, atol=1e-5)


@pytest.mark.parametrize("make", [roberta, entailment])
def test_integrated_gradients_are_captums_and_sum_to_the_gap(make: Any, tmp_path: Path) -> None:
    """captum on the embeddings themselves, positions counted from them, by another path."""
    folder, model = make(tmp_path)
    found = PairExplainer(model).integrated_gradients(QUERY, DOCUMENT, baseline="pad", steps=64)
    plain_model, inputs = plain(folder, "sdpa")
    table = plain_model.get_input_embeddings()
    start = table(inputs["input_ids"]).detach()
    blank = start.clone()
    pair = model.tokenize_pair(QUERY, DOCUMENT)
    words = [i for i, segment in enumerate(pair.segment) if segment != "special"]
    blank[0, words] = table.weight[plain_model.config.pad_token_id].detach()
    extra = {k: v for k, v in inputs.items() if k != "input_ids"}

    def logit(states: torch.Tensor) -> torch.Tensor:
        rest = {name: value.expand(len(states), -1) for name, value in extra.items()}
        logits: torch.Tensor = plain_model(inputs_embeds=states, **rest).logits
        if logits.shape[1] == 1:
            return logits[:, 0]
        return logits[:, 1] - torch.logsumexp(logits[:, [0, 2]], dim=1)

    with torch.no_grad():
        assert found.score == pytest.approx(float(logit(start)[0]), abs=1e-4)
        assert found.baseline_score == pytest.approx(float(logit(blank)[0]), abs=1e-4)
    expected = IntegratedGradients(logit).attribute(start, blank, n_steps=found.steps)[0].sum(-1)
    sums = [
        float(expected[list(word.positions)].sum())
        for side in ("query", "document")
        for word in pair.words(side)
    ]
    assert list(found.values) == pytest.approx(sums, abs=1e-3)
    gap = found.score - (found.baseline_score or 0.0)
    assert found.residual is not None
    missed = abs(sum(found.values) + found.special_value - gap)
    assert missed == pytest.approx(found.residual * max(abs(gap), 1.0), abs=1e-4)
    assert found.residual <= 0.05


@pytest.mark.parametrize("make", [roberta, entailment])
def test_leaving_a_word_out_equals_scoring_the_text_without_it(make: Any, tmp_path: Path) -> None:
    folder, model = make(tmp_path)
    found = PairExplainer(model).occlusion(QUERY, DOCUMENT)
    assert found.words == ("ball", "python", "a", "snake", ".", "pythons", "snake")
    for value, text in zip(
        found.values[2:4], ("snake. pythons snake", "a . pythons snake"), strict=True
    ):
        logits = torch.from_numpy(reference(folder, QUERY, text))[None]
        assert found.score - value == pytest.approx(
            float(ranking_logit(model.recipe, logits)[0]), abs=1e-4
        )


def test_attention_lenses_are_those_of_transformers(tmp_path: Path) -> None:
    folder, model = roberta(tmp_path)
    explainer = PairExplainer(model)
    attention = model.attention(QUERY, DOCUMENT)
    received = explainer.attention_received(QUERY, DOCUMENT)
    pair = model.tokenize_pair(QUERY, DOCUMENT)
    offset = pair.segment.index("document")
    by_token = attention.query_to_doc.mean(axis=(0, 1, 2))
    assert [value for _, value in received.of("document")] == pytest.approx(
        [
            float(by_token[[p - offset for p in word.positions]].sum())
            for word in pair.words("document")
        ],
        abs=1e-5,
    )
    rollout = explainer.rollout(QUERY, DOCUMENT)
    assert sum(rollout.values) + rollout.special_value == pytest.approx(1.0, abs=1e-5)
    plain_model, inputs = plain(folder)
    out = plain_model(**inputs, output_attentions=True)
    slopes = torch.autograd.grad(out.logits[0, 0], out.attentions)
    product = sum((a * s)[0].sum(dim=(0, 1)) for a, s in zip(out.attentions, slopes, strict=True))
    signed = explainer.attention_gradient(QUERY, DOCUMENT)
    assert sum(signed.values) + signed.special_value == pytest.approx(
        float(product.detach().sum()), abs=1e-4
    )


def test_rollout_starts_where_the_classifier_reads(tmp_path: Path) -> None:
    model = loaded(save(tmp_path, "ModernBert"))
    assert model.reads_from() == "first"
    change_config(str(tmp_path), classifier_pooling="mean")
    assert loaded(str(tmp_path)).reads_from() == "mean"


def test_the_logit_that_is_explained_has_the_order_of_the_score(tmp_path: Path) -> None:
    _, model = entailment(tmp_path)
    texts = ["a snake.", "ball ball python a a a", "python", "snake a ball"]
    logits = [PairExplainer(model).scores(QUERY, text, [()])[0] for text in texts]
    shares = [model.label_scores(QUERY, text)[1].probability for text in texts]
    assert shares == pytest.approx((1 / (1 + np.exp(-np.array(logits)))).tolist(), abs=1e-5)


def test_the_ranking_logit_of_labels_with_a_sigmoid_each_is_their_own() -> None:
    logits = torch.tensor([[1.0, 2.0, 4.0]])
    for activation, expected in (("sigmoid", 4.0), ("softmax", 4.0 - np.log(np.e + np.e**2))):
        recipe = PairRecipe(8, LABELS, 2, activation)
        assert float(ranking_logit(recipe, logits)[0]) == pytest.approx(expected, abs=1e-5)


def test_an_explanation_is_checked_like_every_other(tmp_path: Path) -> None:
    _, model = entailment(tmp_path)
    explainer = PairExplainer(model)
    found = explainer.occlusion(QUERY, DOCUMENT)
    words = model.tokenize_pair(QUERY, DOCUMENT).words("document")
    check = faithfulness(found, words, lambda rows: explainer.scores(QUERY, DOCUMENT, rows))
    assert "words it names first" in check.sentence


def test_explaining_leaves_the_module_that_ranks_as_it_was(tmp_path: Path) -> None:
    _, model = roberta(tmp_path)
    before = model.label_scores(QUERY, DOCUMENT)
    explainer = PairExplainer(model)
    explainer.attention_gradient(QUERY, DOCUMENT)
    explainer.integrated_gradients(QUERY, DOCUMENT)
    ranks, explains = model._torch_model(), model.explaining_model()
    assert ranks is not explains
    assert ranks.config._attn_implementation == "sdpa"
    for one, other in zip(ranks.parameters(), explains.parameters(), strict=True):
        assert one.data_ptr() == other.data_ptr()
        assert not one.requires_grad
    assert not explains.get_input_embeddings()._forward_hooks
    assert model.label_scores(QUERY, DOCUMENT) == before


def test_a_prompt_is_shown_as_part_of_the_query(tmp_path: Path) -> None:
    _, model = roberta(tmp_path, prompts={"q": "rate: "}, default_prompt_name="q")
    pair = model.tokenize_pair(QUERY, DOCUMENT)
    assert [word.text for word in pair.words("query")] == ["rate", ":", "ball", "python"]
    assert PairExplainer(model).occlusion(QUERY, DOCUMENT).words[:2] == ("rate", ":")


def test_what_is_cut_is_told_in_the_pair(tmp_path: Path) -> None:
    _, model = roberta(tmp_path)
    pair = model.tokenize_pair("ball " * 20, "python " * 50)
    assert (pair.n_truncated_query, pair.n_truncated_doc) == (4, 50 - (32 - 4 - 16))
    with pytest.raises(CrossExamError, match="the document has no token"):
        model.attention("ball", " ")


def test_a_model_without_a_mask_token_says_so(tmp_path: Path) -> None:
    save(tmp_path, "Roberta")
    (tmp_path / "tokenizer_config.json").write_text("{}")
    explainer = PairExplainer(loaded(str(tmp_path)))
    with pytest.raises(CrossExamError, match="has no mask token: use leave-one-out"):
        explainer.occlusion(QUERY, DOCUMENT, variant="mask")
    assert explainer.occlusion(QUERY, DOCUMENT).values


def test_special_tokens_are_shown_by_their_own_names(tmp_path: Path) -> None:
    _, model = roberta(tmp_path)
    view = view_of(model.attention(QUERY, DOCUMENT), layer=None, head=None, show_special=True)
    assert view.query_units[2:] == ("<s>", "</s> 1", "</s> 2", "</s> 3")
    assert view.query_to_doc.shape == (6, 9)


def test_labels_are_read_without_loading_the_model(tmp_path: Path) -> None:
    folder = save(tmp_path, "Bert", LABELS)
    (tmp_path / "model.safetensors").unlink()
    assert labels_of_model(f"{folder}#neutral") == LABELS
    assert labels_of_model("cross-encoder/ms-marco-MiniLM-L-12-v2") == ()
    assert labels_of_model("nobody/nothing") == ()


def pair_of(tokenizer: Tokenizer, query: str, document: str) -> TokenizedPair:
    first, second = (tokenizer.encode(t, add_special_tokens=False) for t in (query, document))
    count = len(first.ids)
    encoding = tokenizer.post_process(first, second, True)
    return tokenized_pair(encoding, query, document, query_tokens=count)


@pytest.mark.parametrize("split", [True, False])
def test_sentence_pieces_become_words_at_the_blanks(split: bool) -> None:
    vocabulary = [("<s>", 0.0), ("</s>", 0.0), ("▁", -4.0), ("▁ball", -1.0), ("s", -2.0)]
    vocabulary += [("▁py", -2.0), ("thon", -2.0), (",", -2.0), ("<unk>", -9.0)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, 8))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=split)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 1)],
    )
    pair = pair_of(tokenizer, "balls", "python balls , ball")
    assert [word.text for word in pair.words("query")] == ["balls"]
    assert [word.text for word in pair.words("document")] == ["python", "balls", ",", "ball"]
    assert [len(word.positions) for word in pair.words("document")] == [2, 2, 2, 1]


def test_byte_pairs_become_words_at_the_blanks() -> None:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    pair = pair_of(tokenizer, "a", "né it's")
    assert [word.text for word in pair.words("document")] == ["né", "it", "'s"]


@pytest.mark.parametrize(("family", "labels"), [("Bert", ()), ("Roberta", ("no", "yes"))])
def test_every_cross_encoder_says_its_labels_and_names_by_one_protocol(
    family: str, labels: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    folder = save(tmp_path, family, labels) if labels else save(tmp_path, family)
    model = load_reranker(f"{folder}#yes" if labels else folder)
    assert isinstance(model, Explainable)
    assert model.labels == labels
    assert [score.label for score in model.label_scores("ball", "a snake")] == list(labels)
    assert model.explains.startswith("lo")
    assert bool(model.token_names) == bool(labels)
