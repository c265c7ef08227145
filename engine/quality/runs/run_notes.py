"""Warnings to read before a run's figures: gaps, ties, foreign ids."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError, Evaluation, Qrel, Run
from engine.types.registries.measures import PRIMARY

NAMED = 3
LONGEST_ID = 40


def single_precision(scores: Sequence[float]) -> NDArray[np.float32]:
    """The scores as trec_eval keeps them: two that differ beyond single precision are a tie."""
    with np.errstate(over="ignore"):
        return np.asarray(scores, dtype=np.float64).astype(np.float32)


def tied(run: Run) -> dict[str, int]:
    """By query, how many of its documents share their score with another in single precision."""
    ties = {}
    for query_id, ranking in run.rankings.items():
        scores = single_precision([hit.score for hit in ranking.hits])
        _, counts = np.unique(scores, return_counts=True)
        if (documents := int(counts[counts > 1].sum())) > 0:
            ties[query_id] = documents
    return ties


def tie_notes(run: Run, label: str) -> list[str]:
    """How the ties of a run file were broken; nothing without ties."""
    ties = tied(run)
    if not ties:
        return []
    return [
        f"{label}: {sum(ties.values()):,} documents share a score with another of their query, in "
        f"{_queries(ties)}. Ties are ordered as trec_eval orders them, by falling document id; "
        "the rank column is not read."
    ]


def check_queries(runs: Sequence[Run], qrels: Sequence[Qrel], option: str) -> None:
    """Raise CrossExamError where none of the runs answers a judged query, with both their names.

    `option` gives the queries' texts, "" where they were given.
    """
    judged_query_ids = dict.fromkeys(qrel.query_id for qrel in qrels)
    for run in runs:
        if run.rankings and not run.rankings.keys() & judged_query_ids.keys():
            remedy = "give runs and judgments of one set of queries"
            if option and any(" " in query for query in judged_query_ids):
                remedy += f", or the queries' ids and texts ({option} FILE)"
            raise CrossExamError(
                f"run {run.name!r} answers {named(list(run.rankings))}, judged are "
                f"{named(list(judged_query_ids))}: {remedy}"
            )


def missing_notes(evaluation: Evaluation, label: str) -> list[str]:
    """That judged queries without results count 0, and which these are."""
    if not evaluation.missing:
        return []
    return [
        f"{label} has no result for {len(evaluation.missing):,} of "
        f"{_count(len(evaluation.by_query), 'judged query', 'judged queries')} "
        f"({named(evaluation.missing)}): each counts 0, as in trec_eval -c and ir_measures."
    ]


def answered_note(evaluation: Evaluation, label: str) -> list[str]:
    """The primary measure over the queries with a result alone, where some have none."""
    answered = [
        values[PRIMARY.name]
        for query_id, values in evaluation.by_query.items()
        if query_id not in evaluation.missing
    ]
    if not evaluation.missing or not answered:
        return []
    n = _count(len(answered), "query", "queries")
    return [
        f"Over the {n} that {label} has results for, its {PRIMARY.name} is "
        f"{math.fsum(answered) / len(answered):.4f}: to be held against others over these alone."
    ]


def unknown_notes(evaluation: Evaluation, label: str) -> list[str]:
    """That queries of the run carry no judgment, and which these are."""
    if not evaluation.unknown:
        return []
    return [
        f"{label} lists {_queries(evaluation.unknown)} that the judgments do not know "
        f"({named(evaluation.unknown)}): left out of the means."
    ]


def irrelevant_note(evaluation: Evaluation) -> list[str]:
    """The judged queries that no run can score on; nothing where each has a relevant document."""
    if not evaluation.irrelevant:
        return []
    n, every = len(evaluation.irrelevant), len(evaluation.by_query)
    factor = every / (every - n)
    return [
        f"{n:,} of {_count(every, 'judged query', 'judged queries')} "
        f"{'has' if n == 1 else 'have'} no relevant document ({named(evaluation.irrelevant)}): "
        f"each counts 0 for every run, as in ir_measures. Without them every mean would be "
        f"{factor:.4f} times as high."
    ]


def foreign_notes(
    run: Run, documents: Collection[str], label: str, place: str = "this corpus"
) -> list[str]:
    """A warning where `documents`, those of `place`, hold not one that the run lists."""
    listed_ids = {hit.doc_id for ranking in run.rankings.values() for hit in ranking.hits}
    if not listed_ids or not listed_ids.isdisjoint(documents):
        return []
    return [
        f"{label}: not one of its {_count(len(listed_ids), 'document', 'documents')} "
        f"({named(sorted(listed_ids))}) is in {place}, so every measure is 0 and no difference "
        "means anything: check that the document ids are the same."
    ]


def corpus_documents(run: Run, qrels: Iterable[Qrel], held: Collection[str]) -> set[str]:
    """Those of the run's documents that a corpus holds, whole or in passages.

    Where a corpus is held in passages, its judgments say which documents these are of.
    """
    listed_ids = {hit.doc_id for ranking in run.rankings.values() for hit in ranking.hits}
    return listed_ids & judged_documents(qrels) or listed_ids.intersection(held)


def passages_note(runs: Collection[Run], depth: int) -> list[str]:
    """How many documents lists of `depth` passages hold: recall and MAP are of these."""
    sizes = [len(ranking.hits) for run in runs for ranking in run.rankings.values()]
    mean = sum(sizes) / max(1, len(sizes))
    return [
        f"This corpus is split: lists of {depth} passages hold {mean:.1f} documents on average, "
        "and every measure is of documents, each by its best passage."
    ]


def judged_documents(qrels: Iterable[Qrel]) -> set[str]:
    """The documents that carry a judgment for any query."""
    return {qrel.doc_id for qrel in qrels}


def named(ids: Collection[str]) -> str:
    """The first ids, cut to a readable length, and how many more there are."""
    first = ", ".join(each[:LONGEST_ID] for each in list(ids)[:NAMED])
    n_more = len(ids) - NAMED
    return f"{first} and {n_more:,} more" if n_more > 0 else first


def _queries(query_ids: Collection[str]) -> str:
    return _count(len(query_ids), "query", "queries")


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"
