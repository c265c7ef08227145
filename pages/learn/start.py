"""Start: what this is, one example worked through, and a door for each who comes."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.job_progress import job_progress
from components.common.messages import error, plain
from components.common.wording import counted
from components.learn.difference import difference
from components.learn.doors import doors
from components.search.headline import headline
from components.search.ranking_columns import COMPACT, ranking_columns
from engine.quality.passage_judgments import grades_of
from engine.search.movement import movements
from engine.search.settings import Settings
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from pages.learn.start_doors import EXAMPLE, start_doors
from pages.search.loaded_corpus import preparation_shown
from pages.share.open_view import open_view
from state import url_state
from state.app_resources import BUNDLED, LoadedCorpus, prepare
from state.polling import redraw_while
from state.search.search_jobs import Search
from state.search.worked_example import QUERY, worked_example

SHOWN = (BI_ENCODER, CROSS_ENCODER)
TOP = 4
PREPARING = (
    "The app opens its example corpus and loads two models. On its first start it also converts "
    "their weights and turns every document into a vector, which takes about a minute; later "
    "starts take seconds. The doors below are open meanwhile."
)
READING = (
    "The bi-encoder compares the query's vector with those of all documents, which were computed "
    "beforehand. The cross-encoder reads the query together with each of "
    f"{counted(Settings().depth, 'candidate')}, pair by pair: that is why it takes longer."
)


def example(loaded: LoadedCorpus, search: Search) -> None:
    """The first documents of both encoders, and what the difference is."""
    trace = search.trace
    if search.job.error is not None:
        error(url_state.error_message(search.job.error))
    if trace is None or search.job.running:
        st.markdown(READING)
        job_progress(search.job.progress, key="example_progress")
        return
    store = loaded.corpus.store
    rankings = [ranking for stage in SHOWN if (ranking := trace.ranking(stage)) is not None]
    documents = {d.doc_id: d for d in store.get([d for r in rankings for d in r.ids(TOP)])}
    query = loaded.corpus.query_for_text(QUERY)
    judgments = loaded.corpus.judgments(query.query_id) if query else {}
    first_titles = [documents[r.hits[0].doc_id].title for r in rankings if r.hits]
    if len(first_titles) == len(SHOWN):
        st.markdown(plain(difference(*first_titles)))
    baseline_ranking = rankings[0]
    clicked = ranking_columns(
        trace,
        documents,
        stages=SHOWN,
        baseline=BI_ENCODER,
        movements={r.stage: movements(baseline_ranking, r) for r in rankings},
        snippets={},
        judgments=grades_of(list(documents.values()), judgments),
        top=TOP,
        look=COMPACT,
        key="example_columns",
    )
    st.caption(
        "Dots: relevance as judged, 0 to 3. ▲ ▼: ranks moved against the bi-encoder. A click on a "
        "row shows what the cross-encoder looked at."
    )
    if clicked is not None:
        url_state.set_next(**EXAMPLE, **{url_state.DOCUMENT: clicked.doc_id})
        url_state.leave_for("pages/explain/attention.py")


with stage.picture("sentence"):
    headline(
        "CrossExam puts four ways to rank the same documents side by side, and shows why they "
        "differ and what each costs."
    )
about, worked = st.container(), st.container(key="worked_example")
st.subheader("What brings you here?", anchor=False)
way = doors(start_doors(), key="door")
if way is not None:
    url_state.set_next(**way.values)
    url_state.leave_for(way.page)
open_view()
with worked:
    st.subheader(f"One query, two readers: “{QUERY}”", anchor=False)
    waiting = st.empty()
    if not prepare(BUNDLED).wait(0):
        waiting.markdown(PREPARING)
    try:
        loaded = preparation_shown(BUNDLED).result()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        st.stop()
    waiting.empty()
    search = worked_example(loaded.searcher)
    with stage.picture():
        redraw_while(lambda: search.job.running, lambda: example(loaded, search))
with about:
    info = loaded.corpus.info
    st.caption(
        plain(
            f"The example corpus, {info.name}, has {counted(info.documents, 'document')}. "
            f"{loaded.corpus.description}."
        )
    )
