"""The picture frame: page settings, navigation, the shared query bar, and the page."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice
from components.common.page_style import page_name, page_style
from components.common.shared_bar import BarKeys, BarLimits, shared_bar
from engine.search.settings import FUSIONS, LEAST_DEPTH, MOST_DEPTH, Settings
from engine.search.stages.wordless import WORDLESS
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
defaults = Settings()
shared_bar(
    corpora,
    BarKeys(
        corpus=choices.CORPUS,
        query=choices.QUERY,
        depth=choices.DEPTH,
        first=choices.FIRST,
        fusion=choices.FUSION,
        rrf_k=choices.RRF_K,
        hybrid_weight=choices.HYBRID_WEIGHT,
        blend_weight=choices.BLEND_WEIGHT,
        wordless=choices.WORDLESS,
    ),
    BarLimits(
        least_depth=LEAST_DEPTH,
        most_depth=MOST_DEPTH,
        depth=defaults.depth,
        first_stage=defaults.first_stage,
        fusions=FUSIONS,
        rrf_k=defaults.rrf_k,
        hybrid_weight=defaults.hybrid_weight,
        blend_weight=defaults.blend_weight,
        wordless=WORDLESS,
        longest_query=choices.LONGEST_QUERY,
    ),
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
