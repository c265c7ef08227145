"""Why does A stand above B? The attribution of the difference of two logits.

Integrated gradients are linear in the function: the attributions of both pairs,
subtracted, explain the gap of the logits up to the difference of their baselines'
scores (an empty long document scores otherwise than an empty short one), which is
shown as a part of its own, and the shown residual.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.search.stages.documents_without_words import has_word
from engine.types import Attribution, CrossExamError

IGNORED_SHARE = 0.1  # of the strongest query word's value


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A query word's value beside each document, and what it adds to A's lead."""

    word: str
    beside_a: float
    beside_b: float

    @property
    def value(self) -> float:
        return self.beside_a - self.beside_b


@dataclass(frozen=True, slots=True)
class Difference:
    """The gap of two logits, taken apart; positive values speak for A.

    `gap` = sum of `query` + sum of `words_a` + sum of `words_b` + `special` +
    `baseline_gap`, up to `residual` (relative to max(|gap|, 1 logit)).
    """

    gap: float
    query: tuple[QueryWord, ...]
    words_a: tuple[tuple[str, float], ...]
    words_b: tuple[tuple[str, float], ...]
    special: float
    baseline_gap: float
    residual: float
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    ignored_beside_a: tuple[str, ...]
    ignored_beside_b: tuple[str, ...]

    @property
    def explained(self) -> float:
        """The sum of all parts."""
        return (
            sum(word.value for word in self.query)
            + sum(value for _, value in self.words_a)
            + sum(value for _, value in self.words_b)
            + self.special
            + self.baseline_gap
        )


def difference(a: Attribution, b: Attribution) -> Difference:
    """The difference of two attributions of the same query, by the same method."""
    if a.method != b.method or a.baseline != b.baseline:
        raise CrossExamError(
            f"cannot compare {a.method} ({a.baseline}) with {b.method} ({b.baseline}): use one "
            "method and baseline for both"
        )
    query_a, query_b = a.of("query"), b.of("query")
    if [word for word, _ in query_a] != [word for word, _ in query_b]:
        raise CrossExamError("the two attributions are of different queries")
    if a.baseline_score is None or b.baseline_score is None:
        raise CrossExamError(f"{a.method} has no baseline, so a gap cannot be taken apart by it")
    query = tuple(
        QueryWord(word, beside_a, beside_b)
        for (word, beside_a), (_, beside_b) in zip(query_a, query_b, strict=True)
    )
    words_a, words_b = a.of("document"), b.of("document")
    known_a, known_b = _forms(words_a), _forms(words_b)
    gap = a.score - b.score
    gap_parts = Difference(
        gap=gap,
        query=query,
        words_a=words_a,
        words_b=tuple((word, -value) for word, value in words_b),
        special=a.special_value - b.special_value,
        baseline_gap=a.baseline_score - b.baseline_score,
        residual=0.0,
        only_a=tuple(known_a[form] for form in known_a if form not in known_b),
        only_b=tuple(known_b[form] for form in known_b if form not in known_a),
        ignored_beside_a=_ignored(query_a),
        ignored_beside_b=_ignored(query_b),
    )
    residual = abs(gap_parts.explained - gap) / max(abs(gap), 1.0)
    return replace(gap_parts, residual=residual)


def _forms(words: tuple[tuple[str, float], ...]) -> dict[str, str]:
    """Each word once, by its lower-case form, in reading order; punctuation left out."""
    forms: dict[str, str] = {}
    for word, _ in words:
        if has_word(word):
            forms.setdefault(word.casefold(), word)
    return forms


def _ignored(query: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    strongest = max((abs(value) for _, value in query), default=0.0)
    return tuple(word for word, value in query if abs(value) < IGNORED_SHARE * strongest)
