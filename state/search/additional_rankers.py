"""The additional rankers that this visitor chose, and the keys that they typed.

A link names rankers and never keys; what it may choose by itself is said in
`state/share/link_rankers.py`. Keys live in the session's memory alone and are forgotten with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import streamlit as st

from engine.search.searcher import Searcher
from engine.types import Reranker
from engine.types.ranker_names import check_names, parsed
from models.loading import is_own_model
from state.app_resources import workbench
from state.permissions import Act, require

_CHOSEN, _KEYS, _ADDED = "_rerankers", "_reranker_keys", "_added_rerankers"
_RANKS = ("entailment", "relevant", "yes", "positive", "duplicate", "paraphrase")


def chosen() -> tuple[str, ...]:
    """The names of the chosen rankers, in the order in which they were added."""
    names: tuple[str, ...] = st.session_state.get(_CHOSEN, ())
    return names


def add(name: str, key: str = "") -> None:
    """Choose a reranker too; raises CrossExamError when the name cannot be, or are too many."""
    act = act_of(name)
    if act is not None:
        require(act)
    names = tuple(dict.fromkeys((*chosen(), name)))
    check_names(names)
    st.session_state[_CHOSEN] = names
    st.session_state[_ADDED] = {*st.session_state.get(_ADDED, ()), name}
    if key:
        st.session_state[_KEYS] = {**_keys(), name: key}


def was_added(name: str) -> bool:
    """Whether the visitor added this ranker in this session."""
    return name in st.session_state.get(_ADDED, ())


def choose(names: Iterable[str]) -> None:
    """Choose these and no others, each of which may be used without being asked."""
    st.session_state[_CHOSEN] = tuple(names)


def act_of(name: str) -> Act | None:
    """What adding this ranker takes; None for one that is on this machine as the app's own."""
    ranker_name = parsed(name)
    if ranker_name.record.attached:
        return None
    if ranker_name.remote:
        return Act.ADDRESS
    return None if is_own_model(ranker_name.model.partition("#")[0]) else Act.MODEL


def labels(name: str) -> tuple[str, ...]:
    """The labels of a chosen reranker, one of which ranks; () where it has no choice of them."""
    names = workbench().model_setup.labels(name)
    return names if len(names) > 1 else ()


def labelled(name: str) -> str:
    """The name with a label to begin with, where the model has several and none is named."""
    choice = labels(name)
    if not choice or "#" in name:
        return name
    ranking_labels = [label for label in choice if label.lower() in _RANKS]
    return f"{name}#{(ranking_labels or choice)[-1]}"


def relabel(name: str, label: str) -> str:
    """Let another label of a chosen reranker rank; its name from now on."""
    renamed = f"{name.partition('#')[0]}#{label}"
    names = tuple(dict.fromkeys(renamed if other == name else other for other in chosen()))
    st.session_state[_CHOSEN] = names
    return renamed


def remove(name: str) -> None:
    """Choose a reranker no longer, and forget its key."""
    st.session_state[_CHOSEN] = tuple(other for other in chosen() if other != name)
    st.session_state[_KEYS] = {n: key for n, key in _keys().items() if n != name}


def with_keys(searcher: Searcher) -> Searcher:
    """The searcher whose additional rerankers use this visitor's keys."""
    return replace(searcher, find_reranker=finder())


def finder() -> Callable[[str], Reranker]:
    """What loads a reranker with this visitor's key; it may be called in another thread."""
    keys, bench = dict(_keys()), workbench()
    return lambda name: bench.models.reranker(name, key=keys.get(name, ""))


def _keys() -> Mapping[str, str]:
    keys: Mapping[str, str] = st.session_state.get(_KEYS, {})
    return keys
