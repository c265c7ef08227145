"""Recall within a token budget over a query set, for each pipeline, from the scores of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.quality.candidate_scores import CandidateScores, final_ranking
from engine.quality.evaluation import judged_queries
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.significance import Difference, compare_values, corrected
from engine.search.budget.filling import checked_budget, fitting
from engine.types import CrossExamError, Qrel
from engine.types.quality.contexts import (
    BudgetCurve,
    BudgetDifference,
    BudgetFigures,
    BudgetReport,
)

BUDGETS = tuple(2**power for power in range(7, 16))  # 128 to 32,768
RECALL_AT_BUDGET = "recall at the budget"


@dataclass(frozen=True, slots=True)
class _List:
    """One query's list: the tokens of its passages, their documents, and which are relevant."""

    query_id: str
    tokens: tuple[int, ...]
    documents: tuple[str, ...]
    relevant: tuple[bool, ...]
    wanted: frozenset[str]

    def recall(self, n: int) -> float:
        """The share of the relevant documents that the first n passages are of."""
        if not self.wanted:
            return 0.0
        return len(self.wanted.intersection(self.documents[:n])) / len(self.wanted)


def listed_ids(
    specs: Sequence[PipelineSpec], gathered: Sequence[CandidateScores]
) -> tuple[str, ...]:
    """Every passage that any of the pipelines lists, each once: their tokens are needed.

    What another system listed and the corpus has no text of is none: it reaches no model.
    """
    length = list_length(specs)
    return tuple(
        dict.fromkeys(
            doc_id
            for spec in specs
            for query_scores in gathered
            for doc_id in _with_text(spec, query_scores, length)
        )
    )


def budget_report(
    specs: Mapping[str, PipelineSpec],
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    tokens: Mapping[str, int],
    *,
    budget: int,
    baseline: str,
    tokenizer: str = "",
    budgets: Sequence[int] = BUDGETS,
) -> BudgetReport:
    """Each pipeline at the budget, its difference to the baseline, and its recall by budget.

    `tokens` are those of each passage of `listed_ids`. Means are over the judged queries of the
    run; one without a relevant document counts 0, as in Recall. Raises CrossExamError where no
    query has a relevant judgment.
    """
    checked_budget(budget)
    judged = judged_queries(qrels, [each.query_id for each in gathered])
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    if not any(grade > 0 for query_id in judged for grade in grades[query_id].values()):
        raise CrossExamError("no query of this run has a relevant judgment: judge some first")
    length = list_length(specs.values())
    at = tuple(sorted({*budgets, budget}))
    rows, curves = {}, []
    for name, spec in specs.items():
        lists = [
            _list_of(spec, query_scores, grades[query_scores.query_id], tokens, length)
            for query_scores in gathered
            if query_scores.query_id in judged
        ]
        rows[name] = _figures(name, spec, lists, budget)
        recall = tuple(_mean([one.recall(fitting(one.tokens, n)) for one in lists]) for n in at)
        curves.append(BudgetCurve(name, spec.stage, at, recall))
    others = [name for name in specs if name != baseline]
    compared = corrected(
        [
            compare_values(
                rows[baseline].by_query,
                rows[name].by_query,
                names=(baseline, name),
                measure=RECALL_AT_BUDGET,
            )
            for name in others
        ]
    )
    for one in compared:
        rows[one.right] = replace(rows[one.right], difference=_difference(one))
    return BudgetReport(
        budget,
        tokenizer,
        baseline,
        len(judged),
        length,
        (rows[baseline], *(rows[name] for name in others)),
        tuple(curves),
    )


def budget_sentence(report: BudgetReport) -> str:
    """What the best other pipeline changes against the baseline, and whether it may be chance."""
    first = report.rows[0]
    head = (
        f"Within {report.budget:,} tokens {first.name} gives the language model "
        f"{first.recall:.1%} of the relevant documents"
    )
    others = [(row, row.difference) for row in report.rows if row.difference is not None]
    if not others:
        return f"{head}, in {first.passages:.1f} passages a query."
    best, difference = max(others, key=lambda other: other[0].recall)
    figures = f"{head}, {best.name} {best.recall:.1%} ({difference.sentence})."
    if not difference.significant:
        return f"{figures} That difference is not shown: it may be chance."
    return figures


def _list_of(
    spec: PipelineSpec,
    query_scores: CandidateScores,
    grades: Mapping[str, int],
    tokens: Mapping[str, int],
    length: int,
) -> _List:
    ids = _with_text(spec, query_scores, length)
    documents = tuple(query_scores.parents.get(doc_id, doc_id) for doc_id in ids)
    return _List(
        query_scores.query_id,
        tuple(tokens[doc_id] for doc_id in ids),
        documents,
        tuple(
            grades.get(doc_id, grades.get(document, 0)) > 0
            for doc_id, document in zip(ids, documents, strict=True)
        ),
        frozenset(doc_id for doc_id, grade in grades.items() if grade > 0),
    )


def _with_text(spec: PipelineSpec, query_scores: CandidateScores, length: int) -> list[str]:
    """What the pipeline lists, without what the corpus does not hold."""
    ids = final_ranking(spec, query_scores, length=length).ids()
    return [doc_id for doc_id in ids if doc_id not in query_scores.missing]


def _figures(name: str, spec: PipelineSpec, lists: Sequence[_List], budget: int) -> BudgetFigures:
    inside = [fitting(one.tokens, budget) for one in lists]
    pairs = list(zip(lists, inside, strict=True))
    by_query = {one.query_id: one.recall(n) for one, n in pairs}
    return BudgetFigures(
        name,
        spec.stage,
        _mean(list(by_query.values())),
        by_query,
        _mean([sum(one.relevant[:n]) for one, n in pairs]),
        _mean(inside),
        _mean([sum(one.tokens[:n]) for one, n in pairs]),
        sum(n == len(one.tokens) for one, n in pairs),
    )


def _difference(one: Difference) -> BudgetDifference:
    return BudgetDifference(
        one.difference,
        one.interval,
        one.p_words,
        one.significant,
        one.better,
        one.worse,
        one.equal,
        one.sentence,
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
