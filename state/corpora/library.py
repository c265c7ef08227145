"""The corpora in the picker, and the local library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from corpora.importing.normal_form import size_on_disk
from corpora.indexes.embeddings import EmbeddingCache
from corpora.stores.library import LibraryEntry
from jobs.visitor_jobs import Slot
from state.app_resources import preparations, workbench
from state.permissions import Act, require
from state.visitor import visitor_jobs, visitor_work

_PUT_AWAY = "_notes_put_away"


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """A corpus of the library: its entry, its bytes on disk, and which models indexed it.

    `models` are (model, documents, bytes); `size` is None where its files lie elsewhere.
    """

    entry: LibraryEntry
    size: int | None
    models: tuple[tuple[str, int, int], ...]


def corpus_names() -> list[str]:
    """The corpora that can be opened; a remembered path that is gone is left out."""
    return [entry.name for entry in workbench().corpora.entries() if not entry.missing]


def unread_notes() -> tuple[str, ...]:
    """What was damaged of all that is kept, as far as this visitor has not put it away."""
    put_away = st.session_state.get(_PUT_AWAY, frozenset())
    return tuple(text for text in workbench().corpora.warnings if text not in put_away)


def put_notes_away() -> None:
    """Show this visitor no more of these notes."""
    st.session_state[_PUT_AWAY] = frozenset(workbench().corpora.warnings)


def library_items() -> list[LibraryItem]:
    """Every corpus with what it takes on the disk."""
    cache = EmbeddingCache()
    items = []
    for listed_entry in workbench().corpora.entries():
        entry = listed_entry
        if entry.fingerprint is None:
            entry = _as_opened(entry)
        fingerprint = entry.fingerprint
        models = [
            (stored.key.model, stored.documents, stored.size)
            for stored in (cache.of_corpus(fingerprint) if fingerprint else [])
        ]
        size = size_on_disk(Path(entry.folder)) if entry.folder and not entry.missing else None
        items.append(LibraryItem(entry, size, tuple(models)))
    return items


def going_with(name: str) -> str:
    """What else is deleted with a corpus, in words; "" for nothing."""
    return workbench().corpora.going_with(name)


def delete(name: str) -> None:
    """Delete a corpus of one's own, for good, and stop what is measured on its documents."""
    require(Act.DELETE)
    preparations().forget(name)
    fingerprint = workbench().delete_corpus(name)
    if fingerprint is not None:
        visitor_jobs().cancel_of(fingerprint)
    visitor_work().forget(Slot.IMPORT)


def _as_opened(entry: LibraryEntry) -> LibraryEntry:
    """The entry with the statistics of a corpus that is open; opening one to ask would be slow."""
    preparation = preparations().begun(entry.name)
    if preparation is None or preparation.value is None:
        return entry
    info = preparation.value.corpus.info
    return replace(entry, documents=info.documents, fingerprint=info.fingerprint)
