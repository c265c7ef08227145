"""The faithfulness check on a model whose logit is a plain sum, so that all can be computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.explain.faithfulness import faithfulness
from engine.types import COSINE, Attribution, CrossExamError, Word

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

    # 1, 5 and 10% of ten words are one word (5), which counts once; 20% two (5 + 3), 50% the
    # first five: 5 + 3 + 1 + 0 + 0
    assert found.bins == (1, 2, 5)
    assert found.comprehensiveness == pytest.approx((5 + 8 + 9) / 3)
    # what is lost when only these are kept: 8 in all, so 3, 0 and -1
    assert found.sufficiency == pytest.approx((3 + 0 - 1) / 3)
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
    assert found.deletion.shares == (0.0, 0.1, 0.2, 0.5, 0.8, 1.0)  # each number of words once


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
    # a random word drops the logit by 0.8 on average; the bins take 1, 2 and 5 words
    assert np.mean(found.random_comprehensiveness) == pytest.approx(0.8 * 8 / 3, abs=0.25)


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


@pytest.mark.parametrize(("words", "bins"), [(1, (1,)), (2, (1,)), (4, (1, 2)), (9, (1, 2, 4))])
def test_a_short_document_has_no_more_bins_than_different_numbers_of_words(
    words: int, bins: tuple[int, ...]
) -> None:
    short = Attribution(
        "test",
        tuple(word.text for word in WORDS[:words]),
        tuple(WEIGHTS[:words]),
        0.0,
        8.0,
        0.0,
        ("document",) * words,
    )
    found = faithfulness(short, WORDS[:words], additive)
    assert found.bins == bins
    drops = [sum(sorted(WEIGHTS[:words], reverse=True)[:count]) for count in bins]
    assert found.comprehensiveness == pytest.approx(np.mean(drops))


def test_the_measures_are_erasers_with_its_empty_step_left_out() -> None:
    """DeYoung et al. 2020 average over k = 0 too: by its size our mean is larger, no more."""
    found = faithfulness(attribution(WEIGHTS), WORDS, additive)
    order = sorted(range(10), key=lambda i: -WEIGHTS[i])
    with_nothing = [
        8.0 - additive([tuple(WORDS[i] for i in order[:count])])[0] for count in (0, *found.bins)
    ]
    assert found.comprehensiveness == pytest.approx(np.mean(with_nothing) * 4 / 3)


def test_a_random_order_removes_the_words_it_names_and_no_others() -> None:
    found = faithfulness(attribution(WEIGHTS), WORDS, additive, orders=3, seed=5)
    random = np.random.default_rng(5)
    orders = [random.permutation(10).tolist() for _ in range(3)]
    expected = [
        np.mean([sum(WEIGHTS[i] for i in order[:count]) for count in (1, 2, 5)]) for order in orders
    ]
    assert found.random_comprehensiveness == pytest.approx(expected)
    kept = [
        np.mean([sum(WEIGHTS[i] for i in order[count:]) for count in (1, 2, 5)]) for order in orders
    ]
    assert found.random_sufficiency == pytest.approx(kept)
    three = [sum(WEIGHTS[i] for i in order[:3]) for order in orders]
    assert found.random_named == pytest.approx((np.mean(three), np.std(three)))
    at_half = [8.0 - sum(WEIGHTS[i] for i in order[:5]) for order in orders]
    place = found.deletion.shares.index(0.5)
    assert found.deletion.random[place] == pytest.approx(np.mean(at_half))
    assert found.deletion.low[place] == pytest.approx(np.percentile(at_half, 5))
    assert found.deletion.high[place] == pytest.approx(np.percentile(at_half, 95))


def test_beating_random_means_above_the_95th_percentile_and_not_at_it() -> None:
    same = [1.0] * 10
    found = faithfulness(attribution(same), WORDS, lambda removals: [-len(r) for r in removals])
    assert not found.beats_random  # every order does the same


def test_leave_one_out_is_said_to_be_checked_by_what_defines_it() -> None:
    plain = faithfulness(attribution(WEIGHTS), WORDS, additive)
    occluded = faithfulness(
        replace(attribution(WEIGHTS), method="occlusion (delete)"), WORDS, additive
    )
    assert occluded.is_by_definition
    assert not plain.is_by_definition


def test_the_check_of_a_cosine_is_said_in_its_unit() -> None:
    found = faithfulness(
        attribution(WEIGHTS), WORDS, lambda r: [v / 100 for v in additive(r)], unit=COSINE
    )
    assert found.sentence.startswith(
        "Removing the 3 words it names first drops the cosine by 0.090"
    )
