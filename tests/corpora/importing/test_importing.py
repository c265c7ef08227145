from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from corpora.attached.attached_run_store import AttachedRunStore
from corpora.importing.importing import Imported, Source, add_judgments, import_corpus
from corpora.importing.splitting import Split
from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey
from corpora.readers.preview import preview
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.columns import Columns
from corpora.stores.database import Database
from corpora.stores.database_schema import OF_CORPUS, STAYS, rows_in_words
from corpora.stores.library import Library
from engine.types import Cancelled, CrossExamError, Document, Qrel, Query
from tests.library_rows import listed

Write = Callable[[str, "str | bytes"], Path]
Beir = Callable[..., Path]
ROW = '{"_id": "a", "title": "T", "text": "one", "year": 1999}\n'


def words_as_tokens(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    """Windows of `length` words, a new one every `stride`; a stand-in for a tokenizer."""
    places, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        places.append((start, at))
    spans = []
    for first in range(0, len(places), stride):
        window = places[first : first + length]
        spans.append((window[0][0], window[-1][1]))
        if first + length >= len(places):
            break
    return spans


def imported(path: Path, name: str = "mine", **options: object) -> Imported:
    read_options = options.pop("read_options", None)
    assert read_options is None or isinstance(read_options, ReadOptions)
    source = Source(path, **options)  # type: ignore[arg-type]
    return import_corpus(
        Library(), source, name, windows=words_as_tokens, read_options=read_options
    )


def test_a_corpus_is_copied_so_that_its_source_may_vanish(write: Write, cache: Path) -> None:
    path = write("notes.jsonl", ROW)
    outcome = imported(path)
    assert outcome.sentence == "mine: 1 document. Nothing was left out."
    path.unlink()
    corpus = Library().open("mine")
    assert corpus.store.get(["a"]) == [Document("a", "one", "T", fields={"year": "1999"})]
    assert corpus.info == outcome.corpus.info
    assert corpus.source == str(path)
    assert Path(outcome.entry.folder or "").parent == cache / "library"
    assert outcome.entry.kind == "imported"


def test_a_whole_beir_folder_keeps_queries_tags_and_judgments(beir: Beir) -> None:
    imported(beir())
    corpus = Library().open("mine")
    assert corpus.queries == (Query("q1", "python snake", ("a",), "n"),)
    assert corpus.qrels == (Qrel("q1", "d1", 3), Qrel("q1", "d2", 0))


def test_a_zipped_beir_folder_in_a_folder_is_the_same(beir: Beir, tmp_path: Path) -> None:
    folder = beir()
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "pets")
    assert (
        imported(Path(packed)).corpus.info.fingerprint == imported(folder, "same").entry.fingerprint
    )


def test_a_zip_of_one_table_is_that_table(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/a.csv", "id,text\nx,words\n")
        archive.writestr("__MACOSX/in/._a.csv", "rubbish")
    assert imported(path).corpus.store.get(["x"])[0].text == "words"


def test_columns_are_chosen_and_rows_numbered_by_their_line(write: Write) -> None:
    path = write("a.csv", "nr,head,story\n1,A,one\n1,B,two\n")
    corpus = imported(path, columns=Columns("story", "", "head")).corpus
    assert corpus.store.get(["2", "3"]) == [
        Document("2", "one", "A", fields={"nr": "1"}),
        Document("3", "two", "B", fields={"nr": "1"}),
    ]


def test_columns_of_jsonl_and_parquet_are_chosen_alike(write: Write, tmp_path: Path) -> None:
    rows = [{"nr": 7, "head": "A", "story": "one"}, {"nr": 8, "head": None, "story": "two"}]
    lines = write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    table = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), table)
    columns = Columns("story", "nr", "head")
    one = imported(lines, "one", columns=columns).corpus
    two = imported(table, "two", columns=columns).corpus
    assert one.info.fingerprint == two.info.fingerprint
    assert one.store.get(["7", "8"])[0] == Document("7", "one", "A")


