"""Records by name, in the order in which they were registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from engine.types.errors import CrossExamError


class Named(Protocol):
    """A record that a registry can hold."""

    @property
    def name(self) -> str: ...


Record = TypeVar("Record", bound=Named)


class Registry(Generic[Record]):
    """Records of one kind; the built-in ones are registered as any other is.

    Widgets, flags, headings and help come from it when they are drawn, so a record that is
    registered later is in all of them. Safe to read while another thread registers.
    """

    def __init__(self, kind: str, records: Iterable[Record] = ()) -> None:
        self._kind = kind
        self._records: tuple[Record, ...] = ()
        for record in records:
            self.register(record)

    def register(self, record: Record) -> None:
        """Add a record; raises CrossExamError where its name is taken."""
        if record.name in self.names:
            raise CrossExamError(f"{self._kind} {record.name!r} is registered already")
        self._records = (*self._records, record)

    def unregister(self, name: str) -> None:
        """Take the record of this name out; raises CrossExamError where there is none."""
        self.of(name)
        self._records = tuple(record for record in self._records if record.name != name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(record.name for record in self._records)

    def find(self, name: str) -> Record | None:
        """The record of this name, None where there is none."""
        return next((record for record in self._records if record.name == name), None)

    def of(self, name: str) -> Record:
        """The record of this name; raises CrossExamError with the names that there are."""
        record = self.find(name)
        if record is None:
            raise CrossExamError(
                f"no {self._kind} is called {name!r}: choose one of {', '.join(self.names)}"
            )
        return record

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)
