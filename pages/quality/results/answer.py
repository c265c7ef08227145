"""Quality, the answer at the head of the page, and what no reranker can mend."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice
from components.common.wording import humanised
from components.search.headline import headline
from engine.quality.pipeline_figures import added_seconds
from engine.quality.verdict import reranking_verdict
from engine.types.registries.measures import PRIMARY, RECALL
from pages.quality.context import QualityContext
from state.quality.figures import differences
from state.quality.weights import first_results


def answer(context: QualityContext, mark: str = "") -> None:
    """The verdict on the best reranked pipeline in plain words, its figures after it."""
    before_index, after_index = context.default_pair()
    before_figures, after_figures = context.figures[before_index], context.figures[after_index]
    if (
        before_figures is after_figures
        or not after_figures.spec.reranker
        or before_figures.spec.reranker
    ):
        return
    names = before_figures.spec.name, after_figures.spec.name
    all_differences = differences(
        context.loaded, context.run, context.counting_rule, names[0], context.names
    )
    difference = next(
        one for one in all_differences if one.right == names[1]
    )  # as in the list below
    extra_seconds = added_seconds(before_figures, after_figures)
    cost = "what another system took is not known"
    if extra_seconds is not None:
        more = "more" if extra_seconds > 0 else "less"
        cost = f"{humanised(abs(extra_seconds))} {more} per query"
    first = first_results(context.loaded, context.run, context.counting_rule, *names)
    opening = f"It {first.sentence} ({first.basis}). " if first is not None else ""
    place = context.head if context.head is not None else st.container()
    with place, stage.picture("verdict"):
        headline(
            reranking_verdict(difference, extra_seconds),
            f"{opening}{names[1]} against {names[0]}, the best without a reranker: "
            f"{difference.sentence}; {cost}{mark}.",
            key="verdict",
        )


def ceiling_sentence(context: QualityContext, mark: str = "") -> None:
    """What no reranker can mend, for the best reranked pipeline."""
    reranked = [figures for figures in context.figures if figures.spec.reranker]
    if not reranked:
        return
    best = max(reranked, key=lambda f: PRIMARY.merit(f.evaluation.mean[PRIMARY.name]))
    lost = 1 - best.ceiling.mean[RECALL.name]
    notice(
        f"{best.spec.name}: {lost:.1%} of the relevant documents are not among its candidates, "
        "which no reranker can mend. A perfect reranker would reach "
        f"{PRIMARY.name} {best.ceiling.mean[PRIMARY.name]:.3f}; this one reaches "
        f"{best.evaluation.mean[PRIMARY.name]:.3f}{mark}."
    )
