"""The search that a link speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.search.settings import Settings
from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.registries.search_parameters import PARAMETERS

CORPUS, QUERY, DOCUMENT = "corpus", "q", "doc"  # names of every link that speaks of a search
USUAL_CORPUS = "senses"


@dataclass(frozen=True, slots=True)
class LinkedSearch:
    """Which corpus, which query, which settings; additional rankers are no part of it."""

    corpus: str
    query: str
    settings: Settings


def linked_search(link: Mapping[str, str]) -> LinkedSearch:
    """The search of these names and values; what the link does not name is at its default.

    Raises CrossExamError for a value that cannot be, and where there is no query.
    """
    query = link.get(QUERY, "").strip()
    if not query:
        raise CrossExamError(f"the link has no query ({QUERY}): search for something first")
    values = {}
    for parameter in PARAMETERS:
        text = link.get(parameter.key)
        if text is None:
            continue
        try:
            values[parameter.name] = parameter.read(text)
        except ValueError:
            raise CrossExamError(
                f"the link has {parameter.key}={shown(text)}: give {parameter.offered}"
            ) from None
    return LinkedSearch(link.get(CORPUS, USUAL_CORPUS), query, Settings.from_values(values))
