"""Draws hostile texts by every way to draw a text, each through the door; run by a test."""

import streamlit as st

from components.common.messages import plain
from tests.browser.hostile_texts import TEXTS

for number, text in enumerate(TEXTS):
    with st.container(key=f"text_{number}"):
        st.markdown(plain(text))
        st.markdown(f"**{plain(text)}**")
        st.caption(plain(text))
        st.info(plain(text))
        st.button(plain(text), key=f"button_{number}")
        st.progress(0.5, text=plain(text))
        st.expander(plain(text))
        st.checkbox(plain(text), key=f"checkbox_{number}")
        st.subheader(plain(text), anchor=False)
        st.pills("Pills", [plain(text)], key=f"pills_{number}")
        st.metric(plain(text), 1)
        st.tabs([plain(text)])
