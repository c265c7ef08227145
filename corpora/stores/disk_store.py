"""Documents on the disk, for corpora that are too large to be held: one SQLite file each.

Ids and texts are kept as bytes of UTF-8, so that whatever a source holds comes back as it was,
lone surrogates and NULs too. The file is written anew whenever the source is read.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import overload

from corpora.readers.input_errors import from_system, shown
from corpora.stores.memory_store import in_order
from engine.types import CrossExamError, Document
from system.storage import cache_folder, sync_file, sync_folder

AT_ONCE = 500
_TABLE = """CREATE TABLE documents (
    position INTEGER PRIMARY KEY, doc_id BLOB NOT NULL UNIQUE, line INTEGER, title BLOB,
    text BLOB, parent BLOB, span TEXT, fields TEXT, folded_id BLOB, folded_title BLOB)"""
_COLUMNS = "doc_id, title, text, parent, span, fields"


def stores_folder() -> Path:
    """The folder of the files, each named by its corpus' fingerprint."""
    return cache_folder() / "stores"


def remove_store(fingerprint: str) -> None:
    """Remove the file of a corpus, if there is one."""
    (stores_folder() / f"{fingerprint}.sqlite").unlink(missing_ok=True)


class DiskStore:
    """A DocumentStore over a file, in the order of the corpus; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._size = 0
        try:
            self._database = sqlite3.connect(path, check_same_thread=False)
            self._database.execute("PRAGMA synchronous = OFF")  # it can be written anew
        except sqlite3.Error as error:
            raise _unusable(path, error) from error

    @classmethod
    def empty(cls) -> DiskStore:
        """A store to be added to and then kept under a fingerprint; else it vanishes."""
        folder = stores_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".part-", suffix=".sqlite", dir=folder)
            os.close(handle)
        except OSError as error:
            remedy = "free some space, or set CROSSEXAM_CACHE to a folder that can be written"
            raise from_system(folder, error, remedy) from error
        store = cls(Path(name))
        weakref.finalize(store, Path(name).unlink, missing_ok=True)
        with store._lock:
            store._database.execute(_TABLE)
        return store

    @classmethod
    def from_documents(cls, documents: Iterable[Document]) -> DiskStore:
        """A store of these documents; two with one id are an error."""
        store = cls.empty()
        for number, document in enumerate(documents, 1):
            if not store.add(document, number):
                raise CrossExamError(
                    f"two documents have the id {shown(document.doc_id)}: give each its own"
                )
        return store

    def add(self, document: Document, line: int) -> bool:
        """Append a document; False where its id is there already."""
        row = (
            self._size,
            _bytes(document.doc_id),
            line,
            _bytes(document.title),
            _bytes(document.text),
            None if document.parent_id is None else _bytes(document.parent_id),
            None if document.span is None else json.dumps(document.span),
            json.dumps(dict(document.fields)) if document.fields else None,
            _bytes(document.doc_id.casefold()),
            _bytes(document.title.casefold()),
        )
        try:
            with self._lock:
                done = self._database.execute(
                    "INSERT OR IGNORE INTO documents VALUES (?,?,?,?,?,?,?,?,?,?)", row
                )
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        self._size += done.rowcount
        return done.rowcount == 1

    def keep(self, fingerprint: str) -> None:
        """Keep the file under this fingerprint, in place of one that is there."""
        target = stores_folder() / f"{fingerprint}.sqlite"
        try:
            with self._lock:
                self._database.commit()
            sync_file(self.path)
            self.path.replace(target)
            sync_folder(target.parent)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.path, error) from error
        self.path = target

    def line_of(self, doc_id: str) -> int:
        """The line in which a document stood; 0 for one that is not there."""
        rows = self._rows("SELECT line FROM documents WHERE doc_id = ?", (_bytes(doc_id),))
        return int(str(rows[0][0])) if rows else 0

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        """The documents in the order of `doc_ids`."""
        documents: dict[str, Document] = {}
        for start in range(0, len(doc_ids), AT_ONCE):
            batch_ids = [_bytes(doc_id) for doc_id in doc_ids[start : start + AT_ONCE]]
            marks = ",".join("?" * len(batch_ids))
            rows = self._rows(
                f"SELECT {_COLUMNS} FROM documents WHERE doc_id IN ({marks})", batch_ids
            )
            documents |= {document.doc_id: document for document in map(_document, rows)}
        return in_order(documents, doc_ids)

    def ids(self) -> Sequence[str]:
        return DiskIds(self)

    def ids_between(self, start: int, stop: int) -> list[str]:
        """The ids of the positions from `start` to before `stop`."""
        rows = self._rows(
            "SELECT doc_id FROM documents WHERE position >= ? AND position < ? ORDER BY position",
            (start, stop),
        )
        return [_text(row[0]) for row in rows]

    def documents(self) -> Iterator[Document]:
        """All documents in the order of the corpus, a few hundred at a time."""
        for start in range(0, self._size, AT_ONCE):
            rows = self._rows(
                f"SELECT {_COLUMNS} FROM documents WHERE position >= ? AND position < ? "
                "ORDER BY position",
                (start, start + AT_ONCE),
            )
            yield from map(_document, rows)

    def find(self, text: str, limit: int = 10) -> list[Document]:
        """At most `limit` documents whose id or title fits `text`, best fits first."""
        text_bytes, folded_text = _bytes(text.strip()), _bytes(text.strip().casefold())
        if not folded_text or limit < 1:
            return []
        rows = self._rows(
            f"""SELECT {_COLUMNS} FROM documents
            WHERE doc_id = :raw OR instr(folded_id, :wanted) OR instr(folded_title, :wanted)
            ORDER BY CASE WHEN doc_id = :raw THEN 0 WHEN folded_id = :wanted THEN 1
            WHEN folded_title = :wanted THEN 2
            WHEN instr(folded_id, :wanted) = 1 OR instr(folded_title, :wanted) = 1 THEN 3
            ELSE 4 END, position LIMIT :limit""",
            {"raw": text_bytes, "wanted": folded_text, "limit": limit},
        )
        return [_document(row) for row in rows]

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self.line_of(doc_id) > 0

    def __len__(self) -> int:
        return self._size

    def _rows(
        self, query: str, values: Sequence[object] | dict[str, object]
    ) -> list[tuple[object, ...]]:
        try:
            with self._lock:
                return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error


class DiskIds(Sequence[str]):
    """The ids of a store, read as they are asked for."""

    def __init__(self, store: DiskStore) -> None:
        self._store = store

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        size = len(self._store)
        if isinstance(at, slice):
            start, stop, step = at.indices(size)
            if step == 1:
                return self._store.ids_between(start, stop)
            return [self[i] for i in range(start, stop, step)]
        place = at + size if at < 0 else at
        if not 0 <= place < size:
            raise IndexError(at)
        return self._store.ids_between(place, place + 1)[0]

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self._store), AT_ONCE):
            yield from self._store.ids_between(start, start + AT_ONCE)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._store

    def __len__(self) -> int:
        return len(self._store)


def _document(row: tuple[object, ...]) -> Document:
    doc_id, title, text, parent, span, fields = row
    pair = json.loads(str(span)) if span is not None else None
    return Document(
        _text(doc_id),
        _text(text),
        _text(title),
        parent_id=None if parent is None else _text(parent),
        span=None if pair is None else (int(pair[0]), int(pair[1])),
        fields={} if fields is None else json.loads(str(fields)),
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: object) -> str:
    assert isinstance(data, bytes)
    return data.decode("utf-8", "surrogatepass")


def _unusable(path: Path, error: Exception) -> CrossExamError:
    return CrossExamError(
        f"{path} cannot be used ({error}): free some space, or set CROSSEXAM_CACHE to another "
        "folder"
    )
