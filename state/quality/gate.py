"""Selective reranking of a saved run, from its scores; and the watts that joules are taken at."""

from __future__ import annotations

import streamlit as st

from engine.latency.power import Power
from engine.quality.gate.report import gate_report
from engine.quality.pipelines import PipelineSpec, list_length
from engine.types.quality.gate import GateReport
from state.app_resources import LoadedCorpus
from state.latency.lab import power
from state.quality.figures import Version, version
from state.quality.judging import CountingRule, qrels_of
from state.quality.runs import OpenedRun, is_remote

CHOSEN_WATTS = "lab_watts"  # where Latency keeps what the visitor assumes


def gate_of(
    loaded: LoadedCorpus,
    run: OpenedRun,
    spec: PipelineSpec,
    counting_rule: CountingRule,
    *,
    share: float,
    keep: float | None,
    folds: int,
) -> GateReport:
    """The gates of a pipeline's reranker; raises CrossExamError where nothing is judged."""
    judgments_version = version(loaded, counting_rule)
    return _gate(
        run.run_id,
        run.saved.saved_at,
        spec,
        judgments_version,
        share,
        keep,
        folds,
        loaded,
        run,
        counting_rule,
    )


@st.cache_resource(show_spinner=False, max_entries=24)
def _gate(
    run_id: str,
    saved_at: float,
    spec: PipelineSpec,
    judgments_version: Version,
    share: float,
    keep: float | None,
    folds: int,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> GateReport:
    del run_id, saved_at, judgments_version
    return gate_report(
        spec,
        _run.gathered,
        qrels_of(_loaded, _counting_rule),
        length=list_length(_run.specs),
        share=share,
        keep=keep,
        folds=folds,
    )


def assumed_power(spec: PipelineSpec) -> Power | None:
    """The power of this processor, as assumed on Latency; None for a reranker that is elsewhere."""
    if is_remote(spec.reranker):
        return None
    usual, chosen = power(), st.session_state.get(CHOSEN_WATTS)
    if chosen is None or float(chosen) == usual.watts:
        return usual
    return Power(float(chosen), "what you assume on Latency")
