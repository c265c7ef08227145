"""Quality, the saved runs: which is looked at, and its deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.ranker_wording import usage_words
from components.quality.run_wording import run_label
from engine.types import CrossExamError
from engine.types.ranker_names import stage_of
from pages.quality.link_names import RUN
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.quality import runs as quality


def choose_run(loaded: LoadedCorpus, pick: DeltaGenerator, drop: DeltaGenerator) -> str | None:
    """The id of the run to look at: the one just finished, else the newest; None without one.

    The choice is drawn into `pick`, a button to delete it into `drop`.
    """
    fingerprint = loaded.corpus.info.fingerprint
    saved = {run.run_id: run for run in quality.saved_runs(fingerprint)}
    if not saved:
        return None
    job = quality.job_of(fingerprint)
    new_run_id = job.value.saved.run_id if job and job.value else None
    key = f"quality_run_{fingerprint}"
    if new_run_id in saved and quality.recall("shown") != new_run_id:
        quality.remember("shown", new_run_id)
        quality.preset(key, new_run_id)
    url_state.give_choice(RUN, key, list(saved), next(iter(saved)))
    labels = {
        run_id: _label(run.head, run.saved_at, run.size_bytes) for run_id, run in saved.items()
    }
    run_id = pick.selectbox(
        "Saved run",
        list(saved),
        format_func=lambda run_id: labels[run_id],
        key=key,
        persist_state="session",
    )
    for name, stage_usage in quality.usage_of(saved[run_id]).items():
        consumed = (
            f"{stage_label(stage_of(name))} consumed in this run: {usage_words(stage_usage)}."
        )
        st.caption(plain(consumed))
    with drop, st.popover("Delete …", width="stretch"):
        if refused := refusal(Act.DELETE):
            notice(refused)
            return run_id
        st.markdown("Delete this run for good? Judgments stay.")
        st.caption(plain(labels[run_id]))
        if st.button("Delete it", key="delete_run", type="primary"):
            try:
                quality.delete(fingerprint, run_id)
            except CrossExamError as problem:
                error(url_state.error_message(problem))
            else:
                st.rerun()
    return run_id


def _label(head: Mapping[str, Any], saved_at: float, size_bytes: int) -> str:
    """What tells a run from the others, by what was kept at its head."""
    return run_label(
        saved_at=saved_at,
        pipelines=len(head["pipelines"]),
        finished=int(head["queries"]),
        queries=int(head["asked"]),
        pairs=int(head["pairs"]),
        size_bytes=size_bytes,
    )
