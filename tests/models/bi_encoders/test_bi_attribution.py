"""What moves a bi-encoder's cosine, held to plain transformers and to captum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from captum.attr import LayerIntegratedGradients

from engine.types import Cancelled, CrossExamError, Floats
from models.backends.backends import Tokens
from models.backends.lazy_backend import LazyBackend
from models.bi_encoders.bi_attribution import WORD_TOLERANCE, TextExplainer
from models.bi_encoders.bi_encoder import BiEncoder

QUERY, DOCUMENT = "python snake", "Ball pythons care guide."
WORDS = ("Ball", "pythons", "care", "guide", ".")
WITHOUT = ("pythons care guide.", "Ball care guide.", "Ball pythons guide.", "Ball pythons care.")
Unit = Callable[..., torch.Tensor]


@pytest.fixture(scope="module")
def explainer(torch_bi_encoder: BiEncoder) -> TextExplainer:
    return TextExplainer(torch_bi_encoder)


@pytest.fixture(scope="module")
def tokenizer(minilm_folder: Any) -> Any:
    return transformers.AutoTokenizer.from_pretrained(str(minilm_folder))


@pytest.fixture(scope="module")
def model(minilm_folder: Any) -> Any:
    return transformers.AutoModel.from_pretrained(str(minilm_folder)).eval()


@pytest.fixture(scope="module")
def unit(model: Any) -> Unit:
    """The unit vectors of token ids by plain transformers, shape (batch, dimensions)."""

    def encode(ids: torch.Tensor) -> torch.Tensor:
        mean: torch.Tensor = model(input_ids=ids).last_hidden_state.mean(dim=1)
        vectors: torch.Tensor = torch.nn.functional.normalize(mean, dim=1)
        return vectors

    return encode


def ids_of(tokenizer: Any, text: str) -> torch.Tensor:
    ids: torch.Tensor = tokenizer(text, return_tensors="pt")["input_ids"]
    return ids


def test_leaving_a_word_out_equals_plain_transformers_without_it(
    explainer: TextExplainer, tokenizer: Any, unit: Unit
) -> None:
    found = explainer.occlusion(QUERY, DOCUMENT)

    with torch.inference_mode():
        query, document = (unit(ids_of(tokenizer, text))[0] for text in (QUERY, DOCUMENT))
        without = [float(unit(ids_of(tokenizer, text))[0] @ query) for text in WITHOUT]
        without_query = [
            float(unit(ids_of(tokenizer, t))[0] @ document) for t in ("snake", "python")
        ]
    cosine = float(query @ document)
    assert found.score == pytest.approx(cosine, abs=1e-5)
    values = [value for _, value in found.of("document")]
    assert [word for word, _ in found.of("document")] == list(WORDS)
    assert values[:4] == pytest.approx([cosine - other for other in without], abs=1e-5)
    assert [value for _, value in found.of("query")] == pytest.approx(
        [cosine - other for other in without_query], abs=1e-5
    )


def test_integrated_jacobians_equal_captums_integral_along_the_other_texts_way(
    explainer: TextExplainer, tokenizer: Any, model: Any, unit: Unit
) -> None:
    """Möller et al. 2023: summed over one text's words, the matrix is an integral over one path."""
    found = explainer.integrated_jacobians(QUERY, DOCUMENT)

    ids = [ids_of(tokenizer, text) for text in (QUERY, DOCUMENT)]
    pads = []
    for row in ids:
        pad = row.clone()
        pad[0, 1:-1] = tokenizer.pad_token_id
        pads.append(pad)
    with torch.no_grad():
        ways = [unit(a)[0] - unit(b)[0] for a, b in zip(ids, pads, strict=True)]
    tokens = []
    for row, pad, other in zip(ids, pads, reversed(ways), strict=True):
        along = LayerIntegratedGradients(
            lambda given, other=other: unit(given) @ other, model.embeddings.word_embeddings
        )
        given = along.attribute(row, baselines=pad, n_steps=200, internal_batch_size=20)
        tokens.append(given[0].sum(dim=-1))
    assert [v for _, v in found.of("query")] == pytest.approx(
        tokens[0][1:-1].tolist(), abs=WORD_TOLERANCE
    )
    # ball python ##s care guide .
    by_word = [float(tokens[1][list(at)].sum()) for at in ((1,), (2, 3), (4,), (5,), (6,))]
    assert [v for _, v in found.of("document")] == pytest.approx(by_word, abs=WORD_TOLERANCE)


def test_what_the_references_keep_is_their_cosines_and_either_text_sums_to_the_rest(
    explainer: TextExplainer, tokenizer: Any, unit: Unit
) -> None:
    found = explainer.integrated_jacobians(QUERY, DOCUMENT)

    with torch.inference_mode():
        a, b = (unit(ids_of(tokenizer, text))[0] for text in (QUERY, DOCUMENT))
        empty = []
        for text in (QUERY, DOCUMENT):
            ids = ids_of(tokenizer, text)
            ids[0, 1:-1] = tokenizer.pad_token_id
            empty.append(unit(ids)[0])
    kept = float(empty[0] @ b + a @ empty[1] - empty[0] @ empty[1])
    assert found.score == pytest.approx(float(a @ b), abs=1e-5)
    assert found.baseline_score == pytest.approx(kept, abs=1e-5)
    assert abs(kept) > 0.05  # an encoder off the shelf: its references are not 0
    gap = found.score - (found.baseline_score or 0.0)
    for side in ("query", "document"):
        total = sum(value for _, value in found.of(side))
        assert total == pytest.approx(gap, abs=0.01)
        assert abs(total - gap) / max(abs(gap), 0.1) <= (found.residual or 0.0) + 1e-4
    assert found.special_value == pytest.approx(0.0, abs=1e-5)


