"""What a run over a query set comes to: each pipeline's measures, its ceiling and its seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.latency.repeated_searches import percentile
from engine.quality.candidate_scores import CandidateScores, candidates_of
from engine.quality.evaluation import ceiling, evaluate
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.significance import Difference, compare_values, corrected
from engine.types import Evaluation, Qrel, Run
from engine.types.registries.measures import PRIMARY


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """One pipeline: its measures, what its first stage allows, and its seconds a query.

    `p95_seconds` is None where the queries are too few for one; of an attached run's pipeline
    both hold what was done here alone, and not what the other system took. `documents` is the
    mean number of documents that a list holds, of at most `length` documents or passages.
    """

    spec: PipelineSpec
    evaluation: Evaluation
    ceiling: Evaluation
    mean_seconds: float
    p95_seconds: float | None
    documents: float
    length: int


def pipeline_figures(
    specs: Mapping[str, PipelineSpec],
    gathered: Sequence[CandidateScores],
    runs: Mapping[str, Run],
    qrels: Sequence[Qrel],
    *,
    recall_at: int,
) -> dict[str, PipelineFigures]:
    """The figures of every pipeline by its name; raises CrossExamError where nothing is judged.

    `runs` are those of the same names, as `runs_of` makes them of `gathered`.
    """
    length = list_length(specs.values())
    ceilings: dict[PipelineSpec, Evaluation] = {}
    figures = {}
    for name, spec in specs.items():
        run = runs[name]
        evaluation = evaluate(run, qrels, depth=recall_at, query_ids=run.rankings)
        first = replace(spec, reranker="", blended=False)
        if first not in ceilings:
            ceilings[first] = ceiling(candidates_of(spec, gathered), qrels)
        seconds = [steps[0].seconds for steps in run.timings.values()]
        sizes = [len(ranking.hits) for ranking in run.rankings.values()]
        figures[name] = PipelineFigures(
            spec,
            evaluation,
            ceilings[first],
            float(np.mean(seconds)),
            percentile(seconds, 95),
            sum(sizes) / len(sizes),
            length,
        )
    return figures


def added_seconds(before: PipelineFigures, after: PipelineFigures) -> float | None:
    """What a query takes longer by the second; None where the time of one is not known here."""
    if before.spec.attached != after.spec.attached:
        return None
    return after.mean_seconds - before.mean_seconds


def default_pair(figures: Sequence[PipelineFigures]) -> tuple[int, int]:
    """Positions of the best pipeline without a reranker and of the best with one."""
    merits = [PRIMARY.merit(f.evaluation.mean[PRIMARY.name]) for f in figures]
    best_first = sorted(range(len(merits)), key=lambda i: -merits[i])
    without_reranker = [i for i in best_first if not figures[i].spec.reranker]
    with_reranker = [i for i in best_first if figures[i].spec.reranker]
    before_index = (without_reranker or best_first[1:] or best_first)[0]
    after_index = next(
        (i for i in [*with_reranker, *best_first] if i != before_index), before_index
    )
    return before_index, after_index


def differences_from(
    evaluations: Mapping[str, Evaluation], baseline: str, others: Sequence[str], measure: str
) -> list[Difference]:
    """The other pipelines against the baseline, corrected for their number."""

    def by_query(name: str) -> dict[str, float]:
        return {q: values[measure] for q, values in evaluations[name].by_query.items()}

    return corrected(
        [
            compare_values(
                by_query(baseline), by_query(name), names=(baseline, name), measure=measure
            )
            for name in others
        ]
    )
