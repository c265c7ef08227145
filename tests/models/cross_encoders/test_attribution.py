"""Attributions: by hand on a linear model, and their sanity on the real one."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers
from captum.attr import LayerIntegratedGradients

from engine.explain.correlation import spearman
from engine.types import Attribution, Cancelled, CrossExamError
from engine.types.registries.explanation_methods import BASELINES
from models.backends.backends import TorchBackend
from models.backends.modules import PairLogits
from models.bi_encoders.bi_attribution import TextExplainer
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.attribution import WORD_TOLERANCE, PairExplainer
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pairs import PairBuilder
from models.text.wordpiece import WordPieces
from tests.models.tiny_bert import WORDS, tiny_tokenizer

BERLIN = "How many people live in Berlin?"
POPULATION = "Berlin has a population of 3,520,031 registered inhabitants."
WEIGHTS = {"ball": 1.0, "python": 4.0, "snake": -2.0, "##s": 0.5, "a": 0.25, ".": 0.0}


class Linear(torch.nn.Module):
    """A pair's logit is the sum of its tokens' weights; padding is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = torch.nn.Embedding(len(WORDS), 1)
        with torch.no_grad():
            for i, word in enumerate(WORDS):
                self.embeddings.weight[i] = WEIGHTS.get(word, 0.0)

    def get_input_embeddings(self) -> torch.nn.Embedding:
        return self.embeddings

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
    ) -> Any:
        values = self.embeddings(input_ids)[..., 0]
        if attention_mask is not None:
            values = values * attention_mask
        return SimpleNamespace(logits=values.sum(dim=1, keepdim=True))


@pytest.fixture(scope="module")
def linear() -> PairExplainer:
    model = Linear().requires_grad_(False)
    pairs = PairBuilder(WordPieces(tiny_tokenizer()), 24)
    return PairExplainer(
        CrossEncoder("linear", TorchBackend(PairLogits(model)), pairs, lambda: model)
    )


@pytest.fixture(scope="module")
def marco(torch_cross_encoder: CrossEncoder) -> PairExplainer:
    return PairExplainer(torch_cross_encoder)


def named(found: Attribution) -> list[tuple[str, str, Any]]:
    return [
        (segment[0], word, pytest.approx(value, abs=1e-5))
        for segment, word, value in zip(found.segments, found.words, found.values, strict=True)
    ]


def test_on_a_linear_model_integrated_gradients_give_each_word_the_sum_of_its_pieces(
    linear: PairExplainer,
) -> None:
    found = linear.integrated_gradients("snake", "ball pythons.")

    assert named(found) == [
        ("q", "snake", -2.0),
        ("d", "ball", 1.0),
        ("d", "pythons", 4.5),
        ("d", ".", 0.0),
    ]
    assert found.score == pytest.approx(3.5)
    assert found.baseline_score == pytest.approx(0.0)
    assert found.residual == pytest.approx(0.0, abs=1e-5)


def test_on_a_linear_model_occlusion_gives_the_same(linear: PairExplainer) -> None:
    for variant in ("delete", "mask"):
        found = linear.occlusion("snake", "ball pythons.", variant=variant)
        assert [value for _, _, value in named(found)] == [-2.0, 1.0, 4.5, 0.0]
        assert found.residual == pytest.approx(0.0, abs=1e-5)


def test_a_planted_word_that_decides_the_score_is_named_first(linear: PairExplainer) -> None:
    document = "a ball a snake a python a ball a"
    for found in (
        linear.integrated_gradients("ball", document),
        linear.occlusion("ball", document),
        linear.occlusion("ball", document, variant="mask"),
    ):
        words = found.of("document")
        assert max(words, key=lambda pair: pair[1])[0] == "python"
        assert min(words, key=lambda pair: pair[1])[0] == "snake"


