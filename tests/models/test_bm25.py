"""BM25 by hand and against bm25s."""

from __future__ import annotations

import math
import random

import bm25s
import numpy as np
import pytest

from models.bm25 import PROGRESS_EVERY, BM25Index
from models.lexical import terms
from search.lexical import LexicalRetriever

TEXTS = [
    "Python snake, python care",  # 4 terms, python twice
    "A snake in the grass",  # 2 terms: snake, grass
    "Java island",  # 2
    "Jupiter and Mars and Venus and Saturn",  # 4
    "a bank of the river",  # 2: bank, river
]


def test_scores_by_hand() -> None:
    """N = 5, lengths 4 2 2 4 2, mean 14/5 = 2.8; k1 = 1.5, b = 0.75.

    python is in one document: idf = ln((5 - 1 + 0.5) / (1 + 0.5)) = ln 3 = 1.0986
    snake is in two: idf = ln((5 - 2 + 0.5) / (2 + 0.5)) = ln 1.4 = 0.3365
    document 0: length part 1.5 (0.25 + 0.75 * 4 / 2.8) = 1.9821
      python: 1.0986 * 2 * 2.5 / (2 + 1.9821) = 1.3794
      snake:  0.3365 * 1 * 2.5 / (1 + 1.9821) = 0.2821, in all 1.6615
    document 1: length part 1.5 (0.25 + 0.75 * 2 / 2.8) = 1.1786
      snake:  0.3365 * 2.5 / (1 + 1.1786) = 0.3861
    """
    index = BM25Index.from_texts(TEXTS)
    scores = index.scores(index.terms("the PYTHON snake"))
    assert scores.tolist() == pytest.approx([1.6615, 0.3861, 0, 0, 0], abs=1e-4)
    long = 1.5 * (0.25 + 0.75 * 4 / 2.8)
    exact = math.log(3) * 5 / (2 + long) + math.log(1.4) * 2.5 / (1 + long)
    assert scores[0] == pytest.approx(exact, rel=1e-12)
    assert len(index) == 5


def test_a_term_asked_for_twice_counts_twice() -> None:
    index = BM25Index.from_texts(TEXTS)
    assert index.scores(["snake", "snake"]) == pytest.approx(2 * index.scores(["snake"]))


def test_a_term_that_most_documents_hold_gets_a_quarter_of_the_mean_idf() -> None:
    """ "snake" is in 3 of 4: its idf would be ln(1.5 / 3.5) < 0; the others' are ln(3.5 / 1.5)."""
    index = BM25Index.from_texts(["snake a1", "snake b1", "snake c1", "d1 e1"])
    rare, common = math.log(3.5 / 1.5), math.log(1.5 / 3.5)
    mean = (5 * rare + common) / 6
    assert index.scores(["snake"]).tolist() == pytest.approx([0.25 * mean] * 3 + [0.0])


def corpus() -> list[str]:
    """300 documents over 400 words by Zipf's law, of 5 to 80 words."""
    draw = random.Random(11)
    words = [f"w{i}" for i in range(400)]
    weights = [1 / (i + 1) for i in range(400)]
    return [" ".join(draw.choices(words, weights, k=draw.randrange(5, 80))) for _ in range(300)]


def test_scores_are_those_of_bm25s() -> None:
    """bm25s' "robertson" has Okapi's idf and leaves out the constant k1 + 1.

    They treat terms that more than half of the documents hold in different ways, so only
    terms with a positive idf are asked for.
    """
    texts = corpus()
    tokenised = [terms(text) for text in texts]
    frequency = {w: sum(w in tokens for tokens in tokenised) for w in {*sum(tokenised, [])}}  # noqa: RUF017
    rare = sorted(word for word, n in frequency.items() if 0 < n < len(texts) / 2)
    assert len(rare) > 200
    theirs = bm25s.BM25(method="robertson", k1=1.5, b=0.75)
    theirs.index(tokenised, show_progress=False)
    ours = BM25Index.from_texts(texts)
    draw = random.Random(5)
    for _ in range(25):
        query = draw.sample(rare, 4)
        mine = ours.scores(query)
        np.testing.assert_allclose(mine, theirs.get_scores(query) * 2.5, rtol=1e-4, atol=1e-5)
        assert mine.max() > 0


@pytest.mark.parametrize("query", ["", "the of and", "zebra"])
def test_a_query_without_a_known_term_scores_zero_everywhere(query: str) -> None:
    index = BM25Index.from_texts(TEXTS)
    assert index.scores(index.terms(query)).tolist() == [0.0] * 5


def test_texts_without_any_term_score_zero() -> None:
    index = BM25Index.from_texts(["", "the of", "…"])
    assert index.scores(["snake"]).tolist() == [0.0] * 3
    assert len(index) == 3
    assert BM25Index.from_texts([]).scores(["snake"]).tolist() == []


def test_an_empty_document_among_others_scores_zero() -> None:
    assert (
        BM25Index.from_texts(["snake", "", "grass", "moss"]).scores(["snake"]).tolist()[1:]
        == [0.0] * 3
    )


def test_progress_is_told_in_steps_and_at_the_end() -> None:
    told: list[tuple[int, int]] = []
    total = 2 * PROGRESS_EVERY + 1
    BM25Index.from_texts(["snake"] * total, lambda done, n: told.append((done, n)))
    assert told == [(PROGRESS_EVERY, total), (2 * PROGRESS_EVERY, total), (total, total)]


@pytest.mark.parametrize("seed", range(4))
def test_bm25s_gives_a_large_corpus_the_scores_of_rank_bm25(seed: int) -> None:
    """Common terms with a floored idf, repeats, unknown terms and empty documents included."""
    draw = random.Random(seed)
    texts = [*corpus(), "", "w0 " * 40, "stray"]
    draw.shuffle(texts)
    small, large = BM25Index.from_texts(texts), BM25Index.from_texts(texts, large=1)
    assert (small.name, large.name) == ("BM25Okapi", "BM25Okapi (bm25s)")
    ids = [f"d{i}" for i in range(len(texts))]
    one, other = LexicalRetriever(small, ids), LexicalRetriever(large, ids)
    queries = [["w0"], ["w0", "w1", "w399"], ["unknown"], ["stray", "unknown"], ["w2", "w2", "w7"]]
    queries += [[f"w{draw.randrange(400)}" for _ in range(draw.randrange(1, 7))] for _ in range(40)]
    floored = 0
    for query in queries:
        expected, found = small.scores(query), large.scores(query)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
        ours, theirs = (r.retrieve(" ".join(query), 50)[0].hits for r in (one, other))
        assert [hit.doc_id for hit in ours] == [hit.doc_id for hit in theirs]
        floored += int("w0" in query)
    assert floored >= 2
    assert sum("w0" in terms(text) for text in texts) > len(texts) / 2


def test_a_large_corpus_without_a_term_scores_nothing() -> None:
    index = BM25Index.from_texts(["the of", "and"], large=1)
    assert index.scores(["snake"]).tolist() == [0.0, 0.0]
