"""Downloads a model from the hub when a person asked for it: planned beforehand, and resumable.

Only configuration, tokenizer and safetensors files are taken; weights are checked against
the hub's SHA-256. Python files of a model come only once its user allowed exactly these (see
`models.hub.remote_code`), and are checked against git's checksum. A file that broke off goes on
where it stopped.
"""

# huggingface_hub has a dry run and a download too. They stay out, as of 2.4, because: its dry
# run names neither checksums nor the licence; its download begins each file anew after a
# break-off or a cancel, and compares sizes alone; and it could only be called with the whole
# process taken out of the offline mode that `system.telemetry` puts every library in.

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from engine.types import Cancel, Cancelled, CountCallback, CrossExamError
from models.hub.remote_code import CODE, CodeFile, CodeNeed, allow, code_need, git_blob, is_allowed
from system.storage import cache_folder, sync_file, sync_folder, write_text_atomically

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
WANTED = re.compile(r"(1_Pooling/|1_Dense/)?[\w.-]+\.(json|txt|safetensors|metadata)")
MANIFEST = "download.json"
SPARE = 256 * 1024 * 1024  # bytes of disk that a download leaves free
CONNECT, READ = 5.0, 30.0
PART = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a model; `sha256` and `git`, a blob's SHA-1, are "" where the hub gives none."""

    path: str
    size: int
    sha256: str
    git: str = ""


