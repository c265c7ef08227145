"""The search that a link speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.search.settings import Settings
from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.registries.search_parameters import PARAMETERS

CORPUS, QUERY, DOCUMENT = "corpus", "q", "doc"  # names of every link that speaks of a search
OWN_QUERY, OWN_DOCUMENT, OWN_SECOND = "own_query", "own_doc", "own_doc2"  # of any two texts
USUAL_CORPUS = "senses"
USUAL_TEXTS = {
    OWN_QUERY: "python snake",
    OWN_DOCUMENT: "Ball python care guide",
    OWN_SECOND: "Python programming tutorial",
}


@dataclass(frozen=True, slots=True)
class LinkedSearch:
    """Which corpus, which query, which settings; additional rankers are no part of it."""

    corpus: str
    query: str
    settings: Settings


def linked_texts(link: Mapping[str, str]) -> tuple[str, str] | None:
    """(query, document) of a link to any two texts, None where it speaks of a search.

    Raises CrossExamError where one of them is empty.
    """
    if link.get("texts") != "own":
        return None
    query, document = (
        link.get(name, USUAL_TEXTS[name]).strip() for name in (OWN_QUERY, OWN_DOCUMENT)
    )
    if not query or not document:
        raise CrossExamError("two texts are needed: type a query and a document")
    return query, document


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
