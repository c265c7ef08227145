"""A corpus: documents, and the queries and judgments that came with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.types import CorpusInfo, Document, DocumentStore, Qrel, Query
from engine.types.words import query_key


class CorpusStore(DocumentStore, Protocol):
    """A DocumentStore that also finds documents by id or title."""

    def find(self, text: str, limit: int = 10) -> list[Document]: ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that was read from one source.

    `source` says where it came from (a path, or a sentence for a built one) and
    `warnings` what was odd about it but did no harm; `split` that some documents are
    passages of longer ones. `unanswerable` are queries that no document answers: they are never
    among `queries`, and no mean counts them.
    """

    info: CorpusInfo
    store: CorpusStore
    queries: tuple[Query, ...] = ()
    qrels: tuple[Qrel, ...] = ()
    source: str = ""
    description: str = ""
    warnings: tuple[str, ...] = ()
    split: bool = False
    unanswerable: tuple[Query, ...] = ()
    _judged: Mapping[str, Mapping[str, int]] = field(init=False, repr=False, compare=False)
    _by_text: Mapping[str, Query] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grades_by_query: dict[str, dict[str, int]] = {}
        for qrel in self.qrels:
            grades_by_query.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
        query_by_text: dict[str, Query] = {}
        for query in self.queries:
            query_by_text.setdefault(query_key(query.text), query)
        object.__setattr__(self, "_judged", grades_by_query)
        object.__setattr__(self, "_by_text", query_by_text)

    def judgments(self, query_id: str) -> dict[str, int]:
        """Relevance by document id; empty for a query that nobody judged."""
        return dict(self._judged.get(query_id, {}))

    def query_for_text(self, text: str) -> Query | None:
        """The first query with this text, its case and outer spaces aside."""
        return self._by_text.get(query_key(text))