def test_a_folder_of_texts_has_paths_as_ids_and_headings_as_titles(write: Write) -> None:
    write("notes/deep/one.md", "intro\n\n# The *one*\n\ntext")
    write("notes/two.txt", "plain")
    write("notes/picture.png", b"\x89PNG")
    write("notes/.hidden.md", "no")
    corpus = imported(write("notes/zero.MD", "no heading").parent).corpus
    found = {document.doc_id: document.title for document in corpus.store.get(corpus.store.ids())}
    assert found == {"deep/one.md": "The *one*", "two.txt": "two", "zero.MD": "zero"}
    assert corpus.warnings == (
        "1 file was passed over: not .md, .markdown, .txt, .text, .rst ('picture.png')",
    )


def test_links_in_a_folder_lead_nowhere(write: Write, tmp_path: Path) -> None:
    secret = write("secret.txt", "secret")
    folder = write("notes/a.md", "# A").parent
    (folder / "link.txt").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    assert imported(folder).corpus.store.ids() == ("a.md",)


def test_another_encoding_is_read_where_it_is_said(write: Write) -> None:
    path = write("a.csv", "id,text\nx,caf\xe9 \x80\n".encode("windows-1252", "replace"))
    read_options = ReadOptions(encoding="windows-1252")
    assert (
        imported(path, read_options=read_options).corpus.store.get(["x"])[0].text.startswith("café")
    )


def test_trec_judgments_and_queries_of_every_kind_are_read(write: Write) -> None:
    qrels = write("judged.qrels", "q1 0 a 2\nq1 Q0 b 0\n")
    for number, (name, content) in enumerate(
        [
            ("q.jsonl", '{"_id": "q1", "text": "one"}\n'),
            ("q.tsv", "qid\tquery\nq1\tone\n"),
            ("q2.tsv", "q1\tone\n"),
        ]
    ):
        outcome = imported(
            write(f"{number}.jsonl", ROW), str(number), queries=write(name, content), qrels=qrels
        )
        corpus = Library().open(str(number))
        assert corpus.queries == (Query("q1", "one"),)
        assert corpus.judgments("q1") == {"a": 2, "b": 0}
        assert (
            "1 judgment names documents that the corpus does not hold" in outcome.corpus.warnings[0]
        )
    lines = imported(write("l.jsonl", ROW), "lines", queries=write("q.txt", "one\n\ntwo\n"))
    assert lines.corpus.queries == (Query("1", "one"), Query("3", "two"))


def test_queries_and_judgments_are_added_later_and_replace_what_was(
    write: Write, cache: Path
) -> None:
    first = imported(write("a.jsonl", ROW))
    queries = write("q.tsv", "q1\tone\nq2\ttwo\n")
    added = add_judgments(Library(), "mine", queries=queries, qrels=None)
    assert added.corpus.info == first.corpus.info, "a new judgment re-indexes nothing"
    add_judgments(Library(), "mine", queries=None, qrels=write("j.qrels", "q2 0 a 1\n"))
    corpus = Library().open("mine")
    assert (len(corpus.queries), corpus.qrels) == (2, (Qrel("q2", "a", 1),))
    add_judgments(Library(), "mine", queries=write("q2.tsv", "q9\tnine\n"), qrels=None)
    assert Library().open("mine").qrels == (), "judgments of queries that are gone go too"
    assert len(list((cache / "library").iterdir())) == 1, "the copies before are removed"


def test_bad_judgments_leave_the_corpus_as_it_was(write: Write) -> None:
    imported(write("a.jsonl", ROW), queries=write("q.tsv", "q1\tone\n"))
    with pytest.raises(CrossExamError, match="no query has the id 'q7'"):
        add_judgments(Library(), "mine", queries=None, qrels=write("j.qrels", "q7 0 a 1\n"))
    assert Library().open("mine").queries == (Query("q1", "one"),)
    with pytest.raises(CrossExamError, match="'senses' is not an imported corpus"):
        add_judgments(Library(), "senses", queries=None, qrels=write("j.qrels", "q7 0 a 1\n"))


