"""What a command is, and the parser that all commands share."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from commands.output import FAILED, terminal_text
from corpora.readers.input_errors import did_you_mean
from system.project_version import project_version

UNKNOWN = re.compile(r"unrecognized arguments: (\S+)")
CHOICE = re.compile(r"invalid choice: '([^']*)'")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its options, what computes its result, and the result as lines of text.

    The result is what --json prints. A result with `failures` (by stage) or an `export_error`
    is printed all the same, and the exit status says so. `status` is the exit status of a result
    without either.
    """

    name: str
    help: str
    run: Callable[[argparse.Namespace], Any]
    lines: Callable[[Any], list[str]]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda _: None
    status: Callable[[Any], int] = lambda _: 0


def parser_of(commands: Sequence[Command], *, description: str) -> argparse.ArgumentParser:
    """A parser of these commands, in their order; `command` of its result is the one chosen."""
    top = Parser(prog="cli.py", description=description)
    top.add_argument("--version", action="version", version=f"CrossExam {project_version()}")
    subparsers = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for command in commands:
        parser = subparsers.add_parser(command.name, help=command.help, description=command.help)
        parser.set_defaults(command=command)
        parser.add_argument("--json", action="store_true", help="print JSON")
        command.add_options(parser)
    return top


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, and what may have been meant."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{terminal_text(f'{self.prog}: {message}{self._meant(message)}')}\n")

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
        parsers = {name: parser for choices in commands for name, parser in choices.items()}
        named_parsers = [parser for name, parser in parsers.items() if name in sys.argv]
        return sorted(
            {
                option
                for parser in (self, *(named_parsers or parsers.values()))
                for action in parser._actions
                for option in action.option_strings
                if option.startswith("--")
            }
        )
