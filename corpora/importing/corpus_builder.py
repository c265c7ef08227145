"""Gathers the documents that a reader meets, and what is wrong with them.

From the size on from which Milvus serves, they go to the disk instead of staying in memory.
"""

from __future__ import annotations

from pathlib import Path

from corpora.importing.fingerprint import fingerprint
from corpora.indexes.index_backend import read_settings
from corpora.readers.input_errors import InputError, in_file, in_row, shown
from corpora.readers.read_options import ReadOptions
from corpora.stores.corpus import Corpus
from corpora.stores.disk_store import DiskStore
from corpora.stores.memory_store import MemoryStore
from engine.types import CorpusInfo, Document, Qrel, Query

MAX_NAMED = 20


class CorpusBuilder:
    """The documents of one source: an id met twice is a bad row, an empty text a warning."""

    def __init__(self, path: Path, read_options: ReadOptions | None = None) -> None:
        self._path = path
        self.read_options = read_options or ReadOptions()
        self._parents: set[str] = set()
        self._documents: dict[str, Document] = {}
        self._lines: dict[str, int] = {}
        self._empty: list[tuple[str, int]] = []
        self._empties = 0
        self._most = read_settings().milvus_from
        self._disk: DiskStore | None = None

    def add(self, document: Document, line: int, path: Path | None = None) -> None:
        """Take in the document that stands in this line, of `path` where there are several."""
        doc_id = document.doc_id
        first = self._taken_in(document, line)
        if first is not None:
            self.read_options.bad(
                in_row(
                    path or self._path,
                    line,
                    f"the id {shown(doc_id)} is already in line {first}: "
                    "give each document its own",
                )
            )
            return
        if document.parent_id is not None:
            self._parents.add(document.parent_id)
        if not document.content.strip():
            self._empties += 1
            if len(self._empty) < MAX_NAMED:
                self._empty.append((doc_id, line))

    def _taken_in(self, document: Document, line: int) -> int | None:
        """None once it is kept; the line of another document with its id."""
        doc_id = document.doc_id
        if self._disk is not None:
            return None if self._disk.add(document, line) else self._disk.line_of(doc_id)
        if doc_id in self._lines:
            return self._lines[doc_id]
        self._documents[doc_id] = document
        self._lines[doc_id] = line
        if len(self._documents) >= self._most:
            self._disk = DiskStore.empty()
            for each in self._documents.values():
                self._disk.add(each, self._lines[each.doc_id])
            self._documents, self._lines = {}, {}
        return None

    def __contains__(self, doc_id: object) -> bool:
        documents = self._documents if self._disk is None else self._disk
        return doc_id in documents or doc_id in self._parents

    def warnings(self) -> tuple[str, ...]:
        """One sentence an empty document, at most MAX_NAMED of them and then a count."""
        empty_documents = [
            f"{self._path.name}:{line}: document {shown(doc_id)} is empty"
            for doc_id, line in self._empty
        ]
        n_more = self._empties - len(empty_documents)
        if n_more:
            empty_documents.append(f"{self._path.name}: {n_more:,} more documents are empty")
        return tuple(empty_documents)

    def corpus(
        self,
        name: str,
        *,
        source: Path,
        description: str,
        queries: tuple[Query, ...] = (),
        qrels: tuple[Qrel, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> Corpus:
        """The corpus of the documents taken in; none at all is an error."""
        if not self._documents and self._disk is None:
            raise self._nothing()
        store: MemoryStore | DiskStore
        if self._disk is not None:
            store, of_documents = self._disk, fingerprint(self._disk.documents())
            self._disk.keep(of_documents)
        else:
            store, of_documents = (
                MemoryStore(self._documents),
                fingerprint(self._documents.values()),
            )
        info = CorpusInfo(name, len(store), of_documents)
        return Corpus(
            info=info,
            store=store,
            queries=queries,
            qrels=qrels,
            source=str(source),
            description=f"{description}{',' if ',' in description else ''} of "
            f"{counted(info.documents, 'document', 'documents')}",
            warnings=self.warnings() + warnings,
            split=bool(self._parents),
        )

    def _nothing(self) -> InputError:
        left_out_rows = self.read_options.left_out
        if not left_out_rows:
            return in_file(self._path, "no documents in it: give at least one row")
        first_row, n_left_out = left_out_rows[0], sum(self.read_options.left_out_counts.values())
        line_prefix = f"line {first_row.line}: " if first_row.line is not None else ""
        return in_file(
            self._path,
            f"no good row in it: {n_left_out:,} were left out, "
            f"the first of {first_row.file} ({line_prefix}{first_row.reason})",
        )


def counted(number: int, one: str, many: str) -> str:
    """The number and its noun: 1 document, 1,400 documents."""
    return f"{number:,} {one if number == 1 else many}"
