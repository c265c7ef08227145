"""The cache folder and files that are written whole or not at all.

A leaf beside `engine.types`: it imports nothing of ours, so models and corpora
may both use it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

_thread_lock = threading.RLock()


def cache_folder() -> Path:
    """The folder for everything that can be rebuilt.

    CROSSEXAM_CACHE if set, else $XDG_CACHE_HOME/crossexam, else ~/.cache/crossexam.
    """
    chosen = os.environ.get("CROSSEXAM_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "crossexam"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, moved onto it when the block ends well.

    A block that raises, or a process that dies, leaves the old file untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text_atomically(path: Path, text: str) -> None:
    """Write UTF-8 text to `path`, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sync_file(path: Path) -> None:
    """Bring a written file's content to the disk."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk, where the system lets folders be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # a system that does not open folders keeps their names by itself
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Bring everything below a folder to the disk."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sync_file(path)
        elif path.is_dir():
            sync_folder(path)
    sync_folder(folder)


def replace_folder(fresh: Path, target: Path) -> None:
    """Move a folder onto `target`, in place of the one there: on the disk when this returns.

    The old one is moved aside first and goes last, so that one of them is always whole.
    """
    sync_tree(fresh)
    aside: Path | None = None
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
        target.replace(aside / target.name)
    try:
        fresh.replace(target)
    except OSError:
        if aside is not None:
            (aside / target.name).replace(target)
        raise
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    sync_folder(target.parent)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Keep other threads and processes that lock this folder out; the lock ends with the process.

    Where the system has no such locks only the threads of this process are kept out.
    """
    with _thread_lock:
        handle = os.open(folder, os.O_RDONLY) if fcntl is not None else -1
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            if handle >= 0:
                os.close(handle)


def update_json(path: Path, change: Callable[[Any], Any]) -> None:
    """Read a small JSON file, change what it holds and write it: locked, whole, on the disk.

    `change` gets None where there is no file. A file that is no JSON is set aside as .damaged
    first; `change` may raise to leave everything as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked_file(path):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            content = None
        except ValueError:
            path.replace(path.with_name(path.name + ".damaged"))
            content = None
        write_text_atomically(path, json.dumps(change(content), indent=1) + "\n")


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """As `locked_folder`, for one file: by a file beside it, for the file itself is replaced."""
    with _thread_lock, path.with_name(f".{path.name}.lock").open("a") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
