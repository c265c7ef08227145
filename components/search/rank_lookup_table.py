"""Where one document stands in every stage."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.ranker_wording import is_reranker
from components.common.wording import score_kind, score_text
from engine.types import BLEND, CROSS_ENCODER, Document, RankLookup, StageRank


def rank_lookup_table(answer: RankLookup, document: Document, *, key: str) -> None:
    """Draw the answer to "where is this document?": a sentence and a row for each stage."""
    st.markdown(f"**{plain(document.title or document.doc_id)}** ({plain(document.doc_id)})")
    st.markdown(plain(answer.sentence))
    columns = [TableColumn("Stage"), TableColumn("Rank"), TableColumn("Score")]
    plain_table(
        columns,
        [row(place) for place in answer.places],
        caption="Rank and score of the document in every stage",
        key=key,
    )


def row(place: StageRank) -> list[TableCell]:
    """Stage, rank, score, and in words whether the pipeline saw it there."""
    rank = "–" if place.rank is None else f"{place.rank:,} of {place.of:,}"
    score = (
        "–"
        if place.score is None
        else f"{score_text(place.stage, place.score)} ({score_kind(place.stage)})"
    )
    return [
        TableCell(stage_label(place.stage)),
        TableCell(rank, note=_seen(place)),
        TableCell(score),
    ]


def _seen(place: StageRank) -> str:
    if place.note:
        return place.note
    if place.listed:
        return "in the list"
    if place.stage == CROSS_ENCODER or is_reranker(place.stage):
        return "never scored in this search; scored now to tell"
    if place.stage == BLEND:
        return "not among the candidates"
    if place.rank is None:
        return "no term of the query speaks for it"
    return "below the list"
