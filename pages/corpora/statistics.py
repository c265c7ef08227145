"""The view of a corpus: lengths, words, languages, near-duplicates and its map."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.corpora.facts import CopyRow, languages_table, terms_chart, twins_table
from components.corpora.lengths import (
    ModelRoom,
    cut_sentence,
    cut_table,
    lengths_chart,
    unknown_sentence,
)
from components.corpora.map import MapPoint, embedding_map, map_sentence
from components.search.headline import headline
from engine.types import CROSS_ENCODER, CrossExamError
from pages.search.loaded_corpus import preparation_shown
from state import url_state as choices
from state.app_resources import BUNDLED, LoadedCorpus, resume
from state.corpora import statistics as corpus_figures
from state.corpora import view as corpus_view
from state.corpora.statistics import CorpusFigures, Projection
from state.search import search_jobs as searches

SHOWN_TERMS, SHOWN_TWINS, SHOWN_LANGUAGES = 15, 20, 8
CANDIDATES = 10
SUPPOSED_QUERY = 10


def show_corpus() -> None:
    """Draw the chosen corpus, once it is indexed."""
    chosen = choices.current()
    preparation = preparation_shown(chosen.corpus)
    if preparation.cancellation is not None:
        headline("Indexing was cancelled")
        st.markdown(
            f"What was embedded of **{plain(chosen.corpus)}** until then is kept: resuming takes "
            "up where it stopped."
        )
        if st.button("Resume indexing", type="primary", key="resume_indexing"):
            resume(chosen.corpus)
            corpus_view.draw_anew()
            st.rerun()
        return
    try:
        ready = preparation.result()
        counting = corpus_figures.figures(ready.corpus)
        show_until_done(counting, key="cancel_counting")
        if counting.error is not None:
            raise counting.error
    except CrossExamError as problem:
        error(choices.check(problem))
        return
    if counting.value is None:
        notice("Counting was cancelled. Choose another view and come back to start it again.")
        return
    _figures(ready, counting.value, chosen)
    _map(ready, chosen)


def _figures(ready: LoadedCorpus, figures: CorpusFigures, chosen: choices.Choices) -> None:
    info = ready.corpus.info
    query_tokens = corpus_figures.query_tokens(chosen.query) if chosen.query else SUPPOSED_QUERY
    rooms = [
        ModelRoom(
            reading.model,
            reading.role,
            reading.limit,
            reading.room(tokens),
            reading.cut(tokens),
            figures.documents,
            reading.unread_share(tokens),
            reading.with_unknown,
            reading.unreadable,
            reading.unknown_share,
        )
        for reading in figures.readings
        for tokens in [query_tokens if reading.role == CROSS_ENCODER else 0]
    ]
    unit = "passages" if ready.corpus.split else "documents"
    headline(f"{info.documents:,} {unit} in {info.name}")
    came_from = "" if info.name == BUNDLED else f" Source: {ready.corpus.source}"
    st.caption(plain(f"{ready.corpus.description}.{came_from}"))
    for warning in ready.corpus.warnings[:3]:
        notice(warning)
    lengths = figures.readings[0].lengths
    numbers = (
        ("Median length", f"{corpus_figures.middle(lengths):,.0f} tokens"),
        ("Longest", counted(int(lengths.max(initial=0)), "token")),
        ("Different terms", f"{figures.vocabulary:,}"),
        ("Near-duplicate pairs", f"{len(figures.duplicates):,}"),
        ("Queries / judgments", f"{len(ready.corpus.queries):,} / {len(ready.corpus.qrels):,}"),
    )
    for column, (label, value) in zip(st.columns(len(numbers), border=True), numbers, strict=True):
        column.metric(label, value)

    st.markdown("### What is cut")
    st.markdown(plain(cut_sentence(rooms)))
    if unknown := unknown_sentence(rooms):
        notice(unknown)
    beside = "your query" if chosen.query else "a query"
    st.caption(
        plain(
            f"Lengths are word-pieces of title and text. The cross-encoder reads a document beside "
            f"{beside} of {counted(query_tokens, 'token')}; the bi-encoder reads it alone; BM25 "
            "reads all."
        )
    )
    picture, table = st.columns(2, gap="large")
    with picture:
        lengths_chart(lengths.tolist(), rooms, dark=choices.is_dark(), key="lengths")
    with table:
        cut_table(rooms, key="cut")

    words, tongues = st.columns([1.25, 1], gap="large")
    with words:
        st.markdown("### Words")
        rare = figures.once / figures.vocabulary if figures.vocabulary else 0
        st.caption(
            plain(
                f"{counted(figures.words, 'term')}, {figures.vocabulary:,} of them different, as "
                f"BM25 counts them; {rare:.0%} of these occur once. The most frequent are shown "
                "without English stop words."
            )
        )
        terms_chart(
            [(term.term, term.count, term.documents) for term in figures.terms[:SHOWN_TERMS]],
            figures.documents,
            dark=choices.is_dark(),
            key="terms",
        )
    with tongues:
        st.markdown("### Languages")
        st.caption(
            plain(
                f"Guessed by py3langid on {counted(figures.guessed, 'document')} with enough "
                "letters, at "
                "most a thousand at even distances. Short texts are often guessed wrong."
            )
        )
        if figures.languages:
            languages_table(figures.languages[:SHOWN_LANGUAGES], figures.guessed, key="languages")
    _twins(ready, figures)


def _twins(ready: LoadedCorpus, figures: CorpusFigures) -> None:
    st.markdown("### Near-duplicates")
    pairs = figures.duplicates[:SHOWN_TWINS]
    if not pairs:
        st.markdown("No two documents share four fifths of their runs of three words.")
        return
    left = corpus_figures.at_positions(ready.corpus, [pair.left for pair in pairs])
    right = corpus_figures.at_positions(ready.corpus, [pair.right for pair in pairs])
    st.caption(
        plain(
            f"{counted(len(figures.duplicates), 'pair shares', 'pairs share')} at least four "
            "fifths of their runs of three words (found by MinHash, then compared exactly)"
            + (f"; the {len(pairs)} most alike:" if len(figures.duplicates) > len(pairs) else ":")
        )
    )
    twins_table(
        [
            CopyRow(
                one.title or one.text, one.doc_id, two.title or two.text, two.doc_id, p.similarity
            )
            for one, two, p in zip(left, right, pairs, strict=True)
        ],
        key="twins",
    )


def _map(ready: LoadedCorpus, chosen: choices.Choices) -> None:
    st.markdown("### Map of the embeddings")
    methods = corpus_figures.methods()
    method = methods[0]
    if len(methods) > 1:
        method = st.segmented_control(
            "Method",
            methods,
            format_func=plain,
            default=methods[0],
            required=True,
            key="map_method",
            persist_state="session",
            label_visibility="collapsed",
        )
    drawing = corpus_figures.projection(ready.corpus, method)
    show_until_done(drawing, key=None)
    if drawing.error is not None or drawing.value is None:
        error(choices.check(drawing.error or CrossExamError("the map was not drawn: try again")))
        return
    drawn: Projection = drawing.value
    ranks: dict[str, dict[str, int]] = {}
    stages: list[str] = []
    if chosen.query:
        search = searches.search(ready.searcher, chosen.query, chosen.settings)
        show_until_done(search.job, key="cancel_search")
        for ranking in search.trace.rankings if search.trace else ():
            stages.append(ranking.stage)
            for hit in ranking.hits[:CANDIDATES]:
                ranks.setdefault(hit.doc_id, {})[ranking.stage] = hit.rank
    st.caption(
        plain(
            map_sentence(
                drawn.method, drawn.explained, len(drawn.shown), ready.corpus.info.documents
            )
            + (
                f" Rings mark each stage's first {CANDIDATES}: a click on a stage hides it."
                if stages
                else " Type a query above, and its candidates light up by stage."
            )
        )
    )
    spots = corpus_figures.spots(ready.corpus, drawn, list(ranks), chosen.query)
    embedding_map(
        drawn.points,
        spots.labels,
        [MapPoint(x, y, label, ranks[doc_id]) for doc_id, (x, y, label) in spots.documents.items()],
        stages,
        spots.query,
        dark=choices.is_dark(),
        key="embedding_map",
    )
