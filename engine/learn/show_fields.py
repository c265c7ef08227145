"""The shows of a lesson's header, and what of them a step may name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.learn.yaml_fields import Fields, Value
from engine.types.errors import shown
from engine.types.learn.columns import (
    BI_ENCODER,
    BM25,
    COLUMNS,
    COST,
    CURVE,
    CURVES,
    HYBRID,
    KINDS,
    PAIRS,
    RECALL,
    SEARCH,
    WAYS,
    columns_of,
)
from engine.types.learn.lessons import (
    LONGEST_QUERY,
    LONGEST_TEXT,
    MOST_PAIRS,
    LessonDocument,
    LessonError,
    Show,
)

SCORE_CURVE = "curve of scores"
_SHARED = ("kind", "columns", "corpus")
_FIELDS = {
    PAIRS: (*_SHARED, "query", "documents"),
    SEARCH: (*_SHARED, "query", "top", "first_stage"),
    COST: (*_SHARED, "query", "corpus_size", "queries_a_day", "depth"),
    RECALL: (*_SHARED, "curve", "points"),
    SCORE_CURVE: (*_SHARED, "curve", "query", "documents"),
}
_ALL_FIELDS = tuple(dict.fromkeys(name for names in _FIELDS.values() for name in names))
_DOCUMENT = ("key", "title", "text", "corpus", "doc_id", "query", "x")
MOST_POINTS = 20


def show_of(name: str, value: Value) -> Show:
    """The show of that name; raises LessonError for what no show can have."""
    anything = value.fields(_ALL_FIELDS)
    kind = anything.need("kind", f"add kind: {PAIRS}").choice(KINDS)
    curve = anything.need("curve", f"add curve: {RECALL}").choice(CURVES) if kind == CURVE else ""
    wants = {"": kind, RECALL: RECALL}.get(curve, SCORE_CURVE)
    fields = value.fields(_FIELDS[wants])
    show = Show(
        name=name,
        kind=kind,
        columns=_columns(fields.need("columns"), columns_of(kind, curve)),
        corpus=fields.text("corpus", "senses"),
        curve=curve,
        line=value.line,
    )
    if wants == RECALL:
        return replace(show, points=_points(fields.need("points")))
    show = replace(show, query=fields.need("query").text(LONGEST_QUERY))
    if wants == COST:
        return replace(
            show,
            corpus_size=fields.need("corpus_size").whole(1, 10_000_000_000),
            queries_a_day=fields.need("queries_a_day").whole(1, 10_000_000_000),
            depth=fields.need("depth").whole(1, 1000),
        )
    if wants == SEARCH:
        if not any(COLUMNS[column].ranks for column in show.columns):
            raise fields.need("columns").error("none of them ranks: add one, such as bm25")
        top, first = fields.get("top"), fields.get("first_stage")
        return replace(
            show,
            top=show.top if top is None else top.whole(1, MOST_PAIRS),
            first_stage=BI_ENCODER if first is None else first.choice((BM25, BI_ENCODER, HYBRID)),
        )
    return replace(show, documents=_documents(fields, on_curve=wants == SCORE_CURVE))


def rows_of(show: Show) -> tuple[str, ...] | None:
    """The keys of the show's rows; None for a search, whose rows are found only by searching."""
    if show.kind == SEARCH:
        return None
    if show.kind == COST:
        return WAYS
    return tuple(map(str, show.points)) or tuple(document.key for document in show.documents)


def row_in(show: Show, value: Value) -> str:
    """A row of the show as a field names it."""
    rows = rows_of(show)
    return value.text() if rows is None else value.choice(rows)


def checked_light(show: Show, target: str, error: Callable[[str], LessonError]) -> str:
    """The target of a light; raises `error` of the words where the show has no such place."""
    kind, _, place = target.partition(":")
    row, _, column = place.rpartition(":") if kind == "cell" else (place, "", place)
    rows = rows_of(show)
    has_place = {"query": target == "query", "row": bool(row), "column": bool(column)}
    has_place["cell"] = bool(row and column)
    if not has_place.get(kind, False):
        raise error(
            f"{shown(target)} is nothing that lights up: take query, row:KEY, column:NAME "
            "or cell:KEY:NAME"
        )
    if kind in ("row", "cell") and rows is not None and row not in rows:
        raise error(f"{shown(target)}: {show.name} has no row {row}: take {', '.join(rows)}")
    if kind in ("column", "cell") and column not in show.columns:
        columns = ", ".join(show.columns)
        raise error(f"{shown(target)}: {show.name} has no column {column}: take {columns}")
    return target


def _columns(value: Value, allowed: tuple[str, ...]) -> tuple[str, ...]:
    columns = tuple(item.choice(allowed) for item in value.items())
    if len(set(columns)) < len(columns):
        raise value.error("a column stands there twice: take one out")
    return columns


def _points(value: Value) -> tuple[int, ...]:
    points = tuple(item.whole(1, 1000) for item in value.items(2, MOST_POINTS))
    if list(points) != sorted(set(points)):
        raise value.error("the points do not rise: write them in order, each once")
    return points


def _documents(fields: Fields, *, on_curve: bool) -> tuple[LessonDocument, ...]:
    value = fields.need("documents")
    documents: list[LessonDocument] = []
    for item in value.items(2, MOST_PAIRS):
        document = _document(item, on_curve=on_curve)
        if any(other.key == document.key for other in documents):
            raise item.error(f"key {document.key} stands there twice: give each its own")
        documents.append(document)
    return tuple(documents)


def _document(item: Value, *, on_curve: bool) -> LessonDocument:
    fields = item.fields(_DOCUMENT)
    key = fields.need("key").key()
    if ("text" in fields) == ("doc_id" in fields):
        raise fields.error(f"document {key} has to have either a text of its own or a doc_id")
    if "corpus" in fields and "doc_id" not in fields:
        raise fields.error(f"document {key} names a corpus without a doc_id: add the doc_id")
    x = fields.get("x")
    if on_curve and x is None:
        raise fields.error(f"document {key} has no x: say where on the curve it lies")
    if not on_curve and x is not None:
        raise x.error("has a say on a curve alone: take it out")
    return LessonDocument(
        key=key,
        title=fields.text("title", longest=200),
        text=fields.text("text", longest=LONGEST_TEXT),
        corpus=fields.text("corpus", "senses") if "doc_id" in fields else "",
        doc_id=fields.text("doc_id"),
        query=fields.text("query", longest=LONGEST_QUERY),
        x=None if x is None else x.number(),
    )