def test_the_real_models_integrated_gradients_are_complete(marco: PairExplainer) -> None:
    found = marco.integrated_gradients("python snake", "Ball python care guide")

    assert found.score == pytest.approx(-3.952, abs=0.02)
    assert found.baseline_score == pytest.approx(-4.12, abs=0.02)
    assert found.residual is not None
    assert found.residual <= 0.05
    gap = found.score - (found.baseline_score or 0.0)
    assert sum(found.values) + found.special_value == pytest.approx(gap, abs=0.05)
    # [CLS] and [SEP] are the same in pair and baseline
    assert found.special_value == pytest.approx(0.0, abs=1e-5)


def test_steps_rise_until_every_word_is_stable_or_the_maximum_is_reached(
    marco: PairExplainer,
) -> None:
    few = marco.integrated_gradients(BERLIN, POPULATION, steps=2, most_steps=2)
    more = marco.integrated_gradients(BERLIN, POPULATION, steps=2)
    finer = marco.integrated_gradients(
        BERLIN, POPULATION, steps=more.steps * 4, most_steps=more.steps * 4
    )

    assert few.steps == 2
    assert (few.word_change or 0.0) > WORD_TOLERANCE
    assert more.steps > 2
    assert more.residual is not None
    assert more.residual <= 0.05
    assert (more.word_change or 0.0) <= WORD_TOLERANCE
    assert more.values == pytest.approx(finer.values, abs=WORD_TOLERANCE)
    moved = [abs(a - b) for a, b in zip(few.values, finer.values, strict=True)]
    assert max(moved) > WORD_TOLERANCE


@pytest.mark.parametrize("baseline", BASELINES)
def test_integrated_gradients_equal_captums_word_by_word(
    marco: PairExplainer, torch_cross_encoder: CrossEncoder, marco_folder: Any, baseline: str
) -> None:
    """captum's Gauss-Legendre rule on plain transformers, every baseline, word by word."""
    query, document = "python snake", "Ball python care guide"
    found = marco.integrated_gradients(query, document, baseline=baseline)

    tokenizer = transformers.AutoTokenizer.from_pretrained(str(marco_folder))
    given = tokenizer(query, document, return_tensors="pt")
    model = torch_cross_encoder.torch_model()
    blank = given["input_ids"].clone()
    token = {"mask": "[MASK]", "unk": "[UNK]"}.get(baseline, "[PAD]")
    # [CLS] python snake [SEP] ball python care guide [SEP]
    places = [4, 5, 6, 7] if baseline == "empty document" else [1, 2, 4, 5, 6, 7]
    blank[0, places] = tokenizer.convert_tokens_to_ids(token)
    gradients = LayerIntegratedGradients(
        lambda ids, types: model(input_ids=ids, token_type_ids=types).logits[:, 0],
        model.bert.embeddings.word_embeddings,
    )
    expected = gradients.attribute(
        given["input_ids"],
        baselines=blank,
        additional_forward_args=(given["token_type_ids"],),
        n_steps=300,
        internal_batch_size=20,
    )[0].sum(dim=-1)
    assert found.values == pytest.approx(expected[[1, 2, 4, 5, 6, 7]].tolist(), abs=0.05)
    assert found.special_value == pytest.approx(0.0, abs=1e-5)
    with torch.no_grad():
        ends = model(input_ids=blank, token_type_ids=given["token_type_ids"]).logits
    assert found.baseline_score == pytest.approx(float(ends[0, 0]), abs=1e-4)


def test_the_baseline_can_be_chosen_and_its_score_is_told(marco: PairExplainer) -> None:
    mask = marco.integrated_gradients(BERLIN, POPULATION, baseline="mask", steps=2, most_steps=2)
    empty = marco.integrated_gradients(
        BERLIN, POPULATION, baseline="empty document", steps=2, most_steps=2
    )

    assert mask.baseline_score != pytest.approx(empty.baseline_score, abs=0.5)
    # the query is the same in pair and baseline, so it moves nothing
    assert [value for _, value in empty.of("query")] == pytest.approx([0.0] * 7, abs=1e-6)


def test_deleting_a_word_equals_scoring_the_text_without_it(
    marco: PairExplainer, torch_cross_encoder: CrossEncoder
) -> None:
    found = marco.occlusion("python snake", "Ball python care guide")

    without = torch_cross_encoder.score_all(
        "python snake",
        ["python care guide", "Ball care guide", "Ball python guide", "Ball python care"],
    )
    assert [found.score - value for _, value in found.of("document")] == pytest.approx(
        without, abs=1e-3
    )


