"""Corpus: its documents, importing one's own, the library, attached runs, the index backend."""

from __future__ import annotations

from components.common.expert import view_choice
from components.corpora.cleared_container import clean_place
from pages.corpora.attached_runs import show_attached_runs
from pages.corpora.import_form import show_import
from pages.corpora.index_backend import show_index_backend
from pages.corpora.library import show_library
from pages.corpora.link_names import BACKEND, IMPORT, LIBRARY, RUNS, THIS
from pages.corpora.statistics import show_corpus
from state import url_state
from state.corpora import view as corpus_view

corpus_view.begin(THIS)
view = view_choice(
    "View",
    (THIS, IMPORT, LIBRARY, RUNS),
    (BACKEND,),
    switch_names="index backend",
    key=corpus_view.VIEW,
)
# A view is drawn into the place of the last one, which goes at once: indexing may take long,
# and what was on the page before would stand there, greyed, until it ends.
new = corpus_view.is_new(view, url_state.current().corpus)
with clean_place(new=new):
    if view == IMPORT:
        show_import()
    elif view == LIBRARY:
        show_library()
    elif view == RUNS:
        show_attached_runs()
    elif view == BACKEND:
        show_index_backend()
    else:
        show_corpus()
