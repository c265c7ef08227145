"""The fp32 torch model, loaded behind the first search that ended, so that Attention has it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import streamlit as st

from jobs.concurrent_work import LOOK_EVERY, others
from jobs.job import Job
from state.app_resources import workbench


class Preload:
    """Calls `load` once, in the background, and only when nothing else is at work.

    Whoever needs the model sooner loads it on the spot.
    """

    def __init__(
        self, load: Callable[[], object], at_work: Callable[[], Sequence[object]] = others
    ) -> None:
        self._load = load
        self._at_work = at_work
        self._job: Job[None] | None = None
        self._lock = threading.Lock()

    @property
    def job(self) -> Job[None] | None:
        """The loading, None before it began."""
        return self._job

    def after(self, search: Job[object]) -> None:
        """Begin, where this search ended well and nobody began before."""
        if search.error is not None or search.cancelled:
            return
        with self._lock:
            if self._job is None:
                self._job = Job("preload", self._work, title="the loading of a model")

    def _work(self, job: Job[None]) -> None:
        while self._at_work():
            if job.should_stop():
                return
            time.sleep(LOOK_EVERY)
        self._load()


@st.cache_resource(show_spinner=False)
def preload() -> Preload:
    """The one loading of this server."""
    return Preload(lambda: workbench().models.cross_encoder().torch_model())
