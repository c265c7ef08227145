"""What the bundled corpus promises; skipped until its texts are there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpora.builtin import senses
from corpora.builtin.senses import open_senses
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError

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
def test_it_has_exactly_the_passages_queries_and_tags_that_it_was_written_with(
    corpus: Corpus,
) -> None:
    assert (corpus.info.name, corpus.info.documents, len(corpus.queries)) == ("senses", 472, 85)
    assert corpus.info.fingerprint == "aa023d40b93107d6"
    assert corpus.warnings == ()
    assert Counter(tag for query in corpus.queries for tag in query.tags) == {
        "ambiguous": 41, "synonyms": 12, "numbers": 10, "long-document": 10, "entities": 7,
        "no-overlap": 7, "acronyms": 5, "word-order": 5, "negation": 4, "typos": 4,
    }  # fmt: skip


@HERE
def test_every_judgment_of_its_file_is_read_and_counted_as_the_docs_say(corpus: Corpus) -> None:
    lines = (senses.FOLDER / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    written = {(q, d): int(grade) for q, d, grade in (line.split("\t") for line in lines)}
    assert len(written) == len(lines)
    assert {(q.query_id, q.doc_id): q.relevance for q in corpus.qrels} == written
    docs = (Path(__file__).parents[3] / "docs" / "corpora.md").read_text(encoding="utf-8")
    counts = f"{corpus.info.documents} documents and {len(corpus.queries)} queries"
    assert f"{counts} with {len(corpus.qrels):,} graded judgments" in docs


@HERE
def test_every_query_has_a_best_passage_eight_judgments_and_a_tag(corpus: Corpus) -> None:
    for query in corpus.queries:
        judged = corpus.judgments(query.query_id)
        assert max(judged.values(), default=0) == 3, query
        assert len(judged) >= 8, query
        assert query.tags, query
    assert {qrel.relevance for qrel in corpus.qrels} <= {0, 1, 2, 3}


@HERE
def test_passages_are_short_but_for_ten_long_ones(corpus: Corpus) -> None:
    documents = corpus.store.get(corpus.store.ids())
    words = {doc.doc_id: len(doc.text.split()) for doc in documents}
    assert sum(count > 400 for count in words.values()) == 10
    assert sum(15 <= count <= 120 for count in words.values()) == 462


@HERE
def test_the_two_pythons_are_there(corpus: Corpus) -> None:
    titles = Counter(doc.title for doc in corpus.store.get(corpus.store.ids()))
    assert titles["Ball python care guide"] == titles["Python programming tutorial"] == 1
    assert corpus.query_for_text("python snake") is not None
