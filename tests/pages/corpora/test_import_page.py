"""The import page: how a file was read is shown with a choice, and counted before it begins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corpora.stores.library import Library
from engine.types import Document
from tests.pages.corpora.test_corpus_page import library, pressed, view
from tests.pages.driver import finished, says, table

__all__ = ["library"]  # a fixture
HEADERLESS = "".join(
    f"{i}\t{text}\n"
    for i, text in enumerate(
        ("The harbour crane lifts containers.", "A crane is a tall wading bird.",
         "Origami: fold the paper crane.", "Tower cranes are checked every year."))
)  # fmt: skip
SEMICOLONS = (
    'id;title;text;;\r\nA-1;Jacke;"Wasserdicht; für Regen";;\r\nA-2;Mütze;Warm;;\r\n;;;;\r\n'
)


@pytest.fixture(autouse=True)
def no_imports_left(library: Path) -> Iterator[None]:
    """The imports of a test go with it."""
    before = {entry.name for entry in Library().entries()}
    yield
    for entry in Library().entries():
        if entry.name not in before:
            Library().remove(entry.name)


def uploaded(name: str, content: str | bytes) -> AppTest:
    at = view("Import")
    data = content if isinstance(content, bytes) else content.encode()
    at.file_uploader(key="import_upload").set_value((name, data, "text/csv"))
    return finished(at)


def key_of(at: AppTest, start: str) -> str:
    kinds = (*at.selectbox, *at.toggle)
    return next(str(box.key) for box in kinds if str(box.key).startswith(start))


def documents(name: str) -> list[Document]:
    store = Library().open(name).store
    return store.get(store.ids())


def test_a_table_without_a_header_loses_no_document_and_can_be_read_otherwise() -> None:
    at = uploaded("collection.tsv", HEADERLESS)
    toggle = at.toggle(key=key_of(at, "import_header"))
    assert toggle.value is False
    assert says(at, "Found:** 4 documents")
    assert says(at, "it has no header line, its first row counts")
    toggle.set_value(True)
    assert says(finished(at), "Found:** 3 documents")
    at.toggle(key=key_of(at, "import_header")).set_value(False)
    pressed(finished(at), "start_import")
    assert says(at, "collection: 4 documents. Nothing was left out.")
    assert not says(at, "Found:**"), "what is imported is counted no more"
    assert [d.doc_id for d in documents("collection")] == ["0", "1", "2", "3"]
    assert documents("collection")[0].text == "The harbour crane lifts containers."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_separator_is_found_shown_and_a_choice(encoding: str) -> None:
    at = uploaded("jacken.csv", SEMICOLONS.encode(encoding))
    box = at.selectbox(key=key_of(at, "import_separator"))
    assert box.options[0] == "As found: semicolons"
    assert says(at, "is a CSV file, separated by semicolons")
    assert says(at, "1 empty row was passed over (line 4)")
    box.set_value("|")
    assert not says(finished(at), "Found:** 2 documents")
    at.selectbox(key=key_of(at, "import_separator")).set_value("")
    pressed(finished(at), "start_import")
    first, second = documents("jacken")
    assert (first.doc_id, first.title, first.text) == ("A-1", "Jacke", "Wasserdicht; für Regen")
    assert second.doc_id == "A-2"


def test_documents_queries_judgments_and_matches_are_counted_before_it_begins() -> None:
    at = uploaded("docs.csv", "id,text\n10,hub\n12,bag\n12,again\n")
    qrels = b"query;docid;rating\nlaptop bag;12;Exact\nlaptop bag;10;Irrelevant\nusb;99;Exact\n"
    at.file_uploader(key="qrels").set_value(("urteile.csv", qrels, "text/csv"))
    finished(at)
    assert says(at, "2 documents, 2 queries, 3 judgments, 2 of them of documents that are here.")
    assert says(at, "words as grades: irrelevant = 0, exact = ")
    assert says(at, "1 bad row:** the import will be refused, unless good rows are kept.")
    (row,) = table(at, "Rows that refuse the import, or are left out of it")
    assert row[0]["text"] == "docs.csv, line 4"
    assert not any(entry.name == "docs" for entry in Library().entries()), "nothing has begun"


def test_words_of_ones_own_are_given_their_grades() -> None:
    at = uploaded("docs.csv", "id,text\n10,hub\n12,bag\n")
    at.file_uploader(key="queries").set_value(("q.tsv", b"1\tbag\n", "text/plain"))
    qrels = b"qid,docid,rel\n1,12,top\n1,10,flop\n"
    at.file_uploader(key="qrels").set_value(("j.csv", qrels, "text/csv"))
    finished(at)
    assert says(at, "It would be refused: j.csv: no judgment in it")
    assert says(at, "the relevance 'top' is no number and no known word")
    at.text_input(key="import_grades").set_value("top=3, flop=0")
    assert says(finished(at), "2 judgments, 2 of them of documents that are here.")
    pressed(at, "start_import")
    assert Library().open("docs").judgments("1") == {"12": 3, "10": 0}


def test_what_is_not_utf_8_asks_for_its_encoding() -> None:
    at = uploaded("a.csv", "id,text\nx,café\n".encode("windows-1252"))
    assert says(at, "it is not UTF-8: choose its encoding, most likely Windows-1252")
    at.selectbox(key="import_encoding").set_value("windows-1252")
    assert not says(finished(at), "it is not UTF-8")
    pressed(at, "start_import")
    assert documents("a")[0].text == "café"


def test_a_zip_of_notes_and_tables_is_the_folder() -> None:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in (("a.md", "# A\n\nnote"), ("t1.csv", "x,y\n1,2\n"), ("t2.csv", "x\n1\n")):
            archive.writestr(name, text)
    at = uploaded("n.zip", out.getvalue())
    assert says(at, "Found:** 1 document")
    assert says(at, "2 files were passed over")
    pressed(at, "start_import")
    assert [d.doc_id for d in documents("n")] == ["a.md"]
