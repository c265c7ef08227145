"""Judgments of a document hold for its passages: the one place where that is worked out.

A passage that was judged itself keeps its own grade. Rankings of passages are measured as
rankings of documents (see `engine.search.folding`); what needs the text or the grade of what the
store holds asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.types import Document, DocumentStore

READ_AT_ONCE = 500

Grades = Mapping[str, int]  # by document id


def grades_of(documents: Iterable[Document], grades: Grades) -> dict[str, int]:
    """The grade of each of these that has one: its own, else that of the document it is of."""
    own_grades = {}
    for document in documents:
        for doc_id in (document.doc_id, document.parent_id):
            if doc_id is not None and doc_id in grades:
                own_grades[document.doc_id] = grades[doc_id]
                break
    return own_grades


def passages_in(store: DocumentStore, doc_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The passages, in reading order, of those of the documents that the store holds in passages.

    The store is read through only where one of them is not held as a whole.
    """
    document_ids = store.ids()
    whole_ids: Collection[str] = (
        frozenset(document_ids) if isinstance(document_ids, (list, tuple)) else document_ids
    )
    split = {doc_id for doc_id in doc_ids if doc_id not in whole_ids}
    passages_of: dict[str, list[str]] = {}
    for start in range(0, len(document_ids) if split else 0, READ_AT_ONCE):
        for document in store.get(document_ids[start : start + READ_AT_ONCE]):
            if document.parent_id in split:
                passages_of.setdefault(document.parent_id, []).append(document.doc_id)
    return {doc_id: tuple(passages) for doc_id, passages in passages_of.items()}


def held_grades(
    store: DocumentStore, grades_by_query: Mapping[str, Grades]
) -> dict[str, dict[str, int]]:
    """The judgments of each query by what the store holds: whole documents and passages.

    Judgments of what the store holds in no form are left out.
    """
    judged_ids = {doc_id for grades in grades_by_query.values() for doc_id in grades}
    passages = passages_in(store, judged_ids)
    document_ids = store.ids()
    whole_ids: Collection[str] = (
        frozenset(document_ids) if isinstance(document_ids, (list, tuple)) else document_ids
    )
    held_whole = {doc_id for doc_id in judged_ids if doc_id in whole_ids}
    by_query: dict[str, dict[str, int]] = {}
    for query_id, grades in grades_by_query.items():
        spread = {
            passage: grade
            for doc_id, grade in grades.items()
            for passage in passages.get(doc_id, ())
        }
        whole_grades = {doc_id: grade for doc_id, grade in grades.items() if doc_id in held_whole}
        by_query[query_id] = {**spread, **whole_grades}
    return by_query


def whole_documents(store: DocumentStore, doc_ids: Sequence[str]) -> dict[str, Document]:
    """The documents by id, one that is held in passages put together from them; others left out."""
    passages = passages_in(store, doc_ids)
    stored_ids = store.ids()
    whole_ids: Collection[str] = (
        frozenset(stored_ids) if isinstance(stored_ids, (list, tuple)) else stored_ids
    )
    present_ids = [doc_id for doc_id in dict.fromkeys(doc_ids) if doc_id in whole_ids]
    documents = {document.doc_id: document for document in store.get(present_ids)}
    for doc_id, parts in passages.items():
        pieces = store.get(parts)
        text = "\n".join(piece.text for piece in pieces)
        documents[doc_id] = Document(doc_id, text, pieces[0].title, fields=pieces[0].fields)
    return documents
