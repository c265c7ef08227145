from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from components.corpora.lengths import ModelRoom, unknown_sentence
from corpora.statistics.figures import Reader, Term, corpus_figures, guess_languages
from corpora.statistics.projection import has_umap, pca, umap
from corpora.stores.memory_store import MemoryStore
from engine.types import BI_ENCODER, Cancelled, CrossExamError, Document, Floats

TEXTS = [
    "The snake sleeps in the warm grass today",
    "Die Schlange schläft heute im warmen Gras und träumt",
    "snake snake",
    "",
    "The snake sleeps in the warm grass today",
]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore.from_documents(
        Document(str(i), text, "A" if i == 2 else "") for i, text in enumerate(TEXTS)
    )


def counts(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Tokens between blanks; "heute" is unknown, and all of the third text."""
    return [(len(t.split()), t.count("heute") + 3 * (t == "A snake snake")) for t in texts]


READER = Reader("m", BI_ENCODER, 10, 2, counts)


def test_lengths_and_what_is_cut_are_counted_over_title_and_text(store: MemoryStore) -> None:
    (reading,) = corpus_figures(store, [READER], terms=str.split).readings
    assert reading.lengths.tolist() == [8, 9, 3, 0, 8]
    assert (reading.room(), reading.cut()) == (8, 1)
    assert reading.unread_share() == pytest.approx(1 / 28)
    assert (reading.room(3), reading.cut(3)) == (5, 3)
    assert reading.unread_share(3) == pytest.approx((3 + 4 + 3) / 28)
    assert reading.room(50) == 0


def test_documents_with_words_that_a_model_cannot_read_are_counted(store: MemoryStore) -> None:
    (reading,) = corpus_figures(store, [READER], terms=str.split).readings
    assert reading.unknown.tolist() == [0, 1, 3, 0, 0]
    assert (reading.with_unknown, reading.unreadable) == (2, 1)
    assert reading.unknown_share == pytest.approx(4 / 28)
    room = ModelRoom("m", BI_ENCODER, 10, 8, 1, 5, 0.1, 2, 1, 4 / 28)
    assert unknown_sentence([room]) == (
        "The bi-encoder cannot read every word of 2 of 5 documents (14.3% of all tokens), and no "
        "word of 1. Such a word becomes [UNK], the same token for every unknown word."
    )
    assert unknown_sentence([replace(room, with_unknown=0)]) == ""


def test_terms_are_counted_by_occurrence_and_by_document(store: MemoryStore) -> None:
    found = corpus_figures(store, [], terms=lambda text: text.lower().split())
    assert found.terms[:2] == (Term("snake", 4, 3), Term("the", 4, 2))
    assert (found.words, found.documents) == (28, 5)
    assert found.vocabulary == 17
    assert found.once == 10


def test_stop_words_are_counted_but_not_listed(store: MemoryStore) -> None:
    found = corpus_figures(
        store, [], terms=lambda text: text.lower().split(), unlisted=frozenset({"the"})
    )
    assert "the" not in {term.term for term in found.terms}
    assert found.terms[0] == Term("snake", 4, 3)
    assert (found.words, found.vocabulary) == (28, 17), "they are words all the same"


@pytest.mark.parametrize("documents", [999, 1000, 1001, 1999, 2000, 2500])
def test_languages_are_guessed_on_at_most_a_thousand_documents(documents: int) -> None:
    texts = ["the snake sleeps in the warm grass"] * documents
    _, guessed = guess_languages(texts, lambda *_: None)
    assert 0 < guessed <= 1000
    assert guessed == -(-documents // -(-documents // 1000))


def test_languages_are_guessed_where_there_are_letters_enough(store: MemoryStore) -> None:
    found = corpus_figures(store, [], terms=str.split)
    assert found.languages == (("en", 2), ("de", 1))
    assert found.guessed == 3


def test_duplicates_are_told_by_their_places(store: MemoryStore) -> None:
    (pair,) = corpus_figures(store, [], terms=str.split).duplicates
    assert (pair.left, pair.right, pair.similarity) == (0, 4, 1.0)


def test_nearly_the_same_text_without_blanks_is_a_duplicate() -> None:
    text = "北京大学的学生在山上看中国文学和历史书"
    near = MemoryStore.from_documents([Document("1", text), Document("2", text + "了")])
    (pair,) = corpus_figures(near, [], terms=str.split).duplicates
    assert pair.similarity == 17 / 18


def test_counting_can_be_cancelled(store: MemoryStore) -> None:
    with pytest.raises(Cancelled):
        corpus_figures(store, [], terms=str.split, cancel=lambda: True)


@pytest.fixture
def cloud() -> Floats:
    random = np.random.default_rng(3)
    spread = np.array([5, 2, 0.5, 0.1, 0.1], np.float32)
    points: Floats = (random.normal(size=(300, 5)) * spread).astype(np.float32)
    return points + 3


def test_the_map_is_that_of_a_singular_value_decomposition(cloud: Floats) -> None:
    drawn = pca(cloud)
    left, values, _ = np.linalg.svd(cloud - cloud.mean(axis=0), full_matrices=False)
    expected = (left * values)[:, :2]
    np.testing.assert_allclose(np.abs(drawn.points), np.abs(expected), atol=1e-3)
    assert drawn.explained == pytest.approx((values[:2] ** 2).sum() / (values**2).sum(), rel=1e-4)
    np.testing.assert_allclose(drawn.place(cloud[:4]), drawn.points[:4], atol=1e-5)
    np.testing.assert_array_equal(pca(cloud).points, drawn.points)


def test_a_large_corpus_is_drawn_by_a_sample_at_even_distances(cloud: Floats) -> None:
    drawn = pca(cloud, most=100)
    assert drawn.shown == tuple(range(0, 300, 3))
    np.testing.assert_allclose(drawn.points, pca(cloud).points[::3], atol=1e-5)


def test_one_document_and_none_are_no_trouble() -> None:
    assert pca(np.ones((1, 4), np.float32)).points.tolist() == [[0, 0]]
    assert pca(np.ones((3, 1), np.float32)).points.shape == (3, 2)
    with pytest.raises(CrossExamError, match="no embeddings to draw"):
        pca(np.ones((0, 4), np.float32))


@pytest.mark.skipif(has_umap(), reason="umap-learn is installed")
def test_umap_says_how_to_get_it(cloud: Floats) -> None:
    with pytest.raises(CrossExamError, match="pip install umap-learn"):
        umap(cloud)
