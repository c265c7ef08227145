"""Documents, queries and judgments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One passage. `span` is its (start, end) in characters within the parent's text.

    `held` is False for an id that another system's run lists and the corpus has no text of.
    """

    doc_id: str
    text: str
    title: str = ""
    parent_id: str | None = None
    span: tuple[int, int] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    held: bool = True

    @property
    def content(self) -> str:
        """The text that every stage reads: title, a space, text (BEIR's recipe)."""
        return f"{self.title} {self.text}".strip() if self.held else ""

    @classmethod
    def not_held(cls, doc_id: str) -> Document:
        """What stands for a document of which the corpus has the id alone."""
        return cls(doc_id, "", f"{doc_id} (not in this corpus)", held=False)


@dataclass(frozen=True, slots=True)
class Query:
    """A query; `tags` say what it tests, `note` says so in a sentence.

    `weight` is how often it is searched, in whatever unit its file counts; None where nobody said.
    """

    query_id: str
    text: str
    tags: tuple[str, ...] = ()
    note: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Qrel:
    """A person's judgment: relevance 0 (not relevant) upwards, here mostly 0 to 3."""

    query_id: str
    doc_id: str
    relevance: int


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """Identity of a corpus. The fingerprint hashes the documents alone."""

    name: str
    documents: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """An extract of a document; `marks` are (start, end) of matched terms in `text`."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
