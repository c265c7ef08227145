"""`pydoc`: the running interpreter's own standard library documentation.

Thousands of real texts that are on every machine: nothing is downloaded.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from corpora.readers.input_errors import from_system
from corpora.readers.reader import read_corpus
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError, Query
from system.storage import atomic_path, cache_folder, sha256_of, write_text_atomically

NAME = "pydoc"
RECIPE = 2
TIME_LIMIT = 120.0
COLLECTOR = Path(__file__).with_name("pydoc_collect.py")
DESCRIPTION = "Docstrings of modules, classes, functions and methods of Python's standard library"
# All that the collecting process gets of the environment: a docstring's signature may show it.
VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
EXAMPLES = (
    "read a file line by line",
    "run a command and capture its output",
    "remove duplicate whitespace and wrap a paragraph",
    "wait for several coroutines at once",
    "copy a whole directory tree",
    "parse a date from a string",
    "count how often each element occurs",
    "make a temporary file that deletes itself",
    "remember the results of expensive calls",
    "find words that are spelled similarly",
    "split a URL into its parts",
    "stop a thread after a delay",
    "pick random elements without repetition",
    "what is the middle value of my data",
)


def open_pydoc() -> Corpus:
    """The corpus from the cache, or built within seconds; it has queries, no judgments."""
    path = _cached_path()
    try:
        corpus = _cached(path) or _build(path)
    except OSError as error:
        remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
        raise from_system(path, error, remedy) from error
    queries = tuple(Query(f"pydoc-{n}", text) for n, text in enumerate(EXAMPLES, start=1))
    version = platform.python_version()
    return replace(
        corpus,
        queries=queries,
        source=f"the standard library of Python {version}",
        description=f"{DESCRIPTION} {version}",
    )


def _cached_path() -> Path:
    file_name = f"{NAME}-{platform.python_version()}-{RECIPE}.jsonl"
    return cache_folder() / "corpora" / file_name


def _sidecar(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _cached(path: Path) -> Corpus | None:
    """The corpus in the cached file, or None unless it has the checksum written with it."""
    try:
        if _sidecar(path).read_text("ascii").strip() != sha256_of(path):
            return None
        return read_corpus(path, NAME)
    except (FileNotFoundError, UnicodeDecodeError, CrossExamError):
        return None


def _build(path: Path) -> Corpus:
    """Collect the docstrings in a process of their own, and store them with a checksum."""
    for earlier in path.parent.glob(f"{NAME}-*"):  # recipe 1 showed some of the environment
        if earlier.suffix in (".jsonl", ".sha256") and earlier.stem.endswith("-1"):
            earlier.unlink(missing_ok=True)
    with atomic_path(path) as temporary:
        _collect(temporary)
    write_text_atomically(_sidecar(path), sha256_of(path) + "\n")
    return read_corpus(path, NAME)


def _collect(out: Path) -> None:
    # -I -S: only the standard library can be imported, and nothing of the user's.
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", str(COLLECTOR), str(out)]
    environment = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    try:
        subprocess.run(
            command,
            check=True,
            cwd=out.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise CrossExamError(
            f"collecting the docstrings took over {TIME_LIMIT:.0f} s: try again, "
            "or choose another corpus"
        ) from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.decode("utf-8", "replace").strip() or "no message").splitlines()[-1]
        raise CrossExamError(
            f"collecting the docstrings failed with exit status {error.returncode} ({last}): "
            f"run {COLLECTOR.name} by hand, or choose another corpus"
        ) from error
