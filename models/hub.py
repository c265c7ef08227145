"""Finds a model that is not packaged: in a local folder first, on the hub only when asked."""

from __future__ import annotations

import os
import re
from pathlib import Path

from models.hub_download import downloaded
from search.types import CrossExamError

PROBE_SECONDS = 2.0
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_NEEDED = ("*.json", "*.safetensors", "vocab.txt", "1_Pooling/*")


def folder_of(name: str, *, fetch: bool = False) -> Path:
    """The local folder of a model given as a path or as a hub name.

    A path is used as it is; a hub name is looked up in the local hub cache. Only with
    `fetch` is the network touched, after a probe of the endpoint that takes at most
    2 s, for the hub's own client takes minutes to give up.

    Raises CrossExamError that names the model and says what to do.
    """
    folder = Path(name).expanduser()
    if name.strip() and folder.is_dir():
        return folder
    if not _HUB_NAME.fullmatch(name):
        raise CrossExamError(
            f"no model {name!r} on this machine: give a folder that holds one, or a hub name "
            "such as 'cross-encoder/ms-marco-MiniLM-L-6-v2'"
        )
    own = downloaded(name)
    if own is not None:
        return own
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, OSError, ValueError):
        pass
    if not fetch:
        raise CrossExamError(
            f"the model {name!r} is not on this machine: allow the download with --fetch, or "
            "give the path of a folder that holds it"
        )
    _probe(name)
    try:
        return Path(
            snapshot_download(name, allow_patterns=list(_NEEDED), etag_timeout=PROBE_SECONDS)
        )
    except Exception as error:
        raise CrossExamError(
            f"the model {name!r} could not be downloaded ({type(error).__name__}: "
            f"{str(error).splitlines()[0]}); give the path of a folder that holds it instead"
        ) from error


def _probe(name: str) -> None:
    import requests

    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    try:
        answer = requests.get(f"{endpoint}/{name}/resolve/main/config.json", timeout=PROBE_SECONDS)
    except requests.RequestException as error:
        raise CrossExamError(
            f"the model {name!r} is not on this machine and the hub {endpoint} does not answer "
            f"({type(error).__name__}): give the path of a folder that holds the model"
        ) from error
    if answer.status_code >= 400:
        raise CrossExamError(
            f"the hub {endpoint} has no model {name!r} for you (HTTP {answer.status_code}): check "
            "the name, or give the path of a folder that holds the model"
        )
