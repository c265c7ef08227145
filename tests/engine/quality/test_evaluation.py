"""Quality measures by hand and against pytrec_eval on the file that was written."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import pytrec_eval

from engine.quality.evaluation import (
    ceiling,
    evaluate,
    strictly_falling,
    trec_lines,
    unjudged,
    write_trec,
)
from engine.quality.runs.trec_files import read_run
from engine.types import CrossExamError, Hit, Qrel, Ranking, Run
from tests.tiny import ranking


def run_of(rankings: Mapping[str, Ranking], name: str = "bm25") -> Run:
    return Run(name, rankings)


def judged(query_id: str, **grades: int) -> list[Qrel]:
    return [Qrel(query_id, doc_id, grade) for doc_id, grade in grades.items()]


def by_trec_eval(path: Path, qrels: list[Qrel], depth: int) -> dict[str, dict[str, float]]:
    """pytrec_eval's measures of a run file, parsed here."""
    runs: dict[str, dict[str, float]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query_id, q0, doc_id, _, score, _ = line.split()
        assert q0 == "Q0"
        runs.setdefault(query_id, {})[doc_id] = float(score)
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    measures = {"ndcg_cut.10", "recip_rank", "map", f"recall.{depth}"}
    found: dict[str, dict[str, float]]
    found = pytrec_eval.RelevanceEvaluator(grades, measures).evaluate(runs)
    return found


def test_measures_by_hand() -> None:
    run = run_of({"q1": ranking("bm25", "x", "a", "b", "y")})
    result = evaluate(run, judged("q1", a=3, b=1, c=2, y=0), depth=4)
    # trec_eval's gain is the grade itself: 3 at rank 2, 1 at rank 3; ideal 3, 2, 1
    dcg = 3 / math.log2(3) + 1 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert result.by_query["q1"]["nDCG@10"] == pytest.approx(dcg / ideal)
    assert result.by_query["q1"]["MRR@10"] == pytest.approx(1 / 2)
    assert result.by_query["q1"]["Recall@4"] == pytest.approx(2 / 3)
    assert result.by_query["q1"]["MAP"] == pytest.approx((1 / 2 + 2 / 3) / 3)
    assert result.mean == result.by_query["q1"]
    assert (result.run, result.k) == ("bm25", 10)


def test_judged_at_ten_is_the_share_of_the_top_ten_with_any_judgment() -> None:
    letters = [*"abcdefghijkl"]
    run = run_of({"q1": ranking("bm25", *letters), "q2": ranking("bm25", "a", "b")})
    qrels = [*judged("q1", a=1, c=0, l=3), *judged("q2", b=2, z=1)]
    # q1: a and c of ten (l is 12th); q2: b of two
    assert evaluate(run, qrels, depth=5).judged_at_k == pytest.approx((2 / 10 + 1 / 2) / 2)


def test_unjudged_documents_of_the_top_are_named_by_query() -> None:
    run = run_of({"q1": ranking("bm25", "a", "b", "c"), "q2": ranking("bm25", "a")})
    qrels = [*judged("q1", b=0), *judged("q2", a=1)]
    assert unjudged(run, qrels) == {"q1": ["a", "c"]}
    assert unjudged(run, qrels, k=1) == {"q1": ["a"]}


def test_a_perfect_reranker_finds_what_the_first_stage_found_and_no_more() -> None:
    found = {"q1": ranking("bm25", "x", "a", "b"), "q2": ranking("bm25", "x")}
    best = ceiling(found, [*judged("q1", a=1, b=3, c=3), *judged("q2", a=1)])
    assert best.by_query["q1"]["Recall"] == pytest.approx(2 / 3)
    dcg = 3 + 1 / math.log2(3)
    ideal = 3 + 3 / math.log2(3) + 1 / math.log2(4)
    assert best.by_query["q1"]["nDCG@10"] == pytest.approx(dcg / ideal)
    assert best.by_query["q2"] == {"nDCG@10": 0.0, "MRR@10": 0.0, "MAP": 0.0, "Recall": 0.0}
    assert best.mean["Recall"] == pytest.approx(1 / 3)


def test_mean_reciprocal_rank_stops_at_ten() -> None:
    letters = [*"abcdefghijkl"]
    run = run_of({"q1": ranking("bm25", *letters)})
    assert evaluate(run, judged("q1", j=1), depth=5).mean["MRR@10"] == pytest.approx(1 / 10)
    assert evaluate(run, judged("q1", k=1), depth=5).mean["MRR@10"] == 0.0


def test_a_judged_query_without_a_hit_counts_as_zero() -> None:
    run = run_of({"q1": ranking("bm25", "a"), "q2": Ranking("bm25", "m", ())})
    result = evaluate(run, [*judged("q1", a=1), *judged("q2", a=1)], depth=5)
    assert result.mean == {"nDCG@10": 0.5, "MRR@10": 0.5, "MAP": 0.5, "Recall@5": 0.5}
    assert set(result.by_query) == {"q1", "q2"}


def by_ir_measures(run: Run, qrels: list[Qrel], depth: int) -> dict[str, float]:
    """ir_measures' means of a run over all judged queries."""
    import ir_measures

    named = {"nDCG@10": "nDCG@10", "RR@10": "MRR@10", "AP": "MAP", f"R@{depth}": f"Recall@{depth}"}
    found = ir_measures.calc_aggregate(
        [ir_measures.parse_measure(name) for name in named],
        [ir_measures.Qrel(q.query_id, q.doc_id, q.relevance) for q in qrels],
        [
            ir_measures.ScoredDoc(query_id, hit.doc_id, hit.score)
            for query_id, found in run.rankings.items()
            for hit in found.hits
        ],
    )
    return {named[str(measure)]: value for measure, value in found.items()}


def test_a_judged_query_that_the_run_does_not_list_counts_zero_as_in_ir_measures() -> None:
    run = run_of({"q1": ranking("bm25", "a"), "stranger": ranking("bm25", "a")})
    qrels = [*judged("q1", a=1), *judged("q2", a=1), *judged("q3", b=2)]
    result = evaluate(run, qrels, depth=5)
    assert result.mean == pytest.approx(by_ir_measures(run, qrels, 5))
    assert result.mean["nDCG@10"] == pytest.approx(1 / 3)
    assert result.judged_at_k == pytest.approx(1 / 3)
    assert (result.missing, result.unknown) == (("q2", "q3"), ("stranger",))


def test_a_query_without_a_relevant_document_counts_zero_as_in_ir_measures() -> None:
    run = run_of({"q1": ranking("bm25", "a"), "q2": ranking("bm25", "a")})
    qrels = [*judged("q1", a=1), *judged("q2", a=0)]
    result = evaluate(run, qrels, depth=5)
    assert set(result.by_query) == {"q1", "q2"}
    assert result.mean == pytest.approx(by_ir_measures(run, qrels, 5))
    assert result.mean["nDCG@10"] == 0.5
    assert (result.irrelevant, result.missing) == (("q2",), ())


def test_the_mean_is_over_the_queries_that_were_asked() -> None:
    run = run_of({"q1": ranking("bm25", "a"), "q4": ranking("bm25", "a")})
    qrels = [judgment for q in ("q1", "q2", "q3", "q4") for judgment in judged(q, a=1)]
    result = evaluate(run, qrels, depth=5, query_ids=["q1", "q2"])
    assert set(result.by_query) == {"q1", "q2"}
    assert result.mean["MAP"] == 0.5
    assert (result.missing, result.unknown) == (("q2",), ())


def test_a_run_without_any_judged_query_is_an_error() -> None:
    with pytest.raises(CrossExamError, match="none of its 1 queries has a relevant judgment"):
        evaluate(run_of({"q1": ranking("bm25", "a")}), judged("q2", a=1), depth=5)


def drawn(seed: int) -> tuple[Run, list[Qrel]]:
    """Twenty queries over forty documents with coarse scores, so that ties abound."""
    draw = random.Random(seed)
    rankings, qrels = {}, []
    for number in range(20):
        doc_ids = draw.sample([f"d{i:02}" for i in range(40)], 25)
        scores = sorted((draw.randrange(6) / 4 for _ in doc_ids), reverse=True)
        hits = (Hit(d, s, i) for i, (d, s) in enumerate(zip(doc_ids, scores, strict=True), 1))
        rankings[f"q{number}"] = Ranking("hybrid", "m", tuple(hits))
        qrels += [Qrel(f"q{number}", f"d{i:02}", draw.choice([0, 0, 1, 2, 3])) for i in range(30)]
    return Run("hybrid", rankings), qrels


@pytest.mark.parametrize("seed", [1, 2])
def test_measures_are_those_of_pytrec_eval_on_the_written_file(seed: int, tmp_path: Path) -> None:
    run, qrels = drawn(seed)
    ours = evaluate(run, qrels, depth=20)
    write_trec(run, tmp_path / "runs" / "hybrid.run")
    theirs = by_trec_eval(tmp_path / "runs" / "hybrid.run", qrels, 20)
    assert set(theirs) == set(ours.by_query)
    for query_id, values in theirs.items():
        mine = ours.by_query[query_id]
        assert mine["nDCG@10"] == pytest.approx(values["ndcg_cut_10"])
        assert mine["Recall@20"] == pytest.approx(values["recall_20"])
        assert mine["MAP"] == pytest.approx(values["map"])
        first = 1 / values["recip_rank"] if values["recip_rank"] else math.inf
        assert mine["MRR@10"] == pytest.approx(values["recip_rank"] if first <= 10 else 0.0)
    means = [values["ndcg_cut_10"] for values in theirs.values()]
    assert ours.mean["nDCG@10"] == pytest.approx(sum(means) / len(means))


def test_tied_scores_keep_the_order_on_screen(tmp_path: Path) -> None:
    """trec_eval breaks ties by falling id: it would put z first."""
    run = run_of({"q1": ranking("bm25", "a", "b", "z", score=lambda rank: 0.5)})
    qrels = judged("q1", a=1)
    write_trec(run, tmp_path / "bm25.run")
    assert by_trec_eval(tmp_path / "bm25.run", qrels, 5)["q1"]["recip_rank"] == 1.0
    assert evaluate(run, qrels, depth=5).mean["MRR@10"] == 1.0


@pytest.mark.parametrize("top", [0.5, 1e-30, -3.9, 1234567.8, 0.0])
def test_scores_fall_strictly_in_single_precision(top: float) -> None:
    """Two scores that differ in double precision only are alike to trec_eval."""
    hits = [Hit(f"d{i}", top - i * 1e-12 * abs(top), i + 1) for i in range(50)]
    rows = strictly_falling(Ranking("bm25", "m", tuple(hits)))
    assert [doc_id for doc_id, _ in rows] == [hit.doc_id for hit in hits]
    scores = np.array([score for _, score in rows], dtype=np.float32)
    assert (np.diff(scores) < 0).all()
    assert scores == pytest.approx([hit.score for hit in hits], rel=1e-5, abs=1e-30)


def test_scores_that_fall_already_are_written_as_they_are() -> None:
    rows = strictly_falling(ranking("bm25", "a", "b", "c", score=lambda rank: 8.0 / rank))
    assert rows == [("a", 8.0), ("b", 4.0), ("c", float(np.float32(8 / 3)))]


def test_a_line_of_a_run_file() -> None:
    run = run_of({"q1": ranking("bm25", "a", "b", score=lambda rank: 1.0 / rank)})
    assert trec_lines(run) == ["q1 Q0 a 1 1.0 bm25", "q1 Q0 b 2 0.5 bm25"]


@pytest.mark.parametrize(("query_id", "doc_id"), [("q 1", "a"), ("q1", "a\tb"), ("q1", "a\u00a0b")])
def test_an_id_with_white_space_is_written_so_that_six_columns_stay_and_read_back(
    query_id: str, doc_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "bm25.run"
    write_trec(run_of({query_id: ranking("bm25", doc_id)}), path)
    (line,) = path.read_text("utf-8").splitlines()
    assert len(line.split()) == 6
    again = read_run(path.read_text("utf-8"), path.name)
    assert {q: r.ids() for q, r in again.rankings.items()} == {query_id: [doc_id]}
