"""Explanations in the background, remembered for the pairs that were explained last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from engine.explain.attention_view import view_of
from engine.explain.faithfulness import Faithfulness, faithfulness
from engine.types import BI_ENCODER, COSINE, LOGIT
from engine.types.ranker_names import is_encoder, parsed
from engine.types.registries.explanation_methods import EXPLANATION_METHODS, ExplanationOptions
from engine.types.registries.search_parameters import FAST
from jobs.exclusive_work import ExclusiveWork
from jobs.job import Job
from jobs.job_queue import JobQueue
from jobs.result_cache import ResultCache
from state.app_resources import workbench
from state.explain.attention_maps import ranking_score
from state.search import additional_rankers as rerankers
from workbench.registries.explanations import explain

if TYPE_CHECKING:  # both import torch, which the first explanation loads
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer

_QUEUE = "_explaining"

SIMILARITIES, CROSSING = "token similarities", "crossing"  # no methods: pictures beside them


@dataclass(frozen=True, slots=True)
class AttributionRequest:
    """One explanation of one pair; with `check`, the check of that explanation.

    `method` is a name of the registry, or one of the two pictures. `model` names an additional
    ranker, "" is the cross-encoder, or, of the methods that explain a bi-encoder, the bi-encoder
    of every search; `revision` tells it from another that had its name before.
    """

    query: str
    text: str
    method: str
    baseline: str = ""
    check: bool = False
    model: str = ""
    revision: str = ""

    @property
    def name(self) -> str:
        """What is being done, for a progress bar."""
        return f"checking {self.method}" if self.check else self.method


def attribution_request(
    query: str, text: str, method: str, baseline: str = "", *, model: str = ""
) -> AttributionRequest:
    """A request to explain the model as it is loaded now; the default models never change."""
    bench = workbench()
    revision = ""
    if is_encoder(model):
        revision = bench.models.encoder(parsed(model).model).revision
    elif model:
        revision = bench.explainers.explained(model).revision
    return AttributionRequest(query, text, method, baseline, model=model, revision=revision)


def encoders() -> dict[str, str]:
    """The bi-encoders that can be explained, "" the first one, each with a short name."""
    additional = [name for name in rerankers.chosen() if is_encoder(name)]
    models = {"": workbench().models.bi_encoder_name} | {
        name: parsed(name).model for name in additional
    }
    return {name: model.rstrip("/").rsplit("/", 1)[-1] for name, model in models.items()}


def _encoder(ask: AttributionRequest) -> str:
    """The additional bi-encoder's model that is to be explained, "" for the first one."""
    return parsed(ask.model).model if is_encoder(ask.model) else ""


def explained_model(name: str = "") -> str:
    """The full name of the cross-encoder that is explained, "" being that of every search."""
    return workbench().explainers.explained(name).name


def ranking_logit(
    query: str, text: str, name: str = "", *, precision: str = FAST
) -> tuple[float, str] | None:
    """The logit of the engine that ranks in this mode, mostly remembered, and its name.

    None where an additional reranker is explained by the engine that ranks.
    """
    if not name:
        return ranking_score(query, text, precision)
    model = workbench().explainers.explained(name)
    logit = model.ranking_logit(query, text)
    return None if logit is None else (logit, model.backend)


def make(
    ask: AttributionRequest,
    results: ResultCache[Any],
    job: Job[Any],
    *,
    exclusive: ExclusiveWork,
) -> Any:
    """Compute one explanation, or the check of one, with the shared models.

    One visitor at a time: two at once would take the processor from each other, and
    hooks stand on the shared model while it is integrated.
    """
    return exclusive.alone(lambda job: _made(ask, results, job))(job)


def _made(ask: AttributionRequest, results: ResultCache[Any], job: Job[Any]) -> Any:
    """One explanation, or the check of one."""
    if ask.check:
        return _check(ask, results, job)
    bench = workbench()

    if ask.method == SIMILARITIES:
        return bench.explainers.text_explainer(_encoder(ask)).similarities(ask.query, ask.text)
    if ask.method == CROSSING:
        attention = bench.explainers.explained(ask.model).attention(ask.query, ask.text)
        return view_of(attention, layer=None, head=None)
    method = EXPLANATION_METHODS.of(ask.method)
    options = ExplanationOptions(
        ask.baseline,
        lambda done, total: job.report(ask.name, done, total, method.unit),
        job.should_stop,
    )
    explainer: PairExplainer | TextExplainer
    if method.explains == BI_ENCODER:
        explainer = bench.explainers.text_explainer(_encoder(ask))
    else:
        explainer = bench.explainers.pair_explainer(job.log, reranker=ask.model)
    return explain(method, explainer, ask.query, ask.text, options)


def _check(ask: AttributionRequest, results: ResultCache[Any], job: Job[Any]) -> Faithfulness:
    unchecked_ask = replace(ask, check=False)
    attribution = results.get(unchecked_ask)
    if attribution is None:
        attribution = _made(unchecked_ask, results, job)
        results.keep(unchecked_ask, attribution)
    explainer: PairExplainer | TextExplainer
    if EXPLANATION_METHODS.of(ask.method).explains == BI_ENCODER:
        explainer = text = workbench().explainers.text_explainer(_encoder(ask))
        words, unit = text.words(ask.text), COSINE
    else:
        explainer = pair = workbench().explainers.pair_explainer(reranker=ask.model)
        words, unit = pair.tokenized(ask.query, ask.text).words("document"), LOGIT
    return faithfulness(
        attribution,
        words,
        lambda removals: explainer.scores(
            ask.query,
            ask.text,
            removals,
            on_progress=lambda done, total: job.report(ask.name, done, total, "passes"),
            cancel=job.should_stop,
        ),
        unit=unit,
    )


@st.cache_resource(show_spinner=False)
def _explanations() -> ExclusiveWork:
    """The one explanation of this server that is computed."""
    return ExclusiveWork()


@st.cache_resource(show_spinner=False)
def _results() -> ResultCache[Any]:
    """The results that all visitors share."""
    return ResultCache()


def queue() -> JobQueue[AttributionRequest]:
    """This visitor's explanations."""
    waiting = st.session_state.get(_QUEUE)
    if waiting is None:
        compute = partial(make, exclusive=_explanations())
        waiting = JobQueue(_results(), compute, title="an explanation")
        st.session_state[_QUEUE] = waiting
    return cast("JobQueue[AttributionRequest]", waiting)


def unread_tokens(query: str, text: str, model: str = "") -> dict[str, int]:
    """How many tokens of "query" or "document" the cross-encoder never reads, where it cuts."""
    pair = workbench().explainers.explained(model).tokenize_pair(query, text)
    n_truncated_by_side = {"query": pair.n_truncated_query, "document": pair.n_truncated_doc}
    return {side: tokens for side, tokens in n_truncated_by_side.items() if tokens}
