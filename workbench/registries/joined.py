"""Records with what they do: the one door for what is built in and for what is added."""

from __future__ import annotations

from typing import Generic, TypeVar

from engine.types import CrossExamError
from engine.types.registries.registry import Record, Registry

Function = TypeVar("Function")


class Joined(Generic[Record, Function]):
    """What each record of a registry does, by its name; `registry` holds what the records say.

    A record that is registered here is in its registry too, and so in every form, link, flag,
    help and table that comes from it.
    """

    def __init__(self, registry: Registry[Record]) -> None:
        self._registry = registry
        self._functions: dict[str, Function] = {}

    def register(self, record: Record, function: Function) -> None:
        """Add a record and what it does; raises CrossExamError where its name is taken.

        A record that is in its registry already, as the built-in ones are, gets its function.
        """
        if record.name in self._functions or self._registry.find(record.name) is not record:
            self._registry.register(record)
        self._functions = {**self._functions, record.name: function}

    def unregister(self, name: str) -> None:
        """Take the record of this name out, with what it does."""
        self._registry.unregister(name)
        self._functions = {n: each for n, each in self._functions.items() if n != name}

    def of(self, name: str) -> Function:
        """What the record of this name does; raises CrossExamError where nothing is joined."""
        record = self._registry.of(name)
        function = self._functions.get(record.name)
        if function is None:
            raise CrossExamError(
                f"{record.name!r} says what it is and not what it does: register it with its "
                "function"
            )
        return function

    @property
    def names(self) -> tuple[str, ...]:
        """The records that do something, in the order of their registry."""
        return tuple(name for name in self._registry.names if name in self._functions)
