"""Which rerankers can be explained, and which of them have attention to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.explain.explainable import NO_ATTENTION, why_no_attention, why_not_explained
from engine.types.registries.rankers import ON_SERVICE, RANKERS, RankerKind


@pytest.fixture
def recurrent() -> Iterator[None]:
    """A kind whose scores can be explained by words, and which has no attention."""
    RANKERS.register(RankerKind(name="recurrent", label="Recurrent", usage="recurrent:MODEL"))
    yield
    RANKERS.unregister("recurrent")


@pytest.mark.usefixtures("recurrent")
def test_a_kind_without_attention_is_explained_by_words_and_says_why_it_has_no_map() -> None:
    assert why_not_explained("recurrent:one") == ""
    assert why_no_attention("recurrent:one") == NO_ATTENTION


def test_what_cannot_be_explained_has_no_attention_for_the_same_reason() -> None:
    assert why_no_attention("cohere:rerank") == why_not_explained("cohere:rerank") == ON_SERVICE
    assert why_no_attention("any/cross-encoder") == why_not_explained("any/cross-encoder") == ""
