"""Synthetic queries from the documents themselves, where people's are too few to train on.

No language model writes them. In turn a document gives its title (where it has one) and
its key words: the terms that are rarest in the corpus among those it repeats most
(tf-idf, Sparck Jones 1972), in the order in which they first stand in the text. They read
like short keyword queries, not like questions.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from engine.training.query_split import folded
from engine.types import Document, Query

KEY_WORDS = 4
LONGEST_TITLE = 12  # words; a longer title is no query
PREFIX = "made-"


def pseudo_queries(
    documents: Sequence[Document],
    terms: Callable[[str], list[str]],
    *,
    most: int,
    seed: int,
    without: Collection[str] = (),
) -> tuple[Query, ...]:
    """At most `most` queries, of documents drawn by `seed`; none whose folded text is in `without`.

    Alternately a title and key words; a document without a usable title gives key words.
    """
    documents_with_terms = [(document, terms(document.content)) for document in documents]
    in_documents = Counter(
        term for _, document_terms in documents_with_terms for term in set(document_terms)
    )
    order = list(range(len(documents_with_terms)))
    random.Random(seed).shuffle(order)
    texts_used = set(without)
    queries: list[Query] = []
    for rounds in (0, 1):
        for place, document_index in enumerate(order):
            if len(queries) >= most:
                return tuple(queries)
            document, document_terms = documents_with_terms[document_index]
            title = " ".join(document.title.split())
            by_title = (place + rounds) % 2 == 0 and 0 < len(title.split()) <= LONGEST_TITLE
            text = (
                title
                if by_title
                else key_words(document_terms, in_documents, len(documents_with_terms))
            )
            if not text or folded(text) in texts_used:
                continue
            texts_used.add(folded(text))
            queries.append(Query(f"{PREFIX}{len(queries) + 1}", text, ("made of a document",)))
    return tuple(queries)


def key_words(
    document_terms: Sequence[str], in_documents: Counter[str], documents: int, most: int = KEY_WORDS
) -> str:
    """The `most` terms of highest tf-idf, in the order in which they first stand."""
    counts = Counter(term for term in document_terms if len(term) > 1 and not term.isdigit())
    weight = {
        term: (1 + math.log(count)) * math.log((documents + 1) / (in_documents[term] + 0.5))
        for term, count in counts.items()
    }
    chosen = set(sorted(weight, key=lambda term: (-weight[term], term))[:most])
    return " ".join(dict.fromkeys(term for term in document_terms if term in chosen))
