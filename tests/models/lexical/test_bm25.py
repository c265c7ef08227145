"""BM25 by hand, against bm25s, and against the formula written out once more."""

from __future__ import annotations

import math
import random

import bm25s
import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from engine.search.stages.lexical import LexicalRetriever
from models.lexical.bm25 import LARGE, PROGRESS_EVERY, BM25Index
from models.lexical.terms import terms

TEXTS = [
    "Python snake, python care",  # 4 terms, python twice
    "A snake in the grass",  # 2 terms: snake, grass
    "Java island",  # 2
    "Jupiter and Mars and Venus and Saturn",  # 4
    "a bank of the river",  # 2: bank, river
]


def test_scores_by_hand() -> None:
    """N = 5, lengths 4 2 2 4 2, mean 14/5 = 2.8; k1 = 1.5, b = 0.75.

    python is in one document: idf = ln(1 + (5 - 1 + 0.5) / (1 + 0.5)) = ln 4 = 1.3863
    snake is in two: idf = ln(1 + (5 - 2 + 0.5) / (2 + 0.5)) = ln 2.4 = 0.8755
    document 0: length part 1.5 (0.25 + 0.75 * 4 / 2.8) = 1.9821
      python: 1.3863 * 2 * 2.5 / (2 + 1.9821) = 1.7406
      snake:  0.8755 * 1 * 2.5 / (1 + 1.9821) = 0.7339, in all 2.4746
    document 1: length part 1.5 (0.25 + 0.75 * 2 / 2.8) = 1.1786
      snake:  0.8755 * 2.5 / (1 + 1.1786) = 1.0046
    """
    index = BM25Index.from_texts(TEXTS)
    scores = index.scores(index.terms("the PYTHON snake"))
    assert scores.tolist() == pytest.approx([2.4746, 1.0046, 0, 0, 0], abs=1e-4)
    long = 1.5 * (0.25 + 0.75 * 4 / 2.8)
    exact = math.log(4) * 5 / (2 + long) + math.log(2.4) * 2.5 / (1 + long)
    assert scores[0] == pytest.approx(exact, rel=1e-12)
    assert len(index) == 5


def test_a_term_asked_for_twice_counts_twice() -> None:
    index = BM25Index.from_texts(TEXTS)
    assert index.scores(["snake", "snake"]) == pytest.approx(2 * index.scores(["snake"]))


@pytest.mark.parametrize("large", [LARGE, 1])
@pytest.mark.parametrize(
    ("texts", "query", "order"),
    [
        (["the ferry leaves", "bring a coat"], "ferry", [0]),  # in half: Okapi's idf is 0
        (["the ferry leaves the pier", "a ferry", "evening coat", "train"], "ferry", [1, 0]),
        (["ferry ferry pier", "ferry bus", "ferry coat", "train"], "ferry", [0, 1, 2]),  # in most
        (["ferry one", "ferry two", "ferry three"], "ferry", [0, 1, 2]),  # in all
        (["ferry"], "ferry", [0]),
        (["ferry one", "ferry two", "ferry three"], "ferry three", [2, 0, 1]),
        (["ferry one", "ferry two", "ferry three"], "three three", [2]),
    ],
)
def test_a_document_that_shares_a_term_matches_however_common_the_term_is(
    texts: list[str], query: str, order: list[int], large: int
) -> None:
    index = BM25Index.from_texts(texts, large=large)
    ranking, _ = LexicalRetriever(index, [f"d{i}" for i in range(len(texts))]).retrieve(query, 10)
    assert ranking.ids() == [f"d{i}" for i in order]
    assert all(hit.score > 0 for hit in ranking.hits)


@pytest.mark.parametrize("large", [LARGE, 1])
@pytest.mark.parametrize("seed", range(3))
def test_just_the_documents_that_share_a_term_score_above_0(seed: int, large: int) -> None:
    draw = random.Random(seed)
    for size in (1, 2, 3, 8, 30):
        texts = [" ".join(draw.choices("abcdefghij", k=draw.randrange(5))) for _ in range(size)]
        index = BM25Index.from_texts(texts, large=large)
        for _ in range(20):
            query = draw.choices("bcdefghijk", k=draw.randrange(1, 4))
            sharing = [bool(set(query) & set(text.split())) for text in texts]
            scores = index.scores(query)
            assert (scores > 0).tolist() == sharing
            assert (scores != 0).tolist() == sharing


def corpus() -> list[str]:
    """300 documents over 400 words by Zipf's law, of 5 to 80 words."""
    draw = random.Random(11)
    words = [f"w{i}" for i in range(400)]
    weights = [1 / (i + 1) for i in range(400)]
    return [" ".join(draw.choices(words, weights, k=draw.randrange(5, 80))) for _ in range(300)]


