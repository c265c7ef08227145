"""The rows of earlier versions' files, read as far as they can be."""

from __future__ import annotations

import json
import math
from typing import Any

from corpora.stores.database_schema import stored
from system.json_version import is_version

GRADES = (0, 1, 2, 3)
LONGEST_VIA = 500

StoredCorpus = tuple[str, str, int, str]  # name, path, documents, fingerprint


def judgment_row(line: bytes) -> tuple[Any, ...] | None:
    """(query_id, doc_id, relevance, judge, at, via) of a line of judgments; None for no such."""
    try:
        row: Any = json.loads(line.decode("utf-8", "surrogatepass"))
        relevance = row["relevance"]
        if relevance is not None and (type(relevance) is not int or relevance not in GRADES):
            return None
        texts = (row["query_id"], row["doc_id"], row["judge"])
        if not all(isinstance(text, str) for text in texts):
            return None
        query_id, doc_id, judge = (stored(text) for text in texts)
        via = stored(str(row.get("via", ""))[:LONGEST_VIA])
        return query_id, doc_id, relevance, judge, float(row["at"]), via
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def machine_row(line: bytes) -> tuple[Any, ...] | None:
    """The columns of an automatic judgment from its line; None for no such."""
    try:
        row: Any = json.loads(line)
        names = ("query_id", "doc_id", "teacher", "revision", "rejected_by")
        texts = [row[name] for name in names]
        score, grade, pairs = row["score"], row["grade"], row["pairs"]
        bounds = [(int(level), float(least)) for level, least in row["bounds"]]
        if not all(isinstance(text, str) for text in texts) or type(pairs) is not int:
            return None
        if type(grade) is not int or grade not in GRADES or not math.isfinite(float(score)):
            return None
        query_id, doc_id, teacher, revision, rejected_by = (stored(text) for text in texts)
        return (
            query_id, doc_id, float(score), grade, teacher, revision, json.dumps(bounds), pairs,
            float(row["at"]), rejected_by,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def stored_paths(data: bytes) -> tuple[list[StoredCorpus], bool]:
    """(the corpora that a list of an earlier version names, whether the list is whole).

    Of a list that is no JSON every entry that stands in it whole is read.
    """
    try:
        content: Any = json.loads(data)
        rows = content["corpora"]
        entries = [_entry(row) for row in rows]
        readable = [entry for entry in entries if entry is not None]
        return readable, is_version(content["version"], 1) and len(readable) == len(entries)
    except (ValueError, KeyError, TypeError, RecursionError):
        return _whole_entries(data.decode("utf-8", "replace")), False


def _whole_entries(text: str) -> list[StoredCorpus]:
    decoder, entries, start = json.JSONDecoder(), [], 0
    while (start := text.find("{", start)) >= 0:
        try:
            row, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start += 1
            continue
        entry = _entry(row)
        if entry is not None:
            entries.append(entry)
        start = end if entry is not None else start + 1
    return entries


def _entry(row: Any) -> StoredCorpus | None:
    if not isinstance(row, dict):
        return None
    name, path = row.get("name"), row.get("path")
    documents, fingerprint = row.get("documents"), row.get("fingerprint")
    if not isinstance(name, str) or not isinstance(path, str) or not name or not path:
        return None
    if type(documents) is not int or not isinstance(fingerprint, str):
        return None
    return name, path, documents, fingerprint
