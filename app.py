"""The picture frame: page settings, navigation, the shared query bar, and the page."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice
from components.common.page_style import page_name, page_style
from components.common.shared_bar import shared_bar
from state import url_state as choices
from state.corpora.library import corpus_names, put_notes_away, unread_notes

st.set_page_config(page_title="CrossExam", page_icon="🔎", layout="wide")
corpora = corpus_names()
choices.begin(corpora)
page_style()
page = st.navigation(
    [
        st.Page("pages/search/compare.py", title="Compare", default=True),
        st.Page("pages/explain/attention.py", title="Attention", url_path="attention"),
        st.Page("pages/explain/explain.py", title="Explain", url_path="explain"),
        st.Page("pages/explain/what_if.py", title="What if", url_path="what-if"),
        st.Page("pages/explain/truncation.py", title="Unread", url_path="unread"),
        st.Page("pages/explain/maxsim.py", title="MaxSim", url_path="maxsim"),
        st.Page("pages/latency/latency.py", title="Latency", url_path="latency"),
        st.Page("pages/quality/quality.py", title="Quality", url_path="quality"),
        st.Page("pages/training/training.py", title="Teach", url_path="teach"),
        st.Page("pages/corpora/corpora.py", title="Corpus", url_path="corpus"),
        st.Page("pages/learn/about.py", title="About", url_path="about"),
        st.Page("pages/models/models.py", title="Models", url_path="models"),
    ],
    position="top",
)
page_name(page.title)
shared_bar(
    corpora,
    corpus_key=choices.CORPUS,
    query_key=choices.QUERY,
    longest_query=choices.LONGEST_QUERY,
)
for complaint in choices.complaints():
    notice(complaint)
if problems := unread_notes():
    for problem in problems:
        notice(problem)
    st.button("Put these notes away", key="put_notes_away", on_click=put_notes_away)
choices.share(
    attention=page.url_path in ("attention", "explain", "what-if", "unread", "maxsim"),
    latency=page.url_path == "latency",
)
page.run()