def test_both_name_the_words_of_the_query_and_not_the_full_stop(explainer: TextExplainer) -> None:
    document = "Ball python care guide. The python is a snake that is kept as a pet."
    for found in (
        explainer.occlusion(QUERY, document),
        explainer.integrated_jacobians(QUERY, document),
    ):
        first = max(found.of("document"), key=lambda pair: pair[1])
        assert first[0] == "snake", found.method


def test_steps_rise_until_every_word_is_stable(explainer: TextExplainer) -> None:
    few = explainer.integrated_jacobians(QUERY, DOCUMENT, steps=2, most_steps=2)
    more = explainer.integrated_jacobians(QUERY, DOCUMENT, steps=2)

    assert few.steps == 2
    assert (few.word_change or 0.0) > WORD_TOLERANCE >= (more.word_change or 1.0)
    assert more.steps > 2


def test_scores_after_removals_equal_plain_transformers(
    explainer: TextExplainer, tokenizer: Any, unit: Unit
) -> None:
    words = explainer.words(DOCUMENT)
    assert [(word.text, word.positions, word.span) for word in words] == [
        ("Ball", (1,), (0, 4)),
        ("pythons", (2, 3), (5, 12)),
        ("care", (4,), (13, 17)),
        ("guide", (5,), (18, 23)),
        (".", (6,), (23, 24)),
    ]
    whole, two = explainer.scores(QUERY, DOCUMENT, [(), (words[1], words[3])])
    with torch.inference_mode():
        query, first, second = (
            unit(ids_of(tokenizer, text))[0] for text in (QUERY, DOCUMENT, "Ball care .")
        )
    assert whole == pytest.approx(float(query @ first), abs=1e-5)
    assert two == pytest.approx(float(query @ second), abs=1e-5)


def test_token_similarities_equal_plain_transformers_word_by_word(
    explainer: TextExplainer, tokenizer: Any, model: Any
) -> None:
    found = explainer.similarities(QUERY, DOCUMENT)

    with torch.inference_mode():
        query, document = (
            model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
            for text in (QUERY, DOCUMENT)
        )
    rows = [query[1], query[2]]
    columns = [document[1], document[2:4].mean(dim=0), document[4], document[5], document[6]]
    expected = [
        [float(torch.nn.functional.cosine_similarity(r, c, dim=0)) for c in columns] for r in rows
    ]
    assert found.query_words == ("python", "snake")
    assert found.doc_words == WORDS
    for row, wanted in zip(found.cosines.tolist(), expected, strict=True):
        assert row == pytest.approx(wanted, abs=1e-5)


def test_gradient_times_embedding_equals_plain_transformers_for_both_texts(
    explainer: TextExplainer, tokenizer: Any, model: Any
) -> None:
    found = explainer.gradient(QUERY, DOCUMENT)

    starts, units = [], []
    for text in (QUERY, DOCUMENT):
        start = model.embeddings.word_embeddings(ids_of(tokenizer, text)).detach()
        starts.append(start.requires_grad_(True))
        mean = model(inputs_embeds=starts[-1]).last_hidden_state.mean(dim=1)[0]
        units.append(torch.nn.functional.normalize(mean, dim=0))
    gradients = torch.autograd.grad(units[0] @ units[1], starts)
    query, document = (
        (start * gradient)[0].sum(dim=-1).detach()
        for start, gradient in zip(starts, gradients, strict=True)
    )
    by_word = [float(document[list(at)].sum()) for at in ((1,), (2, 3), (4,), (5,), (6,))]
    assert found.values == pytest.approx([*query[1:3].tolist(), *by_word], abs=1e-4)
    specials = float(query[[0, 3]].sum() + document[[0, 7]].sum())
    assert found.special_value == pytest.approx(specials, abs=1e-4)


def test_progress_rises_and_a_cancel_is_heard(explainer: TextExplainer) -> None:
    for explain in (explainer.occlusion, explainer.integrated_jacobians):
        steps: list[tuple[int, int]] = []

        def report(done: int, total: int, steps: list[tuple[int, int]] = steps) -> None:
            steps.append((done, total))

        explain(QUERY, DOCUMENT, on_progress=report)
        assert steps
        assert all(done <= total for done, total in steps)
        with pytest.raises(Cancelled):
            explain(QUERY, DOCUMENT, cancel=lambda: True)
    with pytest.raises(CrossExamError, match="the document has no token"):
        explainer.occlusion(QUERY, " ")


class Drifting:
    """A backend that turns every vector about: no cosine of it is fp32's."""

    label = "Toy bf16"
    threads = None

    def __init__(self) -> None:
        self.calls = 0

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        self.calls += 1
        return np.full((len(ids), 384), 384**-0.5, dtype=np.float32)


@pytest.mark.parametrize("has_fp32", [True, False])
def test_removals_come_from_fp32_whatever_ranks(
    torch_bi_encoder: BiEncoder, has_fp32: bool
) -> None:
    query, text = "python snake", "Ball python care guide"
    drifting = Drifting()
    model = BiEncoder(
        "drifting",
        drifting,
        torch_bi_encoder.pieces,
        max_length=torch_bi_encoder.max_length,
        dimensions=384,
        torch_model=torch_bi_encoder.torch_model,
        fp32=LazyBackend(lambda: torch_bi_encoder._backend) if has_fp32 else None,
    )
    found = TextExplainer(model).occlusion(query, text)
    vectors = torch_bi_encoder.encode([query, text, "Ball care guide"])
    assert found.score == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)
    without = found.score - found.of("document")[1][1]
    assert without == pytest.approx(float(vectors[0] @ vectors[2]), abs=1e-4)
    assert drifting.calls == 0
