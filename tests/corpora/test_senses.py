"""What the bundled corpus promises; skipped until its texts are there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpora import senses
from corpora.corpus import Corpus
from corpora.senses import open_senses
from search.types import CrossExamError

HERE = pytest.mark.skipif(
    not (senses.FOLDER / "corpus.jsonl").is_file(), reason="the texts of senses are not here yet"
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return open_senses()


def test_a_missing_folder_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(senses, "FOLDER", tmp_path / "gone")
    with pytest.raises(CrossExamError, match="is missing: reinstall"):
        open_senses()


@HERE
def test_it_has_320_passages_and_70_queries(corpus: Corpus) -> None:
    assert corpus.info.name == "senses"
    assert corpus.info.documents >= 320
    assert len(corpus.queries) >= 70
    assert corpus.warnings == ()


@HERE
def test_every_query_has_a_best_passage_eight_judgments_and_a_tag(corpus: Corpus) -> None:
    for query in corpus.queries:
        judged = corpus.judgments(query.query_id)
        assert max(judged.values(), default=0) == 3, query
        assert len(judged) >= 8, query
        assert query.tags, query
    assert {qrel.relevance for qrel in corpus.qrels} <= {0, 1, 2, 3}


@HERE
def test_passages_are_short_but_for_eight_long_ones(corpus: Corpus) -> None:
    documents = corpus.store.get(corpus.store.ids())
    words = {doc.doc_id: len(doc.text.split()) for doc in documents}
    assert sum(count > 400 for count in words.values()) >= 8
    assert sum(15 <= count <= 120 for count in words.values()) >= 320


@HERE
def test_the_two_pythons_are_there(corpus: Corpus) -> None:
    titles = Counter(doc.title for doc in corpus.store.get(corpus.store.ids()))
    assert titles["Ball python care guide"] == titles["Python programming tutorial"] == 1
    assert corpus.query_for_text("python snake") is not None
