"""The view of the engine: what serves this corpus, why, from which size on, and where."""

from __future__ import annotations

from collections.abc import Container

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.messages import error, notice, plain
from components.corpora.index_backend_facts import (
    CHOICES,
    backend_sentence,
    engines_table,
    outcome,
    reason_sentence,
)
from components.search.headline import headline
from engine.types import CrossExamError
from state import url_state as choices
from state.corpora import index_backend as index_backend_queue
from state.permissions import Act, refusal


def show_engine() -> None:
    """Draw what serves the chosen corpus, and what can be changed about it."""
    name = choices.current().corpus
    try:
        served, settings = index_backend_queue.served(name), index_backend_queue.settings()
    except CrossExamError as problem:
        error(choices.check(problem))
        return
    working = index_backend_queue.at_work(name)
    moving = working is not None and not working.wait(0)
    headline(
        backend_sentence(name, served.engine, served.place, served.documents, on_the_way=moving)
    )
    st.markdown(
        plain(reason_sentence(served.engine, served.chosen, served.documents, settings.milvus_from))
    )
    _progress(name)
    if moving:
        st.rerun()
    if refused := refusal(Act.INDEX_BACKEND):
        notice(refused)
    else:
        this, every = st.columns([1, 1.35], gap="large")
        with this:
            _this_corpus(name, served.chosen)
        with every:
            _all_corpora(settings.milvus_from, settings.address)
    st.markdown("### What differs")
    engines_table(key="engines")


def _progress(name: str) -> None:
    """What goes on with this corpus, and how it ended."""
    working = index_backend_queue.at_work(name)
    if working is None:
        return
    show_until_done(working, key="cancel_engine_import")
    if working.problem is not None:
        error(choices.check(working.problem))


def _this_corpus(name: str, chosen: str) -> None:
    st.markdown("### This corpus")
    wanted = st.segmented_control(
        "Served",
        list(CHOICES),
        default=chosen,
        required=True,
        format_func=CHOICES.__getitem__,
        key=f"engine_of_{name}_{chosen}",
    )
    st.caption(
        "Milvus takes the documents in as they are read and embedded, a few hundred at a time; "
        "stopped on the way, it goes on where it was. Embeddings that are kept are used."
    )
    if st.button(
        "Apply to this corpus",
        key="serve_so",
        disabled=wanted == chosen,
        help="This is how it is served already." if wanted == chosen else None,
    ):
        try:
            index_backend_queue.choose(name, str(wanted))
        except CrossExamError as problem:
            index_backend_queue.tell(choices.check(problem), failed=True)
        st.rerun()


def _all_corpora(milvus_from: int, address: str) -> None:
    st.markdown("### All corpora")
    fixed = index_backend_queue.fixed()
    with st.form("engine_settings", border=False):
        size = st.number_input(
            "Milvus serves from this many documents on",
            1,
            index_backend_queue.MOST_FROM,
            milvus_from,
            step=10_000,
            key=f"milvus_from_{milvus_from}",
            disabled="CROSSEXAM_MILVUS_FROM" in fixed,
            help=_fixed_by("CROSSEXAM_MILVUS_FROM", fixed),
        )
        where = st.text_input(
            "Address of a Milvus cluster",
            address,
            key=f"milvus_address_{address}",
            placeholder="http://milvus.example:19530; empty: files on this machine",
            disabled="CROSSEXAM_MILVUS_URI" in fixed,
            help=_fixed_by("CROSSEXAM_MILVUS_URI", fixed),
        )
        token = st.text_input(
            "Token",
            type="password",
            key="milvus_token",
            placeholder=f"or set {index_backend_queue.TOKEN_VARIABLE} in the environment",
            help="USER:PASSWORD or an API key. Kept in memory until the app ends: not stored, "
            "not logged, not in a link.",
            autocomplete="off",
        )
        st.caption(
            "With a cluster, the documents’ texts and vectors are sent there when a corpus is "
            "put into it."
        )
        keep, check = st.columns(2)
        kept = keep.form_submit_button("Keep", type="primary", key="keep_engine", width="stretch")
        tried = check.form_submit_button("Test the connection", key="test_milvus", width="stretch")
    for variable in fixed:
        notice(f"{variable} is set in the environment and goes before what is kept here.")
    if kept:
        try:
            index_backend_queue.keep(int(size), where, token)
        except CrossExamError as problem:
            index_backend_queue.tell(choices.check(problem), failed=True)
        st.rerun()
    if tried:
        with st.spinner("Asking Milvus …"):
            index_backend_queue.check(where, token)
    result = index_backend_queue.told()
    if result is not None:
        outcome(result[0], failed=result[1])


def _fixed_by(variable: str, fixed: Container[str]) -> str | None:
    """Why a field cannot be changed here, None where it can."""
    return f"Fixed by the environment variable {variable}." if variable in fixed else None
