"""BM25 of any text by the statistics of a corpus that need not hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from models.lexical.bm25 import K1, B, lucene_idf
from models.lexical.terms import document_terms, terms


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """How many of the `documents` hold each term, and how many terms a document has on average."""

    documents: int
    holding: Counter[str]
    mean_length: float

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> TermStatistics:
        """The statistics of these documents; raises ValueError without a document."""
        documents_holding: Counter[str] = Counter()
        n_documents = n_terms = 0
        for text in texts:
            own_terms = document_terms(text)
            documents_holding.update(set(own_terms))
            n_documents, n_terms = n_documents + 1, n_terms + len(own_terms)
        if not n_documents:
            raise ValueError("statistics of no document: give one at least")
        return cls(n_documents, documents_holding, n_terms / n_documents)

    def score(self, query: str, text: str) -> float:
        """What a corpus of these statistics gives the text: 0 where it shares no term."""
        counts = Counter(document_terms(text))
        length_norm = (
            K1 * (1 - B + B * counts.total() / self.mean_length) if self.mean_length else K1
        )
        total = 0.0
        for term in terms(query):
            if frequency := counts[term]:
                total += self.idf(term) * frequency * (K1 + 1) / (frequency + length_norm)
        return total

    def idf(self, term: str) -> float:
        """How much a term says: the rarer, the more."""
        return float(lucene_idf(np.array([self.holding[term]]), self.documents)[0])
