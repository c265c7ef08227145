"""Passages put into a token budget: whole, in the list's order, until one does not fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from engine.types import CrossExamError, Hit, Ranking
from engine.types.quality.contexts import MOST_TOKENS, ContextChange, FilledContext, ListedPassage

CHARACTERS_A_TOKEN = 4  # a rule of thumb for English; other languages and code take more tokens


def checked_budget(budget: int) -> int:
    """The budget; raises CrossExamError for one that is none."""
    if not 1 <= budget <= MOST_TOKENS:
        raise CrossExamError(
            f"the token budget is {budget}: give a number from 1 to {MOST_TOKENS:,}"
        )
    return budget


def fitting(tokens: Sequence[int], budget: int) -> int:
    """How many of the first passages, of so many tokens each, are within the budget."""
    return bisect_right(list(accumulate(tokens)), budget)


def continued(reranked: Ranking, first: Ranking) -> Ranking:
    """The reranked list, behind it the rest of the first stage's in its own order.

    A reranker reorders its candidates, it does not take the documents below them away. The scores
    of that tail only keep it below, a step of 1 each.
    """
    listed, n = set(reranked.ids()), len(reranked.hits)
    lowest = reranked.hits[-1].score if reranked.hits else 0.0
    tail = [doc_id for doc_id in first.ids() if doc_id not in listed]
    hits = (Hit(doc_id, lowest - i, n + i) for i, doc_id in enumerate(tail, 1))
    return replace(reranked, hits=(*reranked.hits, *hits))


def filled(
    ranking: Ranking, tokens: Mapping[str, int], budget: int, grades: Mapping[str, int]
) -> FilledContext:
    """The ranking with what of it fits; `tokens` and `grades` are by the ids that it lists.

    What has no tokens there is left out: the corpus has no text of it, so none can be given.
    """
    passages = tuple(
        ListedPassage(hit.doc_id, hit.rank, tokens[hit.doc_id], grades.get(hit.doc_id))
        for hit in ranking.hits
        if hit.doc_id in tokens
    )
    n = fitting([passage.tokens for passage in passages], checked_budget(budget))
    return FilledContext(ranking.stage, budget, passages, n)


def estimated_tokens(text: str) -> int:
    """A text's characters divided by four, rounded up: an estimate."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def not_held_words(missing: int) -> str:
    """That so many of the listed are left out, for the corpus has no text of them."""
    listed = "1 listed document is" if missing == 1 else f"{missing:,} listed documents are"
    return f"{listed} not in this corpus, so no text of theirs is given."


def change_sentence(change: ContextChange, names: tuple[str, str], *, judged: bool) -> str:
    """What the budget holds before and after, what enters and leaves, and the relevant ones."""
    before, after = change.before, change.after
    counts = f"{before.fitting:,} {_passages(before.fitting)} of {names[0]} and {after.fitting:,}"
    words = f"Of {after.budget:,} tokens: {counts} of {names[1]} fit."
    if not change.entered and not change.left:
        same_order = [p.doc_id for p in before.inside] == [p.doc_id for p in after.inside]
        words += (
            " They are the same ones, so the language model reads the same either way."
            if same_order
            else " They are the same ones, in another order."
        )
    else:
        n_entered, n_left = len(change.entered), len(change.left)
        enter = "enters" if n_entered == 1 else "enter"
        leave = "leaves" if n_left == 1 else "leave"
        words += f" {n_entered:,} {enter} and {n_left:,} {leave}."
    if not judged:
        return words
    entered = sum(passage.relevant for passage in change.entered)
    left = sum(passage.relevant for passage in change.left)
    return (
        f"{words} Judged relevant: {before.relevant:,} before, {after.relevant:,} after "
        f"({entered:,} in, {left:,} out)."
    )


def _passages(number: int) -> str:
    return "passage" if number == 1 else "passages"
