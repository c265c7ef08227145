"""What the links of the pages that explain can name."""

from __future__ import annotations

from dataclasses import replace

from engine.share.edit_text import read_sides
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
SWAP_BUDGETS = (100, 200, 400, 800)


def _method(name: str, explains: str, about: Subject, key: str) -> LinkName:
    usual = methods_of(explains, about)

    def read(value: str) -> str:
        return one_of(methods_of(explains, about))(value)

    return LinkName(name, read, usual[0], " or ".join(usual), key)


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
        ("own_query", url_state.LONGEST_QUERY, "python snake", "own_query"),
        ("own_doc", LONGEST_TEXT, "Ball python care guide", "own_first"),
        ("own_doc2", LONGEST_TEXT, "Python programming tutorial", "own_second"),
    )
)
PAIR = (DOCUMENT, SECOND, MODEL, TEXTS, *OWN_TEXTS)
ATTENTION = (
    LAYER,
    HEAD,
    switch("pieces"),
    switch("specials"),
    choice("direction", {each: each for each in ("query_to_doc", "doc_to_query")}, "query_to_doc"),
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
LATE_MODEL = identifier("late", "the name of a late-interaction model", key="late_model")

EXPLAIN_LINKS = {
    "inside": (*PAIR, INSIDE_ENCODER),
    "attention": (*PAIR, *ATTENTION),
    "explain": (*PAIR, *EXPLAIN),
    "what-if": (DOCUMENT, *WHAT_IF),
    "truncation": (DOCUMENT, *TRUNCATION),
    "maxsim": (DOCUMENT, SECOND, TEXTS, *OWN_TEXTS, LATE_MODEL),
}
