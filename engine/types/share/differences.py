"""What moved between the figures that were kept and those of now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HitDifference:
    """A document of a list before and after: None where it was, or is, not in the list.

    `margin` is how far two scores of it may lie apart for the drift of their backends alone.
    """

    doc_id: str
    title: str
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None
    margin: float

    @property
    def score_change(self) -> float | None:
        """By how much its score rose, None where it is missing on one side."""
        if self.score_before is None or self.score_after is None:
            return None
        return self.score_after - self.score_before

    @property
    def within_drift(self) -> bool:
        """Whether its score moved by no more than the drift of the backends explains."""
        change = self.score_change
        return change is not None and abs(change) <= self.margin


@dataclass(frozen=True, slots=True)
class ColumnDifferences:
    """What is different in the first `top` of one stage's list: those of now, then those gone.

    `compared` documents stood in either list's first `top`; those of the same rank, whose score
    is the same but for rounding, are no part of `hits`.
    """

    stage: str
    label: str
    top: int
    compared: int
    hits: tuple[HitDifference, ...]

    @property
    def entered(self) -> tuple[HitDifference, ...]:
        """Those that are in the first `top` and were not."""
        return tuple(h for h in self.hits if self._holds(h.rank_after, h.rank_before))

    @property
    def left(self) -> tuple[HitDifference, ...]:
        """Those that were in the first `top` and no longer are."""
        return tuple(h for h in self.hits if self._holds(h.rank_before, h.rank_after))

    @property
    def moved(self) -> tuple[HitDifference, ...]:
        """Those in both, at another rank."""
        elsewhere = {*self.entered, *self.left}
        return tuple(h for h in self.hits if h not in elsewhere and h.rank_before != h.rank_after)

    @property
    def within_drift(self) -> bool:
        """Whether no score moved by more than drift explains, and none is missing on one side."""
        return all(hit.within_drift for hit in self.hits)

    def _holds(self, rank: int | None, other: int | None) -> bool:
        return _in_top(rank, self.top) and not _in_top(other, self.top)


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """A named figure before and after, None where there was or is none; `margin` as of a hit."""

    name: str
    before: float | None
    after: float | None
    margin: float = 0.0

    @property
    def change(self) -> float | None:
        """After minus before, None where one is missing."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def within_drift(self) -> bool:
        """Whether it moved by no more than the drift of the backends explains."""
        return self.change is not None and abs(self.change) <= self.margin


@dataclass(frozen=True, slots=True)
class SnapshotDifferences:
    """What is different between kept figures and those of now; `sentence` says all of it shortly.

    `circumstances` says what the figures hang on and is not as it was: the corpus, a model, the
    backend.
    """

    sentence: str
    columns: tuple[ColumnDifferences, ...] = ()
    figures: tuple[FigureDifference, ...] = ()
    circumstances: tuple[str, ...] = ()

    @property
    def nothing_moved(self) -> bool:
        """Whether every rank, score and figure is as it was."""
        return not any(column.hits for column in self.columns) and not self.figures

    @property
    def within_drift(self) -> bool:
        """Whether nothing moved by more than the drift of the backends explains."""
        columns_are = all(column.within_drift for column in self.columns)
        return columns_are and all(figure.within_drift for figure in self.figures)


def _in_top(rank: int | None, top: int) -> bool:
    return rank is not None and rank <= top
