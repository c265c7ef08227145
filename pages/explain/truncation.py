"""Truncation: what of a document each model never reads, and its score by passages."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.messages import error, notice, plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.token_ruler import RulerWindow, query_sentence, token_ruler, unread_sentence
from components.common.wording import shortened
from components.explain.what_if.wording import logit, rank_change_words
from components.search.headline import headline
from components.search.mini_ranking import mini_ranking
from engine.explain.counterfactual import with_document
from engine.search.passages import PassageScores
from engine.types import CrossExamError
from pages.explain.document_picker import picked_document
from pages.explain.model_picker import default_only
from state import url_state as choices
from state.explain.truncation import (
    budgets,
    most_query_tokens,
    passages,
    title_tokens,
    token_places,
)

LEAST_WINDOW, DEFAULT_WINDOW, STEP = 32, 200, 8
PREVIEW = 90
MAX_P, TOP_TWO = "MaxP: the best window", "Mean of the two best"


def beginning(text: str) -> str:
    """The first words of a window."""
    line = " ".join(text[: 2 * PREVIEW].split())
    return shortened(line, PREVIEW)


choose, suppose = st.columns([2, 1], gap="large")
with choose:
    picked = picked_document(
        "Type a query above. Then see how much of a document each model reads beside it, what is "
        "cut away, and what the cut part would have scored. Queries tagged long-document show it "
        "best: “do bees understand the concept of zero”.",
        cut=True,
    )
default_only()
document, query, text = picked.document, picked.trace.query, picked.document.content
try:
    real = budgets(query, text)
    most = most_query_tokens()
    with suppose:
        length_of_query = st.slider(
            "Suppose the query had so many tokens",
            0,
            most,
            real[0].query_tokens,
            key=f"supposed_{query}",
            help="Only the ruler and the text follow; scores are always those of your query.",
        )
    supposed = length_of_query != real[0].query_tokens
    shown = budgets(query, text, length_of_query) if supposed else real
    headline(("Supposed: " if supposed else "") + unread_sentence(shown))
    st.caption(plain(query_sentence(shown[0], most=most, supposed=supposed)))
    ruler = st.container()

    st.subheader("The remedy: score it by passages", anchor=False)
    st.markdown(
        "Cut the document into overlapping windows that fit, score each with the cross-encoder, "
        "and take the best (MaxP) or the mean of the two best (after Dai & Callan 2019, who put "
        "the title before every passage, so that a passage knows what it is about)."
    )
    on, size, shift, heading = st.columns([1, 1.6, 1.6, 1.3], vertical_alignment="center")
    scoring = on.toggle("Score it", value=True, key="by_passages", persist_state="session")
    titled = heading.toggle(
        "Title before each window",
        value=True,
        key="passage_title",
        persist_state="session",
        disabled=not document.title,
        help=None if document.title else "This document has no title.",
    )
    titled = titled and bool(document.title)
    cross = real[0]
    room = cross.limit - cross.special_tokens - cross.query_tokens
    room -= title_tokens(document.title) if titled else 0
    largest = max(LEAST_WINDOW + STEP, room // STEP * STEP)
    length = size.slider(
        "Window, in tokens",
        LEAST_WINDOW,
        largest,
        min(DEFAULT_WINDOW, largest),
        step=STEP,
        key=f"window_{largest}",
    )
    stride = shift.slider(
        "Stride: a new window every … tokens",
        LEAST_WINDOW // 2,
        length,
        max(LEAST_WINDOW // 2, length // 2),
        step=STEP // 2,
        key=f"stride_{length}",
        help="Half of the window is usual: what one window cuts in two, the next has whole.",
    )
    found: PassageScores | None = None
    if scoring:
        with ruler:
            job = passages(
                picked.ready.searcher, query, document, length=length, stride=stride, titled=titled
            )
            show_until_done(job, key=None)
        if job.error is not None:
            raise job.error
        found = job.value
    windows: list[RulerWindow] = []
    if found is not None:
        firsts = token_places(text, [passage.start for passage in found.passages])
        lasts = token_places(text, [passage.end for passage in found.passages])
        windows = [
            RulerWindow(first, last, passage.start, passage.end, passage.score)
            for passage, first, last in zip(found.passages, firsts, lasts, strict=True)
        ]
    with ruler:
        token_ruler(text, shown, windows=windows, supposed=supposed, key="ruler")
        st.caption(
            "Where the bi-encoder's lane starts later, it is to line the document up: it embeds "
            "the document alone, without the query. BM25 counts every word of it."
        )
    if found is None:
        st.stop()
except CrossExamError as problem:
    error(choices.check(problem))
    st.stop()

by = st.segmented_control(
    "Score of the document",
    [MAX_P, TOP_TWO],
    default=MAX_P,
    required=True,
    key="passage_rule",
    persist_state="session",
    label_visibility="collapsed",
)
score = found.max_p if by == MAX_P else found.top_two
before = picked.ranking
if before.find(document.doc_id) is None:
    before = with_document(before, document.doc_id, found.whole).ranking
after = with_document(before, document.doc_id, score)
moved = after.movements[document.doc_id]
of = len(after.ranking.hits)
place = rank_change_words(moved.before or of, moved.after or of, of)
how = "Cut" if real[0].read_tokens < real[0].doc_tokens else "Read whole"
verdict = f"{how}, it scores {logit(found.whole)}; by passages {logit(score)}: it {place}."
st.markdown(f"#### {plain(verdict)}")
table, listed = st.columns([1.35, 1], gap="large")
with table:
    strongest = max(abs(passage.score) for passage in found.passages) or 1.0
    cut_at = real[0].read_until
    plain_table(
        [
            TableColumn("Window", "tokens of the document"),
            TableColumn("Logit", "of query and window"),
            TableColumn("Begins", "first words"),
        ],
        [
            [
                TableCell(
                    f"{number} · {window.first + 1:,}–{window.last:,}",
                    note=""
                    if window.end <= cut_at
                    else ("truncated" if window.start >= cut_at else "partly truncated"),
                ),
                TableCell(
                    logit(window.score),
                    tag="best" if window.score == found.max_p else "",
                    share=window.score / strongest,
                    signed=True,
                ),
                TableCell("", note=beginning(text[window.start : window.end])),
            ]
            for number, window in enumerate(windows, 1)
        ],
        caption="The windows of the document and their logits",
        key="windows",
    )
with listed:
    top = picked.ready.corpus.store.get(after.ranking.ids(10))
    titles = {each.doc_id: each.title for each in [*top, document]}
    mini_ranking(
        after.ranking,
        titles,
        movements=after.movements,
        chosen=document.doc_id,
        against="the original list",
        key="by_passages_list",
    )
    others = sum(doc_id != document.doc_id for doc_id in picked.trace.truncated)
    st.caption(
        "Only this document is scored by passages. "
        + (
            f"{others:,} other document{'s' if others != 1 else ''} of the list "
            f"{'are' if others != 1 else 'is'} cut too and keep{'s' if others == 1 else ''} "
            "the score of the part that is read."
            if others
            else "Every other document of the list is read whole."
        )
    )
if found.max_p < found.whole:
    notice(
        "By passages it scores lower than when cut: what answers the query was read already, and "
        "a window knows less of what stands around it. Passages are a remedy, not a gain for all."
    )
