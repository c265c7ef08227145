"""A corpus held in passages: judgments are of its documents, in every measurement."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import pytrec_eval

from engine.latency.depth import JUDGED, DeepPass, deep_pass, depth_curve
from engine.latency.energy import measure_energy
from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.quality.failures import (
    BEYOND,
    CONFIDENT_WRONG,
    DUPLICATE,
    NO_OVERLAP,
    TRUNCATED,
    find_failures,
    overlaps,
)
from engine.quality.judging.judging import judge
from engine.quality.pipelines import PipelineSpec
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.training.hard_negatives import Mining, mine
from engine.types import BM25, CROSS_ENCODER, Document, Qrel, Query, Ranking
from tests.engine.quality.test_evaluation import judged
from tests.engine.quality.test_failures import shares
from tests.tiny import QUERY, TableReranker, Tiny, TinyStore, ranking, tiny_searcher

# Twelve passages of six documents; the best passage of the relevant "c" is its second.
PASSAGES = [
    Tiny(f"{letter}#{part}", snakes=20 - 2 * i - part, angle=(i + part) / 10, logit=logit)
    for i, letter in enumerate("abcdef")
    for part, logit in ((1, float(i)), (2, float(i) + (9.0 if letter == "c" else -3.0)))
]
GRADES = {"c": 3, "f": 1, "a": 0}


def split_searcher() -> tuple[Searcher, TableReranker]:
    searcher, reranker = tiny_searcher(PASSAGES)
    documents = [
        replace(tiny.document, parent_id=tiny.doc_id.partition("#")[0]) for tiny in PASSAGES
    ]
    return replace(searcher, store=TinyStore(documents)), reranker


def by_trec_eval(passages: list[tuple[str, float]], grades: dict[str, int]) -> float:
    """nDCG@10 of the documents, each by its best passage."""
    best: dict[str, float] = {}
    for passage, score in passages:
        parent = passage.partition("#")[0]
        best[parent] = max(score, best.get(parent, -math.inf))
    found = pytrec_eval.RelevanceEvaluator({"q": grades}, {"ndcg_cut.10"}).evaluate({"q": best})
    return float(found["q"]["ndcg_cut_10"])


def deep(settings: Settings) -> DeepPass:
    searcher, reranker = split_searcher()
    found = deep_pass(
        searcher, QUERY, settings, reranker=reranker, on_progress=lambda *_: None,
        cancel=lambda: False,
        most_depth=12,
    )  # fmt: skip
    assert found is not None
    return found


def test_depth_measures_documents_at_every_depth() -> None:
    found = deep(Settings(first_stage=BM25))
    curve = depth_curve(found, GRADES)
    assert curve.measure == JUDGED
    for point in curve.points:
        scored = [(hit.doc_id, hit.score) for hit in found.ranking(point.depth).hits]
        assert point.quality == pytest.approx(by_trec_eval(scored, GRADES)), point.depth
    assert curve.points[-1].quality > 0.9
    assert found.documents(12).ids()[0] == "c"
    assert len(found.documents(12).hits) == 6


def test_energy_measures_documents_in_every_stage() -> None:
    searcher, _ = split_searcher()
    qrels = [Qrel("q", doc_id, grade) for doc_id, grade in GRADES.items()]
    report = measure_energy(
        searcher, [Query("q", QUERY)], qrels, Settings(depth=12), meter=None,
        on_progress=lambda *_: None,
        cancel=lambda: False,
    )  # fmt: skip
    assert report is not None
    trace = searcher.pipeline(Settings(depth=12), report.stages).run(QUERY)
    for stage, value in report.quality.items():
        listed = trace.ranking(stage)
        assert isinstance(listed, Ranking)
        scored = [(hit.doc_id, hit.score) for hit in listed.hits]
        assert value == pytest.approx(by_trec_eval(scored, GRADES)), stage
    assert report.quality[CROSS_ENCODER] > 0.9
    assert report.judged_at_10 == pytest.approx(3 / 6)


def test_failures_are_of_documents_by_their_best_passage() -> None:
    store = TinyStore(
        [
            Document("long#1", "snake one two three four", parent_id="long"),
            Document("long#2", "five six seven eight nine", parent_id="long"),
            Document("twin", "snake one two three four five six seven eight nine"),
            Document("lost#1", "nothing in common", parent_id="lost"),
            Document("lost#2", "at all", parent_id="lost"),
            Document("seen", "snake"),
            *(Document(f"d{i:02}", f"snake {i}") for i in range(12)),
        ]
    )
    listed = ["long#2", "long#1", "twin", "seen", *(f"d{i:02}" for i in range(12))]
    pairs = {d: PairScore(float(-i), 0.1) for i, d in enumerate(reversed(listed))}
    pairs["long#2"] = PairScore(-12.5, 0.1, 30)
    lists = {s: ranking(s, *listed) for s in ("bm25", "bi-encoder")}
    query_scores = CandidateScores(
        "q", "snake", lists, dict.fromkeys(lists, 0.1), dict.fromkeys(pairs, 1.0), {"ce": pairs},
        {"long#1": "long", "long#2": "long"},
    )  # fmt: skip
    qrels = [*judged("q", long=2, lost=1, d11=0), Qrel("q", "gone", 3)]
    found = find_failures(
        PipelineSpec(Settings(20, "bm25"), "ce"), [query_scores], qrels, store, shares,
        confident=-0.5,
    )  # fmt: skip
    said = {kind: [(f.doc_id, f.rank) for f in rows] for kind, rows in found.items() if rows}
    # in order: d11 … d00, seen, long (by its second passage), twin
    assert said == {
        BEYOND: [("lost", None)],
        TRUNCATED: [("long", 14)],
        NO_OVERLAP: [("lost", None)],
        CONFIDENT_WRONG: [("d11", 1)],
    }
    assert found[TRUNCATED][0].score == -12.5
    above = replace(query_scores, pairs={"ce": {**pairs, "twin": PairScore(5.0, 0.1)}})
    again = find_failures(PipelineSpec(Settings(20, "bm25"), "ce"), [above], qrels, store, shares)
    assert [(f.doc_id, f.other) for f in again[DUPLICATE]] == [("long", "twin")]


def test_a_word_in_any_passage_is_shared_with_the_query() -> None:
    store = TinyStore(
        [Document("a#1", "one", parent_id="a"), Document("a#2", "two", parent_id="a")]
    )
    asked = {"q": "two", "r": "three"}
    qrels = [Qrel("q", "a", 1), Qrel("r", "a", 1)]
    assert overlaps(asked, qrels, store, shares) == {"q": True, "r": False}


def test_training_takes_the_best_passage_of_a_judged_document_and_none_as_a_negative() -> None:
    searcher, reranker = split_searcher()
    examples = mine(
        [Query("q", QUERY)], [searcher.dense, searcher.lexical], reranker, searcher.store,
        {"q": {"c#1": 3, "c#2": 3, "f#1": 1, "f#2": 1}}, Mining(depth=12, negatives=3, rounds=2),
    )  # fmt: skip
    assert [row.positive for row in examples] == ["c#2", "c#2", "f#1", "f#1"]
    assert all(row.judged for row in examples)
    assert not {d for row in examples for d in row.negatives} & {"c#1", "c#2", "f#1", "f#2"}


def test_the_machine_judges_a_document_of_a_run_file_by_its_passages() -> None:
    searcher, reranker = split_searcher()
    found = judge(reranker, searcher.store, {"q": QUERY}, [("q", "c"), ("q", "a")], {})
    assert found.scores == {("q", "c"): 11.0, ("q", "a"): 0.0}
    assert sorted(reranker.scored) == ["a#1", "a#2", "c#1", "c#2"]
