"""The difference of two attributions, with sums computed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.explain.pairwise import difference
from engine.types import Attribution, CrossExamError


def attribution(
    doc: dict[str, float],
    query: dict[str, float],
    *,
    score: float,
    baseline_score: float | None,
    method: str = "integrated gradients",
) -> Attribution:
    return Attribution(
        method=method,
        words=(*query, *doc),
        values=(*query.values(), *doc.values()),
        baseline_score=baseline_score,
        score=score,
        residual=0.0,
        segments=("query",) * len(query) + ("document",) * len(doc),
        baseline="pad",
    )


A = attribution(
    {"Ball": 1.0, "python": 4.0, "care": -0.5},
    {"python": 2.0, "snake": 1.0},
    score=3.5,
    baseline_score=-4.0,
)
B = attribution(
    {"Python": 1.5, "tutorial": -2.0},
    {"python": 1.0, "snake": -3.0},
    score=-6.0,
    baseline_score=-3.5,
)


def test_the_parts_sum_to_the_gap() -> None:
    found = difference(A, B)

    assert found.gap == pytest.approx(9.5)
    # query 1 + 4, document A 4.5, document B +0.5, baselines -0.5
    assert found.explained == pytest.approx(5.0 + 4.5 + 0.5 - 0.5)
    assert found.residual == pytest.approx(0.0)


def test_what_speaks_for_b_is_negative() -> None:
    found = difference(A, B)

    assert dict(found.words_b) == {"Python": -1.5, "tutorial": 2.0}
    assert [word.value for word in found.query] == pytest.approx([1.0, 4.0])


def test_the_residual_is_relative_to_the_gap() -> None:
    off = attribution(
        {"Ball": 1.0, "python": 4.0, "care": -0.5},
        {"python": 2.0, "snake": 1.0},
        score=4.5,
        baseline_score=-4.0,
    )
    assert difference(off, B).residual == pytest.approx(1.0 / 10.5)


def test_words_of_only_one_document_are_named_whatever_their_case() -> None:
    found = difference(A, B)

    assert found.only_a == ("Ball", "care")
    assert found.only_b == ("tutorial",)


def test_a_query_word_without_weight_beside_a_document_is_ignored_there() -> None:
    quiet = attribution({"x": 1.0}, {"python": 5.0, "snake": 0.2}, score=6.2, baseline_score=0.0)

    found = difference(quiet, B)

    assert found.ignored_beside_a == ("snake",)
    assert found.ignored_beside_b == ()


def test_two_methods_or_two_queries_cannot_be_compared() -> None:
    other = attribution({"x": 1.0}, {"a": 1.0}, score=1.0, baseline_score=0.0)
    with pytest.raises(CrossExamError, match="different queries"):
        difference(A, other)
    occluded = attribution(
        {"x": 1.0}, {"python": 1.0, "snake": 0.0}, score=1.0, baseline_score=0.0, method="occlusion"
    )
    with pytest.raises(CrossExamError, match="one method"):
        difference(A, occluded)


def test_a_method_without_baseline_cannot_take_a_gap_apart() -> None:
    bare = attribution({"x": 1.0}, {"python": 1.0, "snake": 0.0}, score=1.0, baseline_score=None)
    with pytest.raises(CrossExamError, match="no baseline"):
        difference(bare, bare)


def test_special_tokens_are_subtracted_and_a_miss_is_relative_to_at_least_one_logit() -> None:
    a = replace(A, special_value=0.5, score=0.2, baseline_score=-7.5)  # its parts sum to 8.0
    b = replace(B, special_value=0.3, score=0.0, baseline_score=2.5)  # its parts sum to -2.2
    found = difference(a, b)
    assert found.special == pytest.approx(0.2)
    assert found.explained == pytest.approx(8.0 + 2.2 - 10.0)
    assert found.residual == pytest.approx(0.0, abs=1e-9)
    off = difference(replace(a, special_value=0.8), b)
    assert off.residual == pytest.approx(0.3)  # of 1 logit, not of the gap of 0.2
