"""Which index backend serves a corpus, in words, and what differs between the two."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted

CHOICES = {"size": "By its size", "local": "This process", "milvus": "Milvus"}

_ROWS = (
    ("Dense search", "exact, over all vectors", "HNSW graph: fast, may miss a neighbour"),
    ("BM25", "by rank-bm25 or bm25s, Lucene’s idf", "in Milvus, the same terms, Lucene’s idf"),
    (
        "Hybrid, reranking, evaluation",
        "here",
        "here, over the candidates that Milvus lists",
    ),
    (
        "Texts and vectors",
        "in this process’ memory",
        "in Milvus (Milvus Lite’s is in this process)",
    ),
    ("Map of the embeddings, ANN lab", "yes", "no: they need all vectors at once"),
)


def backend_sentence(
    name: str, backend: str, address: str, documents: int, *, on_the_way: bool = False
) -> str:
    """Which index backend serves a corpus: "senses (472 documents) is served by this process".

    `on_the_way` says that the corpus is being put there still.
    """
    if backend == "local":
        server_phrase = "this process"
    elif address:
        server_phrase = f"the Milvus cluster at {address.split('://')[-1]}"
    else:
        server_phrase = "Milvus Lite, a file on this machine"
    verb_phrase = "is being set up for" if on_the_way else "is served by"
    return f"{name} ({counted(documents, 'document')}) {verb_phrase} {server_phrase}"


def reason_sentence(backend: str, chosen: str, documents: int, milvus_from: int) -> str:
    """Why it is served so."""
    if chosen != "size":
        return "That was chosen for this corpus, whatever its size."
    if backend == "milvus":
        return f"Milvus serves corpora of {milvus_from:,} documents and more; this has as many."
    return (
        f"Milvus serves corpora of {counted(milvus_from, 'document')} and more; this one has "
        f"{documents:,}."
    )


def index_backends_table(*, key: str) -> None:
    """Draw what each index backend does."""
    columns = [
        TableColumn(""),
        TableColumn("This process", words=True),
        TableColumn("Milvus", words=True),
    ]
    rows = [[TableCell(text) for text in row] for row in _ROWS]
    plain_table(columns, rows, caption="What each index backend does", key=key)


def backend_message(text: str, *, failed: bool) -> None:
    """Draw what came of a change, good or bad, as one sentence."""
    if failed:
        st.error(plain(text), icon="⚠️")
    else:
        st.success(plain(text), icon="✅")
