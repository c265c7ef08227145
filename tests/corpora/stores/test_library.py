from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.readers.reader import read_corpus
from corpora.stores.corpus import Corpus
from corpora.stores.library import Library
from engine.types import CrossExamError
from tests.library_rows import listed

Write = Callable[[str, "str | bytes"], Path]
ROW = '{"_id": "a", "text": "one"}\n'


def names(library: Library) -> list[str]:
    return [entry.name for entry in library.entries()]


def remembered(library: Library, path: Path) -> str:
    return library.remember(read_corpus(path), path).name


def test_senses_and_pydoc_come_first_in_an_empty_library(cache: Path) -> None:
    entries = Library().entries()
    assert [(entry.name, entry.kind) for entry in entries] == [
        ("senses", "bundled"),
        ("pydoc", "built-in"),
    ]
    assert not cache.exists()


def test_a_remembered_path_is_listed_and_opened_by_name(write: Write) -> None:
    path = write("my notes.jsonl", ROW)
    entry = Library().remember(read_corpus(path), path)
    assert (entry.name, entry.kind, entry.source) == ("my notes", "path", str(path.resolve()))
    assert (entry.documents, entry.missing) == (1, False)
    again = Library()
    assert again.entries()[2] == entry
    corpus = again.open("my notes")
    assert (corpus.info.name, corpus.info.fingerprint) == ("my notes", entry.fingerprint)


def test_a_stem_met_twice_is_numbered(write: Write) -> None:
    library = Library()
    paths = [write(f"{folder}/notes.jsonl", ROW) for folder in "abc"]
    assert [remembered(library, path) for path in paths] == ["notes", "notes-2", "notes-3"]
    assert [remembered(library, path) for path in paths] == ["notes", "notes-2", "notes-3"]
    assert library.open(str(paths[1])).info.name == "notes-2"


def test_the_names_of_the_bundled_corpora_are_never_taken(write: Write) -> None:
    assert remembered(Library(), write("senses.jsonl", ROW)) == "senses-2"


def test_a_changed_file_keeps_its_name_and_gets_a_new_fingerprint(write: Write) -> None:
    library = Library()
    path = write("notes.jsonl", ROW)
    before = library.remember(read_corpus(path), path)
    path.write_text(ROW + '{"_id": "b", "text": "two"}\n')
    after = library.remember(read_corpus(path), path)
    assert (after.name, after.documents, len(library.entries())) == ("notes", 2, 3)
    assert after.fingerprint != before.fingerprint


def test_a_name_is_data(write: Write, cache: Path) -> None:
    library = Library()
    name = remembered(library, write("..\n\x1b[31m; rm -rf.jsonl", ROW))
    assert name == ".. [31m; rm -rf"
    assert library.open(name).info.name == name
    assert [path.name for path in cache.iterdir()] == ["crossexam.sqlite3"]


def test_a_path_opens_without_being_remembered(write: Write) -> None:
    library = Library()
    assert library.open(write("notes.jsonl", ROW)).info.name == "notes"
    assert names(library) == ["senses", "pydoc"]


def test_a_name_wins_over_a_file_of_that_name(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beir: Callable[[], Path]
) -> None:
    library = Library()
    remembered(library, write("pets.jsonl", ROW))
    beir()
    monkeypatch.chdir(tmp_path)
    assert library.open("pets").info.documents == 1
    assert library.open("./pets").info.documents == 2
    assert library.open(Path("pets")).info.documents == 2


def test_a_vanished_file_is_flagged_and_named_on_opening(write: Write) -> None:
    library = Library()
    path = write("notes.jsonl", ROW)
    remembered(library, path)
    path.unlink()
    assert library.entries()[2].missing
    with pytest.raises(CrossExamError, match=r"notes\.jsonl: the file or folder of the corpus"):
        library.open("notes")


@pytest.mark.parametrize("name", ["sences", "", "  ", "x" * 5000, "a\nb", "../nothing", "a\0"])
def test_an_unknown_name_lists_what_there_is(name: str) -> None:
    with pytest.raises(CrossExamError) as caught:
        Library().open(name)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_answered_with_the_known_ones(write: Write) -> None:
    library = Library()
    remembered(library, write("notes.jsonl", ROW))
    with pytest.raises(CrossExamError, match="choose one of 'senses', 'pydoc', 'notes'"):
        library.open("sences")


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version": 2, "corpora": []}',
        b'{"version": 1, "corpora": [{"name": "a"}]}',
        b'{"version": 1, "corpora": 5}',
        b'{"version": 1, "corpora": [{"name": 1, "path": "p", "documents": 1, "fingerprint":""}]}',
    ],
)
def test_a_damaged_list_of_an_earlier_version_is_set_aside_with_a_warning(
    cache: Path, write: Write, content: bytes
) -> None:
    cache.mkdir()
    (cache / "library.json").write_bytes(content)
    library = Library()
    assert names(library) == ["senses", "pydoc"]
    assert "library.json was damaged: 0 rows of it were recovered" in library.warnings[0]
    assert (cache / "library.json.migrated").read_bytes() == content
    assert remembered(library, write("notes.jsonl", ROW)) == "notes"
    assert names(Library()) == ["senses", "pydoc", "notes"]
    assert len(library.warnings) == 1


def test_a_file_that_cannot_be_read_is_a_warning_and_is_not_overwritten(
    cache: Path, write: Write
) -> None:
    (cache / "crossexam.sqlite3").mkdir(parents=True)
    library = Library()
    assert names(library) == names(library) == ["senses", "pydoc"]
    assert len(library.warnings) == 1
    path = write("notes.jsonl", ROW)
    with pytest.raises(CrossExamError, match="CROSSEXAM_CACHE"):
        library.remember(read_corpus(path), path)


def test_a_folder_of_its_own_may_be_given(tmp_path: Path, write: Write) -> None:
    folder = tmp_path / "elsewhere"
    remembered(Library(folder), write("notes.jsonl", ROW))
    assert names(Library(folder)) == ["senses", "pydoc", "notes"]
    assert names(Library()) == ["senses", "pydoc"]
    assert [entry.name for entry in listed(folder)] == ["notes"]


def test_pydoc_opens_by_name(
    pydoc: Corpus, pydoc_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", os.fspath(pydoc_cache))
    assert Library().open("pydoc").info == pydoc.info
