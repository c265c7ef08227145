"""What the visitor chose: the shared query bar's keys, in the session and in the URL.

The URL carries stable names (`first=bm25`), not the words on screen. It is read once,
when a session opens, and checked; afterwards it is written from the widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.search.settings import Settings
from engine.types import CrossExamError, Query
from engine.types.registries.search_parameters import PARAMETERS
from state.search import additional_rankers as rerankers

QUERY, CORPUS = "q", "corpus"
DOCUMENT, SECOND, LAYER, HEAD = "doc", "doc2", "layer", "head"
EXPLAINED = "explained_model"
KEPT = (DOCUMENT, SECOND, LAYER, HEAD, EXPLAINED)  # widgets of several pages, or set from afar
LAB, STAGE = "lab", "stage"
LAB_SECTIONS = ("search", "depth", "batches", "scale", "ann", "energy")
LONGEST_QUERY = 4000
MOST_EXAMPLES = 24
_NEXT = "_next_choices"
_OPENED = "_opened_card"
_READ = "_url_was_read"
_KEPT, _PICKED_FOR = "_kept_choices", "_documents_picked_for"
_COMPLAINTS, _COMPLAINED_AT = "_url_complaints", "_url_complained_at"


@dataclass(frozen=True, slots=True)
class UrlName:
    """A name in the URL: how its value is read, and the value that need not be written.

    `read` raises ValueError for a value that cannot be; `allowed` says in words what can.
    """

    read: Callable[[str], Any]
    default: Any
    allowed: str


def _one_of(names: Iterable[str]) -> Callable[[str], str]:
    allowed = tuple(names)

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(value)
        return value

    return read


def _between(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], Any]:
    def read(value: str) -> Any:
        number = kind(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return read


OF_QUERY: Mapping[str, UrlName] = {
    CORPUS: UrlName(str, "senses", "the name of a corpus in the picker"),
    QUERY: UrlName(lambda text: text[:LONGEST_QUERY], "", "any text"),
}
OF_ATTENTION: Mapping[str, UrlName] = {
    DOCUMENT: UrlName(str, None, "the id of a document"),
    SECOND: UrlName(str, None, "the id of a document"),
    LAYER: UrlName(_between(1, 1000, int), None, "a number from 1"),
    HEAD: UrlName(_between(1, 1000, int), None, "a number from 1"),
}
OF_LATENCY: Mapping[str, UrlName] = {
    LAB: UrlName(_one_of(LAB_SECTIONS), LAB_SECTIONS[0], ", ".join(LAB_SECTIONS)),
}
# Read and written by the page of this address; a lesson's step is by the browser.
OF_PAGE = {"lessons": ("lesson", "step", "lang"), "blind-vote": ("vote",)}
OF_STAGE: Mapping[str, UrlName] = {STAGE: UrlName(_one_of(("0", "1")), "0", "0 or 1")}


@dataclass(frozen=True, slots=True)
class Choices:
    """The shared part of a page: which corpus, which query, which settings."""

    corpus: str
    query: str
    settings: Settings


def shared() -> dict[str, UrlName]:
    """The names that every page's link may have: corpus, query and the search's parameters."""
    settings = {p.key: UrlName(p.read, p.default, p.offered) for p in PARAMETERS}
    return {**OF_QUERY, **settings}


def says_what_to_search(link: Iterable[str]) -> bool:
    """Whether a link's names hold one of those that every search has."""
    return any(name in shared() for name in link)


def begin(corpora: Iterable[str]) -> None:
    """Set up this run's choices; call before any widget is drawn.

    Takes over what the last run asked for and, when the session opens, what the URL
    says; `url_warnings` then tells which of it could not be used.
    """
    if not st.session_state.get(_READ):
        st.session_state[_READ] = True
        url_warnings: list[str] = []
        choice_by_link_name = {**shared(), **OF_LATENCY, **OF_ATTENTION, **OF_STAGE}
        for name, text in st.query_params.items():
            if name not in choice_by_link_name:
                continue
            try:
                value = choice_by_link_name[name].read(text)
                if name == CORPUS:
                    _one_of(corpora)(text)
            except ValueError:
                url_warnings.append(
                    f"The link has {name}={text[:60]!r}, which cannot be: give "
                    f"{choice_by_link_name[name].allowed}. The default is used instead."
                )
            else:
                _take(name, value)
                if name == QUERY and len(text) > LONGEST_QUERY:
                    url_warnings.append(
                        f"The link's query has {len(text):,} characters and was cut after the "
                        f"first {LONGEST_QUERY:,}."
                    )
        st.session_state[_COMPLAINTS] = url_warnings
    for name, value in st.session_state.pop(_NEXT, {}).items():
        _take(name, value)
    for name, value in _kept().items():
        st.session_state[name] = value


