"""The view of the index backend: what serves this corpus, why, from which size on, and where."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.messages import error, notice, plain
from components.corpora.index_backend_facts import (
    CHOICES,
    backend_message,
    backend_sentence,
    index_backends_table,
    reason_sentence,
)
from components.corpora.index_backend_form import backend_form
from components.search.headline import headline
from engine.types import CrossExamError
from state import url_state
from state.corpora import index_backend
from state.permissions import Act, refusal


def show_index_backend() -> None:
    """Draw what serves the chosen corpus, and what can be changed about it."""
    name = url_state.current().corpus
    try:
        served, settings = index_backend.served(name), index_backend.settings()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    preparation = index_backend.at_work(name)
    moving = preparation is not None and not preparation.wait(0)
    headline(
        backend_sentence(name, served.backend, served.address, served.documents, on_the_way=moving)
    )
    st.markdown(
        plain(
            reason_sentence(served.backend, served.chosen, served.documents, settings.milvus_from)
        )
    )
    _progress(name)
    if moving:
        st.rerun()
    if refused := refusal(Act.INDEX_BACKEND):
        notice(refused)
    else:
        corpus_box, settings_box = st.columns([1, 1.35], gap="large")
        with corpus_box:
            _this_corpus(name, served.chosen)
        with settings_box:
            _all_corpora(settings.milvus_from, settings.address)
    st.markdown("### What differs")
    index_backends_table(key="index_backends")


def _progress(name: str) -> None:
    """What goes on with this corpus, and how it ended."""
    preparation = index_backend.at_work(name)
    if preparation is None:
        return
    show_until_done(preparation, key="cancel_engine_import")
    if preparation.problem is not None:
        error(url_state.error_message(preparation.problem))


def _this_corpus(name: str, chosen: str) -> None:
    st.markdown("### This corpus")
    choice = st.segmented_control(
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
        disabled=choice == chosen,
        help="This is how it is served already." if choice == chosen else None,
    ):
        try:
            index_backend.choose(name, str(choice))
        except CrossExamError as problem:
            index_backend.set_message(url_state.error_message(problem), failed=True)
        st.rerun()


def _all_corpora(milvus_from: int, address: str) -> None:
    st.markdown("### All corpora")
    overridden = index_backend.fixed()
    entered = backend_form(
        milvus_from,
        address,
        most_from=index_backend.MOST_FROM,
        token_variable=index_backend.TOKEN_VARIABLE,
        overridden=overridden,
    )
    for variable in overridden:
        notice(f"{variable} is set in the environment and goes before what is kept here.")
    if entered.kept:
        try:
            index_backend.keep(entered.milvus_from, entered.address, entered.token)
        except CrossExamError as problem:
            index_backend.set_message(url_state.error_message(problem), failed=True)
        st.rerun()
    if entered.tested:
        with st.spinner("Asking Milvus …"):
            index_backend.check(entered.address, entered.token)
    message = index_backend.message()
    if message is not None:
        backend_message(message[0], failed=message[1])
