from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.readers.reader import read_corpus
from engine.types import CrossExamError, Qrel, Query

Beir = Callable[..., Path]
HEADER = "query-id\tcorpus-id\tscore\n"
DATA = os.environ.get("CROSSEXAM_DATA")


def refusal(path: Path) -> str:
    with pytest.raises(CrossExamError) as caught:
        read_corpus(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_documents_queries_and_judgments_are_read(beir: Beir) -> None:
    corpus = read_corpus(beir())
    assert (corpus.info.name, corpus.info.documents) == ("pets", 2)
    assert corpus.queries == (Query("q1", "python snake", ("a",), "n"),)
    assert corpus.qrels == (Qrel("q1", "d1", 3), Qrel("q1", "d2", 0))
    assert corpus.judgments("q1") == {"d1": 3, "d2": 0}
    assert corpus.judgments("q9") == {}
    assert corpus.warnings == ()
    assert corpus.description == (
        "A BEIR folder with 1 query, 2 judgments (test.tsv), of 2 documents"
    )


def test_metadata_becomes_fields_as_text(beir: Beir) -> None:
    row = {"_id": "d1", "text": "t", "metadata": {"url": "u", "n": 1, "l": ["é"], "no": None}}
    corpus = read_corpus(beir(corpus=json.dumps(row), qrels=HEADER))
    assert corpus.store.get(["d1"])[0].fields == {"url": "u", "n": "1", "l": '["é"]'}


def test_queries_and_judgments_are_optional(beir: Beir) -> None:
    folder = beir()
    (folder / "queries.jsonl").unlink()
    (folder / "qrels" / "test.tsv").unlink()
    corpus = read_corpus(folder)
    assert (corpus.queries, corpus.qrels) == ((), ())


def bare(folder: Path) -> Path:
    """The folder with its documents alone."""
    (folder / "queries.jsonl").unlink()
    (folder / "qrels" / "test.tsv").unlink()
    return folder


def test_files_of_other_names_beside_the_corpus_are_neither_queries_nor_judgments(
    beir: Beir,
) -> None:
    folder = bare(beir())
    (folder / "labels.json").write_text('{"0": "sports"}')
    (folder / "query_stats.csv").write_text("day,count\n1,2\n")
    (folder / "import.json").write_text('{"what": "settings of ours"}')
    corpus = read_corpus(folder)
    assert (corpus.queries, corpus.qrels) == ((), ())
    assert corpus.warnings == (
        "3 files were passed over: 'import.json', 'labels.json', 'query_stats.csv'",
    )


def test_a_guessed_file_that_cannot_be_read_is_passed_over_with_a_note(beir: Beir) -> None:
    folder = bare(beir())
    (folder / "queries.json").write_text('{"0": 7}')
    (folder / "qrels.csv").write_text("a\n")
    corpus = read_corpus(folder)
    assert (corpus.queries, corpus.qrels, corpus.info.documents) == ((), (), 2)
    first, second = corpus.warnings
    assert first.startswith("queries.json: passed over, for it could not be read as its name says")
    assert second.startswith("qrels.csv: passed over, for it could not be read as its name says")


def test_only_the_folder_itself_is_looked_at_and_no_link(
    beir: Beir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bare(beir())
    (tmp_path / "elsewhere.tsv").write_text("q9\tpython\n")
    (folder / "topics.tsv").symlink_to(tmp_path / "elsewhere.tsv")
    (folder / ".queries.csv").write_text("id,text\nq9,python\n")
    monkeypatch.setattr("corpora.readers.folders.visible_files", lambda _: 1 / 0)
    corpus = read_corpus(folder)
    assert (corpus.queries, corpus.warnings) == ((), ())


def test_the_facts_of_an_import_are_not_named_as_passed_over(beir: Beir) -> None:
    folder = beir()
    (folder / "import.json").write_text('{"name": "pets", "files": []}')
    assert read_corpus(folder).warnings == ()


def test_test_judgments_are_preferred_then_dev_then_train(beir: Beir) -> None:
    folder = beir()
    for name, relevance in (("train.tsv", 1), ("dev.tsv", 2)):
        (folder / "qrels" / name).write_text(f"{HEADER}q1\td1\t{relevance}\n")
    assert read_corpus(folder).judgments("q1")["d1"] == 3
    (folder / "qrels" / "test.tsv").unlink()
    assert read_corpus(folder).judgments("q1")["d1"] == 2


def test_a_folder_without_corpus_says_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "readme.pdf").write_text("x")
    (tmp_path / "cache").mkdir()
    assert "no corpus.jsonl in the folder; found 'cache', 'readme.pdf'" in refusal(tmp_path)


def test_judgments_of_unknown_documents_stay_and_are_counted(beir: Beir) -> None:
    corpus = read_corpus(beir(qrels=f"{HEADER}q1\td1\t1\nq1\tgone\t2\nq1\tgone2\t2\n"))
    assert corpus.judgments("q1") == {"d1": 1, "gone": 2, "gone2": 2}
    assert corpus.warnings == (
        "qrels/test.tsv: 2 judgments name documents that the corpus does not hold "
        "('gone', 'gone2'); they count as never found",
    )


def test_a_judgment_repeated_unchanged_is_taken_once(beir: Beir) -> None:
    assert len(read_corpus(beir(qrels=f"{HEADER}q1\td1\t1\nq1\td1\t1\n")).qrels) == 1


@pytest.mark.parametrize(
    ("row", "error_message"),
    [
        ("q1\td2\thigh", "the relevance 'high' is no number and no known word"),
        ("q1\td2\t²", "the relevance '²' is no number and no known word"),
        ("q1\td2\t1e400", "the relevance '1e400' is no number"),
        ("q1\td2", "2 cells, not 3"),
        ("q1 d2 1", "'q1 d2 1' has no tabs in it, the other rows do: write 3 cells"),
        ("q1\t0\td2\t1", "4 cells, not 3"),
        ("q9\td2\t1", "no query has the id 'q9'"),
        ("q1\td1\t2", "relevance 2 here and 1 in line 2"),
    ],
)
def test_a_bad_judgment_is_named_by_file_and_line(beir: Beir, row: str, error_message: str) -> None:
    message = refusal(beir(qrels=f"{HEADER}q1\td1\t1\n{row}\n"))
    assert "test.tsv:3: " in message
    assert error_message in message


def test_judgments_without_a_header_lose_none(beir: Beir) -> None:
    corpus = read_corpus(beir(qrels="q1\td1\t1\nq1\td2\t2.0\n"))
    assert corpus.qrels == (Qrel("q1", "d1", 1), Qrel("q1", "d2", 2))


@pytest.mark.parametrize(
    ("query", "error_message"),
    [
        ({"_id": "q1", "text": "again"}, "the id 'q1' is already in line 1"),
        ({"_id": "q2", "text": " "}, "text is empty"),
        ({"_id": "q2"}, "no 'text' or 'query' or 'query_text'; found '_id'"),
        ({"_id": "q2", "text": "t", "metadata": {"tags": "one"}}, "'tags' is 'one', not a list"),
        ({"_id": "q2", "text": "t", "metadata": {"note": 1}}, "'note' is 1 (int), not a string"),
        ({"_id": "q2", "text": "t", "metadata": []}, "'metadata' is [], not an object"),
    ],
)
def test_a_bad_query_is_named_by_file_and_line(
    beir: Beir, query: dict[str, object], error_message: str
) -> None:
    lines = json.dumps({"_id": "q1", "text": "t"}) + "\n" + json.dumps(query)
    message = refusal(beir(queries=lines))
    assert "queries.jsonl:2: " in message
    assert error_message in message


def test_a_query_is_found_by_its_text_whatever_its_case(beir: Beir) -> None:
    corpus = read_corpus(beir())
    assert corpus.query_for_text("  Python SNAKE ") == corpus.queries[0]
    assert corpus.query_for_text("python") is None


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="CROSSEXAM_DATA is not set")
@pytest.mark.parametrize(
    ("name", "documents", "queries", "judgments", "empty"),
    [("scifact", 5183, 300, 339, []), ("cranfield", 1400, 225, 1837, ["471", "995"])],
)
def test_public_collections_are_read_whole(
    name: str, documents: int, queries: int, judgments: int, empty: list[str]
) -> None:
    corpus = read_corpus(Path(DATA or "") / name)
    assert corpus.info.documents == len(corpus.store) == documents
    assert (len(corpus.queries), len(corpus.qrels)) == (queries, judgments)
    assert [warning.split("'")[1] for warning in corpus.warnings] == empty
