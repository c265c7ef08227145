"""The candidate scores of a run as plain values, written to a file and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.types import Hit, Ranking, Usage


def candidate_score_values(gathered: Sequence[CandidateScores]) -> list[dict[str, Any]]:
    """One entry a query; floats survive JSON exactly."""
    return [
        {
            "query_id": candidates.query_id,
            "text": candidates.text,
            "lists": {
                stage: {
                    "model": ranking.model,
                    "hits": [[hit.doc_id, hit.score] for hit in ranking.hits],
                }
                for stage, ranking in candidates.lists.items()
            },
            "seconds": dict(candidates.seconds),
            "lexical": dict(candidates.lexical),
            "parents": dict(candidates.parents),
            "pairs": {
                model: {doc_id: _pair_values(pair) for doc_id, pair in scores.items()}
                for model, scores in candidates.pairs.items()
            },
            "wordless": sorted(candidates.wordless),
            "missing": sorted(candidates.missing),
            "usage": {
                model: asdict(model_usage) for model, model_usage in candidates.usage.items()
            },
        }
        for candidates in gathered
    ]


def candidate_scores_from(values: Sequence[dict[str, Any]]) -> tuple[CandidateScores, ...]:
    """What `candidate_score_values` wrote; KeyError, TypeError or ValueError for anything else."""
    return tuple(
        CandidateScores(
            query_id=str(entry["query_id"]),
            text=str(entry["text"]),
            lists={
                stage: Ranking(
                    stage,
                    str(ranking["model"]),
                    tuple(Hit(str(d), float(s), i) for i, (d, s) in enumerate(ranking["hits"], 1)),
                )
                for stage, ranking in entry["lists"].items()
            },
            seconds={stage: float(s) for stage, s in entry["seconds"].items()},
            lexical={d: float(s) for d, s in entry["lexical"].items()},
            parents={str(d): str(parent) for d, parent in entry["parents"].items()},
            pairs={
                model: {d: _pair_from(row) for d, row in scores.items()}
                for model, scores in entry["pairs"].items()
            },
            wordless=frozenset(str(d) for d in entry.get("wordless", ())),
            missing=frozenset(str(d) for d in entry.get("missing", ())),
            usage={
                model: Usage(**model_usage) for model, model_usage in entry.get("usage", {}).items()
            },
        )
        for entry in values
    )


def _pair_values(pair: PairScore) -> list[float | int]:
    exact_flag = [1] if pair.exact else []
    return [pair.score, pair.seconds, pair.n_truncated, *exact_flag]


def _pair_from(row: Sequence[Any]) -> PairScore:
    """A pair as it was written; earlier versions did not say whether its score is exact."""
    score, seconds, n_truncated, *exact_flag = row
    return PairScore(
        float(score), float(seconds), int(n_truncated), bool(exact_flag and exact_flag[0])
    )
