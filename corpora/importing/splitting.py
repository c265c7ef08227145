"""Long documents split into passages, each of which knows where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.types import CrossExamError, Document

LEAST_TOKENS, MOST_TOKENS = 16, 4096
PARAGRAPH_BREAK = re.compile(r"\n[ \t\r\f\v]*\n\s*")

Span = tuple[int, int]
Windows = Callable[[str, int, int], list[Span]]  # text, length and stride in tokens


@dataclass(frozen=True, slots=True)
class Split:
    """How documents are split: by `length` tokens, `overlap` of them shared, or by paragraph."""

    by: Literal["tokens", "paragraph"]
    length: int = 200
    overlap: int = 50

    def __post_init__(self) -> None:
        if self.by not in ("tokens", "paragraph"):
            raise CrossExamError(f"split by {self.by!r}: give tokens or paragraph")
        if self.by == "tokens" and not LEAST_TOKENS <= self.length <= MOST_TOKENS:
            raise CrossExamError(
                f"passages of {self.length} tokens: give {LEAST_TOKENS} to {MOST_TOKENS}"
            )
        if self.by == "tokens" and not 0 <= self.overlap < self.length:
            raise CrossExamError(
                f"an overlap of {self.overlap} tokens in passages of {self.length}: "
                "give 0 or more, but less than the passage"
            )

    @classmethod
    def from_text(cls, text: str) -> Split:
        """The split that a command line names: tokens:200:50, tokens:200 or paragraph."""
        name, *numbers = text.split(":")
        try:
            match name, [int(number) for number in numbers]:
                case "paragraph", []:
                    return cls("paragraph")
                case "tokens", []:
                    return cls("tokens")
                case "tokens", [length]:
                    return cls("tokens", length, length // 4)
                case "tokens", [length, overlap]:
                    return cls("tokens", length, overlap)
        except ValueError:
            pass
        raise CrossExamError(
            f"split {text!r}: give tokens:LENGTH:OVERLAP, for example tokens:200:50, or paragraph"
        )

    def __str__(self) -> str:
        if self.by == "paragraph":
            return "by paragraph"
        return f"by {self.length} tokens, {self.overlap} of them shared with the one before"


def paragraphs(text: str) -> list[Span]:
    """(start, end) in characters of the stretches between blank lines, blank ones left out."""
    spans, start = [], 0
    for paragraph_break in PARAGRAPH_BREAK.finditer(text):
        spans.append((start, paragraph_break.start()))
        start = paragraph_break.end()
    spans.append((start, len(text)))
    return [(first, last) for first, last in spans if text[first:last].strip()]


def split_documents(
    documents: Iterable[Document], split: Split, windows: Windows
) -> Iterator[Document]:
    """The passages of all documents; one that fits into a single passage stays whole.

    A passage has its document's title and fields, and an id `document#1`, `#2` …; its span
    is in characters of the document's text. Raises where such an id is taken already.
    """
    ids_in_use: set[str] = set()
    for document in documents:
        for passage in _passages(document, split, windows):
            if passage.doc_id in ids_in_use:
                raise CrossExamError(
                    f"the passage id {passage.doc_id!r} is also the id of a document: rename that"
                )
            ids_in_use.add(passage.doc_id)
            yield passage


def passage_id(doc_id: str, number: int) -> str:
    """The id of a document's passage, counted from 1."""
    return f"{doc_id}#{number}"


def _passages(document: Document, split: Split, windows: Windows) -> Iterator[Document]:
    if split.by == "paragraph":
        spans = paragraphs(document.text)
    else:
        spans = windows(document.text, split.length, split.length - split.overlap)
    if len(spans) < 2:
        yield document
        return
    for number, (start, end) in enumerate(spans, 1):
        yield Document(
            doc_id=passage_id(document.doc_id, number),
            text=document.text[start:end],
            title=document.title,
            parent_id=document.parent_id or document.doc_id,
            span=(start, end),
            fields=document.fields,
        )
