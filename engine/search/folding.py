"""Rankings of passages folded back to the documents that they are of.

Dai & Callan 2019, "Deeper Text Understanding for IR with Contextual Neural Language
Modeling": MaxP, a document's score is that of its best passage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from engine.search.ranking import rank
from engine.types import Document, DocumentStore, Hit, Ranking, SearchTrace
from engine.types.ranker_names import is_attached

ParentOf = Callable[[str], str]


def fold(ranking: Ranking, parent_of: ParentOf) -> Ranking:
    """The ranking of documents by their best passage (MaxP), ranks given anew.

    A passage that is ranked last by rule is no document's best while it has another.

    Another system's list stays in its order, which its scores need not give: there the first
    passage is the best. `parent_of` tells the document of a passage, and of a whole document
    itself.
    """
    if is_attached(ranking.stage):
        first_of: dict[str, float] = {}
        for hit in ranking.hits:
            first_of.setdefault(parent_of(hit.doc_id), hit.score)
        in_order = enumerate(first_of.items(), 1)
        return replace(ranking, hits=tuple(Hit(d, score, place) for place, (d, score) in in_order))
    best: dict[str, tuple[bool, float]] = {}
    best_passage: dict[str, str] = {}
    for hit in ranking.hits:
        parent = parent_of(hit.doc_id)
        standing = hit.doc_id not in ranking.last, hit.score
        if parent not in best or standing > best[parent]:
            best[parent] = standing
            best_passage[parent] = hit.doc_id
    last = frozenset(parent for parent, (counts, _) in best.items() if not counts)
    scored_parents = ((parent, score) for parent, (_, score) in best.items())
    precision = ranking.precision
    if precision is not None:
        exact_passages = precision.exact
        exact_parents = frozenset(
            parent for parent, best_one in best_passage.items() if best_one in exact_passages
        )
        precision = replace(precision, exact=exact_parents)
    return replace(ranking, hits=rank(scored_parents, last=last), last=last, precision=precision)


def fold_by(store: DocumentStore, ranking: Ranking) -> Ranking:
    """The ranking folded by what the store says of each passage; itself where none is one."""
    parents = parents_in(store, ranking.ids())
    if not parents:
        return ranking
    return fold(ranking, lambda doc_id: parents.get(doc_id, doc_id))


def parents_in(store: DocumentStore, doc_ids: list[str]) -> Mapping[str, str]:
    """The document of every one of these that is a passage."""
    return parents_of(store.get(doc_ids))


def parents_of(documents: Iterable[Document]) -> Mapping[str, str]:
    """The document of every one of these that is a passage."""
    return {d.doc_id: d.parent_id for d in documents if d.parent_id is not None}


def fold_trace(trace: SearchTrace, store: DocumentStore) -> SearchTrace:
    """The search with one hit a document in every ranking, by its best passage (MaxP).

    A document goes by the id of the passage that the last ranking to list it likes best, in
    all rankings alike, so that its places can be compared; see `best_passages` for its text.
    """
    shown_as = _shown_as(trace, store)
    if all(doc_id == passage for passage, doc_id in shown_as.items()):
        return trace
    rankings = [fold(r, shown_as.__getitem__) for r in trace.rankings]
    return replace(trace, rankings=tuple(rankings))


def best_passages(trace: SearchTrace, store: DocumentStore) -> dict[str, dict[str, str]]:
    """Each ranking's own best passage of every document, by stage and `fold_trace`'s id.

    It is the passage whose score the folded ranking shows; another ranking may have another.
    """
    shown_as = _shown_as(trace, store)
    best: dict[str, dict[str, str]] = {}
    for ranking in trace.rankings:
        best_of_stage = best.setdefault(ranking.stage, {})
        for hit in ranking.hits:  # best first
            best_of_stage.setdefault(shown_as[hit.doc_id], hit.doc_id)
    return best


def _shown_as(trace: SearchTrace, store: DocumentStore) -> dict[str, str]:
    """The id by which the document of every listed passage goes, itself for a whole document."""
    listed_ids = list(dict.fromkeys(doc_id for r in trace.rankings for doc_id in r.ids()))
    parents = parents_in(store, listed_ids)
    of_document: dict[str, str] = {}
    for ranking in reversed(trace.rankings):
        for doc_id in ranking.ids():
            of_document.setdefault(parents.get(doc_id, doc_id), doc_id)
    return {doc_id: of_document[parents.get(doc_id, doc_id)] for doc_id in listed_ids}


def best_listed(rankings: Sequence[Ranking], passages: Sequence[str]) -> str:
    """The passage that the last ranking to list any of them has first; else the first of them."""
    for ranking in reversed(rankings):
        for doc_id in ranking.ids():
            if doc_id in passages:
                return doc_id
    return passages[0]
