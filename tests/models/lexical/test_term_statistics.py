"""BM25 of a text by a corpus' statistics is what the corpus' own index gives it."""

from __future__ import annotations

import math

import pytest

from models.lexical.bm25 import BM25Index
from models.lexical.term_statistics import TermStatistics
from models.lexical.terms import terms

TEXTS = (
    "A ball python is a forgiving snake, and a snake of the desert is not",
    "Python programming",
    "",
    "The snake ate the ant, the ant did not mind: ants and snakes",
    "上野の動物園",
)
QUERIES = ("python snake", "snake snake", "the", "ants of the desert", "動物", "nothing here")


@pytest.mark.parametrize("query", QUERIES)
def test_a_text_of_the_corpus_has_its_score_in_the_index(query: str) -> None:
    statistics = TermStatistics.from_texts(TEXTS)
    expected = BM25Index.from_texts(TEXTS).scores(terms(query))
    assert [statistics.score(query, text) for text in TEXTS] == pytest.approx(expected.tolist())


def test_another_text_is_scored_by_the_formula() -> None:
    statistics = TermStatistics.from_texts(["ant bee", "ant", "cat cat cat"])  # 2 terms on average
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    length = 1.5 * (1 - 0.75 + 0.75 * 4 / 2)
    expected = idf * 2 * 2.5 / (2 + length)
    assert statistics.score("ant", "ant x ant y") == pytest.approx(expected)
    unseen = math.log(1 + 3.5 / 0.5)
    assert statistics.idf("dog") == pytest.approx(unseen)
    assert statistics.score("dog", "ant") == 0.0


def test_statistics_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no document"):
        TermStatistics.from_texts([])
    assert TermStatistics.from_texts(["", "the"]).score("ant", "ant") > 0.0
