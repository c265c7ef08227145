"""Public collections by name through ir_datasets, where that is installed and online."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import requests

from corpora.importing.corpus_builder import CorpusBuilder, counted
from corpora.judgments.repeated_judgments import JudgmentRows
from corpora.readers.input_errors import shown
from corpora.readers.read_options import ReadOptions
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError, Document, Qrel, Query

PREFIX = "ir_datasets:"
SITE = "https://ir-datasets.com/"
PATIENCE = 3.0  # seconds; without a network nobody waits for minutes
MOST_DOCUMENTS = 1_000_000


def read_collection(dataset: str, name: str, read_options: ReadOptions | None = None) -> Corpus:
    """The documents, queries and judgments of an ir_datasets collection ("beir/scifact/test").

    Raises CrossExamError at once where the package is missing, and within seconds where
    the network is.
    """
    if importlib.util.find_spec("ir_datasets") is None:
        raise CrossExamError(
            f"ir_datasets is not installed, so {shown(dataset)} cannot be fetched: "
            "pip install ir_datasets, or import files of your own"
        )
    import ir_datasets

    try:
        collection: Any = ir_datasets.load(dataset)
    except Exception as error:
        raise CrossExamError(
            f"ir_datasets knows no collection {shown(dataset)}: see {SITE} for the names"
        ) from error
    if not collection.has_docs():
        raise CrossExamError(f"{shown(dataset)} has no documents of its own: name its parent")
    _require_network(dataset)
    read_options = read_options or ReadOptions()
    try:
        return _read(collection, dataset, name, read_options)
    except (OSError, requests.RequestException) as error:
        raise CrossExamError(
            f"{shown(dataset)} could not be fetched ({' '.join(str(error).split())[:200]}): "
            "try again, or import files of your own"
        ) from error


def _read(collection: Any, dataset: str, name: str, read_options: ReadOptions) -> Corpus:
    place = Path(dataset)
    total = int(collection.docs_count() or 0)
    if total > MOST_DOCUMENTS:
        raise CrossExamError(
            f"{shown(dataset)} has {total:,} documents, over the limit of {MOST_DOCUMENTS:,}: "
            "choose a smaller one"
        )
    builder = CorpusBuilder(place, read_options)
    for number, document in enumerate(collection.docs_iter(), 1):
        read_options.at(f"fetching {dataset}", number, number, total)
        with read_options.row():
            title = str(getattr(document, "title", "") or "")
            text = getattr(document, "text", None)
            body = str(document.default_text() if text is None else text)
            builder.add(Document(str(document.doc_id), body, title), number)
    queries: tuple[Query, ...] = ()
    qrels: tuple[Qrel, ...] = ()
    if collection.has_queries():
        queries = tuple(
            Query(str(q.query_id), str(q.default_text())) for q in collection.queries_iter()
        )
    if collection.has_qrels():
        query_ids = {query.query_id for query in queries}
        rows = JudgmentRows(place, read_options)
        for number, q in enumerate(collection.qrels_iter(), 1):
            with read_options.row():
                if str(q.query_id) in query_ids:
                    rows.add(Qrel(str(q.query_id), str(q.doc_id), int(q.relevance)), number)
        qrels = rows.qrels()
    contents = f"{counted(len(queries), 'query', 'queries')}, "
    contents += counted(len(qrels), "judgment", "judgments")
    return builder.corpus(
        name,
        source=place,
        description=f"{dataset} by ir_datasets with {contents}",
        queries=queries,
        qrels=qrels,
    )


def _require_network(dataset: str) -> None:
    """Raise soon where there is no network, unless the collection was fetched before."""
    from ir_datasets import util

    if (util.home_path() / dataset.split("/")[0]).exists():
        return
    try:
        requests.head(SITE, timeout=PATIENCE)
    except requests.RequestException as error:
        raise CrossExamError(
            f"{shown(dataset)} is not on this machine and {SITE} cannot be reached: go online, "
            "or import files of your own"
        ) from error
