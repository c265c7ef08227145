"""Streams a corpus into Milvus: read, embed and insert a little at a time, go on after a stop.

Rows go in by rising position, so what is stored after a stop, even a SIGKILL, is a beginning of
the corpus and perhaps some rows beyond a hole. Where to go on is asked of the engine itself;
rows beyond a hole are removed first, so that none is lost and none is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_layout import bm25_text
from engine.types import Cancel, Cancelled, CountCallback, CrossExamError, DocumentStore, Floats

Embed = Callable[[Sequence[str]], Floats]
READ_AT_ONCE = 512
EMBED_AT_ONCE = 64


def import_documents(
    collection: MilvusCollection,
    documents: DocumentStore,
    embed: Embed,
    dimensions: int,
    *,
    embeddings: Floats | None = None,
    at_once: int = READ_AT_ONCE,
    spelt: Callable[[str], str] = str,
    on_progress: CountCallback | None = None,
    on_building: Callable[[], None] | None = None,
    cancel: Cancel | None = None,
) -> int:
    """Bring the collection up to all documents, and open it; how many texts were cut for BM25.

    At most `at_once` documents and their vectors are held. `embeddings` are those that are
    kept already, one row a document. `spelt(text)` is what BM25 is to read of a text. Only what
    this call put in is counted as cut. `on_progress(done, total)` is called after each batch, not
    at all where nothing is missing; `on_building()` once all rows are in and the indexes are
    built over them.
    """
    total = len(documents)
    if embeddings is not None and len(embeddings) != total:
        raise CrossExamError(
            f"{len(embeddings)} vectors are kept for {total} documents: index anew"
        )
    collection.create(dimensions)
    collection.load()
    done = resume_point(collection, total)
    if done == total:
        collection.open(total)
        return 0
    if on_progress:
        on_progress(done, total)
    collection.release()
    ids = documents.ids()
    n_cut = 0
    while done < total:
        chunk = documents.get(ids[done : done + at_once])
        texts = [document.content for document in chunk]
        stop = done + len(texts)
        if embeddings is not None:
            vectors = np.asarray(embeddings[done:stop])
        else:
            vectors = _embedded(embed, texts, cancel, done, total)
        _check(cancel, done, total)
        texts_and_cuts = [bm25_text(spelt(text)) for text in texts]
        collection.insert(done, [text for text, _ in texts_and_cuts], vectors)
        n_cut += sum(was_cut for _, was_cut in texts_and_cuts)
        done = stop
        if on_progress:
            on_progress(done, total)
    if on_building:
        on_building()
    collection.seal(cancel)
    stored = collection.count()
    if stored != total:
        raise CrossExamError(
            f"{collection.connection.name} holds {stored:,} rows of {total:,} documents: was the "
            "corpus indexed from two places at once? Index it again, once"
        )
    collection.open(total)
    return n_cut


def resume_point(collection: MilvusCollection, total: int) -> int:
    """The position to go on from: every document before it is stored once, none after it."""
    stored = collection.count()
    if stored == 0:
        return 0
    n_rows = min(stored, total)
    if collection.count(n_rows) != n_rows:
        low, high = 0, n_rows  # all below `low` are there; all below `high` are not
        while high - low > 1:
            middle = (low + high) // 2
            if collection.count(middle) == middle:
                low = middle
            else:
                high = middle
        n_rows = low
    if stored != n_rows:
        collection.remove_from(n_rows)
    return n_rows


def _embedded(
    embed: Embed, texts: Sequence[str], cancel: Cancel | None, done: int, total: int
) -> Floats:
    """The vectors of texts in their order; those of like length go through the model together."""
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    rows: Floats | None = None
    for start in range(0, len(order), EMBED_AT_ONCE):
        _check(cancel, done, total)
        places = order[start : start + EMBED_AT_ONCE]
        part = embed([texts[i] for i in places])  # (places, dimensions)
        if rows is None:
            rows = np.empty((len(texts), part.shape[1]), np.float32)
        if part.shape != (len(places), rows.shape[1]) or not np.isfinite(part).all():
            raise CrossExamError(
                f"the encoder gave vectors of shape {part.shape} for {len(places)} texts, or "
                "values that are not finite: check the model"
            )
        rows[places] = part
    assert rows is not None
    return rows


def _check(cancel: Cancel | None, done: int, total: int) -> None:
    if cancel and cancel():
        raise Cancelled(f"the import was cancelled after {done:,} of {total:,} documents")
