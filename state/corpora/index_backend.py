"""Which index backend serves a corpus, as the Corpora page shows and changes it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from corpora.indexes.index_backend import (
    TOKEN,
    IndexBackend,
    IndexBackendSettings,
    fixed_by_environment,
    read_settings,
    select_index_backend,
)
from engine.types import CorpusInfo, CrossExamError
from jobs.job import Job
from state.app_resources import LoadedCorpus, preparations, prepare, workbench
from state.corpora.library import corpus_names
from state.permissions import Act, require

MOST_FROM = 10_000_000_000
TOKEN_VARIABLE = TOKEN
_MESSAGE = "_index_backend_message"


@dataclass(frozen=True, slots=True)
class IndexBackendInUse:
    """How a corpus is served: by which index backend, why, and what was chosen for it.

    `address` is a cluster's, "" for a file; `backend` is "local" or "milvus", `chosen`
    "local", "milvus" or "size"; `embeddings` says whether they are kept in the cache too.
    """

    backend: str
    reason: str
    address: str
    chosen: str
    documents: int


def served(name: str) -> IndexBackendInUse:
    """How a corpus is served; one that the library does not know yet is opened to be counted."""
    info = _info(name)
    settings = read_settings()
    selection = select_index_backend(info, settings)
    chosen = settings.chosen.get(info.fingerprint, "size")
    return IndexBackendInUse(
        selection.backend, selection.reason, selection.address, chosen, info.documents
    )


def settings() -> IndexBackendSettings:
    """From which size on Milvus serves, and at which address."""
    return read_settings()


def fixed() -> tuple[str, ...]:
    """The variables of the environment that go before what is kept here."""
    return fixed_by_environment()


def choose(name: str, choice: str) -> None:
    """Serve a corpus by "local", "milvus" or by its "size" from now on; begin at once."""
    require(Act.INDEX_BACKEND)
    served_before = _served_by()
    backends: dict[str, IndexBackend] = {"local": "local", "milvus": "milvus"}
    workbench().index_backends.choose(workbench().corpora.open(name), backends.get(choice))
    _forget_changed(served_before)
    prepare(name)


def keep(milvus_from: int, address: str, token: str) -> None:
    """Keep the size and the address; the token until the app ends, and nowhere on a disk.

    Raises CrossExamError where a new address does not answer: it is not kept.
    """
    require(Act.INDEX_BACKEND)
    served_before = _served_by()
    IndexBackendSettings(milvus_from, address.strip())
    if address.strip() != read_settings(environment=False).address:
        require(Act.ADDRESS)
    workbench().index_backends.change(milvus_from=milvus_from, address=address, token=token)
    _forget_changed(served_before)
    place_phrase = address.strip() or "files of this machine"
    set_message(
        f"Kept: Milvus serves corpora of {milvus_from:,} documents and more, in {place_phrase}."
    )


def check(address: str, token: str) -> None:
    """Ask what answers at an address; the outcome, good or bad, is the message."""
    try:
        require(Act.ADDRESS)
        server = workbench().index_backends.milvus.check(address, token)
    except CrossExamError as problem:
        set_message(str(problem), failed=True)
    else:
        set_message(f"{server} answers, and lets this app in.")


def set_message(text: str, *, failed: bool = False) -> None:
    """Have the page say this until something else is to be said."""
    st.session_state[_MESSAGE] = (text, failed)


def message() -> tuple[str, bool] | None:
    """What is to be said, and whether something failed."""
    kept: tuple[str, bool] | None = st.session_state.get(_MESSAGE)
    return kept


def at_work(name: str) -> Job[LoadedCorpus] | None:
    """The preparation of a corpus that this page started or joined in, None where nobody did."""
    return preparations().begun(name)


def _info(name: str) -> CorpusInfo:
    """What the library or an open corpus tells, without opening it where that is enough."""
    for entry in workbench().corpora.entries():
        if entry.name == name and entry.documents is not None and entry.fingerprint is not None:
            return CorpusInfo(name, entry.documents, entry.fingerprint)
    return workbench().corpora.open(name).info


def _served_by() -> dict[str, tuple[str, str]]:
    """Index backend and address of every corpus that is open, or is being opened."""
    names = [name for name in corpus_names() if preparations().begun(name) is not None]
    return {name: (use.backend, use.address) for name in names for use in [served(name)]}


def _forget_changed(served_before: dict[str, tuple[str, str]]) -> None:
    """Have what another index backend serves now opened anew when it is next asked for."""
    for name, backend_and_address in served_before.items():
        now = served(name)
        if (now.backend, now.address) != backend_and_address:
            preparations().forget(name)
