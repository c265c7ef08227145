"""Imports a corpus: reads it, splits it, and copies it into the library."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpora.importing.corpus_builder import counted
from corpora.importing.fingerprint import fingerprint
from corpora.importing.normal_form import READ_AT_ONCE, read_facts, write_normal_form
from corpora.importing.splitting import Split, Windows, split_documents
from corpora.judgments.qrels import read_qrels
from corpora.judgments.queries import read_queries
from corpora.readers.input_errors import did_you_mean, in_file, shown
from corpora.readers.ir_collections import PREFIX, read_collection
from corpora.readers.read_options import LeftOut, ReadOptions
from corpora.readers.reader import ReadRequest, absolute, read_source, source_at
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.table_layout import Layout
from corpora.stores.corpus import Corpus
from corpora.stores.disk_store import DiskStore
from corpora.stores.library import Library, LibraryEntry
from corpora.stores.memory_store import MemoryStore
from engine.types import CorpusInfo, CrossExamError, Document, DocumentStore


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be imported; `shown_as` is what to call it, where its path says nothing.

    A path that begins with "ir_datasets:" names a public collection. `layout` says how a table
    is laid out, `grades` what words in judgments stand for, and `judgments` names one of
    several splits of a folder.
    """

    path: Path | str
    columns: Columns | None = None
    queries: Path | None = None
    qrels: Path | None = None
    split: Split | None = None
    shown_as: str = ""
    layout: Layout | None = None
    grades: Mapping[str, int] | None = None
    judgments: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought, and what it left out (the first 10,000 rows are listed).

    `notes` say what was decided by looking at the files, and what was altered in them.
    """

    entry: LibraryEntry
    corpus: Corpus
    left_out: tuple[LeftOut, ...]
    left_out_counts: dict[str, int]
    documents: int
    contradictions: tuple[LeftOut, ...] = ()
    contradictions_sentence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is there now, in a sentence or three."""
        corpus = self.corpus
        text = f"{self.entry.name}: {counted(self.documents, 'document', 'documents')}"
        if corpus.info.documents != self.documents:
            text += f" in {corpus.info.documents:,} passages"
        if corpus.queries:
            text += f", {counted(len(corpus.queries), 'query', 'queries')}"
        if corpus.qrels:
            text += f", {counted(len(corpus.qrels), 'judgment', 'judgments')}"
        if corpus.unanswerable:
            text += f", {counted(len(corpus.unanswerable), 'query', 'queries')} without an answer"
        return f"{text}. {self.left_out_sentence} {self.contradictions_sentence}".rstrip()

    @property
    def left_out_sentence(self) -> str:
        """How many rows were left out, and of which files."""
        total = sum(self.left_out_counts.values())
        if not total:
            return "Nothing was left out."
        files = ", ".join(f"{name} {count:,}" for name, count in self.left_out_counts.items())
        return f"{counted(total, 'row was', 'rows were')} left out ({files})."


def import_corpus(
    library: Library,
    source: Source,
    name: str,
    *,
    windows: Windows,
    read_options: ReadOptions | None = None,
) -> Imported:
    """Read, split and copy; the library is changed in one step at the very end.

    Raises CrossExamError for whatever is wrong, and then nothing has changed.
    """
    read_options = read_options or ReadOptions()
    name = library.free_name(name)
    corpus, documents = read_with_judgments(source, name, read_options, windows)
    corpus = replace(corpus, description=_description(corpus, source.split, documents))
    return _kept(library, corpus, source, documents, read_options)


def read_with_judgments(
    source: Source, name: str, read_options: ReadOptions, windows: Windows | None = None
) -> tuple[Corpus, int]:
    """(the corpus with its queries and judgments, its number of whole documents).

    Split as the source says where `windows` are given. Nothing is written.
    """
    corpus = _read(source, name, read_options)
    documents = corpus.info.documents
    if source.split is not None and windows is not None:
        corpus = _split(corpus, source.split, windows, read_options)
    if source.queries is not None or source.qrels is not None:
        corpus = with_judgments(
            corpus, source.queries, source.qrels, read_options, grades=source.grades
        )
    return corpus, documents


def _read(source: Source, name: str, read_options: ReadOptions) -> Corpus:
    text = str(source.path)
    if text.startswith(PREFIX):
        return read_collection(text.removeprefix(PREFIX), name, read_options)
    with source_at(source.path, read_options) as place:
        try:
            read_request = ReadRequest(source.columns, source.layout, source.judgments)
            return read_source(place, name, read_request, read_options)
        except OSError as error:
            path = absolute(source.path)
            raise in_file(path, f"{error.strerror}: give another file") from error


