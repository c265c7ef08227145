"""Training examples of a distillation: a query, a positive, hard negatives, their margins.

Hofstatter et al. 2020, "Improving Efficient Neural Ranking Models with Cross-Architecture
Knowledge Distillation" (arXiv 2010.02666): the student learns the difference between the
teacher's scores of a relevant and another document, not the scores.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.search.precision.rescoring import exact_of
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.scoring import score_all
from engine.types import (
    Cancel,
    Cancelled,
    CountCallback,
    Document,
    DocumentStore,
    Query,
    Reranker,
    Retriever,
)

POSITIVES = 3  # of a query, at most


@dataclass(frozen=True, slots=True)
class MarginExample:
    """One row to learn from; `margins` are teacher(positive) - teacher(negative), in logits."""

    query_id: str
    query: str
    positive: str
    negatives: tuple[str, ...]
    margins: tuple[float, ...]
    judged: bool


@dataclass(frozen=True, slots=True)
class Mining:
    """How examples are mined: candidates from each retriever, negatives an example.

    Each positive gives `rounds` examples, with other negatives each time.
    """

    depth: int = 12
    negatives: int = 4
    rounds: int = 2
    seed: int = 0


def mine(
    queries: Sequence[Query],
    retrievers: Sequence[Retriever],
    teacher: Reranker,
    store: DocumentStore,
    grades: Mapping[str, Mapping[str, int]],
    mining: Mining,
    *,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> tuple[MarginExample, ...]:
    """The examples of all queries, in order; raises Cancelled when called off.

    A judged positive is taken where there is one, the best graded first, and of the passages of
    one document the one that the teacher scores highest; elsewhere the document that the
    teacher scores highest among the candidates. Candidates without a word are left out, for a
    teacher's score of them means nothing.
    """
    teacher = exact_of(teacher)  # a student learns no drift
    examples: list[MarginExample] = []
    for done, query in enumerate(queries, 1):
        if cancel is not None and cancel():
            raise Cancelled("the training was cancelled")
        query_grades = grades.get(query.query_id, {})
        good = sorted(
            (d for d in query_grades if query_grades[d] > 0), key=lambda d: (-query_grades[d], d)
        )
        relevant = frozenset(good)
        good = _best_passages(query.text, good, teacher, store, cancel)
        doc_ids = candidates(query.text, retrievers, mining.depth)
        listed_ids = list(dict.fromkeys([*good[:POSITIVES], *doc_ids]))
        documents = store.get(listed_ids)
        wordless_ids = wordless_in(documents)
        texts = [document.content for document in documents]
        scores = dict(
            zip(listed_ids, score_all(teacher, query.text, texts, cancel=cancel), strict=True)
        )
        doc_ids = [doc_id for doc_id in doc_ids if doc_id not in wordless_ids]
        examples += examples_of(query, doc_ids, scores, good[:POSITIVES], relevant, mining)
        if on_progress is not None:
            on_progress(done, len(queries))
    return tuple(examples)


def _best_passages(
    text: str,
    doc_ids: Sequence[str],
    teacher: Reranker,
    store: DocumentStore,
    cancel: Cancel | None,
) -> list[str]:
    """The ids, in order, with one passage for each document that is held in several (MaxP)."""
    documents = store.get(doc_ids)
    by_parent: dict[str, list[Document]] = {}
    for document in documents:
        by_parent.setdefault(document.parent_id or document.doc_id, []).append(document)
    best = []
    for passages in by_parent.values():
        if len(passages) > 1:
            contents = [passage.content for passage in passages]
            scores = score_all(teacher, text, contents, cancel=cancel)
            best.append(passages[max(range(len(scores)), key=scores.__getitem__)].doc_id)
        else:
            best.append(passages[0].doc_id)
    return best


def candidates(text: str, retrievers: Sequence[Retriever], depth: int) -> list[str]:
    """The retrievers' lists in turn, each document once: their firsts, their seconds, …"""
    ids_by_retriever = [retriever.retrieve(text, depth)[0].ids() for retriever in retrievers]
    longest = max(map(len, ids_by_retriever), default=0)
    return list(
        dict.fromkeys(ids[i] for i in range(longest) for ids in ids_by_retriever if i < len(ids))
    )


def examples_of(
    query: Query,
    doc_ids: Sequence[str],
    scores: Mapping[str, float],
    good: Sequence[str],
    relevant: frozenset[str],
    mining: Mining,
) -> list[MarginExample]:
    """The examples of one query; `relevant` are never negatives.

    Half of the negatives of a row are the next hardest (highest in the lists), the others
    are drawn from the rest of the candidates.
    """
    positives = list(good) or sorted(doc_ids, key=lambda d: (-scores[d], d))[:1]
    negative_candidates = [d for d in doc_ids if d not in relevant and d not in positives]
    if not positives or len(negative_candidates) < mining.negatives:
        return []
    draw = random.Random(f"{mining.seed} {query.text}")
    examples = []
    for positive in positives:
        for turn in range(mining.rounds):
            hard = (mining.negatives + 1) // 2
            first = negative_candidates[turn * hard : turn * hard + hard]
            later_candidates = [d for d in negative_candidates if d not in first]
            negatives = (*first, *draw.sample(later_candidates, mining.negatives - len(first)))
            margins = tuple(scores[positive] - scores[d] for d in negatives)
            examples.append(
                MarginExample(query.query_id, query.text, positive, negatives, margins, bool(good))
            )
    return examples
