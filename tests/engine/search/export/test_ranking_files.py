"""A search as files: a run that other tools read, and JSON that says where it came from."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import ir_measures
import pytest

from engine.search.export.ranking_files import ModelVersion, RankingExport
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID, CrossExamError
from tests.tiny import QUERY, Tiny, tiny_searcher

DOCUMENTS = [
    Tiny("a", snakes=3, angle=0.4, logit=-1.0),
    Tiny("=b", snakes=2, angle=0.2, logit=2.5),
    Tiny("c", snakes=1, angle=0.1, logit=0.25),
]
STAGES = (BM25, BI_ENCODER, CROSS_ENCODER)
SHALLOW = Settings(depth=5)


def export(*, query_id: str = "", more: int = 0, settings: Settings = SHALLOW) -> RankingExport:
    others = [Tiny(f"d{n}", snakes=1, angle=1.0 + n / 10, logit=-2.0 - n) for n in range(more)]
    searcher, _ = tiny_searcher([*DOCUMENTS, *others])
    return RankingExport(
        searcher.pipeline(settings).run(QUERY),
        settings,
        searcher.store,
        models=(ModelVersion(CROSS_ENCODER, "tiny", "abc", "torch fp32"),),
        cross_encoder="cross-encoder/ms-marco-tiny",
        software={"crossexam": "0.1.0", "torch": "2"},
        exported="2026-11-29T12:00:00+00:00",
        judgments={"c": 2},
        query_id=query_id,
        index="local",
    )


def test_a_run_is_read_by_another_tool_in_the_same_order() -> None:
    files = export(query_id="q 1")
    ranking = files.trace.ranking(CROSS_ENCODER)
    assert ranking is not None
    rows = list(ir_measures.read_trec_run(files.trec(CROSS_ENCODER)))  # type: ignore[no-untyped-call]
    assert {row.query_id for row in rows} == {"q%201"}
    in_order = [row.doc_id for row in sorted(rows, key=lambda row: -row.score)]
    assert in_order == ranking.ids()
    lines = [line.split(" ") for line in files.trec(CROSS_ENCODER).splitlines()]
    assert [int(line[3]) for line in lines] == [1, 2, 3]
    assert {line[5] for line in lines} == {"bi-encoder-5-to-tiny"}


def test_a_query_without_an_id_is_named_by_its_text() -> None:
    assert export().trec(BM25).split(" ", 1)[0] == QUERY


def test_a_run_is_as_deep_as_the_settings() -> None:
    assert len(export(more=4).trec(BM25).splitlines()) == 5


def test_a_stage_that_was_not_run_is_refused_with_those_that_were() -> None:
    with pytest.raises(CrossExamError, match=r"no ranking of 'colbert'.*bm25"):
        export().trec("colbert")


@pytest.mark.parametrize("depth", [5, 7, 50])
def test_a_weighted_hybrid_is_computed_again_from_the_file_of_a_search_50_deep(depth: int) -> None:
    """By hand: 70% of the bi-encoder's min-max and 30% of BM25's, over lists of 50."""

    def listed(depth: int) -> dict[str, dict[str, float]]:
        settings = Settings(depth=depth, fusion="weighted", hybrid_weight=0.7)
        values = export(more=6, settings=settings).values((BM25, BI_ENCODER, HYBRID))
        return {
            ranking["stage"]: {hit["doc_id"]: hit["score"] for hit in ranking["hits"]}
            for ranking in values["rankings"]
        }

    def spread(scores: dict[str, float], doc_id: str) -> float:
        low, high = min(scores.values()), max(scores.values())
        return (scores[doc_id] - low) / (high - low) if doc_id in scores else 0.0

    whole, shown = listed(50), listed(depth)[HYBRID]
    assert len(shown) == min(depth, 9)
    for doc_id, score in shown.items():
        by_hand = 0.3 * spread(whole[BM25], doc_id) + 0.7 * spread(whole[BI_ENCODER], doc_id)
        assert score == pytest.approx(by_hand, abs=1e-12)


def test_the_json_says_what_was_not_read_as_the_page_does() -> None:
    notices = ("The cross-encoder did not read all of 1 of the 3 candidates.",)
    assert json.loads(replace(export(), notices=notices).json(STAGES))["notices"] == list(notices)


def test_the_json_says_where_the_rankings_came_from() -> None:
    files = export(query_id="q1")
    values = json.loads(files.json(STAGES))
    assert values["corpus"]["fingerprint"] == files.trace.corpus.fingerprint
    assert values["settings"]["depth"] == 5
    assert values["settings"]["precision"] == files.settings.precision
    assert values["software"] == {"crossexam": "0.1.0", "torch": "2"}
    assert values["models"] == [
        {"stage": CROSS_ENCODER, "name": "tiny", "revision": "abc", "backend": "torch fp32"}
    ]
    assert values["exported"] == "2026-11-29T12:00:00+00:00"
    assert values["index"] == "local"
    assert values["judgments"] == {"c": 2}
    assert [ranking["stage"] for ranking in values["rankings"]] == list(STAGES)
    assert values["pipelines"][CROSS_ENCODER]["run"] == "bi-encoder-5-to-tiny"
    (cross,) = [each for each in values["rankings"] if each["stage"] == CROSS_ENCODER]
    assert [(hit["doc_id"], hit["score"]) for hit in cross["hits"]] == [
        ("=b", 2.5),
        ("c", 0.25),
        ("a", -1.0),
    ]


def test_the_csv_disarms_a_formula_and_knows_the_judgments() -> None:
    rows = list(csv.DictReader(io.StringIO(export().csv(STAGES, BM25))))
    assert [row["doc_id"] for row in rows] == ["'=b", "c", "a"]
    assert {row["doc_id"]: row["judgment"] for row in rows}["c"] == "2"


def test_files_of_equal_searches_are_equal() -> None:
    one, other = export(), export()
    quiet = replace(other, trace=replace(other.trace, timings=one.trace.timings, total_seconds=0.0))
    same = replace(one, trace=replace(one.trace, total_seconds=0.0))
    assert same.json(STAGES) == quiet.json(STAGES)