def test_long_documents_are_split_and_judgments_are_of_the_documents(write: Write) -> None:
    rows = ROW + json.dumps({"_id": "b", "title": "B", "text": "one two three four five"}) + "\n"
    outcome = imported(
        write("a.jsonl", rows),
        split=None,
        queries=write("q.tsv", "q1\tone\n"),
        qrels=write("j.qrels", "q1 0 b 1\n"),
    )
    assert outcome.corpus.warnings == ()
    split = import_corpus(
        Library(),
        Source(
            write("b.jsonl", rows),
            queries=write("q.tsv", "q1\tone\n"),
            qrels=write("j.qrels", "q1 0 b 1\n"),
            split=_words(3, 1),
        ),
        "split",
        windows=words_as_tokens,
    )
    corpus = Library().open("split")
    assert corpus.store.get(corpus.store.ids()) == [
        Document("a", "one", "T", fields={"year": "1999"}),
        Document("b#1", "one two three", "B", "b", (0, 13)),
        Document("b#2", "three four five", "B", "b", (8, 23)),
    ]
    assert corpus.warnings == ()
    assert "2 documents in 3 passages, 1 query, 1 judgment" in split.sentence
    assert "split by 3 tokens, 1 of them shared" in corpus.description


def _words(length: int, overlap: int) -> Split:
    split = Split("tokens")
    object.__setattr__(split, "length", length)  # shorter than anybody may ask for
    object.__setattr__(split, "overlap", overlap)
    return split


def test_a_name_that_is_taken_is_refused_and_the_other_stays(write: Write) -> None:
    imported(write("a.jsonl", ROW))
    for name in ("mine", "senses", "wordnet", " mine\n"):
        with pytest.raises(CrossExamError, match=r"is called .* already"):
            imported(write("b.jsonl", '{"_id": "b", "text": "t"}\n'), name)
    with pytest.raises(CrossExamError, match="has no letter"):
        imported(write("b.jsonl", ROW), "\n\t")
    assert Library().open("mine").store.ids() == ("a",)


def test_deleting_removes_files_and_embeddings_but_no_others(write: Write, cache: Path) -> None:
    import numpy as np

    first = imported(write("a.jsonl", ROW))
    imported(write("b.jsonl", ROW), "twin")
    key = EmbeddingKey(first.entry.fingerprint or "", "m", "1", "fp32", "title text")
    EmbeddingCache().save(key, np.ones((1, 2), np.float32))
    assert [s.key.model for s in EmbeddingCache().of_corpus(key.corpus_fingerprint)] == ["m"]
    Library().remove("mine")
    assert not Path(first.entry.folder or "").exists()
    assert EmbeddingCache().load(key) is not None, "the twin has the same documents"
    Library().remove("twin")
    assert EmbeddingCache().load(key) is None
    assert list((cache / "library").iterdir()) == []
    with pytest.raises(CrossExamError, match="no corpus of yours is called 'senses'"):
        Library().remove("senses")


def test_what_is_kept_with_documents_goes_with_their_last_corpus_but_what_people_said(
    write: Write, cache: Path
) -> None:
    first = imported(write("a.jsonl", ROW)).entry.fingerprint or ""
    imported(write("b.jsonl", ROW), "same documents")
    imported(write("c.jsonl", '{"_id": "z", "text": "t"}\n'), "other")
    other = Library().entries()[-1].fingerprint or ""
    database = Database(cache)
    with database.writing() as connection:
        for table in (*OF_CORPUS, *STAYS):
            for fingerprint in (first, other):
                connection.execute(f"INSERT INTO {table} (fingerprint) VALUES (?)", (fingerprint,))
        connection.execute("UPDATE machine_judgments SET removed = 0")
        connection.execute(
            "INSERT INTO attached_runs (fingerprint, removed) VALUES (?, ?)", (first, time.time())
        )
    version = AttachedRunStore(first).version
    assert Library().going_with("mine") == {}
    Library().remove("mine")
    going = Library().going_with("same documents")
    assert going == dict.fromkeys(OF_CORPUS, 1), "nothing went yet, and a detached run is no more"
    assert rows_in_words(going).startswith("1 attached run, 1 saved run of Quality, 1 kept case")
    Library().remove("same documents")
    assert AttachedRunStore(first).version != version
    with database.reading() as connection:
        assert connection is not None
        for table in (*OF_CORPUS, *STAYS):
            rows = connection.execute(f"SELECT fingerprint FROM {table} ORDER BY id").fetchall()
            assert rows == [(first,), (other,)] if table in STAYS else [(other,)], table


def test_every_table_of_a_corpus_says_whether_it_goes_with_it(cache: Path) -> None:
    with Database(cache).writing() as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        of_corpora = {
            table
            for table in tables
            if "fingerprint"
            in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        }
    assert of_corpora == {*OF_CORPUS, *STAYS, "corpora", "changes"}


