"""Latency, scale: 1, 100 and a million documents, measured, fitted and extrapolated."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted, humanised
from components.latency.index_scaling import (
    SizeRow,
    amount,
    beyond_cache_sentence,
    index_scaling_chart,
    scaling_sentence,
    size_table,
)
from components.latency.scale_table import scale_table
from components.search.headline import headline
from engine.latency.energy import bill
from engine.latency.figure_tables import costs_table, scaling_table
from engine.latency.scale import MILLION, ScaleCost, fine, scale_costs
from engine.latency.scaling_curves import scaling_curves
from pages.latency.assumptions import assumptions, million_figures
from pages.latency.link_names import SIZES, USUAL_SIZE
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab
from state.latency.measurements import ScaleReport


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    report = lab.scale.result
    headline("What do 1, 100 or 1,000,000 documents take?" if report is None else _verdict(report))
    st.markdown(
        "A bi-encoder embeds documents once and compares vectors at query time, each of them or, "
        "with an approximate index (HNSW), a few. A cross-encoder has nothing to prepare and "
        "reads every pair at query time."
    )
    size_label = st.segmented_control(
        "Search up to so many vectors",
        list(SIZES),
        default=USUAL_SIZE,
        required=True,
        key="scale_most",
        persist_state="session",
    )
    most_vectors = SIZES[str(size_label)]
    dimensions = lab.request.dimensions
    if most_vectors == MILLION:
        notice(
            f"A million vectors of {dimensions} dimensions fill "
            f"{amount(4 * dimensions * MILLION)} in each of two indexes, and linking them takes "
            "many minutes. It can be cancelled."
        )
    if start_button(lab, lab.scale, "Measure", "measure_scale"):
        lab.measure_scale(most_vectors)
        st.rerun()
    outcome(lab.scale)
    if report is not None:
        _report(lab, report, dark=dark)


def _verdict(report: ScaleReport) -> str:
    query, *_, cross = scale_costs(report.measured, report.scaling)
    origin_phrase = "the latter extrapolated" if query.million.measured else "extrapolated"
    return (
        f"A million documents: {humanised(query.million.seconds)} by comparing vectors, "
        f"{humanised(cross.million.seconds)} by the cross-encoder ({origin_phrase})"
    )


def _report(lab: Lab, report: ScaleReport, *, dark: bool) -> None:
    scaling, measured = report.scaling, report.measured
    costs = scale_costs(report.measured, report.scaling)
    scale_table(costs, key="scale")
    st.caption(
        plain(
            f"Embedding and reading: measured on {measured.sample} of this corpus' "
            f"{counted(measured.documents, 'document')}, taken at even distances. What is "
            "extrapolated says by which curve or product."
            + beyond_cache_sentence(scaling.points[-1].vectors, dimensions=scaling.dimensions)
        )
    )
    st.subheader("What a million documents cost the cross-encoder", anchor=False)
    prices, currency = assumptions()
    million = costs[-1].million
    million_figures(bill(million.seconds, prices), currency)
    st.caption(
        plain(
            f"One query against a million documents: {million.note}. Extrapolated from "
            f"{measured.sample} pairs on this machine; energy is estimated as time times watts. "
            "Electricity and rent are two ways to pay, not a sum."
        )
    )
    st.subheader("How searching grows", anchor=False)
    index_scaling_chart(
        scaling_curves(measured, scaling), own=scaling.own, dark=dark, key="index_scaling_chart"
    )
    st.caption(plain(scaling_sentence(scaling, synthetic=scaling.points[-1].synthetic > 0)))
    size_table([SizeRow(*row) for row in scaling.rows()], breadth=scaling.breadth, key="sizes")
    _export(lab, report, costs)


def _export(lab: Lab, report: ScaleReport, costs: tuple[ScaleCost, ...]) -> None:
    scaling = report.scaling
    footing(
        lab,
        "scale",
        scaling_table(scaling),
        lab.conditions(M=scaling.links, efSearch=scaling.breadth, dimensions=scaling.dimensions),
    )
    with st.expander("Take away the table of 1, 100 and a million"):
        footing(
            lab,
            "one-hundred-million",
            costs_table(costs),
            lab.conditions(**{"query embedding": fine(report.measured.embed_query)}),
        )
