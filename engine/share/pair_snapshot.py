"""A pair's explanation frozen: an attribution's words and values, or what attention links."""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import BI_ENCODER, COSINE, LOGIT, AttentionView, Attribution
from engine.types.registries.explanation_methods import EXPLANATION_METHODS
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import AttentionLinks, PairSnapshot, SnapshotWord

DECIMALS = 4  # of attention weights, which are many


def pair_snapshot(
    query: str,
    doc_id: str,
    title: str,
    provenance: Provenance,
    attribution: Attribution,
    *,
    unit: str = "",
    attention: AttentionView | None = None,
    notices: Sequence[str] = (),
) -> PairSnapshot:
    """What each word of the pair did to its score, by this attribution.

    `attention` adds the links of one choice of layer and head; `doc_id` is "" for a text of no
    corpus, and `unit` names what is explained where it is neither a logit nor a cosine.
    """
    method = EXPLANATION_METHODS.find(attribution.method)
    cosine = method is not None and method.explains == BI_ENCODER
    query_words, document_words = (
        tuple(SnapshotWord(word, value) for word, value in attribution.of(segment))
        for segment in ("query", "document")
    )
    return PairSnapshot(
        query=query,
        doc_id=doc_id,
        title=title,
        provenance=provenance,
        score=attribution.score,
        unit=unit or (COSINE if cosine else LOGIT),
        method=attribution.method,
        query_words=query_words,
        document_words=document_words,
        baseline=attribution.baseline,
        baseline_score=attribution.baseline_score,
        residual=attribution.residual,
        special_value=attribution.special_value,
        specials=attribution.specials,
        attention=attention_links(attention) if attention else None,
        notices=tuple(notices),
    )


def attention_links(view: AttentionView) -> AttentionLinks:
    """What each word of the query gives to each of the document, rounded to four decimals."""
    layer = "the mean of all layers" if view.layer is None else f"layer {view.layer + 1}"
    head = "the mean of all heads" if view.head is None else f"head {view.head + 1}"
    return AttentionLinks(
        query_units=tuple(view.query_units),
        document_units=tuple(view.doc_units),
        weights=tuple(
            tuple(round(float(weight), DECIMALS) for weight in row) for row in view.query_to_doc
        ),
        where=f"{layer}, {head}",
    )


def attention_snapshot(
    query: str,
    doc_id: str,
    title: str,
    provenance: Provenance,
    score: float,
    view: AttentionView,
    *,
    notices: Sequence[str] = (),
) -> PairSnapshot:
    """Where heads looked in a pair, without an explanation of its score."""
    return PairSnapshot(
        query=query,
        doc_id=doc_id,
        title=title,
        provenance=provenance,
        score=score,
        unit=LOGIT,
        specials=view.special_names,
        attention=attention_links(view),
        notices=tuple(notices),
    )
