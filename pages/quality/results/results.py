"""Quality, the results: measures and latency of every pipeline, and whether it was chance."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from components.quality.pareto import ParetoPoint, quality_pareto, stage_pareto
from engine.quality.pareto import frontier
from engine.quality.weights.run_means import MeansByRun
from engine.types.registries.measures import comparable, merit
from pages.quality.context import QualityContext
from pages.quality.results.answer import answer, ceiling_sentence
from pages.quality.results.counting import AutoJudgmentCount, bracketed, counted, mark_of
from pages.quality.results.downloads import downloads
from pages.quality.results.measures import measures
from pages.quality.results.run_report import run_report
from pages.quality.results.significance import significance
from pages.quality.results.weighted import weighted
from state.quality.weights import SECONDS, weighted_figures

LEAST_SECONDS = 1e-5  # a logarithmic axis has no zero


def results(context: QualityContext) -> None:
    """The answer in a sentence, the table, the picture, significance and downloads.

    Where auto judgments are counted, every title says so.
    """
    context, count = counted(context)
    if not context.figures:
        notice("No person's judgment is of these queries: judge documents under “Judge”.")
        return
    mark = mark_of(count)
    answer(context, mark)
    if not stage.is_on():
        ceiling_sentence(context, mark)
    if count:
        st.subheader(plain(f"Quality and latency{mark}"), anchor=False)
    measures(context, count)
    weighted(context, mark)
    measure = _worth(context, count)
    if len(context.figures) > 1:
        significance(context, measure, count)
    downloads(context, count)
    run_report(context, count)


def _worth(context: QualityContext, count: AutoJudgmentCount | None) -> str:
    """The pipelines by time and by a measure, which is returned; it is the visitor's choice."""
    heading_box, measure_box = st.columns([4, 1.6], vertical_alignment="bottom")
    heading_box.subheader(plain(f"Is it worth its time?{bracketed(count)}"), anchor=False)
    with measure_box:
        measure = st.selectbox(
            "Measure",
            comparable(),
            format_func=context.shown,
            key="quality_measure",
            persist_state="session",
        )
    means = weighted_figures(context.loaded, context.run, context.counting_rule, context.recall_at)
    points = [
        ParetoPoint(
            number,
            figures.spec.name,
            figures.spec.stage,
            max(figures.mean_seconds, LEAST_SECONDS),
            figures.evaluation.mean[measure],
            _by_searches(means, figures.spec.name, measure),
        )
        for number, figures in enumerate(context.figures, 1)
        if not figures.spec.attached
    ]
    untimed = [figures.spec.name for figures in context.figures if figures.spec.attached]
    if untimed:
        st.caption(
            plain(f"Not in the picture: {', '.join(untimed)}. What another system took is unknown.")
        )
    if not points:
        return measure
    frontier_positions = frontier(
        [(point.seconds, merit(measure, point.value)) for point in points]
    )
    marked_measure = context.shown(measure) + mark_of(count)
    with stage.picture():
        if stage.is_on():
            stage_pareto(points, measure=marked_measure, key="stage_pareto")
        else:
            quality_pareto(
                points,
                frontier_positions,
                measure=marked_measure,
                dark=context.dark,
                key="quality_pareto",
            )
    best_names = ", ".join(f"{points[i].number} {points[i].name}" for i in frontier_positions)
    st.caption(plain(f"No pipeline is both faster and better than these: {best_names}."))
    weighted_points = [(point, point.by_searches) for point in points if point.by_searches]
    if weighted_points:
        best = frontier([(s, merit(measure, value)) for _, (s, value) in weighted_points])
        names = ", ".join(
            f"{weighted_points[i][0].number} {weighted_points[i][0].name}" for i in best
        )
        st.caption(plain(f"By searches (open diamonds): {names}."))
    return measure


def _by_searches(means: MeansByRun, name: str, measure: str) -> tuple[float, float] | None:
    """(seconds, measure) of a pipeline by searches, None where no query has a weight."""
    row = means.get(name, {})
    if SECONDS not in row or measure not in row:
        return None
    return max(row[SECONDS].value, LEAST_SECONDS), row[measure].value