def test_masking_a_word_equals_plain_transformers_with_the_mask_token(
    marco: PairExplainer, torch_cross_encoder: CrossEncoder, marco_folder: Any
) -> None:
    found = marco.occlusion("python snake", "Ball python care guide", variant="mask")

    tokenizer = transformers.AutoTokenizer.from_pretrained(str(marco_folder))
    rows = tokenizer("python snake", "Ball [MASK] care guide", return_tensors="pt", padding=False)
    with torch.inference_mode():
        masked = float(torch_cross_encoder.torch_model()(**rows).logits[0, 0])
    assert found.score - found.of("document")[1][1] == pytest.approx(masked, abs=1e-3)


@pytest.fixture(scope="module")
def attended(
    torch_cross_encoder: CrossEncoder, marco_folder: Any
) -> tuple[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]]:
    """The attention of the short pair and the logit's gradients by it, by plain transformers."""
    model: Any = transformers.BertForSequenceClassification(
        transformers.BertConfig.from_dict(
            torch_cross_encoder.torch_model().config.to_dict(), attn_implementation="eager"
        )
    )
    model.load_state_dict(torch_cross_encoder.torch_model().state_dict())
    tokenizer = transformers.AutoTokenizer.from_pretrained(str(marco_folder))
    given = tokenizer("python snake", "Ball python care guide", return_tensors="pt")
    out = model.eval()(**given, output_attentions=True)
    gradients = torch.autograd.grad(out.logits[0, 0], out.attentions)
    return tuple(layer.detach()[0] for layer in out.attentions), tuple(g[0] for g in gradients)


Attended = tuple[tuple[torch.Tensor, ...], tuple[torch.Tensor, ...]]
QUERY_AT, DOCUMENT_AT = [1, 2], [4, 5, 6, 7]


def test_rollout_equals_abnar_and_zuidemas_word_by_word(
    marco: PairExplainer, attended: Attended
) -> None:
    """The product of all layers from the last down, each half itself and half its mean head."""
    flow = None
    for layer in attended[0]:
        mixed = (layer.mean(dim=0).double() + torch.eye(9).double()) / 2
        mixed = mixed / mixed.sum(dim=-1, keepdim=True)
        flow = mixed if flow is None else mixed.matmul(flow)
    assert flow is not None
    found = marco.rollout("python snake", "Ball python care guide")

    assert found.values == pytest.approx(flow[0, QUERY_AT + DOCUMENT_AT].tolist(), abs=1e-5)
    assert found.special_value == pytest.approx(float(flow[0, [0, 3, 8]].sum()), abs=1e-5)
    assert found.baseline_score is None
    assert found.residual is None


def test_attention_received_equals_plain_transformers(
    marco: PairExplainer, attended: Attended
) -> None:
    found = marco.attention_received("python snake", "Ball python care guide")

    mean = torch.stack(attended[0]).mean(dim=(0, 1))
    to_document = mean[QUERY_AT][:, DOCUMENT_AT].mean(dim=0)
    to_query = mean[DOCUMENT_AT][:, QUERY_AT].mean(dim=0)
    assert [v for _, v in found.of("document")] == pytest.approx(to_document.tolist(), abs=1e-5)
    assert [v for _, v in found.of("query")] == pytest.approx(to_query.tolist(), abs=1e-5)


def test_attention_times_gradient_equals_plain_transformers_word_by_word(
    marco: PairExplainer, attended: Attended
) -> None:
    found = marco.attention_gradient("python snake", "Ball python care guide")

    received = torch.zeros(9)
    for layer, gradient in zip(*attended, strict=True):
        received += (layer * gradient).sum(dim=(0, 1))
    assert found.values == pytest.approx(received[QUERY_AT + DOCUMENT_AT].tolist(), abs=1e-4)
    assert found.special_value == pytest.approx(float(received[[0, 3, 8]].sum()), abs=1e-4)
    assert min(found.values) < 0 < max(found.values)


