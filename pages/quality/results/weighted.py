"""Quality, every mean once more with each query counted as often as it is searched."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.common.messages import plain
from components.quality.weighted_table import WeightedFigure, weighted_table
from engine.quality.significance import RESAMPLES, interval_text
from engine.quality.weights.run_means import MeansByRun
from engine.quality.weights.weighted_mean import WeightedMean
from engine.types.wording.numbers import signed
from pages.quality.context import QualityContext
from state.quality.weights import weighted_figures


def weighted(context: QualityContext, mark: str = "") -> None:
    """The table of means by searches; nothing where the corpus' queries have no weights."""
    means = weighted_figures(context.loaded, context.run, context.counting_rule, context.recall_at)
    if means:
        st.subheader(plain(f"The same means, by searches{mark}"), anchor=False)
        shown = {
            name: {context.shown(of_what): mean for of_what, mean in row.items()}
            for name, row in means.items()
        }
        weighted_rows(shown, key="quality_weighted")


def weighted_rows(means: MeansByRun, *, key: str) -> None:
    """Draw the means, and below them what they are over."""
    weighted_table(
        {
            name: {
                of_what: WeightedFigure(mean.value, mean.interval) for of_what, mean in row.items()
            }
            for name, row in means.items()
        },
        key=key,
    )
    mean = next(iter(next(iter(means.values())).values()))
    without = f"; {mean.without:,} without a number are left out" if mean.without else ""
    st.caption(
        plain(
            f"Each query counts as often as it is searched, by the numbers of the queries' file "
            f"({mean.queries:,} with one{without}). Below each mean its 95% interval: queries "
            f"drawn anew {RESAMPLES:,} times, percentiles."
        )
    )


def by_searches(means: Mapping[str, WeightedMean], name: str) -> str:
    """A difference by searches as the end of a sentence, "" where there is none."""
    mean = means.get(name)
    if mean is None:
        return ""
    interval = interval_text(mean.interval)
    return f" By searches: {signed(mean.value, 3)}, 95% interval {interval}."
