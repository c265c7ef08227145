"""Which candidates a fast list must score again in fp32, so that its first ten stand as in fp32."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.search.precision.near_ties import near_ties
from engine.search.ranking import rank
from engine.types import (
    MOST_DRIFT,
    MOST_DRIFT_FASTEST,
    Cancel,
    CrossExamError,
    Ranking,
    Reranker,
    ScoredBatch,
    ScorePrecision,
)
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST

TOP = 10  # the first ranks whose order is to be fp32's


@dataclass(frozen=True, slots=True)
class Scorer:
    """What scores in a mode, and how exactly.

    `rescores` says that what is too close to call is to be scored again in fp32; `notice` why
    another backend scores than the one that was selected.
    """

    reranker: Reranker
    precision: ScorePrecision | None
    rescores: bool = False
    notice: str = ""


def scorer_of(reranker: Reranker, mode: str) -> Scorer:
    """Who scores in this mode, "exact", "fast" or "fastest".

    A backend that drifts above the limit of its mode does not score, whatever selected it.
    """
    scorer = reranker.fastest() if mode == FASTEST else reranker
    own_precision = scorer.precision
    if own_precision is None:
        return Scorer(reranker, None)
    if not own_precision.drift:
        return Scorer(scorer, replace(own_precision, mode=mode))
    limit = MOST_DRIFT_FASTEST if mode == FASTEST else MOST_DRIFT
    refused = not own_precision.drift <= limit  # NaN is refused too
    if mode == FASTEST and not refused:
        return Scorer(
            scorer, replace(own_precision, mode=FASTEST), notice=_fastest_notice(own_precision)
        )
    if mode == FAST and not refused:
        return Scorer(scorer, replace(own_precision, mode=FAST), rescores=True)
    exact_reranker = exact_of(reranker)
    notice = (
        f"{own_precision.backend} drifts by {own_precision.drift:.3f} logits from fp32 (99th "
        f"percentile), more than the {limit} that {mode} scoring allows: {exact_reranker.backend} "
        "scored instead."
    )
    exact_precision = exact_reranker.precision
    assert exact_precision is not None
    return Scorer(
        exact_reranker, replace(exact_precision, mode=EXACT), notice="" if mode == EXACT else notice
    )


def _fastest_notice(precision: ScorePrecision) -> str:
    """How far the scores of the mode "fastest" may be off."""
    where = "measured on this machine" if precision.measured else "not measured on this machine"
    return (
        f"Fastest: {precision.backend} scored every pair, and nothing was scored again in fp32. A "
        f"logit may lie {precision.drift:.3f} from fp32's (99th percentile, {where})."
    )


def exact_of(reranker: Reranker) -> Reranker:
    """The same model in fp32, for work that takes no other score; itself where it does not drift.

    Raises CrossExamError where what it gives drifts still.
    """
    exact_reranker = reranker.exact()
    precision = exact_reranker.precision
    if precision is not None and precision.drift:
        raise CrossExamError(
            f"{exact_reranker.name} has no fp32 form here: {precision.backend} drifts by "
            f"{precision.drift:.3f} logits; set CROSSEXAM_ENGINE=torch and start again"
        )
    return exact_reranker


def exact_revision(reranker: Reranker) -> str:
    """The revision under which the fp32 scores of a model are kept, apart from those that drift."""
    precision = reranker.precision
    drifts = precision is not None and precision.drift
    return f"{reranker.revision}-fp32" if drifts else reranker.revision


def precision_values(reranker: Reranker, mode: str) -> dict[str, Any]:
    """How a reranker scores in a mode, as saved runs and exports name it."""
    precision = scorer_of(reranker, mode).precision
    if precision is None:
        return {"mode": mode, "backend": reranker.backend}
    return {
        "mode": precision.mode,
        "backend": precision.backend,
        "drift_p99": precision.drift,
        "drift_measured": precision.measured,
    }


@dataclass(slots=True)
class MixedScores:
    """Scores of one list, some of them fp32's already; says which others have to be."""

    precision: ScorePrecision
    scores: dict[str, float]
    last: Collection[str] = ()
    exact: set[str] = field(default_factory=set)

    def ranking(self, stage: str, model: str) -> Ranking:
        """The list as it stands, by the scores that it shows."""
        return Ranking(
            stage,
            model,
            rank(self.scores.items(), last=self.last),
            last=frozenset(self.last),
            precision=replace(self.precision, exact=frozenset(self.exact)),
        )

    def wanted(self, top: int = TOP) -> list[str]:
        """What is to be scored in fp32 next, best first; empty once the first `top` stand.

        Every candidate within twice the drift of the score at rank `top`, and the near ties
        above it. New scores may bring others near, so ask again after `take`.
        """
        ranking = self.ranking("", "")
        hits = [hit for hit in ranking.hits if hit.doc_id not in ranking.last]
        if not hits:
            return []
        undecided = near_ties(ranking) & {hit.doc_id for hit in hits[:top]}
        if len(hits) > top:
            border, reach = hits[top - 1].score, 2 * self.precision.drift
            near = {hit.doc_id for hit in hits if abs(hit.score - border) <= reach}
            undecided |= near if len(near) > 1 else frozenset()  # alone it has nobody to tie with
        return [hit.doc_id for hit in hits if hit.doc_id in undecided - self.exact]

    def take(self, scores: Iterable[tuple[str, float]]) -> None:
        """Put fp32's scores in the place of the others."""
        for doc_id, score in scores:
            self.scores[doc_id] = score
            self.exact.add(doc_id)


@dataclass(frozen=True, slots=True)
class RescoringRound:
    """Scores in fp32 by document, with the seconds of each; `complete` False: it was called off.

    `batches` are what the scores came in: some may be remembered.
    """

    scores: Mapping[str, float]
    seconds: Mapping[str, float]
    complete: bool
    batches: tuple[ScoredBatch, ...] = ()


def rescore(
    reranker: Reranker,
    query: str,
    mixed: MixedScores,
    texts_of: Callable[[Sequence[str]], Sequence[str]],
    *,
    cancel: Cancel,
) -> Iterator[RescoringRound]:
    """Rounds of fp32's scores, each put into `mixed`, until its first ten stand.

    `texts_of` gives the texts of documents by their ids. A round that was called off holds what
    was scored until then, and is the last.
    """
    while wanted_ids := mixed.wanted():
        exact_reranker = exact_of(reranker)  # loaded only where something is too close to call
        scores: dict[str, float] = {}
        seconds: dict[str, float] = {}
        batches: list[ScoredBatch] = []
        for batch in exact_reranker.score(query, texts_of(wanted_ids), cancel=cancel):
            batches.append(batch)
            doc_ids = [wanted_ids[position] for position in batch.positions]
            share = (batch.seconds + batch.tokenise_seconds) / len(doc_ids)
            scores.update(zip(doc_ids, batch.scores, strict=True))
            seconds.update(dict.fromkeys(doc_ids, share))
        mixed.take(scores.items())
        complete = len(scores) == len(wanted_ids)
        yield RescoringRound(scores, seconds, complete, tuple(batches))
        if not complete:
            return
