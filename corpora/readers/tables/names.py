"""The usual names of columns and keys, the same for every format of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

ID_NAMES = (
    *("_id", "id", "doc_id", "docid", "docno", "document_id", "corpus_id", "passage_id"),
    *("pid", "product_id", "article_id", "item_id", "uid", "uuid", "sku", "asin"),
)
TEXT_NAMES = (
    *("text", "body", "content", "passage", "contents", "passage_text", "document", "doc_text"),
    *("full_text", "body_text", "article", "abstract", "description", "product_description"),
)
TITLE_NAMES = (
    *("title", "headline", "heading", "subject", "name", "product_name", "product_title"),
    *("document_title", "doc_title"),
)
QUERY_ID_NAMES = ("_id", "query_id", "qid", "queryid", "id", "topic_id", "topic", "number", "num")
QUERY_TEXT_NAMES = ("text", "query", "query_text", "question", "title", "search_term", "keywords")
JUDGED_QUERY_NAMES = (
    *("query_id", "qid", "queryid", "topic_id", "topic", "query", "query_text", "question"),
    *("search_term", "keywords"),
)
JUDGED_DOCUMENT_NAMES = (
    *("corpus_id", "doc_id", "docid", "docno", "document_id", "passage_id", "pid", "product_id"),
    *("article_id", "item_id", "sku", "asin", "doc", "document", "corpus", "_id", "id"),
    *("product", "item", "passage", "article"),
)
GRADE_NAMES = (
    *("relevance", "rel", "grade", "rating", "score", "label", "judgment", "judgement", "gain"),
    *("relevance_label", "relevance_score", "relevancy", "esci_label", "class"),
)
TAG_NAMES = ("tags", "tag", "query_class", "query_type", "class", "category", "type")
WEIGHT_NAMES = (
    *("weight", "searches", "searches_a_month", "searches_per_month", "monthly_searches"),
    *("search_volume", "frequency"),
)
USUAL = frozenset(
    (
        *ID_NAMES,
        *TEXT_NAMES,
        *TITLE_NAMES,
        *QUERY_ID_NAMES,
        *QUERY_TEXT_NAMES,
        *JUDGED_QUERY_NAMES,
        *JUDGED_DOCUMENT_NAMES,
        *GRADE_NAMES,
    )
)
EXTENDED = ("$oid", "$numberLong", "$numberInt", "$uuid")  # of MongoDB's JSON
BETWEEN = re.compile(r"[\s\-./]+")


def normal_name(name: str) -> str:
    """The name as it is compared: "Doc ID", "doc-id" and "DOC_ID" are one."""
    return BETWEEN.sub("_", name.strip().removeprefix("#").strip()).casefold()


def usual_name(names: Iterable[str], wanted: Sequence[str]) -> str | None:
    """The first of `wanted` among `names`, as it is written there; None without one."""
    written: dict[str, str] = {}
    for name in names:
        written.setdefault(normal_name(name), name)
    return next((written[each] for each in wanted if each in written), None)


def either(wanted: Sequence[str], max_names: int = 4) -> str:
    """Names to choose from, in words: 'id' or 'doc_id'."""
    return " or ".join(repr(name) for name in wanted[:max_names])


def at_path(row: Mapping[str, object], name: str) -> tuple[bool, object]:
    """(whether it is there, its value): of a key, or of a dotted path into objects."""
    if name in row:
        return True, row[name]
    value: object = row
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False, None
        value = value[part]
    return True, value


def plain_value(value: object) -> object:
    """The value in MongoDB's {"$oid": value}; any other as it is."""
    if isinstance(value, Mapping) and len(value) == 1:
        return next((value[name] for name in EXTENDED if name in value), value)
    return value


def flat(row: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """The row with the values of objects in it under dotted names."""
    fields: dict[str, object] = {}
    for name, each in row.items():
        value = plain_value(each)
        if isinstance(value, Mapping) and value:
            fields |= flat(value, f"{prefix}{name}.")
        else:
            fields[prefix + name] = value
    return fields
