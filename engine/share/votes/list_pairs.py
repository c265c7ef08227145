"""The two lists of each query, as a vote keeps them; identical ones are counted and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import Document, Query, Run
from engine.types.share.blind_votes import ListedDocument, ListPair

LONGEST_TEXT = 400


def list_pairs(
    queries: Sequence[Query],
    first: Run,
    second: Run,
    documents: Mapping[str, Document],
    *,
    shown: int,
) -> tuple[tuple[ListPair, ...], int]:
    """(pairs of lists that differ, how many queries have the same list twice)."""
    pairs, identical = [], 0
    for query in queries:
        first_ids, second_ids = (run.rankings[query.query_id].ids(shown) for run in (first, second))
        if first_ids == second_ids:
            identical += 1
            continue
        pairs.append(
            ListPair(
                query.query_id,
                query.text,
                tuple(_listed(documents.get(doc_id), doc_id) for doc_id in first_ids),
                tuple(_listed(documents.get(doc_id), doc_id) for doc_id in second_ids),
            )
        )
    return tuple(pairs), identical


def _listed(document: Document | None, doc_id: str) -> ListedDocument:
    if document is None:
        return ListedDocument(doc_id, doc_id, "")
    text = " ".join(document.text.split())
    cut = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 2].rstrip()} …"
    return ListedDocument(doc_id, document.title.strip(), cut)