def test_with_randomised_weights_the_attributions_lose_their_correlation(
    marco: PairExplainer, torch_cross_encoder: CrossEncoder
) -> None:
    """Adebayo et al. 2018, "Sanity Checks for Saliency Maps"."""
    trained = torch_cross_encoder.torch_model()
    torch.manual_seed(1)
    model = copy.deepcopy(trained)
    for parameter in model.parameters():
        parameter.data = parameter.data[
            torch.randperm(len(parameter), generator=torch.Generator().manual_seed(2))
        ]
    pairs = torch_cross_encoder.pairs
    random = PairExplainer(
        CrossEncoder("random", TorchBackend(PairLogits(model)), pairs, lambda: model)
    )
    explained = (
        (
            marco.integrated_gradients(BERLIN, POPULATION).values,
            random.integrated_gradients(BERLIN, POPULATION, most_steps=32).values,
        ),
        (
            marco.occlusion(BERLIN, POPULATION).values,
            random.occlusion(BERLIN, POPULATION).values,
        ),
    )
    for before, after in explained:
        correlation = spearman([abs(v) for v in before], [abs(v) for v in after])
        assert correlation is not None
        assert abs(correlation) < 0.5


def test_explaining_leaves_the_shared_model_as_it_was(
    marco: PairExplainer, torch_cross_encoder: CrossEncoder
) -> None:
    model = torch_cross_encoder.torch_model()
    before = torch_cross_encoder.score_all(BERLIN, [POPULATION])
    marco.attention_gradient(BERLIN, POPULATION)

    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert not any(parameter.grad is not None for parameter in model.parameters())
    assert not model.get_input_embeddings()._forward_hooks
    assert torch_cross_encoder.score_all(BERLIN, [POPULATION]) == before


def test_progress_is_told_and_a_cancel_is_heard(linear: PairExplainer) -> None:
    progress: list[tuple[int, int]] = []
    linear.integrated_gradients(
        "snake", "ball", on_progress=lambda done, total: progress.append((done, total))
    )
    assert progress[-1] == (33, 33)  # both ends are points of the rule
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    for explain in (linear.integrated_gradients, linear.occlusion):
        with pytest.raises(Cancelled):
            explain("snake", "ball", cancel=lambda: True)


def test_a_text_without_a_token_or_an_unknown_choice_is_refused(linear: PairExplainer) -> None:
    with pytest.raises(CrossExamError, match="the document has no token"):
        linear.occlusion("snake", "  ")
    with pytest.raises(CrossExamError, match="'zero': give one of empty document"):
        linear.integrated_gradients("snake", "ball", baseline="zero")
    with pytest.raises(CrossExamError, match="'drop': give one of delete"):
        linear.occlusion("snake", "ball", variant="drop")


def test_the_bi_encoders_cosine_and_its_gradient_equal_a_finite_difference(
    torch_bi_encoder: BiEncoder,
) -> None:
    explainer = TextExplainer(torch_bi_encoder)
    found = explainer.gradient("python snake", "Ball python care guide")

    vectors = torch_bi_encoder.encode(["python snake", "Ball python care guide"])
    assert found.score == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)
    # gradient x input of a word is how fast the cosine changes as its embedding is scaled
    module = torch_bi_encoder.torch_model()
    table = module.model.get_input_embeddings()
    ids = torch.from_numpy(torch_bi_encoder.read_ids("Ball python care guide").astype("int64"))

    def cosine(scale: float) -> float:
        start = table(ids[None]).clone()
        start[0, 2] *= scale  # "python", after [CLS] and "ball"
        with torch.inference_mode():
            mean = module.model(inputs_embeds=start).last_hidden_state.mean(dim=1)[0]
        unit = torch.nn.functional.normalize(mean, dim=0)
        return float(unit @ torch.from_numpy(vectors[0]))

    slope = (cosine(1.01) - cosine(0.99)) / 0.02
    assert found.of("document")[1][1] == pytest.approx(slope, abs=2e-3)
