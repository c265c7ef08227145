"""One-line errors about input: the place, the value, the remedy."""

from __future__ import annotations

from pathlib import Path

from search.types import CrossExamError


def shown(value: object, limit: int = 60) -> str:
    """The value's repr on one line, cut at `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(names: list[str], limit: int = 12) -> str:
    """Names as "'a', 'b'", the rest of a long list counted, "none" for an empty one."""
    if not names:
        return "none"
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(shown(name, 40) for name in names[:limit]) + more


def in_row(path: Path, line: int, complaint: str) -> CrossExamError:
    """An error that starts with `file:line:`, as editors and terminals link it."""
    return CrossExamError(f"{_on_one_line(path)}:{line}: {complaint}")


def in_file(path: Path, complaint: str) -> CrossExamError:
    """An error about a file or folder as a whole."""
    return CrossExamError(f"{_on_one_line(path)}: {complaint}")


def from_system(path: Path, error: OSError, remedy: str) -> CrossExamError:
    """What the operating system refused, with the remedy."""
    return in_file(path, f"{error.strerror or error}: {remedy}")


def _on_one_line(path: Path) -> str:
    """The path as text; one with line breaks or other controls is escaped."""
    text = str(path)
    return text if text.isprintable() else shown(text, 4096)
