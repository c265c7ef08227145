"""Bi-encoders that are here but have no vectors of a corpus: what that takes, and the embedding.

Remedies try a bi-encoder only where it can retrieve; another is embedded when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.types.ranker_names import stage_of
from jobs.job import Job
from models.catalogue import cards
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.search.additional_encoders import embeddings, offered

_ASKED = "_encoders_to_embed"  # (fingerprint, stage) that this visitor had embedded


@dataclass(frozen=True, slots=True)
class UnreadyEncoder:
    """A bi-encoder without vectors of the corpus: its stage, model, and documents to embed.

    `seconds` is what that takes at the rate that was measured of it here; None where none was.
    """

    stage: str
    model: str
    documents: int
    seconds: float | None


def unready_encoders(loaded: LoadedCorpus) -> list[UnreadyEncoder]:
    """The bi-encoders on this machine that cannot retrieve from the corpus yet."""
    info, indexes = loaded.corpus.info, workbench().indexes
    rates = {
        card.name: card.backend.figure.per_second
        for card in cards()
        if card.backend is not None and card.backend.figure is not None
    }
    unready = []
    for model in offered():
        stage = stage_of(f"bi-encoder:{model}")
        if not indexes.has_additional_encoder(info, stage):
            rate = rates.get(model)
            seconds = info.documents / rate if rate else None
            unready.append(UnreadyEncoder(stage, model, info.documents, seconds))
    return unready


def embed(loaded: LoadedCorpus, stage: str) -> None:
    """Begin to embed the corpus by this bi-encoder, for all visitors."""
    require(Act.QUALITY_RUN)
    asked = st.session_state.setdefault(_ASKED, set())
    asked.add((loaded.corpus.info.fingerprint, stage))
    for job in embeddings().unready(loaded.searcher, [stage]):
        if not job.running:
            embeddings().resume(job)
    embeddings().unready(loaded.searcher, [stage])


def embedding_jobs(loaded: LoadedCorpus) -> list[Job[Any]]:
    """The embeddings of this corpus that this visitor asked for and that are not done."""
    asked = st.session_state.get(_ASKED, set())
    fingerprint = loaded.corpus.info.fingerprint
    stages = [stage for of, stage in sorted(asked) if of == fingerprint]
    return embeddings().unready(loaded.searcher, stages)
