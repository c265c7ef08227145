"""Queries without an answer: read beside the query set, kept apart from it, and copied along."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from corpora.builtin.senses import open_senses
from corpora.importing.importing import Source, import_corpus
from corpora.importing.normal_form import write_normal_form
from corpora.readers.reader import read_corpus
from corpora.stores.library import Library
from engine.types import CrossExamError
from tests.pets import write_pets

ROW = '{"_id": "n1", "text": "price of a parrot", "metadata": {"tags": ["near"]}}\n'


def test_senses_brings_queries_without_an_answer_that_are_part_of_no_query_set() -> None:
    corpus = open_senses()
    tags = Counter(tag for query in corpus.unanswerable for tag in query.tags)
    assert tags == {"off-topic": 8, "near-topic": 8, "missing-sense": 8, "plausible": 8}
    texts = {query.text.casefold() for query in corpus.queries}
    assert not texts & {query.text.casefold() for query in corpus.unanswerable}
    ids = {query.query_id for query in corpus.unanswerable}
    assert not ids & {qrel.query_id for qrel in corpus.qrels}
    assert all(query.note for query in corpus.unanswerable)


def test_a_folder_brings_them_in_a_file_of_their_own_and_an_import_keeps_them(
    tmp_path: Path,
) -> None:
    pets = write_pets(tmp_path)
    assert read_corpus(pets).unanswerable == ()
    (pets / "unanswerable.jsonl").write_text(ROW)
    corpus = read_corpus(pets)
    assert [(q.query_id, q.text, q.tags) for q in corpus.unanswerable] == [
        ("n1", "price of a parrot", ("near",))
    ]
    assert len(corpus.queries) == len(read_corpus(write_pets(tmp_path / "other")).queries)
    copied = read_corpus(write_normal_form(tmp_path / "imports", corpus, {}))
    assert copied.unanswerable == corpus.unanswerable
    library = Library(tmp_path / "cache")
    imported = import_corpus(library, Source(pets), "pets", windows=lambda *_: [])
    assert "4 queries, 7 judgments, 1 query without an answer." in imported.sentence
    assert library.open("pets").unanswerable == corpus.unanswerable


def test_a_folder_of_tables_brings_them_too(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("id,text\nd1,a parrot talks\nd2,a cat purrs\n")
    (tmp_path / "queries.csv").write_text("id,text\nq1,parrot\n")
    (tmp_path / "unanswerable.csv").write_text("id,text\nn1,price of a parrot\n")
    corpus = read_corpus(tmp_path)
    assert corpus.info.documents == 2
    assert [query.text for query in corpus.queries] == ["parrot"]
    assert [query.text for query in corpus.unanswerable] == ["price of a parrot"]
    assert corpus.warnings == ()


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('{"_id": "q1", "text": "price of a parrot"}', "the id 'q1'"),
        ('{"_id": "n1", "text": "Python Snake"}', "the text 'Python Snake'"),
    ],
)
def test_a_query_that_is_in_both_files_is_refused_by_its_id_or_text(
    tmp_path: Path, row: str, what: str
) -> None:
    pets = write_pets(tmp_path)
    (pets / "unanswerable.jsonl").write_text(row + "\n")
    with pytest.raises(CrossExamError, match=f"unanswerable.jsonl: {what} is also that of"):
        read_corpus(pets)
