"""Finds a model that is not packaged: in a local folder first, on the hub only when asked."""

from __future__ import annotations

import os
import re
from pathlib import Path

from engine.types import CrossExamError, Log
from models.hub.hub_download import HubPlan, download, downloaded, plan
from models.hub.remote_code import allow, code_need
from models.trained import trained_folder

PROBE_SECONDS = 2.0
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
TENTHS = 10  # sentences about a download, beside the first


def folder_of(name: str, *, fetch: bool = False, log: Log | None = None) -> Path:
    """The local folder of a model given as a path or as a hub name.

    A path is used as it is; a hub name is looked up in the local hub cache. Only with
    `fetch` is the network touched, after a probe of the endpoint that takes at most
    2 s, and the model is downloaded as `models.hub.hub_download` does: what is there of an
    earlier try is kept. `say` hears of size, licence and progress.

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
    own_folder = trained_folder(name) or downloaded(name)
    if own_folder is not None:
        return own_folder
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
    return brought(plan(name), log or (lambda _: None))


def brought(hub_plan: HubPlan, log: Log) -> Path:
    """The folder of a model whose missing files are downloaded now."""
    licence, left = hub_plan.licence, hub_plan.total - hub_plan.present_bytes
    resumed = (
        f", {_megabytes(hub_plan.present_bytes)} of them are here already"
        if hub_plan.present_bytes
        else ""
    )
    log(f"downloading {hub_plan.name}: {_megabytes(hub_plan.total)}{resumed}; licence: {licence}")
    tenths = 0 if not left else int(TENTHS * hub_plan.present_bytes / hub_plan.total)

    def log_each_tenth(done: int, total: int) -> None:
        nonlocal tenths
        if int(TENTHS * done / max(total, 1)) > tenths:
            tenths = int(TENTHS * done / total)
            log(f"downloading {hub_plan.name}: {_megabytes(done)} of {_megabytes(total)}")

    return download(hub_plan, on_progress=log_each_tenth, cancel=lambda: False)


def trust_code(name: str, *, fetch: bool = False, log: Log | None = None) -> None:
    """Keep the user's consent to run the Python code that a model brings, named by the user.

    With `fetch` the code of a model on the hub comes too. Raises CrossExamError where the
    model needs none, or its files are neither here nor fetched.
    """
    log = log or (lambda _: None)
    none = f"{name} needs no Python code of its own: leave the option out"
    hub_plan: HubPlan | None = None
    try:
        folder = folder_of(name)
    except CrossExamError:
        if not fetch:
            raise
        need = None
    else:
        need = code_need(name, folder)
        if need is None:
            raise CrossExamError(none)
    if need is None or not need.files:
        if not fetch:
            raise CrossExamError(f"the Python code of {name} is not here: add --fetch to bring it")
        _probe(name)
        hub_plan = plan(name)
        need = hub_plan.need
        if need is None:
            raise CrossExamError(none)
    for file in need.files:
        checksum = f"sha256 {file.sha256}" if file.sha256 else f"git {file.git}"
        log(f"you allow {name} to run {file.path} ({file.size:,} bytes, {checksum})")
    allow(need)
    if hub_plan is not None:
        brought(hub_plan.with_code(), log)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


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
