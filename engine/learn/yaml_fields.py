"""The fields of a YAML mapping, each with the line that it stands in.

Only nodes are read, never objects: a file can name no type. What is wrong raises
LessonError with the file, the line, the value and the remedy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml

from engine.types.errors import shown
from engine.types.learn.lessons import LessonError

_WHOLE = re.compile(r"[+-]?[0-9][0-9_,]*")
_NULL = "tag:yaml.org,2002:null"
_DEEPEST = 10  # lists and mappings within one another
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def one_of(names: Iterable[str]) -> str:
    """Names as a remedy: "one of a, b, c"."""
    return f"one of {', '.join(names)}"


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """The name that may have been meant, as the end of a sentence; "" where none is near."""
    choices = {name.casefold().replace("_", "-"): name for name in names}
    near = get_close_matches(word.casefold().replace("_", "-"), list(choices), 1, 0.6)
    return f"; did you mean {choices[near[0]]}?" if near else ""


class Value:
    """A value of a file, with its line, read as what its field wants."""

    def __init__(self, path: Path, offset: int, name: str, node: yaml.Node) -> None:
        self.path = path
        self.name = name
        self._offset = offset
        self._node = node

    @property
    def line(self) -> int:
        return self._offset + int(self._node.start_mark.line)

    def error(self, problem: str) -> LessonError:
        """An error at this value's line."""
        return LessonError(self.path, self.line, f"{self.name}: {problem}")

    def text(self, longest: int = 2000) -> str:
        """The words as written; not empty."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.error("is a list or mapping: give text, in quotes where it holds : or #")
        text = str(self._node.value).strip()
        if not text or self._node.tag == _NULL:
            raise self.error("is empty: give it a text, or take the field out")
        if len(text) > longest:
            raise self.error(f"has {len(text):,} characters: give at most {longest:,}")
        return text

    def key(self) -> str:
        """A name of letters, digits, "-", "_" and "."."""
        word = self.text()
        if not _KEY.fullmatch(word):
            raise self.error(f"{shown(word)} is no name: take letters, digits, -, _ and . alone")
        return word

    def choice(self, names: Sequence[str]) -> str:
        """One of the names."""
        word = self.text()
        if word not in names:
            hint = did_you_mean(word, names)
            raise self.error(f"{shown(word)} is none of {', '.join(names) or 'its values'}{hint}")
        return word

    def whole(self, low: int, high: int) -> int:
        """A whole number within the bounds."""
        word = self.text()
        if not _WHOLE.fullmatch(word):
            raise self.error(f"{shown(word)} is no whole number: give one from {low:,} to {high:,}")
        number = int(word.replace("_", "").replace(",", ""))
        if not low <= number <= high:
            raise self.error(f"{number:,} is out of bounds: give a number from {low:,} to {high:,}")
        return number

    def number(self) -> float:
        """A finite number."""
        word = self.text()
        try:
            number = float(word)
        except ValueError:
            raise self.error(f"{shown(word)} is no number: give one such as 0.5") from None
        if not math.isfinite(number):
            raise self.error(f"{shown(word)} is not finite: give a number such as 0.5")
        return number

    def yes(self) -> bool:
        """True or false."""
        word = self.text().casefold()
        if word not in ("true", "false"):
            raise self.error(f"{shown(word)} is neither true nor false: write one of the two")
        return word == "true"

    def items(self, fewest: int = 1, most: int = 1000) -> list[Value]:
        """The items of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.error("is no list: write [a, b] or one item a line after -")
        count = len(self._node.value)
        if not fewest <= count <= most:
            bounds = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise self.error(f"has {count} items: give {bounds}")
        return [Value(self.path, self._offset, self.name, node) for node in self._node.value]

    def fields(self, allowed: Sequence[str] | None = None) -> Fields:
        """The fields of a mapping; one that is not allowed raises an error, and so does a double.

        Without `allowed` the names are the file's own.
        """
        if not isinstance(self._node, yaml.MappingNode):
            raise self.error("is no mapping: write its fields as name: value")
        values: dict[str, Value] = {}
        for key, node in self._node.value:
            at = Value(self.path, self._offset, self.name, key)
            word = at.key() if allowed is None else at.text()
            if allowed is not None and word not in allowed:
                hint = did_you_mean(word, allowed) or f": take {one_of(allowed)}"
                raise at.error(f"{shown(word)} is no field of it{hint}")
            if word in values:
                raise at.error(f"{word} stands there twice: take one out")
            values[word] = Value(self.path, self._offset, f"{self.name}.{word}", node)
        return Fields(self, values)


class Fields:
    """The values of a mapping by name."""

    def __init__(self, owner: Value, values: dict[str, Value]) -> None:
        self._owner = owner
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    @property
    def line(self) -> int:
        return self._owner.line

    def items(self) -> list[tuple[str, Value]]:
        """Names and values in the file's order."""
        return list(self._values.items())

    def error(self, problem: str) -> LessonError:
        """An error at the line where the mapping begins."""
        return self._owner.error(problem)

    def get(self, name: str) -> Value | None:
        return self._values.get(name)

    def need(self, name: str, remedy: str = "add it") -> Value:
        """The value of a field that must be there."""
        if name not in self._values:
            raise self.error(f"{name} is missing: {remedy}")
        return self._values[name]

    def text(self, name: str, default: str = "", longest: int = 2000) -> str:
        """The text of an optional field."""
        value = self._values.get(name)
        return default if value is None else value.text(longest)


def yaml_value(path: Path, source: str, first_line: int, name: str) -> Value:
    """The YAML source as a value; its first line is `first_line` of the file."""
    try:
        depth = 0
        for event in yaml.parse(source, yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            line = first_line + event.start_mark.line
            if isinstance(event, yaml.AliasEvent):
                raise LessonError(path, line, f"{name}: *{event.anchor} repeats a value: write it")
            if depth > _DEEPEST:
                raise LessonError(path, line, f"{name}: nested too deep: write it flat")
        node = yaml.compose(source, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (min(mark.line, source.count("\n")) if mark else 0)
        problem = " ".join(str(error.problem or error.context).split())
        raise LessonError(
            path, line, f"{name}: not YAML ({problem}): put quotes around text with : # or quotes"
        ) from None
    except yaml.reader.ReaderError as error:
        line = first_line + source.count("\n", 0, error.position)
        raise LessonError(
            path, line, f"{name}: a character that cannot be printed: take it out"
        ) from None
    if node is None:
        raise LessonError(path, first_line, f"{name}: is empty: write its fields as name: value")
    return Value(path, first_line, name, node)
