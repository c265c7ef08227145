"""What a show gives with real models, computed now or recorded before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of a show's table: a document with its text, a point of a curve, or a way."""

    key: str
    title: str = ""
    text: str = ""
    x: float | None = None


@dataclass(frozen=True, slots=True)
class ShowResult:
    """The numbers of a show: `values[column][row key]`; a value that does not exist is left out.

    `order[column]` are the keys best first, for the columns that rank; a search lists its `top`
    there. `models` names what gave each column, `corpora` the fingerprint of each corpus that
    was read, `precision` how the cross-encoder scored.
    """

    show: str
    query: str
    documents: tuple[ResultRow, ...]
    values: Mapping[str, Mapping[str, float]]
    order: Mapping[str, tuple[str, ...]]
    models: Mapping[str, str] = field(default_factory=dict)
    corpora: Mapping[str, str] = field(default_factory=dict)
    precision: str = ""
    seconds: float = 0.0
    notices: tuple[str, ...] = ()
