"""What of a query is known to mislead rankers: misspelt words, negations, numbers, acronyms."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LEAST_LETTERS = 4  # a shorter word has too many neighbours
NEAR = 0.75  # difflib's ratio: "vegtable" and "vegetable" have 0.94
SAME_STEM = 4  # letters
LENGTHS_APART = 3
NEGATIONS = frozenset(
    {
        *("not", "no", "without", "except", "excluding", "never", "nor", "neither", "avoid"),
        *("non", "free", "isn't", "aren't", "don't", "doesn't", "won't", "can't"),
    }
)
_WORD = re.compile(r"\w+(?:'\w+)?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How many of the `documents` hold each term, and what a term of that rarity weighs."""

    documents: int
    holding: Mapping[str, int]
    idf: Callable[[str], float]

    def near(self, term: str) -> str:
        """The term of the corpus that this one is most like; "" where none is like it."""
        return near_term(term, self.holding)


def near_term(term: str, terms: Mapping[str, int]) -> str:
    """The most alike of these terms, the more frequent of equally alike ones; "" without one."""
    if len(term) < LEAST_LETTERS:
        return ""
    best, best_key = "", (0.0, 0)
    matcher = difflib.SequenceMatcher(b=term, autojunk=False)
    for other, count in terms.items():
        if other == term or abs(len(other) - len(term)) > LENGTHS_APART or other.isdigit():
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
            continue
        key = (matcher.ratio(), count)
        if key[0] >= NEAR and key > best_key:
            best, best_key = other, key
    return best


def misspellings(terms: Sequence[str], vocabulary: Vocabulary) -> dict[str, str]:
    """Each of a query's terms that no document holds, by the like one that some hold."""
    unknown = [t for t in dict.fromkeys(terms) if t.isalpha() and not vocabulary.holding.get(t)]
    return {term: near for term in unknown if (near := vocabulary.near(term))}


def respelt(query: str, corrections: Mapping[str, str]) -> str:
    """The query with these words replaced, whatever their case; all else stays."""
    if not corrections:
        return query
    pattern = "|".join(re.escape(word) for word in sorted(corrections, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{pattern})(?!\w)",
        lambda match: corrections[match.group().casefold()],
        query,
        flags=re.IGNORECASE,
    )


def expanded(query: str, acronym: str, expansion: str) -> str:
    """The query with the acronym written out wherever it stands as a word of its own."""
    if not acronym.strip():
        return query
    return re.sub(rf"(?<!\w){re.escape(acronym.strip())}(?!\w)", lambda _: expansion, query)


def same_stem(term: str, terms: Mapping[str, int]) -> str:
    """A term of a document that begins as this one does, or is like it; "" without one."""
    stem = term[:SAME_STEM]
    begins = [other for other in terms if len(term) >= SAME_STEM and other.startswith(stem)]
    begins = [other for other in begins if other != term]
    return min(begins, key=lambda other: (abs(len(other) - len(term)), other), default="") or (
        near_term(term, terms)
    )


def signs(query: str) -> dict[str, tuple[str, ...]]:
    """By name the signs that a query carries: its negations, numbers and acronyms."""
    words = dict.fromkeys(_WORD.findall(query.casefold()))
    by_name = {
        "negation": tuple(word for word in words if word in NEGATIONS),
        "number": tuple(dict.fromkeys(_NUMBER.findall(query))),
        "acronym": tuple(dict.fromkeys(_ACRONYM.findall(query))),
    }
    return {name: carried for name, carried in by_name.items() if carried}


def numbers_in(text: str) -> frozenset[str]:
    """The numbers that a text holds, as they are written."""
    return frozenset(_NUMBER.findall(text))
