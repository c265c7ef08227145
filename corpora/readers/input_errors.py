"""One-line errors about input: the place, the value, the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from engine.types import CrossExamError
from engine.types.errors import shown as shown

MOST_COMPARED = 20_000
CLOSE = 0.6  # of 1, difflib's measure


class InputError(CrossExamError):
    """Something wrong in a file; `line` is None where it is about the whole of it.

    `one_row` says that the other rows could be kept without it.
    """

    one_row = False

    def __init__(self, path: Path, line: int | None, error_message: str) -> None:
        place = _on_one_line(path) if line is None else f"{_on_one_line(path)}:{line}"
        super().__init__(f"{place}: {error_message}")
        self.path = path
        self.line = line
        self.error_message = error_message

    def moved(self, here: Path, there: Path) -> InputError:
        """The same error, with `there` in place of the folder `here` that its path lies in."""
        if not self.path.is_relative_to(here):
            return self
        moved = InputError(there / self.path.relative_to(here), self.line, self.error_message)
        moved.one_row = self.one_row
        return moved


def listed(names: list[str], limit: int = 12) -> str:
    """Names as "'a', 'b'", the rest of a long list counted, "none" for an empty one."""
    if not names:
        return "none"
    more_phrase = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(shown(name, 40) for name in names[:limit]) + more_phrase


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """What may have been meant by a word that is none of the names, as the end of a sentence.

    Of very many names only those that are the same but for case and blanks are looked for.
    """
    choices = list(names)
    folded = _folded(word)
    alike = [name for name in choices if _folded(name) == folded]
    if not alike and len(choices) <= MOST_COMPARED:
        alike = get_close_matches(word, choices, 3, CLOSE)
    return f"; did you mean {' or '.join(shown(name) for name in alike[:3])}?" if alike else ""


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def in_row(path: Path, line: int, error_message: str) -> InputError:
    """An error that starts with `file:line:`, as editors and terminals link it."""
    return InputError(path, line, error_message)


def in_file(path: Path, error_message: str) -> InputError:
    """An error about a file or folder as a whole."""
    return InputError(path, None, error_message)


def from_system(path: Path, error: OSError, remedy: str) -> InputError:
    """What the operating system refused, with the remedy."""
    return in_file(path, f"{error.strerror or error}: {remedy}")


def bytes_in_words(number: int) -> str:
    """A size as people write it: 812 bytes, 1.5 kB, 300 MB."""
    if number < 1000:
        return f"{number} bytes"
    size = float(number)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5 or unit == "GB":
            return f"{size:.1f} {unit}" if size < 9.95 else f"{size:,.0f} {unit}"
    raise AssertionError(number)


def _on_one_line(path: Path) -> str:
    """The path as text; one with line breaks or other controls is escaped."""
    text = str(path)
    return text if text.isprintable() else shown(text, 4096)
