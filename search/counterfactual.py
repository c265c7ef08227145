"""What would change the ranking? Edit one text and see the list move; find the least edit.

Only what changed is scored again: one pair where a document was edited, the whole
list where the query was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from search.movement import movements
from search.ranking import rank
from search.types import Cancel, Movement, Ranking, Word

MOST_DROPPED = 3
KEPT_SINGLES = 12

Scores = Callable[[list[tuple[Word, ...]]], list[float]]


@dataclass(frozen=True, slots=True)
class Edited:
    """A list after an edit, and who moved against the original."""

    ranking: Ranking
    movements: dict[str, Movement]


def with_document(original: Ranking, doc_id: str, score: float) -> Edited:
    """The list after one document's text was edited and scored again."""
    hits = rank((hit.doc_id, score if hit.doc_id == doc_id else hit.score) for hit in original.hits)
    edited = Ranking(original.stage, original.model, hits)
    return Edited(edited, movements(original, edited))


def with_query(original: Ranking, scores: dict[str, float]) -> Edited:
    """The list after the query was edited and every pair scored again."""
    edited = Ranking(original.stage, original.model, rank(scores.items()))
    return Edited(edited, movements(original, edited))


@dataclass(frozen=True, slots=True)
class Swap:
    """The least set of words whose removal puts #2 above #1, as far as was searched.

    `dropped` is empty where none was found within the budget; `passes` forward passes
    were spent of `budget`; `exhaustive` says that every smaller set was tried.
    """

    dropped: tuple[Word, ...]
    score: float | None
    rival: float
    passes: int
    budget: int
    exhaustive: bool


def smallest_swap(
    words: Sequence[Word],
    scores: Scores,
    rival: float,
    *,
    budget: int = 400,
    at_once: int = 32,
    on_progress: Callable[[int, int], None] | None = None,
    cancel: Cancel | None = None,
) -> Swap:
    """The smallest set of at most 3 of #1's words whose removal scores below `rival`.

    All single words are tried, then pairs and triples, those of the most harmful words
    first; among sets of one size the one that lowers the score most within its batch wins.
    `scores(removals)` gives #1's logit after each removal.
    """
    spent = 0
    harm: list[tuple[float, Word]] = []
    exhaustive = True
    for size in range(1, min(MOST_DROPPED, len(words)) + 1):
        if size == 1:
            candidates: list[tuple[Word, ...]] = [(word,) for word in words]
        else:
            order = [word for _, word in sorted(harm, key=lambda pair: pair[0])]
            exhaustive = exhaustive and len(order) <= KEPT_SINGLES
            candidates = list(combinations(order[:KEPT_SINGLES], size))
        for start in range(0, len(candidates), at_once):
            batch = candidates[start : start + min(at_once, budget - spent)]
            if not batch or (cancel is not None and cancel()):
                return Swap((), None, rival, spent, budget, False)
            found = scores(list(batch))
            spent += len(batch)
            if on_progress is not None:
                on_progress(spent, budget)
            if size == 1:
                harm += [(score, words_[0]) for score, words_ in zip(found, batch, strict=True)]
            best, dropped = min(zip(found, batch, strict=True), key=lambda pair: pair[0])
            if best < rival:
                return Swap(dropped, best, rival, spent, budget, exhaustive)
    return Swap((), None, rival, spent, budget, exhaustive)