def test_scores_are_those_of_bm25s_with_lucenes_idf() -> None:
    """bm25s' "lucene" leaves out the constant k1 + 1; here every term may be asked for."""
    texts = corpus()
    tokenised = [terms(text) for text in texts]
    theirs = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    theirs.index(tokenised, show_progress=False)
    ours = BM25Index.from_texts(texts)
    draw = random.Random(5)
    words = sorted({word for tokens in tokenised for word in tokens})
    queries = [["w0"], ["w0", "w1", "w2"], *(draw.sample(words, 4) for _ in range(25))]
    for query in queries:
        mine = ours.scores(query)
        np.testing.assert_allclose(mine, theirs.get_scores(query) * 2.5, rtol=1e-4, atol=1e-5)
        assert mine.max() > 0


def test_scores_of_rare_terms_differ_from_rank_bm25s_by_the_idf_alone() -> None:
    """Okapi's own idf, ln((N - n + 0.5) / (n + 0.5)), is what rank-bm25 weighs a term with."""
    texts = corpus()
    tokenised = [terms(text) for text in texts]
    theirs, ours = BM25Okapi(tokenised), BM25Index.from_texts(texts)
    compared = 0
    for word in sorted({word for tokens in tokenised for word in tokens}):
        n = sum(word in tokens for tokens in tokenised)
        if n < len(texts) / 2:
            ratio = (len(texts) - n + 0.5) / (n + 0.5)
            expected = theirs.get_scores([word]) * math.log(1 + ratio) / math.log(ratio)
            np.testing.assert_allclose(ours.scores([word]), expected, rtol=1e-9)
            compared += 1
    assert compared > 200


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
    progress: list[tuple[int, int]] = []
    total = 2 * PROGRESS_EVERY + 1
    BM25Index.from_texts(["snake"] * total, lambda done, n: progress.append((done, n)))
    assert progress == [(PROGRESS_EVERY, total), (2 * PROGRESS_EVERY, total), (total, total)]


@pytest.mark.parametrize("seed", range(4))
def test_bm25s_gives_a_large_corpus_the_scores_of_rank_bm25(seed: int) -> None:
    """Terms of most documents, repeats, unknown terms and empty documents included."""
    draw = random.Random(seed)
    texts = [*corpus(), "", "w0 " * 40, "stray"]
    draw.shuffle(texts)
    small, large = BM25Index.from_texts(texts), BM25Index.from_texts(texts, large=1)
    assert (small.name, large.name) == (
        "BM25 (Lucene's idf)",
        "BM25 (Lucene's idf, by bm25s)",
    )
    ids = [f"d{i}" for i in range(len(texts))]
    one, other = LexicalRetriever(small, ids), LexicalRetriever(large, ids)
    queries = [["w0"], ["w0", "w1", "w399"], ["unknown"], ["stray", "unknown"], ["w2", "w2", "w7"]]
    queries += [[f"w{draw.randrange(400)}" for _ in range(draw.randrange(1, 7))] for _ in range(40)]
    common = 0
    for query in queries:
        expected, found = small.scores(query), large.scores(query)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
        ours, theirs = (r.retrieve(" ".join(query), 50)[0].hits for r in (one, other))
        assert [hit.doc_id for hit in ours] == [hit.doc_id for hit in theirs]
        common += int("w0" in query)
    assert common >= 2
    assert sum("w0" in terms(text) for text in texts) > len(texts) / 2


def test_a_large_corpus_without_a_term_scores_nothing() -> None:
    index = BM25Index.from_texts(["the of", "and"], large=1)
    assert index.scores(["snake"]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("large", [LARGE, 1])
def test_a_small_corpus_lists_the_document_that_holds_both_words_first(large: int) -> None:
    """Half of the documents hold "python": that must neither count against them nor as nothing."""
    texts = [
        "python indentation: python blocks are marked by indentation",
        "a python list grows as you append",
        "keep python packages apart with venv",
        "the ball python is a calm snake",
        "a corn snake eats mice",
        "keep the terrarium warm and moist",
        "a vet checks reptiles once a year",
        "java loops use braces",
    ]
    index = BM25Index.from_texts(texts, large=large)
    ranking, _ = LexicalRetriever(index, list("abcdefgh")).retrieve("python snake", 10)
    assert set(ranking.ids()) == set("abcde")
    assert ranking.ids(2) == ["d", "e"]


@pytest.mark.parametrize("large", [LARGE, 1])
@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("桜", ["ja"]),
        ("桜が", ["ja"]),
        ("上野公園", ["ja"]),
        ("故乡", ["zh"]),
        ("月", ["ja", "zh"]),
        ("แมว", ["th"]),
        ("กลางวัน", ["th"]),
        ("pier", ["en"]),
        ("東京", []),
    ],
)
def test_words_within_a_run_without_blanks_are_matched(
    query: str, matches: list[str], large: int
) -> None:
    texts = {
        "ja": "上野の桜 上野公園では三月末に桜が咲く。",
        "zh": "月夜 游子在月夜里思念故乡。",
        "th": "แมวชอบนอนกลางวัน",
        "en": "Harbour Ships wait at the pier.",
    }
    index = BM25Index.from_texts(list(texts.values()), large=large)
    ranking, _ = LexicalRetriever(index, list(texts)).retrieve(query, 10)
    assert sorted(ranking.ids()) == matches
