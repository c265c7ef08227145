"""A show with a visitor's own query and texts in place of the lesson's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.types import CrossExamError
from engine.types.learn.columns import COST, CURVE
from engine.types.learn.lessons import LONGEST_QUERY, LONGEST_TEXT, LessonDocument, Show


def asked_show(show: Show, *, query: str = "", texts: Mapping[str, str] | None = None) -> Show:
    """The show as a visitor asks it: their query, and their texts by the key of a document.

    Documents with a query of their own keep it. Raises CrossExamError for what is too long, for
    a text without a letter and for a key that the show does not have.
    """
    query_text = " ".join(query.split())
    if len(query_text) > LONGEST_QUERY:
        raise CrossExamError(
            f"the query has {len(query_text):,} characters: give at most {LONGEST_QUERY:,}"
        )
    texts = texts or {}
    for key, text in texts.items():
        if show.document(key) is None:
            raise CrossExamError(f"the show {show.name} has no document {key!r}: choose another")
        if not text.strip():
            raise CrossExamError(f"the text of {key} is empty: type at least one word")
        if len(text) > LONGEST_TEXT:
            raise CrossExamError(
                f"the text of {key} has {len(text):,} characters: give at most {LONGEST_TEXT:,}"
            )
    if show.kind in (COST, CURVE) and not show.documents:
        return show
    return replace(
        show,
        query=query_text or show.query,
        documents=tuple(_edited(document, texts) for document in show.documents),
    )


def _edited(document: LessonDocument, texts: Mapping[str, str]) -> LessonDocument:
    text = texts.get(document.key)
    if text is None or text.strip() == document.text:
        return document
    return replace(document, text=text.strip(), corpus="", doc_id="")
