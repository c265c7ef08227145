"""Quality, the links from a query to Compare and Explain, with a pipeline's own settings."""

from __future__ import annotations

from typing import Any

from components.quality.changed_queries import QueryAction
from engine.quality.candidate_scores import final_ranking
from engine.quality.pipelines import PipelineSpec, list_length
from engine.search.folding import best_listed
from engine.types.ranker_names import is_encoder
from engine.types.registries.search_parameters import BLEND_WEIGHT, FIRST_STAGE, PARAMETERS
from pages.quality.context import QualityContext
from state import url_state


def held_id(context: QualityContext, spec: PipelineSpec, clicked: QueryAction) -> str:
    """The document asked for as the corpus holds it: its passage that the pipeline likes best."""
    for query_scores in context.run.gathered:
        if query_scores.query_id == clicked.query_id:
            parts = [p for p, parent in query_scores.parents.items() if parent == clicked.doc_id]
            if parts:
                ranking = final_ranking(spec, query_scores, length=list_length(context.run.specs))
                return best_listed([ranking], parts)
    return clicked.doc_id


def open_page(context: QualityContext, clicked: QueryAction, spec: PipelineSpec) -> None:
    """Open Compare or Explain for the query, with the settings of this pipeline."""
    text = context.queries[clicked.query_id].text
    settings: dict[str, Any] = {
        url_state.QUERY: text,
        **{p.key: spec.settings.value(p.name) for p in PARAMETERS},
    }
    if is_encoder(spec.first_stage):  # Compare shows it beside the first stage of the bar
        del settings[FIRST_STAGE.key]
    if not spec.blended:
        del settings[BLEND_WEIGHT.key]
    if clicked.action == "explain":
        url_state.set_next(**settings, **{url_state.DOCUMENT: held_id(context, spec, clicked)})
        url_state.leave_for("pages/explain/explain.py")
    url_state.set_next(**settings)
    url_state.leave_for("pages/search/compare.py")
