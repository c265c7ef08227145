"""What the visitor chose: the shared query bar's keys, in the session and in the URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from search.settings import Settings
from search.types import CrossExamError, Query

QUERY, CORPUS, DEPTH, FIRST = "q", "corpus", "depth", "first"
FUSION, RRF_K, HYBRID_WEIGHT, BLEND_WEIGHT = "fusion", "rrf_k", "hybrid_weight", "blend_weight"
DOCUMENT, SECOND = "doc", "doc2"
_NEXT = "_next_choices"
MOST_EXAMPLES = 24


@dataclass(frozen=True, slots=True)
class Choices:
    """The shared part of a page: which corpus, which query, which settings."""

    corpus: str
    query: str
    settings: Settings


def apply_pending() -> None:
    """Set what the last run asked for; call before the widgets of these keys are drawn."""
    for key, value in st.session_state.pop(_NEXT, {}).items():
        st.session_state[key] = value


def choose_next(**values: Any) -> None:
    """Have widgets take these values in a new run, which starts at once."""
    set_next(**values)
    st.rerun()


def set_next(**values: Any) -> None:
    """Have widgets take these values in the next run."""
    st.session_state[_NEXT] = {**st.session_state.get(_NEXT, {}), **values}


def current() -> Choices:
    """The choices as the widgets hold them; call after the bar is drawn."""
    state = st.session_state
    defaults = Settings()
    settings = Settings(
        depth=int(state.get(DEPTH, defaults.depth)),
        first_stage=state.get(FIRST) or defaults.first_stage,
        fusion=state.get(FUSION) or defaults.fusion,
        rrf_k=int(state.get(RRF_K, defaults.rrf_k)),
        hybrid_weight=float(state.get(HYBRID_WEIGHT, defaults.hybrid_weight)),
        blend_weight=float(state.get(BLEND_WEIGHT, defaults.blend_weight)),
    )
    return Choices(str(state.get(CORPUS) or ""), str(state.get(QUERY) or "").strip(), settings)


def examples(queries: Iterable[Query]) -> list[Query]:
    """Queries to offer: one of each tag first, then the others, at most 24."""
    known = list(queries)
    first: dict[str, Query] = {}
    for query in sorted(known, key=lambda q: q.text != "python snake"):
        for tag in query.tags[:1]:
            first.setdefault(tag, query)
    lead = list(dict.fromkeys(first.values()))
    rest = [query for query in known if query not in lead]
    return [*lead, *rest][:MOST_EXAMPLES]


def is_dark() -> bool:
    """Whether the visitor sees the dark theme."""
    return bool(st.context.theme.type == "dark")


def check(error: CrossExamError) -> str:
    """An error as a sentence for the page."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
