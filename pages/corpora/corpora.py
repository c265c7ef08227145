"""Corpus: what the documents are like, importing one's own, the library, and the index backend."""

from __future__ import annotations

import streamlit as st

from components.common.cleared_container import clean_place
from pages.corpora.import_form import show_import
from pages.corpora.index_backend import show_index_backend
from pages.corpora.library import show_library
from pages.corpora.statistics import show_corpus
from state import url_state
from state.corpora import view as corpus_view

THIS, IMPORT, LIBRARY, BACKEND = "This corpus", "Import", "Library", "Engine"

corpus_view.begin(THIS)
view = st.segmented_control(
    "View",
    (THIS, IMPORT, LIBRARY, BACKEND),
    required=True,
    key=corpus_view.VIEW,
    persist_state="session",
    label_visibility="collapsed",
)
# A view is drawn into the place of the last one, which goes at once: indexing may take long,
# and what was on the page before would stand there, greyed, until it ends.
new = corpus_view.is_new(str(view), url_state.current().corpus)
with clean_place(new=new):
    if view == IMPORT:
        show_import()
    elif view == LIBRARY:
        show_library()
    elif view == BACKEND:
        show_index_backend()
    else:
        show_corpus()
