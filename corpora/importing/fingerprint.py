"""The identity of a corpus: a hash of its documents alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from engine.types import Document

HEX_DIGITS = 16


def fingerprint(documents: Iterable[Document]) -> str:
    """The first 16 hex digits of SHA-256 over ids, titles and texts, in order.

    Each part is preceded by its length in bytes, so no two different corpora
    feed the hash the same bytes. Queries, judgments and other fields stay out:
    a new judgment re-indexes nothing.
    """
    digest = hashlib.sha256()
    for document in documents:
        for part in (document.doc_id, document.title, document.text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()[:HEX_DIGITS]
