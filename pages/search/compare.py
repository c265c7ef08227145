"""Compare: the rankings of every stage side by side for one query."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import plain
from components.common.wording import counted
from components.search.example_queries import example_chips
from components.search.introduction import introduction
from engine.types.ranker_names import stage_of
from pages.corpora.attach_link import attach_link
from pages.search.after_search import below_the_rankings, search_notices
from pages.search.column_choice import column_choice
from pages.search.embedding_progress import embedding_shown
from pages.search.loaded_corpus import opened
from pages.search.rankings import Comparison, rankings_so_far, waiting_words
from pages.search.save_rankings import save_pictures
from state import url_state
from state.polling import redraw_while
from state.search import attached_runs
from state.search import search_jobs as searches

FIRST_GLANCE = 0.2  # the first stages are done by then, so the first drawing has them

chosen = url_state.current()
loaded = opened(chosen)

corpus = loaded.corpus
clicked_example = example_chips(url_state.examples(corpus.queries), first=4, key="examples")
if clicked_example and clicked_example != chosen.query:
    url_state.choose_next(**{url_state.QUERY: clicked_example})
# A place of its own, emptied at once: left to be pushed down by the first ranking, the
# introduction would carry the eye away with it.
before_the_first_search = st.empty()
if not chosen.query:
    about = corpus.description + ("." if corpus.description else "")
    with before_the_first_search.container():
        introduction("Type a query, or click one of the examples")
        st.caption(
            plain(f"{counted(corpus.info.documents, 'document')} in {corpus.info.name}. {about}")
        )
    st.stop()

embedding = embedding_shown(loaded.searcher, chosen.settings)
search = searches.search(loaded.searcher, chosen.query, chosen.settings)
job = search.job
job.wait(FIRST_GLANCE)

columns = column_choice(chosen.settings, attached_runs.stages_of(chosen.corpus))
if stage.is_on():
    columns = columns.two()
known_query = corpus.query_for_text(chosen.query)
by_document = corpus.split and st.toggle(
    "One card a document, by its best passage (MaxP)", key="by_document", persist_state="session"
)
comparison = Comparison(
    loaded,
    search,
    columns,
    waiting=waiting_words(embedding, search, [stage_of(r) for r in chosen.settings.rerankers]),
    judgments=corpus.judgments(known_query.query_id) if known_query else {},
    by_document=by_document,
)
redrawn = redraw_while(lambda: job.running, lambda: rankings_so_far(comparison))
if redrawn or job.problem is not None or search.trace is None:
    st.stop()

save_pictures(search.trace)
search_notices(comparison, search.trace, known_query)
below_the_rankings(comparison, search.trace)
attach_link("compare")
