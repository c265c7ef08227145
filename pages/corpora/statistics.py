"""The view of a corpus: lengths, words, languages, near-duplicates and its map."""

from __future__ import annotations

import streamlit as st

from components.common.export.source import say_source
from components.common.job_progress import show_until_done
from components.common.messages import error, notice, plain
from components.corpora.facts import CopyRow
from components.corpora.lengths import ModelRoom
from components.corpora.statistics import (
    duplicates_view,
    figures_row,
    languages_view,
    lengths_view,
    words_view,
)
from components.search.headline import headline
from engine.types import CROSS_ENCODER, CrossExamError
from pages.corpora.corpus_map import show_map
from pages.search.loaded_corpus import preparation_shown, source_words
from state import url_state
from state.app_resources import BUNDLED, LoadedCorpus, resume
from state.corpora import statistics
from state.corpora import view as corpus_view
from state.corpora.frozen_statistics import frozen_statistics
from state.corpora.statistics import CorpusFigures, ModelReading
from state.share import shown_figures

SHOWN_TERMS, SHOWN_DUPLICATES = 15, 20
SUPPOSED_QUERY = 10


def show_corpus() -> None:
    """Draw the chosen corpus, once it is indexed."""
    chosen = url_state.current()
    preparation = preparation_shown(chosen.corpus)
    if preparation.cancellation is not None:
        _cancelled(chosen.corpus)
        return
    try:
        corpus = preparation.result()
        counting = statistics.figures(corpus.corpus)
        show_until_done(counting, key="cancel_counting")
        if counting.error is not None:
            raise counting.error
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    if counting.value is None:
        notice("Counting was cancelled.")
        if st.button("Count again", key="count_again"):
            statistics.count_again(corpus.corpus)
            st.rerun()
        return
    say_source(source_words(corpus, chosen))
    _figures(corpus, counting.value, chosen.query)
    show_map(corpus, chosen)


def _cancelled(name: str) -> None:
    """A corpus whose indexing was cancelled: what is kept, and a button to resume."""
    headline("Indexing was cancelled")
    st.markdown(
        f"What was embedded of **{plain(name)}** until then is kept: resuming takes "
        "up where it stopped."
    )
    if st.button("Resume indexing", type="primary", key="resume_indexing"):
        resume(name)
        corpus_view.draw_anew()
        st.rerun()


def _figures(loaded: LoadedCorpus, figures: CorpusFigures, query: str) -> None:
    """The headline and the statistics."""
    corpus, info, dark = loaded.corpus, loaded.corpus.info, url_state.is_dark()
    headline(f"{info.documents:,} {'passages' if corpus.split else 'documents'} in {info.name}")
    source = "" if info.name == BUNDLED else f" Source: {corpus.source}"
    st.caption(plain(f"{corpus.description}.{source}"))
    for warning in corpus.warnings[:3]:
        notice(warning)
    lengths = figures.readings[0].lengths
    figures_row(
        median=statistics.middle(lengths),
        longest=int(lengths.max(initial=0)),
        vocabulary=figures.vocabulary,
        duplicates=len(figures.duplicates),
        queries=len(corpus.queries),
        judgments=len(corpus.qrels),
    )
    query_tokens = statistics.query_tokens(query) if query else SUPPOSED_QUERY
    shown_figures.show(frozen_statistics(corpus, figures, query_tokens))
    rooms = [_room(reading, figures.documents, query_tokens) for reading in figures.readings]
    lengths_view(
        lengths.tolist(), rooms, query_tokens=query_tokens, own_query=bool(query), dark=dark
    )
    words_box, languages_box = st.columns(2, gap="large")
    with words_box:
        words_view(
            [(term.term, term.count, term.documents) for term in figures.terms[:SHOWN_TERMS]],
            n_words=figures.words,
            vocabulary=figures.vocabulary,
            once=figures.once,
            documents=figures.documents,
            dark=dark,
        )
    with languages_box:
        languages_view(figures.languages, figures.guessed)
    duplicates_view(
        [
            CopyRow(a.title or a.text, a.doc_id, b.title or b.text, b.doc_id, similarity)
            for a, b, similarity in statistics.duplicates(corpus, figures, SHOWN_DUPLICATES)
        ],
        total=len(figures.duplicates),
    )


def _room(reading: ModelReading, documents: int, query_tokens: int) -> ModelRoom:
    """What a model reads of the documents, beside a query of so many tokens where it reads both."""
    tokens = query_tokens if reading.role == CROSS_ENCODER else 0
    return ModelRoom(
        reading.model,
        reading.role,
        reading.limit,
        reading.room(tokens),
        reading.cut(tokens),
        documents,
        reading.unread_share(tokens),
        reading.with_unknown,
        reading.unreadable,
        reading.unknown_share,
    )
