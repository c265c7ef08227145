"""Ranked lists, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass

LOGIT, COSINE = "logit", "cosine"  # what a score is


@dataclass(frozen=True, slots=True)
class Hit:
    """A document in a ranking: the higher the score the better, rank 1 is the best."""

    doc_id: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class ScorePrecision:
    """How far the scores of a ranking may lie from those of fp32.

    `drift` is the 99th percentile of the distance of a logit of `backend` ("OpenVINO bf16") from
    fp32's; where it was not `measured` on this machine it is a recorded bound. The scores of the
    documents in `exact` are fp32's, whatever the backend. `mode` is how the list was scored,
    "exact", "fast" or "fastest"; "" for a model's own precision. `largest` is the largest
    distance among the `pairs` that were measured here, None where none were.
    """

    backend: str
    drift: float
    measured: bool = True
    exact: frozenset[str] = frozenset()
    mode: str = ""
    largest: float | None = None
    pairs: int = 0

    def drift_of(self, doc_id: str) -> float:
        """How far the score of this document may be off."""
        return 0.0 if doc_id in self.exact else self.drift

    def of(self, doc_id: str) -> str:
        """The precision of the score of this document: "fp32", "bf16" or "int8"."""
        if not self.drift_of(doc_id):
            return "fp32"
        return self.backend.partition(",")[0].rsplit(" ", 1)[-1]  # "…int8, groups of 384"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits of one stage, best first; `model` names what scored them.

    `kind` says what a score is ("MaxSim", "rating 1-10") where the stage does not. `last` are
    the documents that are ranked last by rule, whatever their score. `precision` is None where
    a score is no logit, or of a model that does not say how far it may be off.
    """

    stage: str
    model: str
    hits: tuple[Hit, ...]
    kind: str = ""
    last: frozenset[str] = frozenset()
    precision: ScorePrecision | None = None

    def find(self, doc_id: str) -> Hit | None:
        """The hit of a document, or None where this stage does not list it."""
        return next((hit for hit in self.hits if hit.doc_id == doc_id), None)

    def ids(self, k: int | None = None) -> list[str]:
        """The first k document ids, best first (all without k)."""
        return [hit.doc_id for hit in self.hits[:k]]


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a document stood before and after; None means: not in that list."""

    doc_id: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """Places gained (positive: up), or None when it is missing on one side."""
        if self.before is None or self.after is None:
            return None
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class ListQuality:
    """One list's headline measure; `judged` of its first `of`, at most 10, are judged."""

    value: float
    judged: int
    of: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two rankings are: Kendall's tau (-1 to 1), RBO and overlap@k (0 to 1).

    `tau` is None where the lists share fewer than two documents; it is over the `shared` ones.
    """

    left: str
    right: str
    tau: float | None
    rbo: float
    overlap: float
    k: int = 10
    shared: int = 0


@dataclass(frozen=True, slots=True)
class StageRank:
    """Where one document stands in one stage.

    `rank` and `score` are None where the stage cannot place it at all (no query
    term in it, say). `listed` is False for a place worked out afterwards: beyond
    the depth, so that the pipeline itself never saw it. `of` is how many documents
    the rank is among; `note` says why it could not be worked out.
    """

    stage: str
    rank: int | None
    score: float | None
    listed: bool
    of: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RankLookup:
    """The answer to "where is this document?": its place in every stage.

    `lost_at` is the stage whose list it fell out of, None while it was kept.
    """

    doc_id: str
    places: tuple[StageRank, ...]
    lost_at: str | None
    sentence: str
