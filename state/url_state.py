"""What the visitor chose: the shared query bar's keys, in the session and in the link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from engine.search.settings import Settings
from engine.types import CrossExamError, Query
from engine.types.ranker_names import MOST, is_attached
from engine.types.registries.search_parameters import FIRST_STAGE, PARAMETERS
from engine.types.share.link_names import LinkName, LinkNames, one_of
from state.search import additional_rankers as rerankers
from state.search import attached_runs
from state.share import kept_choices, page_link
from state.share.link_rankers import RANKERS_OF_LINK

QUERY, CORPUS = "q", "corpus"
DOCUMENT, SECOND, LAYER, HEAD = "doc", "doc2", "layer", "head"
EXPLAINED = "explained_model"
STAGE = "stage"
LONGEST_QUERY = 4000
MOST_EXAMPLES = 24
_OPENED = "_opened_card"
_PICKED_FOR = "_documents_picked_for"


def _cut_note(text: str) -> str:
    if len(text) <= LONGEST_QUERY:
        return ""
    return (
        f"The link's query has {len(text):,} characters and was cut after the first "
        f"{LONGEST_QUERY:,}."
    )


CORPUS_NAME = LinkName(CORPUS, str, "senses", "the name of a corpus in the picker")
QUERY_TEXT = LinkName(
    QUERY,
    lambda text: text[:LONGEST_QUERY],
    "",
    "any text",
    begins_entry=True,
    remark=_cut_note,
)
STAGE_MODE = LinkName(STAGE, one_of(("0", "1")), "0", "0 or 1")


@dataclass(frozen=True, slots=True)
class Choices:
    """The shared part of a page: which corpus, which query, which settings."""

    corpus: str
    query: str
    settings: Settings


def of_search(corpora: Iterable[str] = ()) -> tuple[LinkName, ...]:
    """The names that every search has: corpus, query, the search's parameters, more rankers."""
    settings = (LinkName(p.key, p.read, p.default, p.offered) for p in PARAMETERS)
    return (replace(CORPUS_NAME, read=one_of(corpora)), QUERY_TEXT, *settings, RANKERS_OF_LINK)


def link_names(
    pages: LinkNames, corpora: Iterable[str], about: Iterable[LinkName] = ()
) -> LinkNames:
    """The names of each page's link: of the search, but for the start page, its own, the stage.

    `about` are what a link says of itself.
    """
    search = of_search(corpora)
    return {
        address: (*(search if address else ()), *own, *about, STAGE_MODE)
        for address, own in pages.items()
    }


def of_entries(pages: LinkNames) -> tuple[str, ...]:
    """The names whose change is an entry for Back, as a new page is."""
    own = (name for names in pages.values() for name in names if name.begins_entry)
    return tuple(dict.fromkeys(name.name for name in own))


def says_what_to_search(link: Iterable[str]) -> bool:
    """Whether a link's names hold one of those that every search has."""
    return any(name.name in link for name in of_search())


def url_warnings() -> list[str]:
    """A sentence for each value in the URL that could not be used, until a choice changes."""
    sentences = page_link.warnings()
    if not sentences:
        return []
    now = current()
    if st.session_state.setdefault(page_link.WARNED_AT, now) != now:
        page_link.put_warnings_away()
        return []
    return sentences


def choose_next(**values: Any) -> None:
    """Have widgets take these values in a new run, which starts at once."""
    set_next(**values)
    st.rerun()


def set_next(**values: Any) -> None:
    """Have widgets take these values in the next run."""
    page_link.set_next(values)


def leave_for(page: str | StreamlitPage) -> NoReturn:
    """Go to another page of the app, from which Back returns to this view."""
    page_link.leave_for(page)


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
    corpus, query = (session.get(name.name, name.default) for name in (CORPUS_NAME, QUERY_TEXT))
    names = rerankers.chosen()
    first = str(values[FIRST_STAGE.name])
    if is_attached(first) and first not in names:  # it is a column, like the others
        names = (first, *names)[:MOST]
    settings = Settings.from_values(values, rerankers=names)
    return Choices(str(corpus), str(query or "").strip(), settings)


def corpus_name() -> str:
    """The chosen corpus; before the bar is drawn too."""
    return str(st.session_state.get(CORPUS_NAME.session_key, CORPUS_NAME.default))


