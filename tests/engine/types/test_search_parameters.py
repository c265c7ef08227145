"""A search parameter is described once, and everything about it follows from that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from engine.quality.pipelines import PipelineSpec, grid, spec_from
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, CrossExamError
from engine.types.registries.search_parameters import PARAMETERS, RRF_K, Parameter


@pytest.fixture
def pruning() -> Iterator[Parameter[int]]:
    parameter: Parameter[int] = Parameter(
        name="pruning", default=0, label="Pruning", widget="slider", low=0, high=9,
        stage=CROSS_ENCODER, named="pruned by {}", flag="--pruning",
    )  # fmt: skip
    PARAMETERS.register(parameter)
    yield parameter
    PARAMETERS.unregister(parameter.name)


def test_settings_have_the_fields_and_defaults_of_the_registry() -> None:
    settings = Settings()
    own = {field.name for field in fields(Settings)} - {"rerankers", "additional"}
    assert own == set(PARAMETERS.names)
    assert settings.values() == {p.name: p.default for p in PARAMETERS}


@pytest.mark.usefixtures("pruning")
def test_a_registered_parameter_has_a_value_in_settings_and_is_checked() -> None:
    assert Settings().value("pruning") == 0
    settings = Settings(depth=7).with_values(pruning=3)
    assert (settings.value("pruning"), settings.depth) == (3, 7)
    assert settings != Settings(depth=7)
    assert settings.with_values(pruning=0) == Settings(depth=7)
    with pytest.raises(CrossExamError, match="pruning is 10: give a number from 0 to 9"):
        settings.with_values(pruning=10)


@pytest.mark.usefixtures("pruning")
def test_pipelines_carry_say_and_save_a_registered_parameter() -> None:
    base = Settings().with_values(pruning=3)
    alone, reranked = grid(("bm25",), ["org/x"], (20,), settings=base)
    assert (alone.name, reranked.name) == ("BM25", "BM25 20 → x (pruned by 3)")
    assert reranked.values()["pruning"] == 3
    assert spec_from(reranked.values()) == reranked
    assert PipelineSpec(Settings(20, "bm25"), "org/x").name == "BM25 20 → x"
    assert "pruning" not in PipelineSpec(Settings()).values(), "at its default it is not saved"


def test_a_name_that_is_no_parameter_is_refused_with_those_that_are() -> None:
    with pytest.raises(CrossExamError, match="'temperature': choose one of first_stage, depth"):
        Settings().with_values(temperature=1)


def test_what_widgets_and_links_offer_may_be_narrower_than_what_a_parameter_may_be() -> None:
    assert Settings(rrf_k=5000).rrf_k == 5000
    with pytest.raises(ValueError, match="5000"):
        RRF_K.read("5000")
    assert RRF_K.read("1000") == 1000
