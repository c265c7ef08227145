"""Near-duplicates against every pair compared by brute force."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from corpora.statistics.near_duplicates import NearPair, near_duplicates
from engine.types import Cancelled

WORDS = [f"w{i}" for i in range(400)]


def triples(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def brute_force(texts: list[str], threshold: float) -> dict[tuple[int, int], float]:
    found = {}
    for left, right in combinations(range(len(texts)), 2):
        one, two = triples(texts[left]), triples(texts[right])
        alike = len(one & two) / len(one | two)
        if alike >= threshold:
            found[left, right] = alike
    return found


def changed(text: str, words: int, dice: random.Random) -> str:
    parts = text.split()
    for place in dice.sample(range(len(parts)), words):
        parts[place] = "changed"
    return " ".join(parts)


def test_the_pairs_are_those_of_brute_force() -> None:
    dice = random.Random(7)
    texts = [" ".join(dice.choices(WORDS, k=dice.randint(20, 80))) for _ in range(150)]
    texts += [changed(texts[i], i % 4, dice) for i in range(60)]
    expected = brute_force(texts, 0.8)
    found = {(p.left, p.right): p.similarity for p in near_duplicates(texts, words=str.split)}
    assert found == pytest.approx(expected)
    assert 30 < len(found) < 100


def test_the_most_alike_come_first_and_case_is_the_callers_choice() -> None:
    texts = ["a b c d e f g h i j", "x", "a b c d e f g h i j k", "A b c d e f g h i j"]
    found = near_duplicates(texts, words=lambda text: text.casefold().split())
    assert found[0] == NearPair(0, 3, 1.0)
    assert [(p.left, p.right) for p in found] == [(0, 3), (0, 2), (2, 3)]
    assert found[1].similarity == pytest.approx(8 / 9)


def test_empty_texts_are_no_duplicates_of_each_other() -> None:
    assert near_duplicates(["", "", " "], words=str.split) == []


def test_many_copies_are_each_a_pair_with_the_first() -> None:
    found = near_duplicates(["one two three four"] * 200, words=str.split)
    assert {(p.left, p.right) for p in found} == {(0, other) for other in range(1, 200)}


def test_it_tells_how_far_it_is_and_can_be_cancelled() -> None:
    progress: list[tuple[int, int]] = []
    near_duplicates(["a b c"] * 3, words=str.split, on_progress=lambda *s: progress.append(s))
    assert progress == [(0, 3)]
    with pytest.raises(Cancelled):
        near_duplicates(["a b c"], words=str.split, cancel=lambda: True)