def url_warnings() -> list[str]:
    """A sentence for each value in the URL that could not be used, until a choice changes."""
    sentences: list[str] = st.session_state.get(_COMPLAINTS, [])
    if not sentences:
        return []
    now = current()
    if st.session_state.setdefault(_COMPLAINED_AT, now) != now:
        st.session_state[_COMPLAINTS] = []
        return []
    return sentences


def share(address: str, *, attention: bool) -> None:
    """Write the choices of the page at this address into the URL, but those at their default.

    The start page has no search. Which lesson or vote is open, and at which step, stays as it is.
    """
    search = shared() if address else {}
    page_parameters = {
        **(OF_ATTENTION if attention else {}),
        **(OF_LATENCY if address == "latency" else {}),
    }
    link = st.query_params.to_dict()
    link_values = {name: link[name] for name in OF_PAGE.get(address, ()) if name in link}
    for name, parameter in {**search, **page_parameters, **OF_STAGE}.items():
        if (value := st.session_state.get(name)) not in (None, "", parameter.default):
            link_values[name] = str(value)
    if link != link_values:
        st.query_params.from_dict(link_values)


def choose_next(**values: Any) -> None:
    """Have widgets take these values in a new run, which starts at once."""
    set_next(**values)
    st.rerun()


def set_next(**values: Any) -> None:
    """Have widgets take these values in the next run."""
    st.session_state[_NEXT] = {**st.session_state.get(_NEXT, {}), **values}


def card_opened(query: str, stage: str, doc_id: str) -> None:
    """Remember which card of which query was opened last."""
    st.session_state[_OPENED] = (query, stage, doc_id)


def opened_card(query: str) -> tuple[str, str] | None:
    """(stage, document) of the card of this query that was opened last, else None."""
    card = st.session_state.get(_OPENED)
    return (card[1], card[2]) if card and card[0] == query else None


def current() -> Choices:
    """The choices as the widgets hold them; call after the bar is drawn."""
    session = st.session_state
    values = {p.name: p.kind(session.get(p.key, p.default)) for p in PARAMETERS}
    corpus, query = (session.get(name, OF_QUERY[name].default) for name in (CORPUS, QUERY))
    settings = Settings.from_values(values, rerankers=rerankers.chosen())
    return Choices(str(corpus), str(query or "").strip(), settings)


def widget_value(name: str) -> Any:
    """The value that a page's own widget has, or is to have."""
    return st.session_state.get(name)


def keep(name: str) -> None:
    """Remember what a widget of `KEPT` now holds: the widget's `on_change`.

    A widget that was given its value loses it where a page draws it for the first time, so
    these are given theirs anew in each run.
    """
    _kept()[name] = st.session_state.get(name)


def pick_among(
    listed: Sequence[str], exists: Callable[[str], bool], first: str | None = None
) -> list[str]:
    """The ids that were picked and do not exist; call before the pickers are drawn.

    Gives the pickers their documents: the one that was picked; without one `first`, or the
    list's first, in `DOCUMENT` and none in `SECOND`. A new query or corpus, and nothing
    else, drops a pick that its list does not hold.
    """
    now = current()
    place = (now.corpus, now.query)
    is_new = st.session_state.get(_PICKED_FOR, place) != place
    st.session_state[_PICKED_FOR] = place
    missing = []
    for name in (DOCUMENT, SECOND):
        picked = _kept().get(name)
        if picked and picked not in listed and (is_new or not exists(picked)):
            if not is_new:
                missing.append(picked)
            picked = None
        if picked:
            _kept()[name] = st.session_state[name] = picked
        else:
            forget(name)
            if name == DOCUMENT:
                st.session_state[name] = first or listed[0]
    return missing


def begin_with(name: str, value: Any) -> None:
    """Give a page's own widget its first value, where nothing else gave it one."""
    if st.session_state.get(name) is None:
        st.session_state[name] = value


def forget(name: str) -> None:
    """Drop a value that cannot be used, before its widget is drawn."""
    st.session_state.pop(name, None)
    _kept().pop(name, None)


def _take(name: str, value: Any) -> None:
    """Give a widget that is yet to be drawn its value."""
    st.session_state[name] = value
    if name in KEPT:
        _kept()[name] = value
    if name == DOCUMENT:  # picked for whatever query comes with it
        st.session_state.pop(_PICKED_FOR, None)


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    return kept


def examples(queries: Iterable[Query]) -> list[Query]:
    """Queries to offer: one of each tag first, then the others, at most 24."""
    all_queries = list(queries)
    first: dict[str, Query] = {}
    for query in sorted(all_queries, key=lambda q: q.text != "python snake"):
        for tag in query.tags[:1]:
            first.setdefault(tag, query)
    lead = list(dict.fromkeys(first.values()))
    other_queries = [query for query in all_queries if query not in lead]
    return [*lead, *other_queries][:MOST_EXAMPLES]


def is_dark() -> bool:
    """Whether the visitor sees the dark theme."""
    return bool(st.context.theme.type == "dark")


def error_message(error: CrossExamError) -> str:
    """An error as a sentence for the page."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
