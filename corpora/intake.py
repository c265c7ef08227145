"""Gathers the documents that a reader meets, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from corpora.complaints import InputError, in_file, in_row, shown
from corpora.corpus import Corpus
from corpora.fingerprint import fingerprint
from corpora.memory_store import MemoryStore
from corpora.reading import Reading
from search.types import CorpusInfo, Document, Qrel, Query

MAX_NAMED = 20


class Intake:
    """The documents of one source: an id met twice is a bad row, an empty text a warning."""

    def __init__(self, path: Path, reading: Reading | None = None) -> None:
        self._path = path
        self.reading = reading or Reading()
        self._parents: set[str] = set()
        self._documents: dict[str, Document] = {}
        self._lines: dict[str, int] = {}
        self._empty: list[str] = []

    def add(self, document: Document, line: int) -> None:
        """Take in the document that stands in this line."""
        doc_id = document.doc_id
        if doc_id in self._lines:
            self.reading.bad(
                in_row(
                    self._path,
                    line,
                    f"the id {shown(doc_id)} is already in line {self._lines[doc_id]}: "
                    "give each document its own",
                )
            )
            return
        self._documents[doc_id] = document
        self._lines[doc_id] = line
        if document.parent_id is not None:
            self._parents.add(document.parent_id)
        if not document.content.strip():
            self._empty.append(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._documents or doc_id in self._parents

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
            raise self._nothing()
        info = CorpusInfo(name, len(self._documents), fingerprint(self._documents.values()))
        return Corpus(
            info=info,
            store=MemoryStore(self._documents),
            queries=queries,
            qrels=qrels,
            source=str(source),
            description=f"{description} of {counted(info.documents, 'document', 'documents')}",
            warnings=self.warnings() + warnings,
            split=bool(self._parents),
        )

    def _nothing(self) -> InputError:
        left = self.reading.left_out
        if not left:
            return in_file(self._path, "no documents in it: give at least one row")
        first = left[0]
        place = f"line {first.line}: " if first.line is not None else ""
        return in_file(
            self._path,
            f"no good row in it: {sum(self.reading.left_out_counts.values()):,} were left out, "
            f"the first of {first.file} ({place}{first.reason})",
        )


def counted(number: int, one: str, many: str) -> str:
    """The number and its noun: 1 document, 1,400 documents."""
    return f"{number:,} {one if number == 1 else many}"
