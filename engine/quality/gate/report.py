"""Everything about gating one pipeline's reranker, from the scores of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.quality.candidate_scores import CandidateScores
from engine.quality.fusion_tuning import FOLDS
from engine.quality.gate.advantage import advantages
from engine.quality.gate.curves import (
    oracle_by_pairs,
    oracle_curve,
    random_curve,
    signal_curve,
)
from engine.quality.gate.gated_queries import both_runs, first_stage_of, gated_queries, unchanged
from engine.quality.gate.thresholds import cross_validated
from engine.quality.pipelines import PipelineSpec
from engine.quality.significance import bootstrap_interval
from engine.types import CrossExamError, Qrel
from engine.types.quality.gate import GATE_SIGNALS, GateReport, GateValidation
from engine.types.registries.measures import PRIMARY

USUAL_SHARE, USUAL_KEEP = 0.4, 0.95


def gate_report(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    *,
    length: int = 0,
    share: float = USUAL_SHARE,
    keep: float | None = USUAL_KEEP,
    folds: int = FOLDS,
) -> GateReport:
    """The gates of this pipeline's reranker over the judged queries; nothing is scored anew.

    `length` is that of the lists of the pipelines beside it, `share` of the queries that at which
    a signal is held against the random gate, `keep` what thresholds are to keep of the gain (None:
    they seek the highest mean). Raises CrossExamError where the pipeline has no reranker, or no
    query a relevant judgment.
    """
    first_spec = first_stage_of(spec, length=length)
    runs = both_runs(spec, gathered, length=length)
    queries, _ = gated_queries(spec, gathered, runs, qrels)
    names = [signal.name for signal in GATE_SIGNALS]
    validations: tuple[GateValidation, ...] = ()
    problem = ""
    try:
        validations = cross_validated(queries, names, keep, folds=folds)
    except CrossExamError as error:
        problem = str(error)
    return GateReport(
        first_name=first_spec.name,
        reranked_name=spec.name,
        measure=PRIMARY.name,
        queries=queries,
        signals=tuple(signal_curve(queries, name) for name in names),
        random=random_curve(queries),
        oracle=oracle_curve(queries),
        oracle_pairs=oracle_by_pairs(queries),
        gain_interval=bootstrap_interval(np.array([query.gain for query in queries])),
        share=share,
        advantages=advantages(queries, names, share),
        validations=validations,
        problem=problem,
        unchanged=unchanged(runs),
    )
