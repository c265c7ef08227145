from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from corpora.readers.reader import read_corpus
from corpora.stores.disk_store import DiskStore, remove_store, stores_folder
from corpora.stores.memory_store import MemoryStore
from engine.types import CrossExamError, Document
from tests.corpora.conftest import Write

HOSTILE = "x' or 1=1 -- \u0000 \ud83d <b>é" + "y" * 5000


def documents(total: int = 1300) -> list[Document]:
    dice = random.Random(3)
    words = ["".join(dice.choices(string.ascii_letters, k=5)) for _ in range(40)]
    documents = [
        Document(f"D{i}", f"text {i}", " ".join(dice.choices(words, k=2))) for i in range(total)
    ]
    documents[7] = Document(
        HOSTILE, HOSTILE, HOSTILE, parent_id="p\u0000", span=(3, 9), fields={"a": "ü"}
    )
    documents[8] = Document("", "")
    return documents


def test_it_gives_back_what_a_store_in_memory_gives() -> None:
    docs = documents()
    disk, memory = DiskStore.from_documents(docs), MemoryStore.from_documents(docs)
    assert len(disk) == len(memory)
    assert list(disk.documents()) == docs
    ids = disk.ids()
    assert list(ids) == list(memory.ids())
    assert ids[7] == HOSTILE
    assert ids[-1] == "D1299"
    assert ids[490:510] == list(memory.ids())[490:510]
    assert ids[10:2:-3] == list(memory.ids())[10:2:-3]
    assert HOSTILE in ids
    assert "nobody" not in ids
    with pytest.raises(IndexError):
        ids[1300]
    wanted = [HOSTILE, "D1299", "", "D0", "D0", *(f"D{i}" for i in range(9, 900))]
    assert disk.get(wanted) == memory.get(wanted)
    with pytest.raises(CrossExamError, match="no document has the id 'nobody'"):
        disk.get(["D1", "nobody"])


def test_it_finds_what_a_store_in_memory_finds() -> None:
    docs = documents()
    disk, memory = DiskStore.from_documents(docs), MemoryStore.from_documents(docs)
    title = docs[3].title
    for text in ("D12", "d12", title, title[:3].upper(), title[2:6], HOSTILE, " ", "'", "%", "_"):
        assert disk.find(text, 20) == memory.find(text, 20), text


def test_two_documents_of_one_id_are_an_error() -> None:
    with pytest.raises(CrossExamError, match="two documents have the id 'a'"):
        DiskStore.from_documents([Document("a", "1"), Document("a", "2")])


def test_a_large_source_is_read_onto_the_disk_and_is_the_same_corpus(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f'{{"_id": "d{i}", "text": "{"" if i == 30 else f"word {i}"}"}}\n' for i in range(50)]
    path = write("large.jsonl", "".join(rows))
    small = read_corpus(path)
    monkeypatch.setenv("CROSSEXAM_MILVUS_FROM", "20")
    large = read_corpus(path)
    assert isinstance(small.store, MemoryStore)
    assert isinstance(large.store, DiskStore)
    assert large.info == small.info
    assert large.warnings == small.warnings
    assert large.store.get(list(large.store.ids())) == small.store.get(list(small.store.ids()))
    assert [path.name for path in stores_folder().iterdir()] == [f"{large.info.fingerprint}.sqlite"]
    remove_store(large.info.fingerprint)
    assert not list(stores_folder().iterdir())

    double = write("double.jsonl", "".join([*rows, rows[3]]))
    with pytest.raises(CrossExamError, match=r"double\.jsonl:51: the id 'd3' is already in line 4"):
        read_corpus(double)
    assert not [p for p in stores_folder().iterdir() if not p.name.startswith(".part")]


def test_a_folder_that_cannot_be_written_is_an_error_with_a_remedy(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = cache.parent / "file"
    blocked.write_text("")
    monkeypatch.setenv("CROSSEXAM_CACHE", str(blocked))
    with pytest.raises(CrossExamError, match="set CROSSEXAM_CACHE to a folder"):
        DiskStore.empty()
