"""Documents held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from corpora.readers.input_errors import did_you_mean, shown
from engine.types import CrossExamError, Document


class MemoryStore:
    """A DocumentStore over a dict, in the order of the corpus."""

    def __init__(self, documents: dict[str, Document]) -> None:
        self._documents = documents
        self._ids = tuple(documents)
        self._names = [
            (doc.doc_id, doc.doc_id.casefold(), doc.title.casefold()) for doc in documents.values()
        ]

    @classmethod
    def from_documents(cls, documents: Iterable[Document]) -> MemoryStore:
        """A store of these documents; two with one id are an error."""
        by_id: dict[str, Document] = {}
        for document in documents:
            if document.doc_id in by_id:
                raise CrossExamError(
                    f"two documents have the id {shown(document.doc_id)}: give each its own"
                )
            by_id[document.doc_id] = document
        return cls(by_id)

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents in the order of `doc_ids`."""
        return in_order(self._documents, doc_ids)

    def ids(self) -> Sequence[str]:
        return self._ids

    def __len__(self) -> int:
        return len(self._documents)

    def find(self, text: str, limit: int = 10) -> list[Document]:
        """At most `limit` documents whose id or title fits `text`, best fits first.

        An exact id, an exact title, what starts with the text, what contains it;
        upper and lower case alike, equal fits in the order of the corpus.
        """
        raw, folded_text = text.strip(), text.strip().casefold()
        if not folded_text or limit < 1:
            return []
        fits = [
            (fit, position, doc_id)
            for position, (doc_id, folded_id, title) in enumerate(self._names)
            if (fit := _fit(raw, folded_text, doc_id, folded_id, title)) is not None
        ]
        return self.get([doc_id for _, _, doc_id in sorted(fits)[:limit]])


def _fit(raw: str, wanted: str, doc_id: str, folded_id: str, title: str) -> int | None:
    """How well a document fits, 0 the best, or None."""
    tests = (
        doc_id == raw,
        folded_id == wanted,
        title == wanted,
        folded_id.startswith(wanted) or title.startswith(wanted),
        wanted in folded_id or wanted in title,
    )
    return next((fit for fit, passed in enumerate(tests) if passed), None)


def in_order(documents: Mapping[str, Document], doc_ids: Sequence[str]) -> list[Document]:
    """The documents in the order of `doc_ids`; raises CrossExamError for an unknown id."""
    try:
        return [documents[doc_id] for doc_id in doc_ids]
    except KeyError as error:
        raise CrossExamError(
            f"no document has the id {shown(error.args[0])}: "
            f"check the id, or look for it by its title{did_you_mean(error.args[0], documents)}"
        ) from None
