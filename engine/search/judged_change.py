"""What a reranking did to the documents judged relevant, and how good a list is by them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.quality.primary import primary_of
from engine.types import ListQuality, Ranking
from engine.types.registries.measures import PRIMARY

TOP = 10


@dataclass(frozen=True, slots=True)
class RelevantMove:
    """One document judged relevant (`grade` 1 and up) and its ranks; None: not listed."""

    doc_id: str
    grade: int
    before: int | None
    after: int | None

    @property
    def gained(self) -> float:
        """What its move adds to DCG@10."""
        return self.grade * (_discount(self.after) - _discount(self.before))


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """What became of the relevant documents of one query, and both lists' quality."""

    moves: tuple[RelevantMove, ...]
    before: ListQuality
    after: ListQuality


def list_quality(ranking: Ranking, grades: Mapping[str, int]) -> ListQuality | None:
    """Its headline measure, and how much of its top 10 is judged; None without a relevant one."""
    if not any(grade > 0 for grade in grades.values()):
        return None
    top = ranking.ids(TOP)
    return ListQuality(primary_of(top, grades), sum(d in grades for d in top), len(top))


def judged_change(
    before: Ranking, after: Ranking, grades: Mapping[str, int]
) -> JudgedChange | None:
    """Every relevant document's move between two rankings; None without a relevant one."""
    quality_before, quality_after = list_quality(before, grades), list_quality(after, grades)
    if quality_before is None or quality_after is None:
        return None
    ranks_before = {hit.doc_id: hit.rank for hit in before.hits}
    ranks_after = {hit.doc_id: hit.rank for hit in after.hits}
    moves = tuple(
        RelevantMove(doc_id, grade, ranks_before.get(doc_id), ranks_after.get(doc_id))
        for doc_id, grade in grades.items()
        if grade > 0
    )
    return JudgedChange(moves, quality_before, quality_after)


def judged_sentence(before: Ranking, after: Ranking, grades: Mapping[str, int]) -> str:
    """What became of the relevant documents and of the measure; "" for an unjudged query."""
    if not grades:
        return ""
    change = judged_change(before, after, grades)
    if change is None:
        return f"None of its judged documents is relevant, so {PRIMARY.name} has no value here."
    return (
        f"{_fates(change.moves)} {PRIMARY.name} {change.before.value:.3f} before, "
        f"{change.after.value:.3f} after ({_judged(change)})."
    )


def _judged(change: JudgedChange) -> str:
    old, new = change.before, change.after
    if (old.judged, old.of) == (new.judged, new.of):
        return f"{new.judged} of the top {new.of} judged"
    return f"judged: {old.judged} of {old.of} before, {new.judged} of {new.of} after"


def _fates(moves: tuple[RelevantMove, ...]) -> str:
    """Who of the relevant documents rose, fell, stayed or was out of reach."""
    if len(moves) == 1:
        return f"The one relevant document (grade {moves[0].grade}) {_fate(moves[0])}."
    # A missing rank lies below every rank that is there.
    places = [(m.before or math.inf, m.after or math.inf) for m in moves if m.after is not None]
    counts = (
        ("rose", sum(rank_after < rank_before for rank_before, rank_after in places)),
        ("fell", sum(rank_after > rank_before for rank_before, rank_after in places)),
        ("kept its rank", sum(rank_after == rank_before for rank_before, rank_after in places)),
        ("not among its candidates", len(moves) - len(places)),
    )
    fates = [f"{n} {_plural(fate, n)}" for fate, n in counts if n]
    last = f"{', '.join(fates[:-1])} and {fates[-1]}" if len(fates) > 1 else fates[0]
    largest_move = max(moves, key=lambda move: (abs(move.gained), move.grade))
    if largest_move.gained == 0:
        return f"Of the {len(moves)} relevant documents {last}."
    largest = f"one of grade {largest_move.grade} {_fate(largest_move)}"
    return f"Of the {len(moves)} relevant documents {last}; {largest}."


def _plural(what: str, n: int) -> str:
    if what.startswith("not"):
        return f"{'was' if n == 1 else 'were'} {what}"
    return what if n == 1 or not what.startswith("kept") else "kept their ranks"


def _fate(move: RelevantMove) -> str:
    if move.after is None:
        earlier_words = f", where it had rank {move.before}" if move.before else ""
        return f"was not among its candidates{earlier_words}"
    if move.before is None:
        return f"came in at rank {move.after}"
    if move.before == move.after:
        return f"kept rank {move.after}"
    return (
        f"{'rose' if move.after < move.before else 'fell'} from rank {move.before} to {move.after}"
    )


def _discount(rank: int | None) -> float:
    return 1 / math.log2(rank + 1) if rank is not None and rank <= TOP else 0.0
