"""The names that a link may have: how each is read and checked, and when it need not be written.

A page declares its names in `link_names.py` of its area, beside its widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

BETWEEN = ","  # the values of a list in a link
LONGEST_ID = 500  # characters of an id or a name


@dataclass(frozen=True, slots=True)
class LinkName:
    """A name in a link: how its value is read and written, and the value that is left out.

    `read` raises ValueError for a value that cannot be; `allowed` says in words what can.
    `key` is the widget's in the session, where it isn't the name itself.
    """

    name: str
    read: Callable[[str], Any]
    default: Any
    allowed: str
    key: str = ""
    write: Callable[[Any], str] = str
    chosen_by_page: bool = False  # without a choice the page gives its widget a value
    kept_in_address: bool = False  # the page reads and writes it in the address itself
    written_by_browser: bool = False  # in the address, and the server is not told at once
    begins_entry: bool = False  # Back leads to what it was before
    remark: Callable[[str], str] = lambda _: ""  # what to say of a text that was read
    only_with: tuple[str, Any] | None = None  # the key whose value makes it matter

    @property
    def session_key(self) -> str:
        """Where the session has the value."""
        return self.key or self.name

    def text(self, value: Any) -> str | None:
        """The value as the link says it, None where it is left out."""
        if value is None or value == self.default:
            return None
        return self.write(value)


LinkNames = Mapping[str, tuple[LinkName, ...]]  # by the address of the page


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """A reader of one of these names; raises ValueError for any other."""
    allowed = tuple(names)

    def read(value: str) -> str:
        if value not in allowed:
            raise ValueError(value)
        return value

    return read


def between(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], Any]:
    """A reader of a number within these bounds; raises ValueError for any other text."""

    def read(value: str) -> Any:
        number = kind(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    return read


def listed(read: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """A reader of such values with commas between them; raises ValueError as `read` does."""

    def read_all(text: str) -> list[Any]:
        return [read(unquote(part)) for part in text.split(",")] if text else []

    return read_all


def as_list(values: Iterable[Any]) -> str:
    """Values as `listed` reads them."""
    return BETWEEN.join(quote(str(value), safe=" :/#") for value in values)


def choice(name: str, values: Mapping[str, Any], default: Any, *, key: str = "") -> LinkName:
    """A choice among values, each by its name in the link."""
    names = {value: each for each, value in values.items()}

    def read(text: str) -> Any:
        return values[one_of(values)(text)]

    return LinkName(
        name,
        read,
        default,
        " or ".join(values),
        key,
        lambda value: names.get(value, ""),
    )


def choices(name: str, values: Mapping[str, Any], default: Any, *, key: str = "") -> LinkName:
    """Some of these values, each by its name in the link."""
    names = {value: each for each, value in values.items()}
    read_one = one_of(values)
    return LinkName(
        name,
        listed(lambda text: values[read_one(text)]),
        default,
        f"some of {', '.join(values)}, with commas between them",
        key,
        lambda chosen: as_list(names[value] for value in chosen if value in names),
    )


def switch(name: str, *, default: bool = False, key: str = "") -> LinkName:
    """A switch, "1" for on."""
    return choice(name, {"0": False, "1": True}, default, key=key)


def number(
    name: str,
    low: float,
    high: float,
    default: float | None,
    *,
    kind: type[int] | type[float] = int,
    key: str = "",
) -> LinkName:
    """A number within bounds."""
    return LinkName(name, between(low, high, kind), default, f"{low:,} to {high:,}", key)


def text(name: str, longest: int, *, default: str = "", key: str = "") -> LinkName:
    """Any text up to a length."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(value)
        return value

    return LinkName(name, read, default, f"a text of at most {longest:,} characters", key)


def identifier(name: str, allowed: str, *, key: str = "", chosen_by_page: bool = False) -> LinkName:
    """The id or name of something that the page looks up and may not find."""
    read = text(name, LONGEST_ID).read
    return LinkName(name, read, None, allowed, key, chosen_by_page=chosen_by_page)
