"""The bar that all pages share: corpus, query and the settings of the search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common import stage
from components.common.cut_text import cut_notice, cut_text
from components.common.export.source import say_source
from engine.types import HYBRID
from engine.types.registries.search_parameters import PARAMETERS, Parameter
from engine.types.registries.stage_wording import stage_label

CORPUS_WIDTH = 180  # px
WHOLE, CORPUS, NOTHING = "corpus, query and settings", "the corpus alone", ""


def shared_bar(
    corpora: Sequence[str],
    *,
    parts: str,
    corpus_key: str,
    query_key: str,
    longest_query: int,
    keep: Callable[[], None] | None = None,
    attached: Sequence[str] = (),
    example: str = "",
) -> None:
    """Draw the parts of the bar that this page needs; on stage no more of it than the query.

    `example` is a query of this corpus that the empty field names.
    `attached` are the stages of attached runs, each of which can be the first stage.
    `keep` begins to keep what the page shows for a walkthrough, None where it shows nothing that
    could be kept.
    """
    say_source("")  # until the page says more
    if stage.is_on():
        stage.stage_button()
        if parts == WHOLE:
            _query_field(query_key, longest_query, example)
            cut_notice(query_key, "The query")
    elif parts == CORPUS:
        bar = st.container(horizontal=True, horizontal_alignment="distribute", key="bar")
        with bar:
            _corpus_picker(corpora, corpus_key)
        keep_button(bar, keep)
    elif parts == WHOLE:
        _whole(corpora, corpus_key, query_key, longest_query, keep, attached, example)


def _whole(
    corpora: Sequence[str],
    corpus_key: str,
    query_key: str,
    longest_query: int,
    keep: Callable[[], None] | None,
    attached: Sequence[str],
    example: str,
) -> None:
    """Which corpus, which query, and the settings behind a switch."""
    bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
    with bar:  # what has no room in a narrow window goes on in the next line, and is not cut
        _corpus_picker(corpora, corpus_key)
        _query_field(query_key, longest_query, example)
        st.toggle("Settings", key="settings_open", persist_state="session")
        keep_button(bar, keep)
        stage.stage_button()
    # In the flow of the page, for a panel that floats would cover the ranking that it changes;
    # the style sheet shows it while the switch is on.
    with st.container(border=True, key="settings_panel"):
        _settings(attached)
    cut_notice(query_key, "The query")


def keep_button(
    place: DeltaGenerator,
    keep: Callable[[], None] | None,
    *,
    among_ways: bool = False,
) -> None:
    """Draw the way to a walkthrough's step; nothing where the page has none.

    A page without the bar draws it `among_ways` of its own, as plain as those are.
    """
    if keep is not None:
        place.button(
            "Add to walkthrough",
            key="keep_step",
            on_click=keep,
            type="tertiary" if among_ways else "secondary",
            help="Keep this view with its figures as a step, to play or send it later (w)",
        )


def _query_field(query_key: str, longest_query: int, example: str) -> None:
    words = "Type a query and press Enter"
    st.text_input(
        "Query",
        key=query_key,
        persist_state="session",
        on_change=cut_text,
        args=(query_key, longest_query),
        placeholder=f"{words}, for example: {example}" if example else words,
        label_visibility="collapsed",
    )


def _corpus_picker(corpora: Sequence[str], key: str) -> None:
    st.selectbox(
        "Corpus",
        corpora,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
        width=CORPUS_WIDTH,
    )


def _settings(attached: Sequence[str]) -> None:
    """A widget for each parameter: of the first stage, of the fusion, of what reranks."""
    first, fusion, reranking = st.columns(3, gap="large")
    columns = {"": first, HYBRID: fusion}
    for parameter in PARAMETERS:
        # through the session, where a link may have set it already
        st.session_state.setdefault(parameter.key, parameter.default)
        if _has_a_say(parameter):
            with columns.get(parameter.stage, reranking):
                _widget(parameter, attached if parameter.or_retriever else ())


def _has_a_say(parameter: Parameter[Any]) -> bool:
    if parameter.only_with is None:
        return True
    other, value = parameter.only_with
    return bool(st.session_state[PARAMETERS.of(other).key] == value)


def _widget(parameter: Parameter[Any], stages: Sequence[str]) -> None:
    """The parameter's widget; `stages` are offered behind its own choices."""
    match parameter.widget:
        case "select":
            st.selectbox(
                parameter.label,
                (*parameter.values, *stages),
                format_func=lambda value: (
                    stage_label(value) if value in stages else parameter.label_of(value)
                ),
                key=parameter.key,
                persist_state="session",
                help=parameter.help or None,
            )
        case "slider":
            st.slider(
                parameter.label,
                parameter.kind(parameter.low),
                parameter.kind(parameter.highest_offered),
                step=parameter.step,
                key=parameter.key,
                persist_state="session",
                help=parameter.help or None,
            )
        case "number":
            st.number_input(
                parameter.label,
                min_value=parameter.kind(parameter.low),
                max_value=parameter.kind(parameter.highest_offered),
                step=parameter.step,
                key=parameter.key,
                persist_state="session",
                help=parameter.help or None,
            )
