"""The navigation: the pages by section, and what earlier addresses became."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

EARLIER_ADDRESSES = {"unread": "truncation", "teach": "training", "corpus": "corpora"}


def sections() -> dict[str, list[StreamlitPage]]:
    """Every page that stands in the navigation, by its section; the start page has none."""
    return {
        "": [st.Page("pages/learn/start.py", title="Start", default=True)],
        "Search": [
            st.Page("pages/search/compare.py", title="Compare", url_path="compare"),
            st.Page("pages/search/diagnose.py", title="Diagnose", url_path="diagnose"),
        ],
        "Explain": [
            st.Page("pages/explain/inside.py", title="Inside", url_path="inside"),
            st.Page("pages/explain/attention.py", title="Attention", url_path="attention"),
            st.Page("pages/explain/explain.py", title="Explain", url_path="explain"),
            st.Page("pages/explain/what_if.py", title="What if", url_path="what-if"),
            st.Page("pages/explain/truncation.py", title="Truncation", url_path="truncation"),
            st.Page("pages/explain/maxsim.py", title="MaxSim", url_path="maxsim"),
        ],
        "Measure": [
            st.Page("pages/quality/quality.py", title="Quality", url_path="quality"),
            st.Page("pages/latency/latency.py", title="Latency", url_path="latency"),
            st.Page("pages/quality/parity/parity.py", title="Parity", url_path="parity"),
        ],
        "Pass it on": [
            st.Page("pages/share/walkthroughs.py", title="Walkthroughs", url_path="walkthroughs"),
            st.Page("pages/share/blind_vote.py", title="Blind vote", url_path="blind-vote"),
        ],
        "Set up": [
            st.Page("pages/corpora/corpora.py", title="Corpora", url_path="corpora"),
            st.Page("pages/models/models.py", title="Models", url_path="models"),
            st.Page("pages/training/training.py", title="Training", url_path="training"),
        ],
        "Learn": [
            st.Page("pages/learn/lessons.py", title="Lessons", url_path="lessons"),
            st.Page("pages/learn/about.py", title="About", url_path="about"),
        ],
    }
