"""How sure the first stage is of its list, by several signals."""

from __future__ import annotations

from engine.quality.candidate_scores import CandidateScores, first_ranking
from engine.quality.pipelines import PipelineSpec
from engine.search.agreement import rbo
from engine.types import BI_ENCODER, BM25, HYBRID, Ranking
from engine.types.quality.gate import AGREEMENT, LONG, MARGIN, NOTHING_TO_REORDER, SHORT
from engine.types.ranker_names import is_encoder
from engine.types.words import words_of

TOP = 10


def sureness(spec: PipelineSpec, query_scores: CandidateScores) -> dict[str, float]:
    """By signal a number that is the larger the surer the first stage of this pipeline is.

    A list of fewer than two candidates leaves nothing to reorder: it is surer than all others.
    """
    candidates = query_scores.folded(first_ranking(spec, query_scores))
    words = len(words_of(query_scores.text))
    if len(candidates.hits) < 2:
        return dict.fromkeys(
            (MARGIN.name, AGREEMENT.name, LONG.name, SHORT.name), NOTHING_TO_REORDER
        )
    return {
        MARGIN.name: margin(candidates),
        AGREEMENT.name: rbo(*(_top(query_scores, stage) for stage in (BM25, BI_ENCODER))),
        LONG.name: -float(words),
        SHORT.name: float(words),
    }


def margin(candidates: Ranking) -> float:
    """Score of rank 1 minus that of rank 2, of two hits at least; see `MARGIN`.

    Cosines have a scale of their own; BM25's grow with the query, so theirs is a share.
    """
    first, second = (hit.score for hit in candidates.hits[:2])
    if candidates.stage == BI_ENCODER or is_encoder(candidates.stage):
        return first - second
    return (first - second) / abs(first) if first else 0.0


def agreement_seconds(spec: PipelineSpec, query_scores: CandidateScores) -> float:
    """What asking BM25 and the bi-encoder takes beyond the pipeline's own first stage."""
    asked = (BM25, BI_ENCODER) if spec.first_stage == HYBRID else (spec.first_stage,)
    return sum(query_scores.seconds[each] for each in (BM25, BI_ENCODER) if each not in asked)


def _top(query_scores: CandidateScores, stage: str) -> list[str]:
    return query_scores.folded(query_scores.lists[stage]).ids(TOP)
