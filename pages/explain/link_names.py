"""What the links of the pages that explain can name."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.share.edit_text import read_sides
from engine.share.linked_search import OWN_DOCUMENT, OWN_QUERY, OWN_SECOND, USUAL_TEXTS
from engine.types import BI_ENCODER, CROSS_ENCODER
from engine.types.registries.explanation_methods import (
    ALL_PADDED,
    BASELINES,
    EMPTY_DOCUMENT,
    Subject,
    methods_of,
)
from engine.types.share.link_names import (
    LinkName,
    between,
    choice,
    identifier,
    number,
    one_of,
    switch,
    text,
)
from state import url_state

LONGEST_TEXT = 20_000
FROM_SEARCH, ANY_TEXTS = "From the search", "Any two texts"
CLICK, WRITE = "Click words", "Edit the text"
MAX_P, TOP_TWO = "MaxP: the best window", "Mean of the two best"
_OPENED_LAYER = re.compile(r"(cross|query|beforehand)-[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?")
SWAP_BUDGETS = (100, 200, 400, 800)


def _method(name: str, explains: str, about: Subject, key: str) -> LinkName:
    usual = methods_of(explains, about)

    def read(value: str) -> str:
        return one_of(methods_of(explains, about))(value)

    return LinkName(name, read, usual[0], " or ".join(usual), key)


def opened_layer(value: str) -> str:
    """The layer that is open on Inside, as a link says it; raises ValueError for any other text."""
    if not _OPENED_LAYER.fullmatch(value):
        raise ValueError(value)
    return value


DOCUMENT = identifier(url_state.DOCUMENT, "the id of a document", chosen_by_page=True)
SECOND = identifier(url_state.SECOND, "the id of a document", chosen_by_page=True)
LAYER = LinkName(url_state.LAYER, between(1, 1000, int), None, "a number from 1")
HEAD = LinkName(url_state.HEAD, between(1, 1000, int), None, "a number from 1")
MODEL = replace(
    identifier("explained", "the name of an additional reranker", key=url_state.EXPLAINED),
    default="",
)
TEXTS = choice(
    "texts", {"search": FROM_SEARCH, "own": ANY_TEXTS}, FROM_SEARCH, key="attention_mode"
)
OWN_TEXTS = tuple(
    replace(text(name, longest, default=default, key=key), only_with=("attention_mode", ANY_TEXTS))
    for name, longest, default, key in (
        (OWN_QUERY, url_state.LONGEST_QUERY, USUAL_TEXTS[OWN_QUERY], "own_query"),
        (OWN_DOCUMENT, LONGEST_TEXT, USUAL_TEXTS[OWN_DOCUMENT], "own_first"),
        (OWN_SECOND, LONGEST_TEXT, USUAL_TEXTS[OWN_SECOND], "own_second"),
    )
)
BERTVIZ = switch("bertviz", key="bertviz_on")
PAIR = (DOCUMENT, SECOND, MODEL, TEXTS, *OWN_TEXTS)
ATTENTION = (
    LAYER,
    HEAD,
    switch("pieces"),
    switch("specials"),
    choice("direction", {each: each for each in ("query_to_doc", "doc_to_query")}, "query_to_doc"),
    BERTVIZ,
)
EXPLAIN = (
    choice("explain", {"both": "AB", "a": "A", "b": "B"}, "AB", key="explain_view"),
    _method("method", CROSS_ENCODER, "score", "explain_method"),
    _method("measure", CROSS_ENCODER, "attention", "explain_look"),
    _method("cosine", BI_ENCODER, "score", "explain_cosine"),
    replace(identifier("encoder", "the name of a bi-encoder", key="explain_encoder"), default=""),
    choice("start", {each: each for each in BASELINES}, EMPTY_DOCUMENT, key="ig_baseline"),
    choice("start_both", {each: each for each in BASELINES}, ALL_PADDED, key="pair_baseline"),
)


def _edits(value: str) -> str:
    read_sides(value)
    return value


EDITS = LinkName("edits", _edits, None, "what a link to an edited pair has", key="_edits")
WHAT_IF = (
    EDITS,
    choice("edit_by", {"words": CLICK, "text": WRITE}, CLICK, key="what_if_mode"),
    choice("budget", {str(each): each for each in SWAP_BUDGETS}, 400, key="swap_budget"),
)
WINDOW = number("window", 1, 100_000, None, key="_window")
STRIDE = number("stride", 1, 100_000, None, key="_stride")
SUPPOSED = number("supposed", 0, 100_000, None, key="_supposed")
TRUNCATION = (
    switch("by_passages", default=True),
    switch("passage_title", default=True),
    choice("passage_rule", {"max": MAX_P, "two": TOP_TWO}, MAX_P),
    WINDOW,
    STRIDE,
    SUPPOSED,
)
INSIDE_ENCODER = replace(
    identifier("left", "the name of a bi-encoder", key="inside_encoder"), default=""
)


def _written_by_browser(name: LinkName) -> LinkName:
    return replace(name, kept_in_address=True, written_by_browser=True)


INSIDE_STATE = (
    _written_by_browser(number("pass_step", 1, 1000, None)),
    _written_by_browser(number("pictured", 1, 100, None)),
    _written_by_browser(
        LinkName(
            "opened_layer",
            opened_layer,
            None,
            "cross, query or beforehand, then a layer and perhaps a head, as in cross-9-3",
        )
    ),
)
LATE_MODEL = identifier("late", "the name of a late-interaction model", key="late_model")

EXPLAIN_LINKS = {
    "inside": (*PAIR, INSIDE_ENCODER, *INSIDE_STATE),
    "attention": (*PAIR, *ATTENTION),
    "explain": (*PAIR, *EXPLAIN),
    "what-if": (DOCUMENT, *WHAT_IF),
    "truncation": (DOCUMENT, *TRUNCATION),
    "maxsim": (DOCUMENT, SECOND, TEXTS, *OWN_TEXTS, LATE_MODEL),
}
