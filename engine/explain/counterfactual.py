"""What would change the ranking? Edit one text and see the list move; find the least edit.

Only what changed is scored again: one pair where a document was edited, the whole
list where the query was. Both models read the edited text itself, so there is one rule:
a dropped word is cut out, a masked one stands as one [MASK] token, any other replacement
as it was typed. What follows in a document over the limit moves up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from engine.search.movement import movements
from engine.search.ranking import rank
from engine.types import Cancel, CountCallback, Movement, Ranking, Word

MASK = "[MASK]"
MOST_DROPPED = 3
KEPT_SINGLES = 12

Scores = Callable[[list[tuple[Word, ...]]], list[float]]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """`by` stands in the place of `span`, (start, end) in characters; "" drops it."""

    span: Span
    by: str = ""


@dataclass(frozen=True, slots=True)
class EditedText:
    """A text and what becomes of some of its words; the changes do not overlap."""

    base: str
    changes: tuple[Change, ...] = ()

    @property
    def text(self) -> str:
        """What the models read. Around a dropped word no two others grow together."""
        return "".join(piece for piece, _ in self._pieces())

    def place(self, position: int) -> int:
        """Where the character at `position` of the base stands in the edited text."""
        cursor = piece_end = 0
        for piece, start in self._pieces():
            if start is not None and start <= position:
                cursor = piece_end + min(position - start, len(piece))
            piece_end += len(piece)
        return cursor

    def _pieces(self) -> list[tuple[str, int | None]]:
        """(text, where it stood in the base), None for what was put in."""
        pieces: list[tuple[str, int | None]] = []
        position, last = 0, ""
        for change in sorted(self.changes, key=lambda change: change.span):
            start, end = change.span
            kept = self.base[position:start]
            last = (kept or last)[-1:]
            following = self.base[end : end + 1]
            replacement = change.by
            if not replacement and last.strip() and following.strip():
                replacement = " "
            elif not replacement and not last.strip() and following == " ":
                end += 1
            pieces += [(kept, position), (replacement, None)]
            last = (replacement or last)[-1:]
            position = max(position, end)
        return [*pieces, (self.base[position:], position)]


def without(text: str, words: Sequence[Word]) -> str:
    """The text with these words dropped."""
    return EditedText(text, tuple(Change(word.span) for word in words)).text


@dataclass(frozen=True, slots=True)
class Edit:
    """The two texts of a pair, edited or not."""

    query: EditedText
    document: EditedText


@dataclass(frozen=True, slots=True)
class Edited:
    """A list after an edit, and who moved against the original."""

    ranking: Ranking
    movements: dict[str, Movement]


def with_document(original: Ranking, doc_id: str, score: float, *, last: bool = False) -> Edited:
    """The list after one document's text was edited and scored again.

    A document that the list did not hold is put where its score belongs. `last` says that
    the edited text is ranked last by rule.
    """
    by_rule = original.last - {doc_id} | (frozenset([doc_id]) if last else frozenset())
    scores = {hit.doc_id: hit.score for hit in original.hits} | {doc_id: score}
    return with_query(replace(original, last=by_rule), scores, before=original)


def with_query(
    original: Ranking, scores: dict[str, float], *, before: Ranking | None = None
) -> Edited:
    """The list after the query was edited and every pair scored again.

    Movements are counted from `before`, by default the original.
    """
    last = original.last
    edited = Ranking(original.stage, original.model, rank(scores.items(), last=last), last=last)
    return Edited(edited, movements(before or original, edited))


@dataclass(frozen=True, slots=True)
class Swap:
    """The least set of words whose removal puts #2 above #1, as far as was searched.

    `dropped` is empty where none was found within the budget; `passes` forward passes
    were spent of `budget`. `exhaustive` says that there is no smaller set: all were tried
    (all sets of at most 3 where none was found). `tried` counts the sets by their size.
    """

    dropped: tuple[Word, ...]
    score: float | None
    rival: float
    passes: int
    budget: int
    exhaustive: bool
    tried: tuple[int, ...] = ()


def smallest_swap(
    words: Sequence[Word],
    scores: Scores,
    rival: float,
    *,
    budget: int = 400,
    at_once: int = 32,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> Swap:
    """The smallest set of at most 3 of #1's words whose removal scores below `rival`.

    All single words are tried, then pairs and triples, those of the most harmful words
    first; among sets of one size the one that lowers the score most within its batch wins.
    `scores(removals)` gives #1's logit after each removal.
    """
    n_passes = 0
    tried: list[int] = []
    harm: list[tuple[float, Word]] = []
    complete = True  # every set smaller than those at hand was tried

    def found_none(exhaustive: bool) -> Swap:
        return Swap((), None, rival, n_passes, budget, exhaustive, tuple(tried))

    for size in range(1, min(MOST_DROPPED, len(words)) + 1):
        if size == 1:
            candidates: list[tuple[Word, ...]] = [(word,) for word in words]
        else:
            order = [word for _, word in sorted(harm, key=lambda pair: pair[0])]
            candidates = list(combinations(order[:KEPT_SINGLES], size))
        tried.append(0)
        for start in range(0, len(candidates), at_once):
            batch = candidates[start : start + min(at_once, budget - n_passes)]
            if not batch or (cancel is not None and cancel()):
                return found_none(False)
            swap_scores = scores(list(batch))
            n_passes += len(batch)
            tried[-1] += len(batch)
            if on_progress is not None:
                on_progress(n_passes, budget)
            if size == 1:
                harm += [
                    (score, words_[0]) for score, words_ in zip(swap_scores, batch, strict=True)
                ]
            best, dropped = min(zip(swap_scores, batch, strict=True), key=lambda pair: pair[0])
            if best < rival:
                return Swap(dropped, best, rival, n_passes, budget, complete, tuple(tried))
        if size > 1:
            complete = complete and len(words) <= KEPT_SINGLES
    return found_none(complete)
