"""Models: what is here and what it costs, further rerankers for Compare, and a self-test."""

from __future__ import annotations

import streamlit as st

from components.messages import error, notice, plain
from components.models_table import models_table
from components.palette import stage_label
from components.ranker_form import ranker_form
from components.ranker_kinds import KINDS
from components.reranker_wording import usage_words
from components.self_test_table import self_test_table
from components.wording import humanised
from pages.about.hub_download import hub_part
from search.late_measured import offered_as_ranker, packaged_measurements
from search.rerankers import MAXSIM, MOST, composed, parsed, stage_of
from search.self_test import DOCUMENTS, QUERY
from search.types import CrossExamError
from state import choices, jobs, ranker_desk, rerankers
from state.catalogue import model_cards

st.subheader("Rerankers beside the cross-encoder", anchor=False)
st.markdown(
    "Each becomes a column of Compare, over the same candidates, and a stage of Latency. "
    "Explain shows none of them: of these only a score is known, no attention and no gradients."
)
form, chosen_ones = st.columns([1.1, 1], gap="large")
with form:
    entered = ranker_form(KINDS, key="ranker")
    if entered is not None:
        try:
            name = composed(entered.kind, entered.model, entered.address)
            rerankers.add(name, entered.key)
        except CrossExamError as problem:
            error(choices.check(problem))
        else:
            jobs.forget_failed()
            st.rerun()
with chosen_ones:
    st.markdown("**Chosen**")
    if not rerankers.chosen():
        st.caption(f"None yet; up to {MOST} at a time.")
    for number, name in enumerate(rerankers.chosen()):
        label, remove = st.columns([4, 1.2], vertical_alignment="center")
        where = parsed(name)
        host = where.address.partition("://")[2] or where.kind
        leaves = f", sends texts to {host}" if where.remote else ""
        label.markdown(plain(f"{stage_label(stage_of(name))}{leaves}"))
        if remove.button("Remove", key=f"remove_{number}", width="stretch"):
            rerankers.remove(name)
            st.rerun()
    measured = packaged_measurements()
    offered = offered_as_ranker(measured) and MAXSIM not in rerankers.chosen()
    if offered and st.button("Add MaxSim of the packaged encoder", key="add_maxsim"):
        rerankers.add(MAXSIM)
        st.rerun()

st.subheader("Self-test", anchor=False)
st.markdown(plain(f"Three known pairs for the query “{QUERY}”: the first document must win."))
which, start = st.columns([3, 1], vertical_alignment="bottom")
names = [ranker_desk.default_name(), *rerankers.chosen()]
picked = which.selectbox(
    "Reranker",
    names,
    format_func=lambda name: stage_label(stage_of(name)),
    key="self_test_of",
    label_visibility="collapsed",
)
if start.button("Test it", key="self_test", width="stretch"):
    ranker_desk.start_self_test(picked)
    st.rerun()


@st.fragment(run_every=0.3)
def waiting() -> None:
    """The progress, until the test ended."""
    running = ranker_desk.current()
    if running is not None and running.running:
        st.info(plain(f"{running.status.what} …"), icon="⏳")
        if st.button("Cancel", key="cancel_self_test"):
            running.cancel()
    else:
        st.rerun()


task = ranker_desk.current()
if task is not None and task.running:
    waiting()
elif task is not None and task.error is not None:
    error(choices.check(task.error))
elif task is not None and task.result is not None:
    found = task.result
    verdict = "passed" if found.passed else "failed: another document came first"
    took = f"{found.model}: {verdict}, in {humanised(found.seconds)}"
    notice(took + (f". It consumed {usage_words(found.usage)}." if found.usage else "."))
    self_test_table(DOCUMENTS, found.scores, found.kind, key="self_test_table")

st.subheader("From the hub", anchor=False)
hub_part()

st.subheader("Catalogue", anchor=False)
models_table((*model_cards(), *ranker_desk.elsewhere()), key="catalogue")
st.caption(
    "Nothing is downloaded and nothing is sent unless you choose it. Prices are assumptions with "
    "their date: put a prices.json of the same form into the cache folder to correct them."
)
