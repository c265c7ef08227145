"""What the commands say of themselves: their version, and what a mistyped option may mean."""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import NoReturn

from corpora.readers.input_errors import did_you_mean
from engine.types import CrossExamError

FAILED = 2
STDIN = "-"
UNKNOWN = re.compile(r"unrecognized arguments: (\S+)")
CHOICE = re.compile(r"invalid choice: '([^']*)'")
LONGEST_TEXT = 1_000_000
PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def version() -> str:
    """The version of the project, as its pyproject.toml says."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    return str(project["project"]["version"])


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and what may have been meant."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message}{self._meant(message)}\n")

    def _meant(self, message: str) -> str:
        unknown = UNKNOWN.search(message)
        if unknown is not None:
            return did_you_mean(unknown[1].partition("=")[0], self._options())
        choice = CHOICE.search(message)
        if choice is not None:
            names = [str(c) for action in self._actions for c in action.choices or ()]
            return did_you_mean(choice[1], names)
        return ""

    def _options(self) -> list[str]:
        """The long options of the command that was given, of all commands without one."""
        commands = [a.choices for a in self._actions if isinstance(a, argparse._SubParsersAction)]
        every = {name: made for choices in commands for name, made in choices.items()}
        given = [made for name, made in every.items() if name in sys.argv] or every.values()
        return sorted(
            {
                option
                for parser in (self, *given)
                for action in parser._actions
                for option in action.option_strings
                if option.startswith("--")
            }
        )


def said(text: str) -> str:
    """The text, or what stands on standard input where it is "-"."""
    if text != STDIN:
        return text
    given = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(given) > LONGEST_TEXT:
        raise CrossExamError("standard input holds over 1 MB: give a shorter text")
    return given.decode("utf-8", "replace").strip()
