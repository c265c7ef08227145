"""Additional bi-encoders: each embeds the corpus once, in the background, for all visitors.

A search goes on without those that are not ready, and takes them in when they are.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.additional_encoder import FindRetriever
from engine.types import BI_ENCODER
from engine.types.ranker_names import is_encoder, parsed
from jobs.job import Job
from models.catalogue import cards
from models.trained import trained_models
from state.app_resources import workbench


def _embedding(name: str, find: FindRetriever) -> Job[Any]:
    """One corpus embedded by one additional bi-encoder; cancelled, it keeps what was done."""
    model = parsed(name).model.rsplit("/", 1)[-1]
    return Job(
        f"embed {name}",
        lambda job: find(name, log=job.log, on_progress=job.report, cancel=job.should_stop),
        key=name,
        first_step=f"loading {model}",
        failed=f"embedding with {model} failed",
        indexes=True,
    )


class Embeddings:
    """One embedding for each corpus and additional bi-encoder.

    One that failed or was cancelled stays so until `resume`.
    """

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str, str], Job[Any]] = {}
        self._lock = threading.Lock()

    def unready(self, searcher: Searcher, names: Sequence[str]) -> list[Job[Any]]:
        """Those of these bi-encoders that cannot be searched with yet; begun if they were not."""
        corpus, find = searcher.corpus, searcher.find_retriever
        unready = []
        for name in names:
            if find is None or workbench().indexes.has_additional_encoder(corpus, name):
                continue
            key = (corpus.name, corpus.fingerprint, name)
            with self._lock:
                job = self._jobs.get(key)
                if job is None or (not job.running and job.problem is None):
                    job = self._jobs[key] = _embedding(name, find)
            unready.append(job)
        return unready

    def resume(self, embedding: Job[Any]) -> None:
        """Have one that failed or was cancelled begun anew when it is next asked for."""
        with self._lock:
            self._jobs = {key: one for key, one in self._jobs.items() if one is not embedding}


@st.cache_resource(show_spinner=False)
def embeddings() -> Embeddings:
    """The embeddings that all visitors share."""
    return Embeddings()


def unready(searcher: Searcher, settings: Settings) -> list[Job[Any]]:
    """The additional bi-encoders of these settings that cannot be searched with yet."""
    encoder_names = [name for name in settings.rerankers if is_encoder(name)]
    return embeddings().unready(searcher, encoder_names)


def usable(searcher: Searcher, settings: Settings) -> Settings:
    """The settings with those rankers that can rank now.

    While an embedding is on its way, remote rerankers wait for it too: the search is done
    anew when it ends, and they would be asked, and paid, a second time.
    """
    waiting = unready(searcher, settings)
    names = {one.key for one in waiting}
    on_the_way = any(one.running for one in waiting)
    kept = tuple(
        name
        for name in settings.rerankers
        if name not in names and not (on_the_way and parsed(name).remote)
    )
    return replace(settings, rerankers=kept)


def offered() -> list[str]:
    """The bi-encoders that are on this machine: packaged ones, then those trained here.

    The one that is a stage of every search is left out.
    """
    packaged = [card for card in cards() if card.role == BI_ENCODER and card.available]
    trained = [model.name for model in trained_models() if model.role == BI_ENCODER]
    names = dict.fromkeys([*(card.name for card in packaged if card.name not in trained), *trained])
    return [name for name in names if name != workbench().models.bi_encoder_name]
