"""The logit lens of every family of cross-encoders, against plain transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.types import CrossExamError
from models.cross_encoders import pair_trace
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.pair_trace import HEADS, PairTracer
from tests.models.tiny_classifiers import FAMILIES, LABELS, save

QUERY, DOCUMENT = "ball python", "a snake. pythons snake"


def loaded(name: str) -> AutoCrossEncoder:
    model = load_reranker(name)
    assert isinstance(model, AutoCrossEncoder)
    return model


def states_of(cross: AutoCrossEncoder) -> tuple[list[Any], Any]:
    """(hidden states, logits) of the pair by transformers' own forward pass."""
    model = cross.explaining_model()
    encoding, _ = cross.pair(QUERY, DOCUMENT)
    inputs = {"input_ids": torch.tensor([encoding.ids])}
    if cross.recipe.segments:
        inputs["token_type_ids"] = torch.tensor([encoding.type_ids])
    with torch.no_grad():
        out = model(**inputs, output_hidden_states=True)
    return list(out.hidden_states), out.logits


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"Bert"}))
def test_every_family_is_traced_to_its_score(family: str, tmp_path: Path) -> None:
    cross = loaded(save(tmp_path / "model", family))
    found = PairTracer(cross).trace(QUERY, DOCUMENT, runs=1)
    states, logits = states_of(cross)
    assert found.score == pytest.approx(float(logits[0, 0]), abs=1e-4)
    assert found.lens.shape == (3,)
    assert found.cls_states.shape == (3, 16)
    for mine, theirs in zip(found.cls_states, states, strict=True):
        np.testing.assert_allclose(mine, theirs[0, 0].numpy(), atol=1e-4)


@pytest.mark.parametrize("family", ["Electra", "Roberta", "XLMRoberta"])
def test_the_lens_is_the_head_on_every_state(family: str, tmp_path: Path) -> None:
    cross = loaded(save(tmp_path / "model", family))
    found = PairTracer(cross).trace(QUERY, DOCUMENT, runs=1)
    head: Any = cross.explaining_model().classifier
    act = torch.nn.functional.gelu if family == "Electra" else torch.tanh
    with torch.no_grad():
        lens = [
            float(head.out_proj(act(head.dense(states[0, 0])))[0]) for states in states_of(cross)[0]
        ]
    np.testing.assert_allclose(found.lens, lens, atol=1e-4)


def test_of_several_labels_the_one_that_ranks_is_followed(tmp_path: Path) -> None:
    cross = loaded(f"{save(tmp_path / 'model', 'Bert', LABELS)}#entailment")
    found = PairTracer(cross).trace(QUERY, DOCUMENT, runs=1)
    logits = states_of(cross)[1][0]
    others = torch.logsumexp(logits[[0, 2]], dim=0)
    assert found.score == pytest.approx(float(logits[1] - others), abs=1e-4)


def test_hooks_on_the_explaining_model_do_not_reach_a_trace(tmp_path: Path) -> None:
    cross = loaded(save(tmp_path / "model", "Roberta"))
    tracer = PairTracer(cross)
    before = tracer.trace(QUERY, DOCUMENT, runs=1)
    embeddings = cross.explaining_model().get_input_embeddings()
    handle = embeddings.register_forward_hook(lambda _module, _given, states: 0 * states)
    after = tracer.trace(QUERY, DOCUMENT, runs=1)
    handle.remove()
    np.testing.assert_array_equal(before.lens, after.lens)


def test_a_model_of_an_unknown_type_is_declined_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cross = loaded(save(tmp_path / "model", "Electra"))
    monkeypatch.setattr(
        pair_trace, "HEADS", {name: head for name, head in HEADS.items() if name != "electra"}
    )
    with pytest.raises(CrossExamError, match="a model of type 'electra' is not one whose head"):
        PairTracer(cross)


def test_a_head_that_does_not_give_the_score_is_declined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cross = loaded(save(tmp_path / "model", "Electra"))
    monkeypatch.setattr(
        pair_trace, "HEADS", {"electra": lambda model, states: 2 + model.classifier(states)}
    )
    with pytest.raises(CrossExamError, match="its head applied to the last layer gives"):
        PairTracer(cross).trace(QUERY, DOCUMENT, runs=1)