def add_judgments(
    library: Library,
    name: str,
    *,
    queries: Path | None,
    qrels: Path | None,
    read_options: ReadOptions | None = None,
    grades: Mapping[str, int] | None = None,
) -> Imported:
    """Give an imported corpus queries, or judgments, or both, in place of what it has."""
    read_options = read_options or ReadOptions()
    entry = next((each for each in library.entries() if each.name == name), None)
    if entry is None or entry.kind != "imported" or entry.folder is None:
        raise CrossExamError(
            f"{shown(name)} is not an imported corpus: import it first, then add queries to it"
            f"{did_you_mean(name, [each.name for each in library.entries()])}"
        )
    corpus = with_judgments(library.open(name), queries, qrels, read_options, grades=grades)
    facts = read_facts(Path(entry.folder))
    documents = facts.get("documents")
    count = documents if isinstance(documents, int) else corpus.info.documents
    if qrels is not None:
        facts["contradictory_judgments"] = read_options.contradictions_sentence
    folder = write_normal_form(library.imports, corpus, facts)
    added = library.add(corpus, folder, replaces=entry)
    return _outcome(added, corpus, count, read_options)


def with_judgments(
    corpus: Corpus,
    queries: Path | None,
    qrels: Path | None,
    read_options: ReadOptions,
    *,
    grades: Mapping[str, int] | None = None,
) -> Corpus:
    """The corpus with these queries and judgments in place of its own.

    New queries alone keep the judgments that are of them.
    """
    document_ids = {*corpus.store.ids(), *parent_ids(corpus)}
    if queries is not None:
        query_set = read_queries(absolute(queries), read_options)
        query_ids = {query.query_id for query in query_set}
        usable_qrels = tuple(qrel for qrel in corpus.qrels if qrel.query_id in query_ids)
        n_dropped = len(corpus.qrels) - len(usable_qrels)
        if n_dropped and qrels is None:
            what_went = (
                "judgment went with its query"
                if n_dropped == 1
                else "judgments went with their queries"
            )
            read_options.note(absolute(queries), f"{n_dropped:,} {what_went}")
        corpus = replace(corpus, queries=query_set, qrels=usable_qrels)
    if qrels is not None:
        judgment_set = read_qrels(
            absolute(qrels), corpus.queries, document_ids, read_options, grades
        )
        if not judgment_set.qrels:
            left = [row for row in read_options.left_out if row.file == absolute(qrels).name]
            reason = f"; of line {left[0].line}: {left[0].reason}" if left else ""
            raise in_file(absolute(qrels), f"no judgment in it: give at least one{reason}")
        corpus = replace(
            corpus,
            queries=judgment_set.queries,
            qrels=judgment_set.qrels,
            warnings=corpus.warnings + judgment_set.warnings,
        )
    return corpus


def _kept(
    library: Library, corpus: Corpus, source: Source, documents: int, read_options: ReadOptions
) -> Imported:
    facts: dict[str, object] = {
        "source": source.shown_as or _origin(source.path),
        "description": corpus.description,
        "documents": documents,
        "split": str(source.split) if source.split else None,
        "left_out": read_options.left_out_counts,
        "contradictory_judgments": read_options.contradictions_sentence,
        "notes": list(read_options.notes),
        "imported": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    folder = write_normal_form(library.imports, corpus, facts)
    entry = library.add(corpus, folder)
    return _outcome(entry, corpus, documents, read_options)


def _outcome(
    entry: LibraryEntry, corpus: Corpus, documents: int, read_options: ReadOptions
) -> Imported:
    return Imported(
        entry,
        corpus,
        read_options.left_out,
        read_options.left_out_counts,
        documents,
        read_options.contradictions,
        read_options.contradictions_sentence,
        read_options.notes,
    )


def _origin(path: Path | str) -> str:
    return str(path) if str(path).startswith(PREFIX) else str(absolute(path))


def _split(corpus: Corpus, split: Split, windows: Windows, read_options: ReadOptions) -> Corpus:
    ids = corpus.store.ids()

    def documents() -> Iterator[Document]:
        for number, doc_id in enumerate(ids, 1):
            read_options.at("splitting documents", number, number, len(ids))
            yield from corpus.store.get([doc_id])

    on_disk = isinstance(corpus.store, DiskStore)
    store_of = DiskStore.from_documents if on_disk else MemoryStore.from_documents
    store = store_of(split_documents(documents(), split, windows))
    info = CorpusInfo(corpus.info.name, len(store), fingerprint(_documents(store)))
    if isinstance(store, DiskStore):
        store.keep(info.fingerprint)
    has_parts = any(document.parent_id is not None for document in _documents(store))
    return replace(corpus, info=info, store=store, split=has_parts)


def parent_ids(corpus: Corpus) -> Iterator[str]:
    """The ids of the documents that passages of the corpus are of."""
    for document in _documents(corpus.store):
        if document.parent_id is not None:
            yield document.parent_id


def _documents(store: DocumentStore) -> Iterator[Document]:
    """All documents of a store, a thousand at a time."""
    ids = store.ids()
    for start in range(0, len(ids), READ_AT_ONCE):
        yield from store.get(ids[start : start + READ_AT_ONCE])


def _description(corpus: Corpus, split: Split | None, documents: int) -> str:
    text = corpus.description
    if split is None or corpus.info.documents == documents:
        return text
    return f"{text}, split {split} into {corpus.info.documents:,} passages"
