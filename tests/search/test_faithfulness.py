"""The faithfulness check on a model whose logit is a plain sum, so that all can be computed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from search.faithfulness import BINS, faithfulness
from search.types import Attribution, CrossExamError, Word

WEIGHTS = [5.0, 0.0, 3.0, -1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
WORDS = [Word(f"w{i}", "document", (i,), (2 * i, 2 * i + 1)) for i in range(len(WEIGHTS))]


def additive(removals: list[tuple[Word, ...]]) -> list[float]:
    total = sum(WEIGHTS)
    return [total - sum(WEIGHTS[word.positions[0]] for word in words) for words in removals]


def attribution(values: list[float]) -> Attribution:
    return Attribution(
        method="test",
        words=("q", *(word.text for word in WORDS)),
        values=(9.0, *values),
        baseline_score=0.0,
        score=sum(WEIGHTS),
        residual=0.0,
        segments=("query", *("document" for _ in WORDS)),
    )


def test_true_weights_give_the_drops_computed_by_hand() -> None:
    found = faithfulness(attribution(WEIGHTS), WORDS, additive)

    # 1, 5 and 10% of ten words are one word (5), 20% two (5 + 3), 50% the first five:
    # 5 + 3 + 1 + 0 + 0
    assert found.comprehensiveness == pytest.approx((5 + 5 + 5 + 8 + 9) / 5)
    # what is lost when only these are kept: 8 in all, so 3, 3, 3, 0 and -1
    assert found.sufficiency == pytest.approx((3 + 3 + 3 + 0 - 1) / 5)
    assert found.named == ("w0", "w2", "w6")
    assert found.named_drop == pytest.approx(9.0)


def test_curves_begin_and_end_at_the_whole_and_the_empty_document() -> None:
    found = faithfulness(attribution(WEIGHTS), WORDS, additive)

    assert found.deletion.shares[0] == 0.0
    assert found.deletion.shares[-1] == 1.0
    assert found.deletion.logits[0] == pytest.approx(8.0)
    assert found.deletion.logits[-1] == pytest.approx(0.0)
    assert found.insertion.logits == pytest.approx(
        [8.0 - gone for gone in _lost_when_only_kept(found.insertion.shares)]
    )
    assert len(found.deletion.shares) == len(BINS) + 3


def _lost_when_only_kept(shares: tuple[float, ...]) -> list[float]:
    order = sorted(range(10), key=lambda i: (-WEIGHTS[i], i))
    return [8.0 - sum(WEIGHTS[i] for i in order[: round(share * 10)]) for share in shares]


def test_a_good_explanation_beats_the_random_band_and_a_reversed_one_does_not() -> None:
    assert faithfulness(attribution(WEIGHTS), WORDS, additive).beats_random
    reversed_values = [-value for value in WEIGHTS]
    assert not faithfulness(attribution(reversed_values), WORDS, additive).beats_random


def test_the_band_has_twenty_random_orders_with_the_mean_they_must_have() -> None:
    found = faithfulness(attribution(WEIGHTS), WORDS, additive, orders=400)

    assert len(faithfulness(attribution(WEIGHTS), WORDS, additive).random_comprehensiveness) == 20
    # a random word drops the logit by 0.8 on average; the bins take 1, 1, 1, 2 and 5 words
    assert np.mean(found.random_comprehensiveness) == pytest.approx(0.8 * 2, abs=0.25)


def test_every_removal_is_asked_for_once() -> None:
    asked: list[frozenset[str]] = []

    def counting(removals: list[tuple[Word, ...]]) -> list[float]:
        asked.extend(frozenset(word.text for word in words) for words in removals)
        return additive(removals)

    found = faithfulness(attribution(WEIGHTS), WORDS, counting)

    assert len(asked) == len(set(asked)) == found.passes


def test_the_sentence_says_what_three_words_do_against_random_ones() -> None:
    sentence = faithfulness(attribution(WEIGHTS), WORDS, additive).sentence

    assert sentence.startswith("Removing the 3 words it names first drops the logit by 9.0; 3 ran")
    assert "±" in sentence


def test_a_document_of_one_word_is_checked_too() -> None:
    one: Callable[[list[tuple[Word, ...]]], list[float]] = lambda removals: [  # noqa: E731
        0.0 if words else 5.0 for words in removals
    ]
    single = Attribution("test", ("w0",), (5.0,), 0.0, 5.0, 0.0, ("document",))

    assert faithfulness(single, WORDS[:1], one).named_drop == pytest.approx(5.0)


def test_an_attribution_of_another_document_is_refused() -> None:
    with pytest.raises(CrossExamError, match="10 document words, the document 9"):
        faithfulness(attribution(WEIGHTS), WORDS[:9], additive)
