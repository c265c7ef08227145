"""Quality of a run against judgments, by the measures that are registered."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.quality.measure_functions import values_by_query
from engine.search.ranking import rank
from engine.types import CrossExamError, Evaluation, Qrel, Query, Ranking, Run
from engine.types.registries.measures import JUDGED_K, MEASURES
from engine.types.trec_ids import escaped_id
from system.storage import write_text_atomically


def evaluate(
    run: Run, qrels: Sequence[Qrel], *, depth: int, query_ids: Collection[str] | None = None
) -> Evaluation:
    """The registered measures by query, and their mean over the judged queries.

    The mean is over every judged query, as of `trec_eval -c` and ir_measures, or over those
    among `query_ids` where not all were: one without a result in the run counts 0, and so does one
    without a relevant document. MAP reads all that the run lists; it and recall count relevance
    1 and up as relevant. Raises CrossExamError when the run answers no judged query, or none
    has a relevant document.
    """
    judged_query_ids = judged_queries(qrels, query_ids)
    relevant = {qrel.query_id for qrel in qrels if qrel.relevance > 0}.intersection(
        judged_query_ids
    )
    if not relevant or not run.rankings.keys() & judged_query_ids:
        raise CrossExamError(
            f"run {run.name!r}: none of its {len(run.rankings)} queries has a relevant judgment; "
            "give a corpus with qrels for these queries"
        )
    measures = tuple(MEASURES)
    rankings_to_score = {
        query_id: strictly_falling(run.rankings[query_id])
        for query_id in judged_query_ids
        if query_id in run.rankings
    }
    counted = [qrel for qrel in qrels if qrel.query_id in judged_query_ids]
    by_query = values_by_query(measures, rankings_to_score, counted, depth=depth)
    mean = {
        name: math.fsum(values[name] for values in by_query.values()) / len(by_query)
        for name in (measure.at(depth) for measure in measures)
    }
    answered = {query_id for query_id, ranking in run.rankings.items() if ranking.hits}
    return Evaluation(
        run.name,
        mean,
        by_query,
        judged_at(run, qrels, JUDGED_K, judged_query_ids),
        JUDGED_K,
        missing=tuple(sorted(judged_query_ids - answered)),
        irrelevant=tuple(sorted(judged_query_ids - relevant)),
        unknown=tuple(sorted(answered - judged_queries(qrels))),
    )


def judged_queries(qrels: Iterable[Qrel], query_ids: Collection[str] | None = None) -> set[str]:
    """The queries that a mean is over: those with a judgment of any grade, among `query_ids`."""
    judged_query_ids = {qrel.query_id for qrel in qrels}
    return judged_query_ids if query_ids is None else judged_query_ids.intersection(query_ids)


def judged_at(run: Run, qrels: Sequence[Qrel], k: int, query_ids: Iterable[str]) -> float:
    """The mean share of the top k that carries a judgment of any grade; 0 without results."""
    shares = list(judged_shares(run, qrels, k, query_ids).values())
    return sum(shares) / len(shares) if shares else 0.0


def judged_shares(
    run: Run, qrels: Sequence[Qrel], k: int, query_ids: Iterable[str]
) -> dict[str, float]:
    """By query the share of the top k that carries a judgment of any grade; 0 without results."""
    judged_ids_by_query: dict[str, set[str]] = {}
    for qrel in qrels:
        judged_ids_by_query.setdefault(qrel.query_id, set()).add(qrel.doc_id)
    shares = {}
    for query_id in query_ids:
        top = run.rankings[query_id].ids(k) if query_id in run.rankings else []
        judged_ids = judged_ids_by_query.get(query_id, set())
        shares[query_id] = len(judged_ids & set(top)) / len(top) if top else 0.0
    return shares


def unjudged(run: Run, qrels: Sequence[Qrel], k: int = JUDGED_K) -> dict[str, list[str]]:
    """The documents in the top k that carry no judgment, best first, by query."""
    judged_pairs = {(qrel.query_id, qrel.doc_id) for qrel in qrels}
    return {
        query_id: missing
        for query_id, ranking in run.rankings.items()
        if (
            missing := [
                doc_id for doc_id in ranking.ids(k) if (query_id, doc_id) not in judged_pairs
            ]
        )
    }


def ceiling(candidates: Mapping[str, Ranking], qrels: Sequence[Qrel]) -> Evaluation:
    """What a perfect reranker would make of these candidates; its "Recall" is the share found.

    Its measures carry the names of the registry, without the depth. What the first stage did
    not find no reranker can mend.
    """
    grades = {(qrel.query_id, qrel.doc_id): qrel.relevance for qrel in qrels}
    perfect = {
        query_id: Ranking(
            ranking.stage,
            ranking.model,
            rank((doc_id, float(grades.get((query_id, doc_id), 0))) for doc_id in ranking.ids()),
        )
        for query_id, ranking in candidates.items()
    }
    depth = max((len(ranking.hits) for ranking in candidates.values()), default=0) or 1
    best = evaluate(Run("a perfect reranker", perfect), qrels, depth=depth, query_ids=perfect)

    names = {measure.at(depth): measure.name for measure in MEASURES}

    def renamed(values: Mapping[str, float]) -> dict[str, float]:
        return {names.get(name, name): value for name, value in values.items()}

    by_query = {query_id: renamed(values) for query_id, values in best.by_query.items()}
    return replace(best, mean=renamed(best.mean), by_query=by_query)


def by_tag(evaluation: Evaluation, queries: Iterable[Query], measure: str) -> dict[str, Any]:
    """The mean of a measure over the queries of each tag, and how many there are.

    `by_searches` is the mean in which each query counts as often as it is searched, over those
    of which that is known; it is left out where it is known of none.
    """
    of_tag: dict[str, list[tuple[float, float | None]]] = {}  # (value, weight) of each query
    for query in queries:
        if query.query_id in evaluation.by_query:
            for tag in query.tags:
                value = evaluation.by_query[query.query_id][measure]
                of_tag.setdefault(tag, []).append((value, query.weight))
    rows: dict[str, Any] = {}
    for tag, pairs in sorted(of_tag.items()):
        mean = sum(value for value, _ in pairs) / len(pairs)
        rows[tag] = {"queries": len(pairs), measure: round(mean, 6)}
        weighed = [(value, weight) for value, weight in pairs if weight is not None]
        if searches := math.fsum(weight for _, weight in weighed):
            by_searches = math.fsum(value * weight for value, weight in weighed) / searches
            rows[tag]["by_searches"] = round(by_searches, 6)
    return rows


def strictly_falling(ranking: Ranking) -> list[tuple[str, float]]:
    """(doc_id, score) with scores that fall strictly in single precision.

    trec_eval keeps scores in single precision and breaks ties in its own way; a tie is
    written one step lower, so that every tool keeps the order on screen.
    """
    rows: list[tuple[str, float]] = []
    previous = np.float32(np.inf)
    for hit in ranking.hits:
        score = np.float32(hit.score)
        if score >= previous:
            score = np.nextafter(previous, np.float32(-np.inf))
        rows.append((hit.doc_id, float(score)))
        previous = score
    return rows


def trec_lines(run: Run) -> list[str]:
    """The run in TREC's format: query Q0 document rank score name.

    White space in an id or in the name is written as `engine.types.trec_ids` says.
    """
    name = escaped_id(run.name)
    return [
        f"{escaped_id(query_id)} Q0 {escaped_id(doc_id)} {rank} {score!r} {name}"
        for query_id, ranking in run.rankings.items()
        for rank, (doc_id, score) in enumerate(strictly_falling(ranking), 1)
    ]


def write_trec(run: Run, path: Path) -> None:
    """Write the run in TREC's format, whole or not at all."""
    write_text_atomically(path, trec_text(run))


def trec_text(run: Run) -> str:
    """The run as a file in TREC's format."""
    return "\n".join(trec_lines(run)) + "\n"
