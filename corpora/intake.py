"""Gathers the documents that a reader meets, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from corpora.complaints import in_file, in_row, shown
from corpora.corpus import Corpus
from corpora.fingerprint import fingerprint
from corpora.memory_store import MemoryStore
from search.types import CorpusInfo, Document, Qrel, Query

MAX_NAMED = 20


class Intake:
    """The documents of one file: an id met twice is an error, an empty text a warning."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._documents: dict[str, Document] = {}
        self._lines: dict[str, int] = {}
        self._empty: list[str] = []

    def add(self, document: Document, line: int) -> None:
        """Take in the document that stands in this line."""
        doc_id = document.doc_id
        if doc_id in self._lines:
            raise in_row(
                self._path,
                line,
                f"the id {shown(doc_id)} is already in line {self._lines[doc_id]}: "
                "give each document its own",
            )
        self._documents[doc_id] = document
        self._lines[doc_id] = line
        if not document.content.strip():
            self._empty.append(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._documents

    def warnings(self) -> tuple[str, ...]:
        """One sentence an empty document, at most MAX_NAMED of them and then a count."""
        named = [
            f"{self._path.name}:{self._lines[doc_id]}: document {shown(doc_id)} is empty"
            for doc_id in self._empty[:MAX_NAMED]
        ]
        more = len(self._empty) - len(named)
        if more:
            named.append(f"{self._path.name}: {more:,} more documents are empty")
        return tuple(named)

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
        if not self._documents:
            raise in_file(self._path, "no documents in it: give at least one row")
        info = CorpusInfo(name, len(self._documents), fingerprint(self._documents.values()))
        return Corpus(
            info=info,
            store=MemoryStore(self._documents),
            queries=queries,
            qrels=qrels,
            source=str(source),
            description=f"{description} of {counted(info.documents, 'document', 'documents')}",
            warnings=self.warnings() + warnings,
        )


def counted(number: int, one: str, many: str) -> str:
    """The number and its noun: 1 document, 1,400 documents."""
    return f"{number:,} {one if number == 1 else many}"
