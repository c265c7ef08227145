"""Latency, scale: 1, 100 and a million documents, measured, fitted and extrapolated."""

from __future__ import annotations

import math

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted, humanised
from components.latency.index_scaling import (
    ANN,
    BUILD,
    CROSS,
    EXACT,
    Series,
    SizeRow,
    amount,
    index_scaling_chart,
    size_table,
)
from components.models.scale_table import Cell, ScaleRow, scale_table
from components.search.headline import headline
from engine.latency.energy import bill
from engine.latency.index_scaling import Fit, IndexScaling, fitted
from engine.latency.scale import MILLION, Estimate, ScaleCost, fine, scale_costs
from pages.latency.assumptions import assumptions, million_figures
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab
from state.latency.measurements import ScaleReport

SIZES = {"1,000": 1_000, "10,000": 10_000, "100,000": 100_000, "1,000,000": 1_000_000}
USUAL = "100,000"
CURVE_POINTS = 40


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    report = lab.scale.result
    headline("What do 1, 100 or 1,000,000 documents take?" if report is None else _verdict(report))
    st.markdown(
        "A bi-encoder embeds documents once and compares vectors at query time, each of them or, "
        "with an approximate index (HNSW), a few. A cross-encoder has nothing to prepare and "
        "reads every pair at query time."
    )
    picked = st.segmented_control(
        "Search up to so many vectors",
        list(SIZES),
        default=USUAL,
        required=True,
        key="scale_most",
        persist_state="session",
    )
    most = SIZES[str(picked)]
    dimensions = lab.asked.dimensions
    if most == MILLION:
        notice(
            f"A million vectors of {dimensions} dimensions fill "
            f"{amount(4 * dimensions * MILLION)} in each of two indexes, and linking them takes "
            "many minutes. It can be cancelled."
        )
    if start_button(lab, lab.scale, "Measure", "measure_scale"):
        lab.measure_scale(most)
        st.rerun()
    outcome(lab.scale)
    if report is not None:
        _report(lab, report, dark=dark)


def _verdict(report: ScaleReport) -> str:
    query, *_, cross = _costs(report)
    how = "the latter extrapolated" if query.million.measured else "extrapolated"
    return (
        f"A million documents: {humanised(query.million.seconds)} by comparing vectors, "
        f"{humanised(cross.million.seconds)} by the cross-encoder ({how})"
    )


def _fits(scaling: IndexScaling) -> tuple[Fit | None, Fit | None, Fit | None]:
    sizes = [point.vectors for point in scaling.points]
    return (
        fitted(sizes, [p.exact_seconds for p in scaling.points]),
        fitted(sizes, [p.ann_seconds for p in scaling.points]),
        fitted(sizes, [p.ann_build for p in scaling.points], loglinear=True),
    )


def _costs(report: ScaleReport) -> tuple[ScaleCost, ...]:
    return scale_costs(report.measured, report.scaling)


def _report(lab: Lab, report: ScaleReport, *, dark: bool) -> None:
    scaling, measured = report.scaling, report.measured
    costs = _costs(report)
    scale_table(
        [ScaleRow(c.name, _cell(c.one), _cell(c.hundred), _cell(c.million), c.what) for c in costs],
        key="scale",
    )
    st.caption(
        plain(
            f"Embedding and reading: measured on {measured.sample} of this corpus' "
            f"{counted(measured.documents, 'document')}, taken at even distances. What is "
            "extrapolated says "
            f"by which curve or product.{_beyond_cache(scaling)}"
        )
    )
    st.subheader("What a million documents cost the cross-encoder", anchor=False)
    prices, currency = assumptions()
    million = costs[-1].million
    found = bill(million.seconds, prices)
    million_figures(found, currency)
    st.caption(
        plain(
            f"One query against a million documents: {million.note}. Extrapolated from "
            f"{measured.sample} pairs on this machine; energy is estimated as time times watts. "
            "Electricity and rent are two ways to pay, not a sum."
        )
    )
    st.subheader("How searching grows", anchor=False)
    _chart(report, dark=dark)
    synthetic = scaling.points[-1].synthetic
    own = f"The corpus has {scaling.own:,} vectors of {scaling.dimensions} dimensions."
    made = (
        " Beyond them the vectors are synthetic: a corpus vector plus seeded Gaussian noise of "
        "half its length, brought back to length 1. They lie in clumps around the real ones, where "
        "a graph loses its way more easily than among as many real documents: their recall is "
        "no promise for a real corpus of that size."
        if synthetic
        else ""
    )
    st.caption(
        plain(
            f"{own}{made} Each search is the median of "
            f"{counted(scaling.queries, 'query', 'queries')}, twice each, 10 "
            f"results; HNSW with M = {scaling.links} and efSearch = {scaling.breadth}. Curves are "
            "fitted to 1,000 vectors and more (± is the largest miss), and dashed where they go "
            "beyond what was measured."
        )
    )
    size_table(
        [SizeRow(*row) for row in scaling.rows()],
        breadth=scaling.breadth,
        key="sizes",
    )
    _export(lab, report, costs)


