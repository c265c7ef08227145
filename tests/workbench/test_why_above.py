"""Why one python passage stands above the other, recomputed with plain transformers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import transformers

from corpora.builtin.senses import open_senses
from engine.explain.pairwise import Difference, difference
from models.backends.packages import packaged_folder
from models.catalogue import MARCO_L12
from models.cross_encoders.attribution import PairExplainer
from models.cross_encoders.cross_encoder import CrossEncoder

QUERY = "python snake"
CARE, LANGUAGE = "Ball python care guide", "Python programming tutorial"
STEPS = 32


@pytest.fixture(scope="module")
def passages() -> dict[str, str]:
    """The two python passages of `senses`, as every stage reads them."""
    store = open_senses().store
    return {title: store.find(title, limit=1)[0].content for title in (CARE, LANGUAGE)}


@pytest.fixture(scope="module")
def gap(torch_cross_encoder: CrossEncoder, passages: dict[str, str]) -> Difference:
    """The difference of the two attributions, as the page shows it."""
    explainer = PairExplainer(torch_cross_encoder)
    return difference(
        explainer.integrated_gradients(QUERY, passages[CARE], steps=STEPS, most_steps=STEPS),
        explainer.integrated_gradients(QUERY, passages[LANGUAGE], steps=STEPS, most_steps=STEPS),
    )


@pytest.fixture(scope="module")
def plain(torch_cross_encoder: CrossEncoder) -> tuple[Any, Any]:
    """Tokenizer and model of transformers, with no code of ours around them."""
    folder = packaged_folder(MARCO_L12.distribution, MARCO_L12.folder)
    weights = torch_cross_encoder.torch_model()
    model: Any = transformers.BertForSequenceClassification(weights.config)
    model.load_state_dict(weights.state_dict())
    return transformers.AutoTokenizer.from_pretrained(str(folder)), model.eval()


def test_the_parts_of_the_gap_sum_to_the_gap_of_plain_transformers(
    gap: Difference, plain: tuple[Any, Any], passages: dict[str, str]
) -> None:
    tokenizer, model = plain
    logits = []
    for title in (CARE, LANGUAGE):
        rows = tokenizer(QUERY, passages[title], truncation="only_second", return_tensors="pt")
        with torch.inference_mode():
            logits.append(float(model(**rows).logits[0, 0]))
    apart = logits[0] - logits[1]

    assert apart > 5.0
    assert gap.gap == pytest.approx(apart, abs=1e-3)
    assert gap.residual <= 0.05
    assert gap.explained == pytest.approx(apart, abs=gap.residual * max(apart, 1.0) + 1e-3)


def test_its_words_equal_gradients_summed_by_hand_over_plain_transformers(
    gap: Difference, plain: tuple[Any, Any], passages: dict[str, str]
) -> None:
    by_hand = _integrated(*plain, passages[CARE])

    assert [value for _, value in gap.words_a] == pytest.approx(by_hand["document"], abs=2e-3)
    assert [word.beside_a for word in gap.query] == pytest.approx(by_hand["query"], abs=2e-3)


def test_what_separates_the_two_passages_is_the_snake(gap: Difference) -> None:
    assert "snake" in [word.word for word in gap.query if word.value > 0]
    assert "snake" in gap.only_a or "snakes" in gap.only_a
    assert "programming" in gap.only_b


def _integrated(tokenizer: Any, model: Any, document: str) -> dict[str, list[float]]:
    """Clenshaw-Curtis sums of gradient times difference, by word; all text from [PAD].

    The weights are those that integrate every polynomial through the points exactly. The variable
    is changed to 0.4 + 0.1 sinh(u) of the way, near which the gradients rise.
    """
    rows = tokenizer(QUERY, document, truncation="only_second", return_tensors="pt")
    table = model.bert.embeddings.word_embeddings
    blank = rows["input_ids"].clone()
    sides = rows.sequence_ids(0)
    blank[0, [i for i, side in enumerate(sides) if side is not None]] = tokenizer.pad_token_id
    with torch.no_grad():
        end, start = table(rows["input_ids"]), table(blank)
    total = torch.zeros_like(end)
    points = -np.cos(np.pi * np.arange(STEPS + 1) / STEPS)
    integrals = np.eye(STEPS + 1)[0] * 2.0  # of the Legendre polynomials on -1 to 1
    weights = np.linalg.solve(np.polynomial.legendre.legvander(points, STEPS).T, integrals)
    first, last_u = -np.arcsinh(4.0), np.arcsinh(6.0)  # where that is 0 and 1
    u = first + (last_u - first) * (points + 1) / 2
    weights = weights / 2 * (last_u - first) * 0.1 * np.cosh(u)
    for point, weight in zip(0.4 + 0.1 * np.sinh(u), weights, strict=True):
        at = (start + float(point) * (end - start)).requires_grad_(True)
        logit = model(
            inputs_embeds=at,
            token_type_ids=rows["token_type_ids"],
            attention_mask=rows["attention_mask"],
        ).logits[0, 0]
        total += float(weight) * torch.autograd.grad(logit, at)[0]
    values = (total * (end - start)).sum(dim=-1)[0].tolist()
    words: dict[str, list[float]] = {"query": [], "document": []}
    for side, name in ((0, "query"), (1, "document")):
        last = None
        for value, at_side, word in zip(values, sides, rows.word_ids(0), strict=True):
            if at_side != side:
                continue
            if word == last:
                words[name][-1] += value
            else:
                words[name].append(value)
            last = word
    return words
