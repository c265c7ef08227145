"""The statistics of a corpus: its lengths and what is cut, its words, languages and duplicates."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.corpora.facts import CopyRow, duplicates_table, languages_table, terms_chart
from components.corpora.lengths import (
    ModelRoom,
    cut_sentence,
    cut_table,
    lengths_chart,
    unknown_sentence,
)

SHOWN_LANGUAGES = 8


def figures_row(
    *, median: float, longest: int, vocabulary: int, duplicates: int, queries: int, judgments: int
) -> None:
    """Draw the figures of a corpus beside each other; lengths in tokens."""
    figures = (
        ("Median length", f"{median:,.0f} tokens"),
        ("Longest", counted(longest, "token")),
        ("Different terms", f"{vocabulary:,}"),
        ("Near-duplicate pairs", f"{duplicates:,}"),
        ("Queries / judgments", f"{queries:,} / {judgments:,}"),
    )
    for column, (label, value) in zip(st.columns(len(figures), border=True), figures, strict=True):
        column.metric(label, value)


def lengths_view(
    lengths: Sequence[int],
    rooms: Sequence[ModelRoom],
    *,
    query_tokens: int,
    own_query: bool,
    dark: bool,
) -> None:
    """Draw how long the documents are and what each model cuts of them.

    With `own_query` the tokens are those of the visitor's query, else of a supposed one.
    """
    st.markdown("### What is cut")
    st.markdown(plain(cut_sentence(rooms)))
    if unknown := unknown_sentence(rooms):
        notice(unknown)
    query_phrase = "your query" if own_query else "a query"
    st.caption(
        plain(
            f"Lengths are word-pieces of title and text. The cross-encoder reads a document beside "
            f"{query_phrase} of {counted(query_tokens, 'token')}; the bi-encoder reads it alone; "
            "BM25 reads all."
        )
    )
    picture, table = st.columns(2, gap="large")
    with picture:
        lengths_chart(lengths, rooms, dark=dark, key="lengths")
    with table:
        cut_table(rooms, key="cut")


def words_view(
    terms: Sequence[tuple[str, int, int]],
    *,
    n_words: int,
    vocabulary: int,
    once: int,
    documents: int,
    dark: bool,
) -> None:
    """Draw the most frequent terms: (term, occurrences, documents that hold it)."""
    st.markdown("### Words")
    rare = once / vocabulary if vocabulary else 0
    st.caption(
        plain(
            f"{counted(n_words, 'term')}, {vocabulary:,} of them different, as "
            f"BM25 counts them; {rare:.0%} of these occur once. The most frequent are shown "
            "without English stop words."
        )
    )
    terms_chart(terms, documents, dark=dark, key="terms")


def languages_view(languages: Sequence[tuple[str, int]], guessed: int) -> None:
    """Draw in how many of the `guessed` documents each language was guessed."""
    st.markdown("### Languages")
    st.caption(
        plain(
            f"Guessed by py3langid on {counted(guessed, 'document')} with enough letters, at "
            "most a thousand at even distances. Short texts are often guessed wrong."
        )
    )
    if languages:
        languages_table(languages[:SHOWN_LANGUAGES], guessed, key="languages")


def duplicates_view(rows: Sequence[CopyRow], *, total: int) -> None:
    """Draw the pairs that are most alike, of all pairs of near-duplicates."""
    st.markdown("### Near-duplicates")
    if not rows:
        st.markdown("No two documents share four fifths of their runs of three words.")
        return
    st.caption(
        plain(
            f"{counted(total, 'pair shares', 'pairs share')} at least four "
            "fifths of their runs of three words (found by MinHash, then compared exactly)"
            + (f"; the {len(rows)} most alike:" if total > len(rows) else ":")
        )
    )
    duplicates_table(rows, key="twins")