def first_stages() -> list[str]:
    """The attached runs of the chosen corpus, each of which can be the first stage."""
    first_stage = str(st.session_state.get(FIRST_STAGE.key, ""))
    return attached_runs.first_stages(corpus_name(), first_stage)


def widget_value(name: str) -> Any:
    """The value that a page's own widget has, or is to have."""
    return st.session_state.get(name)


def keep(name: str) -> None:
    """Remember what the visitor picked where a page picks by itself: the widget's `on_change`."""
    kept_choices.kept()[name] = st.session_state.get(name)


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
    was_given = kept_choices.was_given(DOCUMENT)  # for whatever query came with it
    is_new = not was_given and st.session_state.get(_PICKED_FOR, place) != place
    st.session_state[_PICKED_FOR] = place
    missing = []
    for name in (DOCUMENT, SECOND):
        picked = kept_choices.kept().get(name)
        if picked and picked not in listed and (is_new or not exists(picked)):
            if not is_new:
                missing.append(picked)
            picked = None
        if picked:
            kept_choices.kept()[name] = st.session_state[name] = picked
        else:
            forget(name)
            if name == DOCUMENT:
                st.session_state[name] = first or listed[0]
    return missing


def begin_with(name: str, value: Any) -> None:
    """Give a page's own widget its first value, where nothing else gave it one."""
    if st.session_state.get(name) is None:
        st.session_state[name] = value


def give_choice(name: LinkName, key: str, options: Sequence[Any], usual: Any) -> None:
    """Give the widget of this key what a link named; call before it is drawn.

    For a widget whose key, options or usual choice change. Where the named one is not offered,
    the usual one is taken, and the page says so.
    """
    value = _given_to(name, key, usual)
    if value is not None and value not in options:
        _not_offered(name, [value])
    if value is None:
        value = st.session_state.get(key, usual)
    if value not in options:
        st.session_state[key] = usual
    elif st.session_state.get(key, usual) != value:
        st.session_state[key] = value


def give_choices(name: LinkName, key: str, options: Sequence[Any], usual: list[Any]) -> None:
    """Give the widget of this key those that a link named and that are offered."""
    values = _given_to(name, key, usual)
    if values is not None:
        st.session_state[key] = [value for value in options if value in values] or usual
        _not_offered(name, [value for value in values if value not in options])


def give_number(name: LinkName, key: str, low: float, high: float, usual: float) -> None:
    """Give the widget of this key the number that a link named, brought within its bounds."""
    value = _given_to(name, key, usual)
    if value is not None:
        st.session_state[key] = min(max(type(usual)(value), low), high)


def give_range(name: LinkName, key: str, low: int, high: int) -> None:
    """Give the slider of this key the two numbers that a link named, within its bounds."""
    value = _given_to(name, key, (low, high))
    if value is not None:
        first, last = (min(max(bound, low), high) for bound in value)
        st.session_state[key] = (first, max(first, last))


def say(name: LinkName, value: Any) -> None:
    """Have the link say this of a name that has no widget; None says nothing."""
    kept_choices.kept()[name.session_key] = st.session_state[name.session_key] = value


def given(name: LinkName) -> tuple[Any] | None:
    """What a link gave just now to a name that has no widget, in a tuple; None where nothing."""
    if not kept_choices.was_given(name.session_key):
        return None
    return (st.session_state.get(name.session_key),)


def _not_offered(name: LinkName, values: Sequence[Any]) -> None:
    """Have the page say which values of a link it has not."""
    for value in values:
        page_link.warn(
            f"The link has {name.name}={str(value)[: page_link.LONGEST_SHOWN]!r}, which is not "
            f"offered here: give {name.allowed}. It is left out."
        )


def _given_to(name: LinkName, key: str, usual: Any) -> Any:
    """What a link gave just now to the name whose widget has this key; None where nothing."""
    kept_choices.stand_in(name.session_key, key, usual)
    if not kept_choices.was_given(name.session_key):
        return None
    value = st.session_state.get(name.session_key)
    if value is None:
        st.session_state[key] = usual
    return value


def forget(name: str) -> None:
    """Drop a value that cannot be used, before its widget is drawn."""
    kept_choices.forget(name)


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
