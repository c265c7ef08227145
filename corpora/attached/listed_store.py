"""A corpus' store that also stands for documents that attached runs list and the corpus lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corpora.stores.corpus import CorpusStore
from engine.types import CrossExamError, Document

Missing = Callable[[], frozenset[str]]


class ListedStore(CorpusStore):
    """The store as it is; only `get` knows more: an id that a run lists has no text.

    `missing` gives those ids; it is asked when the store does not hold something.
    """

    def __init__(self, store: CorpusStore, missing: Missing) -> None:
        self._store = store
        self._missing = missing

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents in the order of `doc_ids`; raises CrossExamError for an unknown id."""
        try:
            return self._store.get(doc_ids)
        except CrossExamError:
            missing = self._missing().intersection(doc_ids)
            if not missing:
                raise
            held = self._store.get([doc_id for doc_id in doc_ids if doc_id not in missing])
        documents = {document.doc_id: document for document in held}
        return [documents.get(doc_id) or Document.not_held(doc_id) for doc_id in doc_ids]

    def ids(self) -> Sequence[str]:
        return self._store.ids()

    def __len__(self) -> int:
        return len(self._store)

    def find(self, text: str, limit: int = 10) -> list[Document]:
        """At most `limit` documents whose id or title fits, as the store itself finds them."""
        return self._store.find(text, limit)
