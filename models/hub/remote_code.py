"""Python code that a model brings with it: what it is, and whether its user allowed it to run.

A model whose config.json has an `auto_map` runs its own files with the rights of this process.
That is off. A consent is given for one model by its exact name and for exactly these files, by
their checksums; it is kept in the cache folder, and lapses when a file changes, comes or goes.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.types import CrossExamError
from models.cross_encoders.pair_recipe import read_json
from system.storage import cache_folder, update_json

CODE = re.compile(r"[\w-][\w.-]*\.py")
RECORD = "trusted_code.json"


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One Python file: `git` is the hub's checksum of it (a blob's SHA-1).

    `sha256` is "" while the file is still on the hub.
    """

    path: str
    size: int
    git: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class CodeNeed:
    """What a model would run: its files, from where, and the revision where there is one."""

    name: str
    files: tuple[CodeFile, ...]
    source: str
    revision: str = ""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def needs_code(folder: Path) -> bool:
    """Whether a model's config names code of its own."""
    return bool(read_json(folder / "config.json").get("auto_map"))


def code_need(name: str, folder: Path) -> CodeNeed | None:
    """What the model in that folder would run, None where it needs no code of its own."""
    if not needs_code(folder):
        return None
    files = [
        _read(path, path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*.py"))
    ]
    revision = str(read_json(folder / "download.json").get("revision") or "")
    return CodeNeed(name, tuple(files), str(folder), revision)


def text_of(need: CodeNeed, file: CodeFile) -> str:
    """What a file that is here says; "" where it is gone or is no longer the one described."""
    try:
        data = (Path(need.source) / file.path).read_bytes()
    except OSError:
        return ""
    return data.decode("utf-8", "replace") if git_blob(data) == file.git else ""


def is_allowed(need: CodeNeed) -> bool:
    """Whether the user allowed exactly these files of exactly this model to run."""
    consent = _records().get(need.name)
    if not isinstance(consent, dict) or not isinstance(consent.get("files"), list):
        return False
    allowed_rows = {row.get("path"): row for row in consent["files"] if isinstance(row, dict)}
    if not need.files or set(allowed_rows) != {file.path for file in need.files}:
        return False
    for file in need.files:
        row = allowed_rows[file.path]
        checksum_pairs = [(row.get("git"), file.git), (row.get("sha256"), file.sha256)]
        comparable_pairs = [(old, new) for old, new in checksum_pairs if old and new]
        if row.get("size") != file.size or not comparable_pairs:
            return False
        if any(old != new for old, new in comparable_pairs):
            return False
    return True


def was_allowed(name: str) -> str:
    """The day on which code of this model was allowed, changed since or not; "" for never."""
    consent = _records().get(name)
    return str(consent.get("allowed") or "") if isinstance(consent, dict) else ""


def allow(need: CodeNeed) -> None:
    """Keep the user's consent to run these files of this model."""
    if not need.files:
        raise CrossExamError(
            f"{need.name} names code of its own but its folder has no .py file: download the whole "
            "model, code included"
        )
    record = {
        "revision": need.revision,
        "source": need.source,
        "allowed": time.strftime("%Y-%m-%d"),
        "files": [asdict(file) for file in need.files],
    }
    _keep(need.name, record)


def withdraw(name: str) -> None:
    """Forget the consent."""
    _keep(name, None)


def check_allowed(name: str, folder: Path) -> None:
    """Raise CrossExamError where a model needs code that its user has not allowed."""
    need = code_need(name, folder)
    if need is None:
        return
    elsewhere = foreign_code(folder)
    if elsewhere:
        raise CrossExamError(
            f"{name} needs Python code of another repository ({elsewhere}), which is not fetched: "
            "put its .py files into the model's folder and name them in config.json's auto_map, or "
            "serve the model with vLLM or Text Embeddings Inference and give that server's address"
        )
    if is_allowed(need):
        return
    files = ", ".join(file.path for file in need.files) or "none of whose files is here"
    changed = "its code changed since you allowed it; " if was_allowed(name) else ""
    raise CrossExamError(
        f"{name} needs Python code of its own, which is not run unless you allow it ({changed}"
        f"{files}): read it and allow it on the Models page, or give --trust-remote-code "
        f"{name!r}; or serve it with vLLM or Text Embeddings Inference and give that server's "
        "address"
    )


def foreign_code(folder: Path) -> str:
    """The repositories of a config's auto_map that are not the folder itself; "" for none."""
    mapped = read_json(folder / "config.json").get("auto_map")
    values: list[Any] = list(mapped.values()) if isinstance(mapped, dict) else [mapped]
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    return ", ".join(sorted({str(v).partition("--")[0] for v in flat if "--" in str(v)}))


def git_blob(data: bytes) -> str:
    """git's checksum of a file, which the hub tells before the file is fetched."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _read(path: Path, name: str) -> CodeFile:
    data = path.read_bytes()
    return CodeFile(name, len(data), git_blob(data), hashlib.sha256(data).hexdigest())


def _record_file() -> Path:
    return cache_folder() / RECORD


def _records() -> dict[str, Any]:
    try:
        records = json.loads(_record_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return records if isinstance(records, dict) else {}


def _keep(name: str, record: dict[str, Any] | None) -> None:
    def changed(content: Any) -> dict[str, Any]:
        records = content if isinstance(content, dict) else {}
        other_records = {key: value for key, value in records.items() if key != name}
        return other_records if record is None else {**other_records, name: record}

    try:
        update_json(_record_file(), changed)
    except OSError as error:
        raise CrossExamError(
            f"the consent cannot be written to {_record_file()} ({error.strerror}): free some "
            "space, or set CROSSEXAM_CACHE to a folder that can be written"
        ) from error
