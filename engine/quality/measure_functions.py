"""The values of measures by query: ir_measures' own, or a function over each list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import Qrel
from engine.types.registries.measures import Measure

Scored = Mapping[str, Sequence[tuple[str, float]]]


def values_by_query(
    measures: Sequence[Measure], scored: Scored, qrels: Sequence[Qrel], *, depth: int
) -> dict[str, dict[str, float]]:
    """Each measure's value by the query ids of `qrels`.

    `scored` holds (doc_id, score) by query, the scores strictly falling; a query that is not
    in it has the measure's `worst`.
    """
    by_query: dict[str, dict[str, float]] = {
        query_id: {measure.at(depth): measure.worst for measure in measures}
        for query_id in sorted({qrel.query_id for qrel in qrels})
    }
    if theirs := [measure for measure in measures if measure.ir_measures]:
        _by_ir_measures(theirs, scored, qrels, depth, by_query)
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    for measure in measures:
        if measure.function is not None:
            for query_id, hits in scored.items():
                ids = [doc_id for doc_id, _ in hits]
                ids = ids if measure.cutoff is None else ids[: _cutoff(measure, depth)]
                by_query[query_id][measure.at(depth)] = measure.function(ids, grades[query_id])
    return by_query


def _cutoff(measure: Measure, depth: int) -> int:
    return measure.cutoff if isinstance(measure.cutoff, int) else depth


def _by_ir_measures(
    measures: Sequence[Measure],
    scored: Scored,
    qrels: Sequence[Qrel],
    depth: int,
    by_query: Mapping[str, dict[str, float]],
) -> None:
    """Fill `by_query` with the values of measures that ir_measures has."""
    import ir_measures

    parsed_names = {
        ir_measures.parse_measure(measure.ir_measures.format(depth=depth)): measure.at(depth)
        for measure in measures
    }
    names = {str(parsed): name for parsed, name in parsed_names.items()}
    rows = [ir_measures.Qrel(q.query_id, q.doc_id, q.relevance) for q in qrels]
    scored_documents = [
        ir_measures.ScoredDoc(query_id, doc_id, score)
        for query_id, hits in scored.items()
        for doc_id, score in hits
    ]
    for metric in ir_measures.iter_calc(list(parsed_names), rows, scored_documents):
        by_query[metric.query_id][names[str(metric.measure)]] = float(metric.value)
