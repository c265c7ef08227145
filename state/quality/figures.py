"""The figures of a saved run under the judgments as they stand, computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.quality.candidate_scores import runs_of
from engine.quality.failures import Failure, find_failures, overlaps
from engine.quality.fusion_tuning import Curve, blend_curve, hybrid_curve, rrf_curve
from engine.quality.pipeline_figures import (
    PipelineFigures,
    differences_from,
    pipeline_figures,
)
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.significance import Difference
from engine.types import CrossExamError, Evaluation, Qrel, Run
from engine.types.registries.measures import MEASURES, PRIMARY
from state.app_resources import LoadedCorpus
from state.quality.judging import (
    CountingRule,
    WithAutoJudgments,
    auto_judgment_store,
    judgment_log,
    qrels_of,
)
from state.quality.runs import OpenedRun

Version = tuple[object, ...]
ANY_RECALL = 10


def version(loaded: LoadedCorpus, counting_rule: CountingRule) -> Version:
    """Changes when a judgment, or a measure that is registered, changes anything.

    Those that came with the corpus change when it is opened anew.
    """
    fingerprint = loaded.corpus.info.fingerprint
    people = (MEASURES.names, loaded.number, fingerprint, *judgment_log(fingerprint).version)
    if isinstance(counting_rule, WithAutoJudgments):
        auto_judged = auto_judgment_store(fingerprint).version
        return (*people, counting_rule.aggregation, counting_rule.judge_model, *auto_judged)
    return (*people, counting_rule)


def runs(run: OpenedRun) -> dict[str, Run]:
    """The runs of all pipelines by name, with lists of one length."""
    return _runs(run.saved.run_id, run.saved.saved_at, run)


@st.cache_resource(show_spinner=False, max_entries=8)
def _runs(_id: str, saved_at: float, _run: OpenedRun) -> dict[str, Run]:
    del saved_at
    return runs_of({spec.name: spec for spec in _run.specs}, _run.gathered)


def figures(
    loaded: LoadedCorpus, run: OpenedRun, counting_rule: CountingRule, recall_at: int
) -> tuple[PipelineFigures, ...]:
    """The measures of every pipeline; raises CrossExamError where nothing is judged."""
    judgments_version = version(loaded, counting_rule)
    return _figures(
        run.run_id, run.saved.saved_at, judgments_version, recall_at, loaded, run, counting_rule
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _figures(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    recall_at: int,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> tuple[PipelineFigures, ...]:
    del run_id, saved_at, judgments_version
    specs = {spec.name: spec for spec in _run.specs}
    qrels = qrels_of(_loaded, _counting_rule)
    figures_by_name = pipeline_figures(specs, _run.gathered, runs(_run), qrels, recall_at=recall_at)
    return tuple(figures_by_name.values())


def differences(
    loaded: LoadedCorpus,
    run: OpenedRun,
    counting_rule: CountingRule,
    baseline: str,
    others: Sequence[str],
    measure: str = PRIMARY.name,
) -> list[Difference]:
    """The other pipelines against the baseline, corrected for their number."""
    judgments_version = version(loaded, counting_rule)
    evaluations = {
        pipeline.spec.name: pipeline.evaluation
        for pipeline in figures(loaded, run, counting_rule, ANY_RECALL)
    }
    other_names = tuple(name for name in others if name != baseline)
    return _differences(
        run.run_id,
        run.saved.saved_at,
        judgments_version,
        baseline,
        other_names,
        measure,
        evaluations,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _differences(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    baseline: str,
    others: tuple[str, ...],
    measure: str,
    _evaluations: Mapping[str, Evaluation],
) -> list[Difference]:
    del run_id, saved_at, judgments_version
    return differences_from(_evaluations, baseline, others, measure)


def by_query(evaluation: Evaluation, measure: str) -> dict[str, float]:
    """A measure's value by query."""
    return {query_id: values[measure] for query_id, values in evaluation.by_query.items()}


def shared_words(
    loaded: LoadedCorpus, run: OpenedRun, counting_rule: CountingRule
) -> Mapping[str, bool]:
    """By query, whether it shares a word with any relevant document."""
    return _shared_words(
        run.run_id, run.saved.saved_at, version(loaded, counting_rule), loaded, run, counting_rule
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _shared_words(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> Mapping[str, bool]:
    del run_id, saved_at, judgments_version
    searcher = _loaded.searcher
    return overlaps(
        _run.texts, qrels_of(_loaded, _counting_rule), searcher.store, searcher.shares_term
    )


def failures(
    loaded: LoadedCorpus,
    run: OpenedRun,
    spec: PipelineSpec,
    counting_rule: CountingRule,
    confident: float,
) -> dict[str, list[Failure]]:
    """The pipeline's failures by kind."""
    judgments_version = version(loaded, counting_rule)
    return _failures(
        run.run_id,
        run.saved.saved_at,
        spec,
        judgments_version,
        confident,
        loaded,
        run,
        counting_rule,
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _failures(
    run_id: str,
    saved_at: float,
    spec: PipelineSpec,
    judgments_version: Version,
    confident: float,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> dict[str, list[Failure]]:
    del run_id, saved_at, judgments_version
    searcher = _loaded.searcher
    qrels = qrels_of(_loaded, _counting_rule)
    return find_failures(
        spec, _run.gathered, qrels, searcher.store, searcher.shares_term, confident=confident
    )


CURVES = {"rrf": rrf_curve, "hybrid": hybrid_curve}


def fusion_curve(
    loaded: LoadedCorpus, run: OpenedRun, spec: PipelineSpec, kind: str, counting_rule: CountingRule
) -> Curve:
    """nDCG@10 over a fusion's whole range, from the scores of this run."""
    judgments_version = version(loaded, counting_rule)
    return _fusion_curve(
        run.run_id, run.saved.saved_at, spec, kind, judgments_version, loaded, run, counting_rule
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _fusion_curve(
    run_id: str,
    saved_at: float,
    spec: PipelineSpec,
    kind: str,
    judgments_version: Version,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> Curve:
    del run_id, saved_at, judgments_version
    qrels = qrels_of(_loaded, _counting_rule)
    if kind == "blend":
        return blend_curve(spec, _run.gathered, qrels, length=list_length(_run.specs))
    return CURVES[kind](spec, _run.gathered, qrels)


def own_qrels(
    loaded: LoadedCorpus, run: OpenedRun, counting_rule: CountingRule, *, needed: bool = True
) -> tuple[Qrel, ...]:
    """The judgments of this run's queries; raises CrossExamError where there is none `needed`."""
    texts = run.texts
    qrels = tuple(qrel for qrel in qrels_of(loaded, counting_rule) if qrel.query_id in texts)
    if needed and not any(qrel.relevance > 0 for qrel in qrels):
        raise CrossExamError(
            "no query of this run has a relevant judgment yet: judge some documents first"
        )
    return qrels
