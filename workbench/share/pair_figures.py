"""A pair explained, as its page explains it: by a method, or by where heads look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.explain.attention_view import view_of
from engine.explain.explanation import check_choice
from engine.share.pair_snapshot import attention_snapshot, pair_snapshot
from engine.share.provenance import provenance
from engine.types import BI_ENCODER, CROSS_ENCODER, Cancel, CorpusInfo, CrossExamError, Document
from engine.types.errors import shown
from engine.types.registries.explanation_methods import (
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    ExplanationOptions,
    methods_of,
)
from engine.types.share.snapshots import PairSnapshot
from engine.types.share.walkthroughs import EXPLAIN_PAGE
from workbench.explainers import Explainers
from workbench.model_loader import ModelLoader
from workbench.registries.explanations import explain

if TYPE_CHECKING:
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer

LONGEST_TITLE = 80  # characters of a text that has no title


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a pair is explained: by a method with its baseline, or, without one, by attention.

    `layer` and `head` count from 0; None is the mean of all. `model` is the additional reranker
    that is explained, "" the cross-encoder of every search.
    """

    method: str = ""
    baseline: str = ""
    layer: int | None = None
    head: int | None = None
    model: str = ""

    @classmethod
    def from_link(cls, page: str, link: Mapping[str, str]) -> Explanation:
        """As the page of this link explains; raises CrossExamError for what cannot be."""
        model = link.get("explained", "")
        if page == EXPLAIN_PAGE:
            method = link.get("method", methods_of(CROSS_ENCODER)[0])
            return cls(method, link.get("start", EMPTY_DOCUMENT), model=model)
        layer, head = (_index(link, name) for name in ("layer", "head"))
        return cls(layer=layer, head=head, model=model)


def explained_pair(
    models: ModelLoader,
    explainers: Explainers,
    info: CorpusInfo | None,
    document: Document,
    query: str,
    explanation: Explanation,
    cancel: Cancel,
) -> PairSnapshot:
    """The pair explained; `info` is None for a document of no corpus."""
    doc_id, text = document.doc_id, document.content
    title = document.title or doc_id or text[:LONGEST_TITLE]
    if not explanation.method:
        cross = explainers.attending(explanation.model)
        attention = cross.attention(query, text)
        check_choice(attention, explanation.layer, explanation.head)
        view = view_of(attention, layer=explanation.layer, head=explanation.head)
        origin = provenance(info, None, models={CROSS_ENCODER: cross.name}, backend="torch fp32")
        return attention_snapshot(query, doc_id, title, origin, attention.score, view)
    cross = explainers.explained(explanation.model)
    method = EXPLANATION_METHODS.of(explanation.method)
    explainer: PairExplainer | TextExplainer
    if method.explains == BI_ENCODER:
        explainer, unit = explainers.text_explainer(), ""
        names = {BI_ENCODER: models.bi_encoder_name}
    else:
        explainer, unit = explainers.pair_explainer(reranker=explanation.model), cross.explains
        names = {CROSS_ENCODER: cross.name}
    baseline = explanation.baseline if method.takes_baseline else ""
    attribution = explain(
        method, explainer, query, text, ExplanationOptions(baseline, None, cancel)
    )
    origin = provenance(info, None, models=names, backend="torch fp32")
    return pair_snapshot(query, doc_id, title, origin, attribution, unit=unit)


def _index(link: Mapping[str, str], name: str) -> int | None:
    """The layer or head of a link, from 0."""
    text = link.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:6]) < 1:
        raise CrossExamError(f"the link has {name}={shown(text)}: give a number from 1")
    return int(text[:6]) - 1
