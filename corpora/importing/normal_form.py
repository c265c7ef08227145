"""Writes a corpus as a BEIR folder of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from corpora.readers.beir import PARENT, SPAN
from corpora.readers.folders import IMPORT_FACTS
from corpora.readers.input_errors import from_system
from corpora.stores.corpus import Corpus
from engine.types import Document, Qrel, Query
from engine.types.trec_ids import escaped_id
from system.storage import replace_folder, sha256_of

FACTS = IMPORT_FACTS
HEX_DIGITS = 24
READ_AT_ONCE = 1024


def write_normal_form(folder: Path, corpus: Corpus, facts: dict[str, object]) -> Path:
    """The folder below `folder` that now holds the corpus; its name is a hash of its files.

    `facts` go into a file of their own beside them, with a number of this import alone: two
    imports of the same files have folders of their own, so that deleting one harms no other.
    The folder is on the disk whole, or not there at all.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".import-", dir=folder))
        try:
            names = _write_files(temporary, corpus)
            hashes = [f"{name} {sha256_of(temporary / name)}" for name in names]
            own_facts = {
                "name": corpus.info.name,
                "files": hashes,
                "import_id": secrets.token_hex(8),
            }
            facts = {**facts, **own_facts}
            _write(temporary / FACTS, lambda out: out.write(json.dumps(facts, indent=1) + "\n"))
            target = folder / sha256_of(temporary / FACTS)[:HEX_DIGITS]
            temporary.chmod(0o755)
            replace_folder(temporary, target)
            return target
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        remedy = "free some space, or set CROSSEXAM_CACHE to a folder that can be written"
        raise from_system(folder, error, remedy) from error


def read_facts(folder: Path) -> dict[str, object]:
    """What was noted of an import; empty where nothing can be read."""
    try:
        facts = json.loads((folder / FACTS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def size_on_disk(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write_files(folder: Path, corpus: Corpus) -> list[str]:
    _write(folder / "corpus.jsonl", lambda out: _write_documents(out, corpus))
    names = ["corpus.jsonl"]
    if corpus.queries:
        _write(folder / "queries.jsonl", lambda out: _write_queries(out, corpus.queries))
        names.append("queries.jsonl")
    if corpus.unanswerable:
        _write(folder / "unanswerable.jsonl", lambda out: _write_queries(out, corpus.unanswerable))
        names.append("unanswerable.jsonl")
    if corpus.qrels:
        (folder / "qrels").mkdir()
        _write(folder / "qrels" / "test.tsv", lambda out: _write_qrels(out, corpus.qrels))
        names.append("qrels/test.tsv")
    return names


def _write(path: Path, write: Callable[[TextIO], object]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        write(out)
        out.flush()
        os.fsync(out.fileno())


def _write_documents(out: TextIO, corpus: Corpus) -> None:
    ids = corpus.store.ids()
    for start in range(0, len(ids), READ_AT_ONCE):
        for document in corpus.store.get(ids[start : start + READ_AT_ONCE]):
            out.write(json.dumps(_row(document), ensure_ascii=False) + "\n")


def _row(document: Document) -> dict[str, object]:
    row: dict[str, object] = {
        "_id": document.doc_id,
        "title": document.title,
        "text": document.text,
    }
    if document.fields:
        row["metadata"] = dict(document.fields)
    if document.parent_id is not None:
        row |= {PARENT: document.parent_id, SPAN: document.span}
    return row


def _write_queries(out: TextIO, queries: Iterable[Query]) -> None:
    for query in queries:
        row: dict[str, object] = {"_id": query.query_id, "text": query.text}
        metadata: dict[str, object] = {}
        if query.tags or query.note:
            metadata = {"tags": list(query.tags), "note": query.note}
        if query.weight is not None:
            metadata["weight"] = query.weight
        if metadata:
            row["metadata"] = metadata
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_qrels(out: TextIO, qrels: Iterable[Qrel]) -> None:
    out.write("query-id\tcorpus-id\tscore\n")
    for qrel in qrels:
        out.write(f"{_cell(qrel.query_id)}\t{_cell(qrel.doc_id)}\t{qrel.relevance}\n")


def _cell(identity: str) -> str:
    """An id as a cell between tabs, which `read_qrels` turns back.

    Only what would be read as another cell, a comment or quotes is written differently.
    """
    needs_escape = any(sign in identity for sign in "\t\n\r") or identity != identity.strip()
    cell = escaped_id(identity) if needs_escape else identity
    if cell.startswith(("#", '"')):
        return '"' + cell.replace('"', '""') + '"'
    return cell
