"""About: when to use which, in a screen, and the models behind it."""

from __future__ import annotations

import streamlit as st

from components.models.models_table import models_table
from pages.models.backends import backend_parts
from state.models.catalogue import model_cards

st.header("When to use which", anchor=False)
bi_encoder, both = st.columns(2, gap="medium")
with bi_encoder, st.container(border=True, height="stretch"):
    st.markdown(
        "**Bi-encoder alone**\n\nQuery and document are embedded apart. Vectors of documents "
        "are computed once, so a search is one small forward pass and a nearest-neighbour "
        "lookup. Choose it for large collections, tight budgets (tens of milliseconds), "
        "recommendations and clustering. The vector of one text cannot depend on the other, so "
        "senses, word order, negation and numbers are what to test it on. On `senses`, written "
        "for that, it was ahead of the reranked list with every one of them when it was "
        "measured (docs/measured.md); Quality shows how each method does on your documents."
    )
with both, st.container(border=True, height="stretch"):
    st.markdown(
        "**Both: recall, then rerank**\n\nA cheap first stage (BM25, bi-encoder or their "
        "hybrid) recalls 50–100 candidates, the cross-encoder puts them in order. Choose it "
        "when the first page of results matters, a second is affordable, and Quality shows a "
        "gain on your queries: on some collections there is none. It cannot mend what the "
        "first stage did not recall, and it never reads beyond 512 tokens."
    )
cross_encoder, neither = st.columns(2, gap="medium")
with cross_encoder, st.container(border=True, height="stretch"):
    st.markdown(
        "**Cross-encoder alone**\n\nQuery and document are read together, one forward pass a "
        "pair, nothing prepared beforehand. Choose it when there are few pairs: deduplicating "
        "a short list, judging answers, a corpus of some hundred texts. A million documents "
        "would take hours for every query (see Latency)."
    )
with neither, st.container(border=True, height="stretch"):
    st.markdown(
        "**Neither**\n\nIdentifiers, part numbers, exact names and error codes: BM25 finds "
        "them, costs next to nothing and can be explained word by word. Measure before "
        "adding a model: on some collections the hybrid is as good as the reranked list."
    )
st.header("How to read the scores", anchor=False)
st.markdown(
    "- A logit is not a probability, and a negative one can still rank first.\n"
    "- Attention shows where heads look; it is not the cause of a score.\n"
    "- A timing that came from a cache says so, and so does an extrapolated figure.\n"
    "- Nothing leaves this machine unless you choose it: models and corpora are local, and only a "
    "remote reranker or a download that you ask for on Models reaches beyond it."
)
st.header("Models", anchor=False)
cards = model_cards()
models_table(cards, key="models")
backend_parts(cards)
