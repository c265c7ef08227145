from __future__ import annotations

import pytest

from corpora.stores.memory_store import MemoryStore
from engine.types import CrossExamError, Document, DocumentStore

DOCUMENTS = [
    Document("py-10", "", "Learning Python"),
    Document("PY-1", "", "Ball python care guide"),
    Document("zoo", "", "Python"),
    Document("python", "", "Monty"),
    Document("x", "", "Pythons of Africa"),
    Document("py-1", "", "Lower case"),
]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore.from_documents(DOCUMENTS)


def test_get_keeps_the_order_asked_for(store: MemoryStore) -> None:
    typed: DocumentStore = store
    assert [doc.doc_id for doc in typed.get(["x", "zoo", "x"])] == ["x", "zoo", "x"]
    assert (len(typed), list(typed.ids())) == (6, [doc.doc_id for doc in DOCUMENTS])


def test_an_unknown_id_is_named(store: MemoryStore) -> None:
    with pytest.raises(CrossExamError, match="no document has the id 'nope'"):
        store.get(["x", "nope"])


def test_two_documents_with_one_id_are_refused() -> None:
    with pytest.raises(CrossExamError, match="two documents have the id 'a'"):
        MemoryStore.from_documents([Document("a", "1"), Document("a", "2")])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("python", ["python", "zoo", "x", "py-10", "PY-1"]),
        ("PYTHON", ["python", "zoo", "x", "py-10", "PY-1"]),
        ("py-1", ["py-1", "PY-1", "py-10"]),
        (" PY-1 ", ["PY-1", "py-1", "py-10"]),
        ("care", ["PY-1"]),
        ("nothing", []),
        ("  ", []),
    ],
)
def test_find_puts_exact_before_prefix_before_substring(
    store: MemoryStore, text: str, found: list[str]
) -> None:
    assert [doc.doc_id for doc in store.find(text, limit=10)] == found


def test_find_stops_at_its_limit(store: MemoryStore) -> None:
    assert [doc.doc_id for doc in store.find("python", limit=2)] == ["python", "zoo"]
    assert store.find("python", limit=0) == []
