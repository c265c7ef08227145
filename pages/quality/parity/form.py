"""Parity, the form: which two, how much, what it takes, and the button."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.quality.run_wording import about_words
from engine.types import FIRST_STAGES
from engine.types.registries.stage_wording import stage_label
from pages.quality.link_names import (
    MOST_PARITY_DEPTH,
    MOST_PARITY_QUERIES,
    MOST_PARITY_REPEATS,
    PARITY_DEPTH,
    PARITY_FROM,
    PARITY_QUERIES,
    PARITY_REPEATS,
)
from pages.quality.parity.side_choice import chosen_sides
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.quality import parity
from state.quality.parity import Asked
from state.quality.price import pair_price


def form(loaded: LoadedCorpus, *, at_work: bool) -> None:
    """What to compare, what that takes, and the button."""
    a, b = chosen_sides(loaded)
    for name in (PARITY_QUERIES, PARITY_DEPTH, PARITY_REPEATS, PARITY_FROM):
        url_state.begin_with(name.session_key, name.default)
    boxes = st.columns([1, 1, 1.2, 1.2, 1.2], vertical_alignment="bottom")
    queries = boxes[0].number_input(
        "Queries", 1, MOST_PARITY_QUERIES, key=PARITY_QUERIES.session_key, help="A sample."
    )
    depth = boxes[1].number_input(
        "Candidates each", 5, MOST_PARITY_DEPTH, key=PARITY_DEPTH.session_key
    )
    first_stage = boxes[2].selectbox(
        "Candidates of",
        FIRST_STAGES,
        format_func=stage_label,
        key=PARITY_FROM.session_key,
        help="Of a saved run: what it scored.",
    )
    repeats = boxes[3].number_input(
        "Repeated calls",
        0,
        MOST_PARITY_REPEATS,
        key=PARITY_REPEATS.session_key,
        help="With the same documents, in the same order and in a shuffled one, for the first "
        "queries: a ranker should agree with itself.",
    )
    asked = Asked(
        loaded.corpus.info.name, a, b, int(queries), int(depth), int(repeats), str(first_stage)
    )
    if refused := refusal(Act.QUALITY_RUN):
        notice(refused)
    elif boxes[4].button(
        "Compare",
        key="compare_rankers",
        type="primary",
        disabled=at_work,
        help="A comparison is at work." if at_work else None,
        width="stretch",
    ):
        parity.start(loaded, asked)
        st.rerun()
    st.caption(plain(_cost(loaded, asked)))


def _cost(loaded: LoadedCorpus, asked: Asked) -> str:
    """How many pairs are scored at most, how long that took last, and where texts are sent."""
    pairs = parity.most_pairs(asked)
    about = about_words(pairs, pair_price(loaded.corpus.info.fingerprint))
    hosts = dict.fromkeys(host for side in (asked.a, asked.b) if (host := parity.host_of(side)))
    sent = "".join(
        f" {counted(asked.queries, 'query', 'queries')} and the texts of their candidates are sent "
        f"to {host}."
        for host in hosts
    )
    return f"At most {counted(pairs, 'pair')} to score{about}.{sent}"
