"""What search engines write: bulk files, hits, dumps and responses, taken out of their wrapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from corpora.readers.input_errors import in_row
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import Row

ACTIONS = ("index", "create", "update", "delete")
Numbered = tuple[int, Row]


def is_bulk_action(row: Mapping[str, object]) -> bool:
    """Whether an object is a line of a bulk file that says what to do with the next."""
    if len(row) != 1:
        return False
    ((name, value),) = row.items()
    return name in ACTIONS and isinstance(value, Mapping)


def bulk_rows(
    path: Path, rows: Iterable[Numbered], read_options: ReadOptions
) -> Iterator[Numbered]:
    """The documents of a bulk file (Elasticsearch, OpenSearch) under the ids of its actions."""
    open_action: tuple[int, str, Mapping[str, object]] | None = None
    for line, row in rows:
        if is_bulk_action(row) and (
            open_action is None or open_action[0] + 1 < line or "_id" in _of(row)
        ):
            if open_action is not None:
                _without_source(path, open_action[0], read_options)
            ((name, action),) = row.items()
            assert isinstance(action, Mapping)
            open_action = (line, name, action)
            if name == "delete":
                read_options.passed(
                    path,
                    line,
                    "delete action was passed over",
                    "delete actions were passed over",
                )
                open_action = None
        elif open_action is None:
            with read_options.row():
                raise in_row(
                    path,
                    line,
                    "no action before this line of a bulk file: write "
                    '{"index": {"_id": "…"}} above each document',
                )
        else:
            _, name, action = open_action
            open_action = None
            source = row.get("doc") if name == "update" else row
            yield line, _with_id(action, source if isinstance(source, dict) else row)
    if open_action is not None:
        _without_source(path, open_action[0], read_options)


def _of(row: Mapping[str, object]) -> Mapping[str, object]:
    (value,) = row.values()
    return value if isinstance(value, Mapping) else {}


def _without_source(path: Path, line: int, read_options: ReadOptions) -> None:
    with read_options.row():
        raise in_row(path, line, "an action without a document in the next line: add it")


def unwrapped(row: Row) -> list[Row] | None:
    """The documents in a hit, a response or a dump's line; None for a row that is none of them.

    Known are hits of Elasticsearch and OpenSearch (`_source`), their search responses, multi-get
    answers, Solr's responses, and Vespa's feeds, visits and results.
    """
    if isinstance(row.get("_source"), dict):
        return [_hit(row)]
    hits_field = row.get("hits")
    if isinstance(hits_field, dict) and isinstance(hits_field.get("hits"), list):
        return [_hit(hit) for hit in hits_field["hits"] if isinstance(hit, dict)]
    responses = row.get("responses")
    if isinstance(responses, list):  # of a multi-search
        rows_of_responses = [unwrapped(each) for each in responses if isinstance(each, dict)]
        if rows_of_responses and None not in rows_of_responses:
            return [document for each in rows_of_responses for document in each or ()]
    docs = row.get("docs")
    if isinstance(docs, list) and docs and all(_has_source(each) for each in docs):
        return [_hit(hit) for hit in docs if hit.get("found", True)]
    response = row.get("response")
    if isinstance(response, dict) and isinstance(response.get("docs"), list):
        return [_single(each) for each in response["docs"] if isinstance(each, dict)]
    root = row.get("root")
    if isinstance(root, dict) and isinstance(root.get("children"), list):
        return [_vespa(each) for each in root["children"] if isinstance(each, dict)]
    documents = row.get("documents")
    if "pathId" in row and isinstance(documents, list):
        return [_vespa(each) for each in documents if isinstance(each, dict)]
    if isinstance(row.get("fields"), dict) and any(key in row for key in ("put", "id")):
        return [_vespa(row)]
    return None


def _has_source(value: object) -> bool:
    return isinstance(value, dict) and ("_source" in value or value.get("found") is False)


def _hit(hit: Mapping[str, object]) -> Row:
    """The document of a hit; values that a response gives in lists of one are taken out."""
    source = hit.get("_source")
    if isinstance(source, dict):
        return _with_id(hit, source)
    fields = hit.get("fields")
    return _with_id(hit, _single(fields) if isinstance(fields, dict) else dict(hit))


def _with_id(action: Mapping[str, object], source: Mapping[str, object]) -> Row:
    return {"_id": action["_id"], **source} if "_id" in action else dict(source)


def _single(fields: Mapping[str, object]) -> Row:
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in fields.items()
    }


def _vespa(row: Mapping[str, object]) -> Row:
    """A document of Vespa; the id is what its own scheme puts after "id:space:type::"."""
    fields = row.get("fields")
    name = str(row.get("put", row.get("id", "")))
    short_id = name.split("::", 1)[1] if name.startswith("id:") and "::" in name else name
    return {"_id": short_id, **(fields if isinstance(fields, dict) else {})}
