"""The ways from Quality's rows to other pages, where the corpus is held in passages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from components.quality.changed_queries import QueryAction
from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from pages.quality.links import held_id
from tests.tiny import ranking


@dataclass
class Opened:
    """What `held_id` reads of a run."""

    gathered: tuple[CandidateScores, ...]
    specs: tuple[PipelineSpec, ...]


@dataclass
class Lab:
    """What `held_id` reads of the page's state."""

    run: Opened
    more: dict[str, Any] = field(default_factory=dict)


def test_a_document_in_passages_is_explained_by_the_passage_that_the_pipeline_likes_best() -> None:
    spec = PipelineSpec(Settings(5, "bm25"), "ce")
    lists = {"bm25": ranking("bm25", "a#1", "a#2", "b", "c#1", "d", "e")}
    scores = {"a#1": 0.1, "a#2": 0.9, "b": 0.5, "c#1": 0.2, "d": 0.3}
    pairs = {doc_id: PairScore(score, 0.1) for doc_id, score in scores.items()}
    query_scores = CandidateScores(
        "q", "text", lists, {"bm25": 0.1}, scores, {"ce": pairs},
        {"a#1": "a", "a#2": "a", "c#1": "c"},
    )  # fmt: skip
    lab: Any = Lab(Opened((query_scores,), (spec, PipelineSpec(Settings(6, "bm25")))))
    assert held_id(lab, spec, QueryAction("explain", "q", "a")) == "a#2"
    assert held_id(lab, spec, QueryAction("explain", "q", "b")) == "b"
    assert (
        held_id(lab, PipelineSpec(Settings(6, "bm25")), QueryAction("explain", "q", "a")) == "a#1"
    )
    assert held_id(lab, spec, QueryAction("explain", "other", "a")) == "a"
