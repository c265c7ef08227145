"""Models: what is here and what it costs, additional rankers for Compare, and a self-test."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.ranker_wording import usage_words
from components.common.wording import humanised
from components.models.models_table import models_table
from components.models.ranker_form import ranker_form
from components.models.selftest_table import self_test_table
from engine.search.stages.reranker_selftest import DOCUMENTS, QUERY
from engine.types import BI_ENCODER, CrossExamError, won_everywhere
from engine.types.ranker_names import MOST, composed, parsed, stage_of
from engine.types.registries.rankers import MAXSIM, RANKERS
from pages.explain.label_picker import label_picker
from pages.models.code_consent import code_part
from pages.models.hub_download import hub_part
from pages.quality.link_names import PARITY_B
from pages.search.job_shown import job_shown
from pages.share.keep_step import own_keep_button
from state import url_state
from state.ended_jobs import is_news
from state.models import reranker_selftest
from state.models.catalogue import maxsim_measured, model_cards
from state.permissions import Act, refusal
from state.search import additional_encoders as encoders
from state.search import additional_rankers as rerankers
from state.search import search_jobs as searches

st.header("Additional rankers", anchor=False)
st.markdown(
    "Each becomes a column of Compare and a stage of Latency, and can be chosen in Quality. A "
    "reranker reads the same candidates as the cross-encoder; a bi-encoder retrieves from the "
    "whole corpus on its own. Attention and Explain show every additional cross-encoder that runs "
    "here; of the others they say why not."
)
form, chosen_ones = st.columns([1.1, 1], gap="large")
with form:
    for act in (Act.MODEL, Act.ADDRESS):
        if refused := refusal(act):
            st.caption(plain(refused))
    kinds = [kind for kind in RANKERS if not kind.attached]  # these are attached under Corpora
    entered = ranker_form(kinds, models={BI_ENCODER: encoders.offered()}, key="ranker")
    if entered is not None:
        try:
            name = composed(entered.kind, entered.model, entered.address)
            rerankers.add(rerankers.labelled(name), entered.key)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            searches.forget_failed()
            st.rerun()
with chosen_ones:
    st.markdown("**Chosen**")
    if not rerankers.chosen():
        st.caption(f"None yet; up to {MOST} at a time.")
    for number, name in enumerate(rerankers.chosen()):
        label, remove = st.columns([4, 1.2], vertical_alignment="center")
        reranker_name = parsed(name)
        host = reranker_name.address.partition("://")[2] or reranker_name.kind
        leaves = f", sends texts to {host}" if reranker_name.remote else ""
        if reranker_name.record.attached:
            leaves = ", a run of another system"
        elif reranker_name.retrieves:
            leaves = ", retrieves from the whole corpus (embedded at the next search)"
        label.markdown(plain(f"{stage_label(stage_of(name))}{leaves}"))
        if remove.button("Remove", key=f"remove_{number}", width="stretch"):
            rerankers.remove(name)
            st.rerun()
        label_picker(name, key="models_label")
    offered = won_everywhere(maxsim_measured()) and MAXSIM not in rerankers.chosen()
    if offered and st.button("Add MaxSim of the packaged encoder", key="add_maxsim"):
        rerankers.add(MAXSIM)
        st.rerun()

code_part()
st.header("Self-test", anchor=False)
st.markdown(plain(f"Three known pairs for the query “{QUERY}”: the first document must win."))
which, start = st.columns([3, 1], vertical_alignment="bottom")
testable = [name for name in rerankers.chosen() if not parsed(name).record.attached]
names = [reranker_selftest.default_name(), *testable]
picked = which.selectbox(
    "Reranker",
    names,
    format_func=lambda name: stage_label(stage_of(name)),
    key="self_test_of",
    label_visibility="collapsed",
)
if start.button("Test it", key="self_test", width="stretch"):
    reranker_selftest.start_self_test(picked)
    st.rerun()


test = reranker_selftest.current()
if test is not None and test.running:
    job_shown(test, key="cancel_self_test")
elif test is not None and test.error is not None:
    if is_news(test):
        error(url_state.error_message(test.error))
elif test is not None and test.value is not None:
    result = test.value
    verdict = "passed" if result.passed else "failed: another document came first"
    took = f"{result.model}: {verdict}, in {humanised(result.seconds)}"
    notice(took + (f". It consumed {usage_words(result.usage)}." if result.usage else "."))
    self_test_table(DOCUMENTS, result.scores, result.kind, key="self_test_table")
if st.button("Compare two rankers over a corpus …", key="to_parity", type="tertiary"):
    url_state.set_next(**{PARITY_B.session_key: picked} if picked in rerankers.chosen() else {})
    url_state.leave_for("pages/quality/parity/parity.py")

st.header("From the hub", anchor=False)
hub_part()

st.header("Catalogue", anchor=False)
models_table((*model_cards(), *reranker_selftest.elsewhere()), key="catalogue")
st.caption(
    "Nothing is downloaded and nothing is sent unless you choose it. Prices are assumptions with "
    "their date: put a prices.json of the same form into the cache folder to correct them."
)
if st.button(
    "What runs them here, how fast, and how far it drifts …", key="to_about", type="tertiary"
):
    url_state.leave_for("pages/learn/about.py")
own_keep_button("models", st.container())