@dataclass(frozen=True, slots=True)
class HubPlan:
    """What a download would bring, before it starts; `code` is not among `files`."""

    name: str
    revision: str
    licence: str
    files: tuple[HubFile, ...]
    present_bytes: int
    free_bytes: int
    code: tuple[HubFile, ...] = ()

    @property
    def need(self) -> CodeNeed | None:
        """The Python files that the model has on the hub, None where it has none."""
        if not self.code:
            return None
        files = tuple(CodeFile(f.path, f.size, f.git, f.sha256) for f in self.code)
        return CodeNeed(self.name, files, f"{_endpoint()}/{self.name}", self.revision)

    @property
    def brings_code(self) -> bool:
        """Whether the Python files are among those that come."""
        return any(CODE.fullmatch(file.path) for file in self.files)

    def with_code(self) -> HubPlan:
        """The plan that brings the Python files too; raises CrossExamError unless allowed."""
        need = self.need
        if need is None:
            return self
        if not is_allowed(need):
            raise CrossExamError(
                f"the Python files of {self.name} are not fetched unless you allow them: do so on "
                f"the Models page, or with --trust-remote-code {self.name!r}"
            )
        files = (*(f for f in self.files if not CODE.fullmatch(f.path)), *self.code)
        folder = hub_folder(self.name)
        present_bytes = sum(_present(folder, file, self.revision) for file in files)
        return replace(self, files=files, present_bytes=present_bytes)

    @property
    def total(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def fits(self) -> bool:
        """Whether the rest of it leaves enough of the disk free."""
        return self.total - self.present_bytes + SPARE <= self.free_bytes


def hub_folder(name: str) -> Path:
    """Where a model of the hub is kept by CrossExam."""
    if not HUB_NAME.fullmatch(name) or ".." in name:
        raise CrossExamError(
            f"{name[:80]!r} is no name on the hub: give one such as 'BAAI/bge-reranker-base'"
        )
    return cache_folder() / "hub" / name.replace("/", "--")


def downloaded(name: str) -> Path | None:
    """The folder of a model that was downloaded whole, else None."""
    if not HUB_NAME.fullmatch(name):
        return None
    folder = hub_folder(name)
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        all_whole = all((folder / file["path"]).stat().st_size == file["size"] for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return folder if all_whole else None


def plan(name: str) -> HubPlan:
    """Size, licence and files of a model as the hub tells them; raises CrossExamError."""
    folder = hub_folder(name)
    answer = _asked(f"{_endpoint()}/api/models/{quote(name)}?blobs=true", name)
    try:
        listing = answer.json()
        revision = str(listing["sha"])
        files = tuple(
            _file(row) for row in listing["siblings"] if WANTED.fullmatch(row["rfilename"])
        )
        code = tuple(_file(row) for row in listing["siblings"] if CODE.fullmatch(row["rfilename"]))
        licence = (listing.get("cardData") or {}).get("license") or "not told"
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CrossExamError(
            f"the hub's answer about {name!r} is not understood ({error!r}): give the path of a "
            "folder that holds the model"
        ) from error
    if any(not file.git for file in code):
        code = ()  # without a checksum nobody could allow exactly these
    if not re.fullmatch(r"[0-9a-f]{7,64}", revision):
        raise CrossExamError(f"the hub gives {name!r} the revision {revision[:40]!r}: try again")
    if not any(file.path.endswith(".safetensors") for file in files):
        raise CrossExamError(
            f"{name!r} has no safetensors on the hub, and pickled weights are never loaded: choose "
            "another model"
        )
    present_bytes = sum(_present(folder, file, revision) for file in files)
    free_bytes = shutil.disk_usage(next(p for p in (folder, *folder.parents) if p.exists())).free
    hub_plan = HubPlan(name, revision, str(licence), files, present_bytes, free_bytes, code)
    need = hub_plan.need
    return hub_plan.with_code() if need is not None and is_allowed(need) else hub_plan


def download(
    hub_plan: HubPlan, *, on_progress: CountCallback | None = None, cancel: Cancel
) -> Path:
    """Bring the files of a plan; the folder when all are there. Raises Cancelled or an error.

    Python files that the plan does not bring are taken out of the folder: they belong to
    another revision.
    """
    if hub_plan.brings_code:
        hub_plan = hub_plan.with_code()  # it may have been withdrawn meanwhile
    if not hub_plan.fits:
        raise CrossExamError(
            f"{hub_plan.name} needs {hub_plan.total - hub_plan.present_bytes:,} bytes and the disk "
            f"has {hub_plan.free_bytes:,} free: free some space, or set CROSSEXAM_CACHE to another "
            "disk"
        )
    folder = hub_folder(hub_plan.name)
    done = 0
    for file in hub_plan.files:
        done += _fetched(hub_plan, file, folder, done, on_progress, cancel)
    kept_names = {file.path for file in hub_plan.files}
    for path in folder.glob("*.py"):
        if path.name not in kept_names:
            path.unlink()
    rows = [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in hub_plan.files]
    manifest = {"name": hub_plan.name, "revision": hub_plan.revision, "files": rows}
    manifest["licence"] = hub_plan.licence
    write_text_atomically(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    need = code_need(hub_plan.name, folder)
    if need is not None and is_allowed(need):
        allow(need)  # now with the SHA-256 of what was allowed
    return folder


def _fetched(
    hub_plan: HubPlan,
    file: HubFile,
    folder: Path,
    bytes_before: int,
    on_progress: CountCallback | None,
    cancel: Cancel,
) -> int:
    """Bring one file, or its rest; returns its size."""
    target = folder / file.path
    part = _part(folder, file, hub_plan.revision)
    if _present(folder, file, hub_plan.revision) == file.size and target.is_file():
        return file.size
    target.parent.mkdir(parents=True, exist_ok=True)
    bytes_here = part.stat().st_size if part.is_file() else 0
    url = f"{_endpoint()}/{quote(hub_plan.name)}/resolve/{hub_plan.revision}/{quote(file.path)}"
    headers = {"Range": f"bytes={bytes_here}-"} if bytes_here else {}
    with _asked(url, hub_plan.name, headers=headers, stream=True) as answer:
        if bytes_here and answer.status_code != 206:  # the server begins anew
            bytes_here = 0
        try:
            with part.open("ab" if bytes_here else "wb") as out:
                for piece in answer.iter_content(PART):
                    if cancel():
                        raise Cancelled(f"the download of {hub_plan.name} was called off")
                    bytes_here += len(piece)
                    if bytes_here > file.size:
                        break
                    out.write(piece)
                    if on_progress is not None:
                        on_progress(bytes_before + bytes_here, hub_plan.total)
        except requests.RequestException as error:
            raise CrossExamError(
                f"the download of {hub_plan.name} broke off in {file.path} at {bytes_here:,} of "
                f"{file.size:,} bytes ({type(error).__name__}): try again, it goes on from there"
            ) from error
    wrong = bool(file.sha256) and _sha256(part) != file.sha256
    if CODE.fullmatch(file.path):
        wrong = wrong or git_blob(part.read_bytes()) != file.git
    if bytes_here != file.size or wrong:
        part.unlink()
        raise CrossExamError(
            f"{hub_plan.name}: {file.path} is not what the hub described ({bytes_here:,} of "
            f"{file.size:,} bytes, or another checksum): try again"
        )
    sync_file(part)
    part.replace(target)
    sync_folder(target.parent)
    return file.size


def _asked(url: str, name: str, **options: Any) -> requests.Response:
    try:
        answer = requests.get(url, timeout=(CONNECT, READ), **options)
    except requests.RequestException as error:
        raise CrossExamError(
            f"the hub {_endpoint()} does not answer ({type(error).__name__}): give the path of a "
            f"folder that holds {name}"
        ) from error
    if answer.status_code >= 400:
        answer.close()
        raise CrossExamError(
            f"the hub {_endpoint()} has no model {name!r} for you (HTTP {answer.status_code}): "
            "check the name, or give the path of a folder that holds the model"
        )
    return answer


def _file(row: dict[str, Any]) -> HubFile:
    stored = row.get("lfs") or {}
    git = "" if stored else str(row.get("blobId") or "")
    return HubFile(str(row["rfilename"]), int(row["size"]), str(stored.get("sha256", "")), git)


def _part(folder: Path, file: HubFile, revision: str) -> Path:
    """The unfinished file; another revision's is another one."""
    return folder / f"{file.path}.{revision[:12]}.part"


def _present(folder: Path, file: HubFile, revision: str) -> int:
    """How many bytes of a file are here."""
    try:
        of_revision = (
            json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["revision"] == revision
        )
    except (OSError, ValueError, KeyError, TypeError):
        of_revision = True  # a first download that was broken off
    target, part = folder / file.path, _part(folder, file, revision)
    if of_revision and target.is_file() and target.stat().st_size == file.size:
        return file.size
    return min(part.stat().st_size, file.size) if part.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