def test_a_remembered_path_that_is_deleted_keeps_its_file(write: Write) -> None:
    path = write("a.jsonl", ROW)
    library = Library()
    library.remember(library.open(path), path)
    library.remove("a")
    assert path.exists()
    assert [entry.kind for entry in library.entries()] == ["bundled", "built-in"]


def test_cancelling_an_import_changes_nothing(write: Write, cache: Path) -> None:
    rows = "".join(json.dumps({"_id": str(i), "text": "t"}) + "\n" for i in range(2000))
    progress: list[tuple[str, int, int]] = []
    read_options = ReadOptions(
        on_progress=lambda *step: progress.append(step), cancel=lambda: len(progress) == 2
    )
    with pytest.raises(Cancelled):
        imported(write("a.jsonl", rows), read_options=read_options)
    assert [what for what, _, _ in progress] == ["reading a.jsonl, kB"] * 2
    assert listed(cache) == ()


def test_a_preview_suggests_columns_by_name_and_by_looks(write: Write, beir: Beir) -> None:
    rows = "nr,headline,story,year\n1,A,a long story about it,1999\n2,B,another long story,1999\n"
    found = preview(write("a.csv", rows))
    assert (found.kind, found.names) == ("a CSV file", ("nr", "headline", "story", "year"))
    assert found.columns == Columns("story", "nr", "headline")
    assert found.rows[0]["story"] == "a long story about it"
    assert preview(write("b.jsonl", ROW)).columns == Columns("text", "_id", "title")
    folder = preview(beir())
    assert (folder.names, folder.queries, folder.judgments) == ((), True, True)
    texts = preview(write("notes/a.md", "# One\n\ntext").parent)
    assert texts.rows == ({"id": "a.md", "title": "One", "text": "# One\n\ntext"},)


def test_a_preview_suggests_the_title_of_a_table_whose_every_name_is_unusual(write: Write) -> None:
    rows = (
        "Artikelnummer;Titel;Beschreibung;Preis;Gruppe\n"
        "A-1;Trail shoe;A light shoe with deep lugs for mud;129,90;shoes\n"
        "A-2;Road shoe;A cushioned shoe for long ways on asphalt;149,00;shoes\n"
        "A-3;Hiking boot;A leather boot that keeps feet dry;189,50;shoes\n"
    )
    assert preview(write("a.csv", rows)).columns == Columns(
        "Beschreibung", "Artikelnummer", "Titel"
    )
    two = rows.replace("shoes\n", "shoes;Ann A\n", 1).replace("shoes\n", "shoes;Ben B\n", 1)
    two = two.replace("Gruppe\n", "Gruppe;Autor\n").replace("shoes\n", "shoes;Cem C\n")
    assert preview(write("b.csv", two)).columns == Columns("Beschreibung", "Artikelnummer", "")


def test_a_corpus_says_of_what_file_it_is_in_a_sentence_that_can_be_read(write: Write) -> None:
    corpus = imported(write("a.csv", "id;text\na;one, two\nb;three\n")).corpus
    assert corpus.description == "A CSV file, separated by semicolons, of 2 documents"


ODD_IDS = (
    "refund policy.md", "two\nlines", "tab\there", "line\r\nend", "#1", '"quoted"', '"', '#"a"',
    "50%20off", " outer ", "\u00fcn\u00ef \u65e5\u672c", "=1+1", "sep=;",
    "next\x85line", "next\u2028line",
)  # fmt: skip


@pytest.mark.parametrize("identity", ODD_IDS, ids=ascii)
def test_judgments_of_any_id_are_there_when_the_corpus_is_opened_again(
    identity: str, write: Write
) -> None:
    """A corpus that was imported opens again, with every judgment of its queries."""
    path = write("d.jsonl", json.dumps({"id": identity, "text": "one"}) + "\n" + ROW)
    queries = write("q.jsonl", json.dumps({"id": identity, "text": "one"}) + "\n")
    grades = {identity.strip(): {identity.strip(): 2, "a": 1}}
    outcome = imported(path, queries=queries, qrels=write("j.json", json.dumps(grades)))
    corpus = Library().open("mine")
    wanted = {(identity.strip(), identity.strip()): 2, (identity.strip(), "a"): 1}
    assert {(q.query_id, q.doc_id): q.relevance for q in corpus.qrels} == wanted
    assert corpus.qrels == outcome.corpus.qrels