def _beyond_cache(scaling: IndexScaling) -> str:
    """What an extrapolation from fewer vectors cannot know."""
    if scaling.points[-1].vectors >= MILLION:
        return ""
    size = amount(4 * scaling.dimensions * MILLION)
    return f" A million vectors fill {size}, more than a processor's cache: expect more time."


def _chart(report: ScaleReport, *, dark: bool) -> None:
    scaling = report.scaling
    exact, ann, build = _fits(scaling)
    points = scaling.points
    each = report.measured.score_sample / report.measured.sample
    cross = [(1, report.measured.score_one), (report.measured.sample, report.measured.score_sample)]
    index_scaling_chart(
        [
            _series(EXACT, "exact search", [(p.vectors, p.exact_seconds) for p in points], exact),
            _series(ANN, "HNSW search", [(p.vectors, p.ann_seconds) for p in points], ann),
            _series(BUILD, "HNSW build", [(p.vectors, p.ann_build) for p in points], build),
            Series(
                CROSS,
                "cross-encoder, n^1 assumed",
                cross,
                [
                    (report.measured.sample * 10.0**x, each * report.measured.sample * 10.0**x)
                    for x in _steps(0, math.log10(MILLION / report.measured.sample))
                ],
            ),
        ],
        own=scaling.own,
        dark=dark,
        key="index_scaling_chart",
    )


def _series(kind: str, name: str, measured: list[tuple[int, float]], fit: Fit | None) -> Series:
    if fit is None:
        return Series(kind, name, measured)
    curve = [
        (10.0**x, fit.seconds(10.0**x))
        for x in (
            *_steps(math.log10(fit.least), math.log10(fit.most)),
            *_steps(math.log10(fit.most), math.log10(max(MILLION, fit.most))),
        )
    ]
    return Series(kind, f"{name}, {fit.words} ± {fit.error:.0%}", measured, curve)


def _steps(low: float, high: float) -> list[float]:
    if high <= low:
        return [low]
    return [low + (high - low) * i / CURVE_POINTS for i in range(CURVE_POINTS + 1)]


def _cell(estimate: Estimate) -> Cell:
    return Cell(estimate.seconds, estimate.measured, estimate.note)


def _export(lab: Lab, report: ScaleReport, costs: tuple[ScaleCost, ...]) -> None:
    scaling = report.scaling
    footing(
        "scale",
        (
            "vectors",
            "synthetic vectors",
            "exact search seconds",
            "hnsw search seconds",
            "hnsw build seconds",
            "exact bytes",
            "hnsw bytes",
            "hnsw recall@10",
        ),
        scaling.rows(),
        lab.conditions(M=scaling.links, efSearch=scaling.breadth, dimensions=scaling.dimensions),
    )
    with st.expander("Take away the table of 1, 100 and a million"):
        footing(
            "one-hundred-million",
            ("way", "documents", "seconds", "known by", "note"),
            [
                (cost.name, n, e.seconds, "measured" if e.measured else "extrapolated", e.note)
                for cost in costs
                for n, e in ((1, cost.one), (100, cost.hundred), (MILLION, cost.million))
            ],
            lab.conditions(**{"query embedding": fine(report.measured.embed_query)}),
        )
