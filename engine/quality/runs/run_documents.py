"""The documents that a run lists, as the corpus holds them or put together from its passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.quality.candidate_scores import CandidateScores
from engine.types import CrossExamError, Document, DocumentStore


def run_documents(
    store: DocumentStore, gathered: Sequence[CandidateScores], doc_ids: Sequence[str]
) -> dict[str, Document]:
    """The documents by id: as the store holds them, or as the passages that this run lists.

    Others are left out.
    """
    wanted_ids = dict.fromkeys(doc_ids)
    documents = held_documents(store, list(wanted_ids))
    passages: dict[str, dict[str, None]] = {}
    for query_scores in gathered:
        for passage, parent in query_scores.parents.items():
            if parent in wanted_ids and parent not in documents:
                passages.setdefault(parent, {})[passage] = None
    texts = held_documents(store, [p for passage_ids in passages.values() for p in passage_ids])
    for parent, passage_ids in passages.items():
        pieces = [texts[passage] for passage in passage_ids if passage in texts]
        if pieces:
            joined = " … ".join(piece.text for piece in pieces)
            documents[parent] = Document(parent, joined, pieces[0].title)
    return documents


def held_documents(store: DocumentStore, doc_ids: Sequence[str]) -> dict[str, Document]:
    """Those of the documents that the store holds under these very ids."""
    documents: dict[str, Document] = {}
    for doc_id in doc_ids:
        try:
            (document,) = store.get([doc_id])
        except CrossExamError:
            continue
        if document.held:
            documents[doc_id] = document
    return documents


def title_of(documents: Mapping[str, Document], doc_id: str) -> str:
    """The document's title, else its opening, else its id."""
    document = documents.get(doc_id)
    if document is None:
        return doc_id
    return document.title.strip() or " ".join(document.text.split())[:80] or doc_id
