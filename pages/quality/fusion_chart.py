"""Quality, fusion: the curve with the chosen setting, and what tuning is worth elsewhere."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.quality.fusion_curve import quality_curve
from components.quality.fusion_wording import (
    BLENDED,
    RRF,
    TITLES,
    WEIGHTED,
    curve_words,
    searches_words,
    validation_words,
)
from engine.quality.fusion_tuning import RRF_KS, WEIGHTS, Curve, cross_validated
from engine.quality.weights.weighted_mean import weighted_mean
from engine.types import BLEND, HYBRID, CrossExamError
from engine.types.registries.search_parameters import BLEND_WEIGHT, HYBRID_WEIGHT, RRF_K
from engine.types.wording.numbers import signed
from pages.quality.context import QualityContext
from state import url_state
from state.quality.weights import weights

DEFAULTS = {
    kind: parameter.default
    for kind, parameter in ((BLENDED, BLEND_WEIGHT), (RRF, RRF_K), (WEIGHTED, HYBRID_WEIGHT))
}


def fusion_chart(
    context: QualityContext, kind: str, curve: Curve, chosen: float, folds: int
) -> None:
    """Draw the curve; with `folds` it says what the best setting reaches on unseen queries."""
    settings, means = curve.settings, curve.means
    try:
        validation = cross_validated(curve, folds=folds)
    except CrossExamError as problem:
        validation = None
        notice(url_state.error_message(problem))
    chosen_index, usual_index = curve.nearest(chosen), curve.nearest(DEFAULTS[kind])
    weight_by_query = weights(context.loaded)
    by_searches = [mean.value for mean in curve.weighted(weight_by_query)]
    quality_curve(
        settings,
        means,
        chosen=chosen_index,
        best=curve.best,
        unit="k" if kind == RRF else "share",
        title=TITLES[kind],
        stage=BLEND if kind == BLENDED else HYBRID,
        dark=context.dark,
        validated=validation.value if validation else None,
        by_searches=by_searches,
        key=f"quality_curve_{kind}",
    )
    sentence = curve_words(
        kind, settings, means, chosen=chosen_index, best=curve.best, queries=len(curve.query_ids)
    )
    st.markdown(plain(sentence))
    if by_searches:
        unseen = weighted_mean(validation.by_query, weight_by_query) if validation else None
        st.markdown(
            plain(
                searches_words(
                    kind,
                    settings,
                    by_searches,
                    chosen=chosen_index,
                    validated=unseen.value if unseen else None,
                )
            )
        )
    if validation is not None:
        warning = validation_words(
            kind,
            folds=folds,
            best=means[curve.best],
            validated=validation.value,
            chosen=validation.settings,
            usual=settings[usual_index],
            usual_mean=means[usual_index],
            gain=signed(validation.value - means[usual_index], 3),
        )
        st.warning(plain(warning), icon="⚠️")
    st.caption(
        f"{len(WEIGHTS) if kind != RRF else len(RRF_KS)} points from the scores of this run; "
        "nothing was scored anew. Between them the line is only a guide for the eye."
    )
