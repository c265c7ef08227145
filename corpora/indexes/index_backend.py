"""What serves a corpus: this process, or Milvus from a size on; kept beside the library.

The file holds a number of documents, a cluster's address and what was chosen for single
corpora, and never a token. The environment goes before the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from corpora.indexes.milvus_client import MilvusAddress
from corpora.readers.input_errors import from_system, shown
from engine.types import CorpusInfo, CrossExamError
from system.json_version import is_version
from system.storage import cache_folder, locked_file, write_text_atomically

IndexBackend = Literal["local", "milvus"]
INDEX_BACKENDS: tuple[IndexBackend, ...] = ("local", "milvus")
FROM, URI, TOKEN = "CROSSEXAM_MILVUS_FROM", "CROSSEXAM_MILVUS_URI", "CROSSEXAM_MILVUS_TOKEN"
DEFAULT_FROM = 200_000
VERSION = 1


@dataclass(frozen=True, slots=True)
class IndexBackendSettings:
    """Milvus serves corpora of `milvus_from` documents and more, or by `chosen` (fingerprint).

    `address` is a cluster's; without one each corpus gets a file of Milvus Lite.
    """

    milvus_from: int = DEFAULT_FROM
    address: str = ""
    chosen: Mapping[str, IndexBackend] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.milvus_from < 1:
            raise CrossExamError(
                f"Milvus from {self.milvus_from} documents on: give a number of at least 1"
            )
        if self.address:
            MilvusAddress.of_cluster(self.address)

    def choosing(self, fingerprint: str, backend: IndexBackend | None) -> IndexBackendSettings:
        """The settings with this corpus served so, whatever its size; None: by its size."""
        others = {of: name for of, name in self.chosen.items() if of != fingerprint}
        return replace(self, chosen=others if backend is None else {**others, fingerprint: backend})


@dataclass(frozen=True, slots=True)
class IndexBackendSelection:
    """What serves a corpus, why, and at which address a cluster is ("" for none)."""

    backend: IndexBackend
    reason: str
    address: str = ""


def settings_file() -> Path:
    """Where the settings are kept."""
    return cache_folder() / "engine.json"  # its name since the first version


def read_settings(*, environment: bool = True) -> IndexBackendSettings:
    """What is kept, with what the environment says before it; the defaults where nothing is.

    A file that cannot be read is an error: serving a corpus otherwise than chosen would hide it.
    """
    path = settings_file()
    try:
        settings = _parsed(path.read_text("utf-8"))
    except FileNotFoundError:
        settings = IndexBackendSettings()
    except OSError as error:
        raise from_system(path, error, "make it readable, or delete it") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CrossExamError(f"{path} is damaged ({error}): delete it to begin anew") from error
    if not environment:
        return settings
    from_env, uri = os.environ.get(FROM, "").strip(), os.environ.get(URI, "").strip()
    if from_env:
        settings = replace(settings, milvus_from=_number(from_env))
    return replace(settings, address=uri) if uri else settings


def change_settings(change: Callable[[IndexBackendSettings], IndexBackendSettings]) -> None:
    """Keep what `change` makes of the kept settings, whole, while no other process changes them."""
    path = settings_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked_file(path):
            values = {"version": VERSION, **asdict(change(read_settings(environment=False)))}
            write_text_atomically(path, json.dumps(values, indent=1) + "\n")
    except OSError as error:
        remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
        raise from_system(path, error, remedy) from error


def fixed_by_environment() -> tuple[str, ...]:
    """The variables that are set and go before the file."""
    return tuple(name for name in (FROM, URI) if os.environ.get(name, "").strip())


def select_index_backend(info: CorpusInfo, settings: IndexBackendSettings) -> IndexBackendSelection:
    """What serves this corpus, and why."""
    chosen = settings.chosen.get(info.fingerprint)
    if chosen is not None:
        return IndexBackendSelection(chosen, "chosen for this corpus", settings.address)
    by_size: IndexBackend = "milvus" if info.documents >= settings.milvus_from else "local"
    return IndexBackendSelection(
        by_size,
        f"{info.documents:,} documents, and Milvus serves from {settings.milvus_from:,} on",
        settings.address,
    )


def _number(text: str) -> int:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise CrossExamError(f"{FROM} is {shown(text)}: give a number of documents") from None


def _parsed(text: str) -> IndexBackendSettings:
    values = json.loads(text)
    if not is_version(values["version"], VERSION):
        raise ValueError(f"version {values['version']}")
    chosen = {str(of): name for of, name in values["chosen"].items()}
    if not all(name in INDEX_BACKENDS for name in chosen.values()):
        raise ValueError("no index backend of that name")
    if type(values["milvus_from"]) is not int or not isinstance(values["address"], str):
        raise TypeError("a value of another kind")
    return IndexBackendSettings(values["milvus_from"], values["address"], chosen)
