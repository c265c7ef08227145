"""What a copied link was made with: corpus, models and index, so that a difference is said.

Short forms, beside the view itself, never in the address bar: only “Copy link” adds them.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engine.types.share.link_names import LinkName, as_list, listed, text
from state import url_state
from state.app_resources import preparations, workbench
from state.corpora.index_backend import served
from state.share import kept_choices

SHORT = 8  # letters of a fingerprint or a revision
LABELS = {
    "corpus": "the documents of the corpus",
    "cross-encoder": "the cross-encoder",
    "bi-encoder": "the bi-encoder",
    "index": "the index backend",
}
_LONGEST = 80
_MADE_WITH, _SHOWN_AT = "_made_with", "_differences_shown_at"


def _read(value: str) -> dict[str, str]:
    versions = {}
    for part in listed(text("", _LONGEST).read)(value):
        label, colon, version = part.partition(":")
        if label not in LABELS or not colon or not version.isprintable():
            raise ValueError(value)
        versions[label] = version
    return versions


def _write(versions: Mapping[str, str]) -> str:
    return as_list(f"{label}:{version}" for label, version in versions.items())


MADE_WITH = LinkName(
    "made",
    _read,
    None,
    "what “Copy link” wrote",
    key="_made_of_link",
    write=_write,
    chosen_by_page=True,
)


def take_from_link() -> None:
    """Remember what the link was made with; it is no choice, and leaves the address."""
    key = MADE_WITH.session_key
    if kept_choices.was_given(key):
        st.session_state[_MADE_WITH] = st.session_state.get(key) or {}
        st.session_state.pop(_SHOWN_AT, None)
    kept_choices.forget(key)


def versions() -> dict[str, str]:
    """Short forms of what the view is made with here; {} while the corpus is not ready."""
    name = url_state.current().corpus
    preparation = preparations().begun(name)
    if preparation is None or preparation.value is None:
        return {}
    models, searcher = workbench().models, preparation.value.searcher
    return {
        "corpus": searcher.corpus.fingerprint[:SHORT],
        "cross-encoder": models.cross_encoder().revision[:SHORT],
        "bi-encoder": models.bi_encoder().revision[:SHORT],
        "index": served(name).backend,
    }


def differences() -> list[str]:
    """A sentence for each thing that the opened link was made with and that is another here.

    Until a choice changes: then it is another view than the link's.
    """
    made_with: dict[str, str] = st.session_state.get(_MADE_WITH, {})
    here = versions() if made_with else {}
    if not here:
        return []
    now = url_state.current()
    if st.session_state.setdefault(_SHOWN_AT, now) != now:
        st.session_state[_MADE_WITH] = {}
        return []
    return [
        f"{LABELS[label].capitalize()} differ{'' if label == 'corpus' else 's'}: the link was made "
        f"with {made_with[label]}, here it is {version}."
        for label, version in here.items()
        if label in made_with and made_with[label] != version
    ]


def for_link() -> str:
    """The versions as a link says them."""
    return _write(versions())
