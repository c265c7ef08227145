"""Quality, when to rerank: the sentence, the curves, the tables, and what is unchanged."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common.downloads import download
from components.common.messages import notice, plain
from components.common.wording import counted
from components.quality.gate.gate_curves import AXES, gate_curves
from components.quality.gate.gate_tables import shares_table, signals_table
from engine.quality.gate.gate_export import curves_csv, queries_csv
from engine.quality.gate.sentence import gate_sentence, unchanged_sentence
from engine.quality.pipelines import PipelineSpec
from engine.types.quality.gate import GateReport
from pages.quality.context import QualityContext
from state.quality.gate import assumed_power


def gate_results(
    context: QualityContext, spec: PipelineSpec, report: GateReport, signal: str
) -> None:
    """Draw what a gate comes to; `signal` is the one that the sentence and the shares are of."""
    st.markdown(f"#### {plain(gate_sentence(report, signal))}")
    st.markdown(plain(unchanged_sentence(report.unchanged)))
    axis = st.segmented_control(
        "Share of",
        list(AXES),
        format_func=lambda name: AXES[name],
        default=next(iter(AXES)),
        required=True,
        key="quality_gate_axis",
        persist_state="session",
        label_visibility="collapsed",
    )
    gate_curves(report, signal=signal, axis=axis, dark=context.dark, key="gate_curves")
    st.caption(
        plain(
            f"{counted(len(report.queries), 'judged query', 'judged queries')}; both ends are the "
            "figures under Results. A point of a curve uses no judgment to order the queries, "
            "but which signal and which "
            "share to take was seen on these very queries: for that read the cross-validated "
            "columns below. Among equally sure queries a point is the mean over all orders. The "
            "oracle knows each query's gain: no gate can be above it."
        )
    )
    if report.problem:
        notice(f"No cross-validation: {report.problem}.")
    signals_table(report, key="gate_signals")
    power = assumed_power(spec)
    watts = power.watts if power is not None else None
    shares_table(report, signal=signal, watts=watts, key="gate_shares")
    energy = (
        "Joules are not known: this reranker runs on another machine."
        if power is None
        else f"Joules are estimated: {power.watts:g} W ({power.source}) times the seconds saved."
    )
    st.caption(
        plain(
            "Seconds are those of this run: the first stage, and each pair's even share of its "
            f"batch; the agreement of both first stages adds the one that is not asked. {energy}"
        )
    )
    with st.container(horizontal=True):
        for label, content, name in (
            ("Queries (CSV)", queries_csv, "queries"),
            ("Curves (CSV)", curves_csv, "curves"),
        ):
            download(
                label,
                partial(content, report),
                file_name=f"crossexam-when-to-rerank-{name}.csv",
                mime="text/csv",
                key=f"gate_csv_{name}",
            )
