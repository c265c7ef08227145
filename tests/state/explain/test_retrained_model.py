"""A model that takes the place and the name of another: nothing of the other's is shown."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.types.registries.explanation_methods import OCCLUSION_DELETE
from state.app_resources import workbench
from state.explain import attention_maps, attributions
from tests.models.tiny_classifiers import LABELS, reference, save

QUERY, TEXT = "ball python", "a snake. pythons snake"


def trained_anew(folder: Path) -> None:
    """Other weights under that name, and the app told so, as after a deletion."""
    weights = folder / "model.safetensors"
    tensors = load_file(weights)
    tensors["classifier.weight"] = tensors["classifier.weight"] * torch.tensor(
        [[2.0], [1.0], [0.5]]
    )
    save_file(tensors, weights, metadata={"format": "pt"})
    workbench().forget_reranker(str(folder))


def test_what_is_remembered_of_a_model_is_not_shown_of_its_successor(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-nli"
    name = f"{folder}#entailment"
    save(folder, "Bert", LABELS)
    before = attention_maps.explained(QUERY, TEXT, name)
    request = attributions.attribution_request(QUERY, TEXT, OCCLUSION_DELETE.name, model=name)
    assert attention_maps.explained(QUERY, TEXT, name) is before
    assert request == attributions.attribution_request(
        QUERY, TEXT, OCCLUSION_DELETE.name, model=name
    )

    trained_anew(folder)
    after = attention_maps.explained(QUERY, TEXT, name)
    no, yes, neither = (float(logit) for logit in reference(str(folder), QUERY, TEXT))
    expected = yes - math.log(math.exp(no) + math.exp(neither))
    assert after.attention.score == pytest.approx(expected, abs=1e-4)
    assert after.attention.score != pytest.approx(before.attention.score, abs=1e-4)
    assert after.labels != before.labels
    assert attention_maps.label_scores(QUERY, TEXT, name) == after.labels
    assert request != attributions.attribution_request(
        QUERY, TEXT, OCCLUSION_DELETE.name, model=name
    )
