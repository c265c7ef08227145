"""An attached run as a first stage: its lists as they are, reranked, looked up and measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import pytrec_eval

from engine.quality.candidate_scores import missing_pairs, runs_of
from engine.quality.candidate_scores_json import candidate_score_values, candidate_scores_from
from engine.quality.evaluation import evaluate
from engine.quality.failures import find_failures
from engine.quality.pipeline_figures import added_seconds, pipeline_figures
from engine.quality.pipelines import PipelineSpec, spec_from
from engine.quality.runner import gather
from engine.quality.runs.attaching import attached_run
from engine.quality.runs.run_notes import answered_note, missing_notes
from engine.search.attached.retriever import AttachedRetriever
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, CrossExamError, Document, Qrel, Query
from engine.types.ranker_names import is_attached, is_encoder, name_of, parsed, retrieves, stage_of
from engine.types.registries.stage_wording import score_text, stage_label
from tests.tiny import Tiny, TinyStore, tiny_searcher

RUN = "run:prod"
TINIES = [Tiny(f"d{n}", snakes=n % 3, angle=0.1 * n, logit=float((n * 5) % 7)) for n in range(7)]
QUERIES = (Query("q1", "Snake"), Query("q2", "a long snake"), Query("q3", "snake skin"))
FILE = (
    "query_id,doc_id,rank,score\n"
    "q1,d4,1,7\nq1,gone,2,6\nq1,d0,3,6\nq1,d6,4,1\n"
    "q2,d1,1,3\nq2,d2,2,2\n"
    "typed words,d5,1,1\n"
)
QRELS = (
    *(Qrel("q1", "d0", 2), Qrel("q1", "gone", 1), Qrel("q1", "d4", 0)),
    *(Qrel("q2", "d2", 1), Qrel("q3", "d3", 1)),
)


class ListingStore(TinyStore):
    """A store that knows of one id more, without its text."""

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        return [Document.not_held(d) if d == "gone" else super(ListingStore, self).get([d])[0]
                for d in doc_ids]  # fmt: skip


@pytest.fixture
def retriever() -> AttachedRetriever:
    run = attached_run(
        FILE, "prod.csv", name="prod", at=0.0, queries=QUERIES, held=[t.doc_id for t in TINIES]
    )
    return AttachedRetriever.from_run(run, QUERIES)


@pytest.fixture
def searcher(retriever: AttachedRetriever) -> Searcher:
    plain, _ = tiny_searcher(TINIES)
    return replace(
        plain,
        store=ListingStore([tiny.document for tiny in TINIES]),
        find_retriever=lambda _: retriever,
    )


def test_its_name_is_that_of_a_first_stage_and_of_no_encoder() -> None:
    assert stage_of(RUN) == RUN == name_of(RUN)
    assert retrieves(RUN)
    assert is_attached(RUN)
    assert not is_encoder(RUN)
    assert parsed(RUN).model == "prod"
    assert stage_label("run:my /engine") == "my /engine"
    assert score_text(RUN, -1.0) == "\N{MINUS SIGN}1"
    with pytest.raises(CrossExamError, match="names no run"):
        parsed("run: ")
    with pytest.raises(CrossExamError, match="make it the first stage"):
        PipelineSpec(Settings(), RUN)


def test_the_list_is_the_files_for_the_text_in_any_case(retriever: AttachedRetriever) -> None:
    ranking, timings = retriever.retrieve("  SNAKE ", 50)
    assert timings == (), "what the other system took is not known"
    assert ranking.ids() == ["d4", "gone", "d0", "d6"]
    assert [hit.score for hit in ranking.hits] == [7, 6, 6, 1]
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3, 4]
    assert retriever.retrieve("snake", 2)[0].ids() == ["d4", "gone"]
    assert retriever.retrieve("Typed Words", 5)[0].ids() == ["d5"]
    assert retriever.retrieve("snake skin", 5)[0].hits == ()
    assert retriever.reach == 4


def test_reranked_it_has_the_order_of_the_plain_scores_of_what_can_be_read(
    searcher: Searcher,
) -> None:
    settings = Settings(first_stage=RUN, depth=50)
    trace = searcher.pipeline(settings).run("snake")
    logits = {tiny.doc_id: tiny.logit for tiny in TINIES}
    expected = sorted(["d4", "d0", "d6"], key=lambda d: -logits[d])
    reranked = trace.ranking(CROSS_ENCODER)
    assert reranked is not None
    assert reranked.ids() == expected
    assert [hit.score for hit in reranked.hits] == [logits[d] for d in expected]
    assert trace.to_score == 3
    assert any("1 of the 4 candidates is not in this corpus" in n for n in trace.notices)
    assert not trace.failures


def test_for_a_query_that_it_lacks_the_others_rank_and_it_is_empty(searcher: Searcher) -> None:
    trace = searcher.pipeline(Settings(rerankers=(RUN,))).run("snake skin")
    listed = trace.ranking(RUN)
    assert listed is not None
    assert listed.hits == ()
    assert not trace.failures
    reranked = trace.ranking(CROSS_ENCODER)
    assert reranked is not None
    assert len(reranked.hits) == 7


def test_a_lookup_knows_the_rank_in_the_file_and_says_what_is_not_there(searcher: Searcher) -> None:
    settings = Settings(rerankers=(RUN,), depth=5)
    trace = searcher.pipeline(settings).run("snake")
    lookup = searcher.where(searcher.store.get(["d6"])[0], trace, settings)
    place = next(place for place in lookup.places if place.stage == RUN)
    assert (place.rank, place.score, place.of, place.listed) == (4, 1.0, 4, True)
    absent = searcher.where(searcher.store.get(["d3"])[0], trace, settings)
    place = next(place for place in absent.places if place.stage == RUN)
    assert (place.rank, place.score, place.of) == (None, None, 4)
    first = Settings(first_stage=RUN, depth=5)
    other = searcher.where(
        searcher.store.get(["d3"])[0], searcher.pipeline(first).run("snake"), first
    )
    assert other.sentence.startswith("Lost in the first stage: prod did not return it.")
    unasked = searcher.pipeline(settings).run("snake skin")
    place = searcher.where(searcher.store.get(["d3"])[0], unasked, settings).places[-1]
    assert place.note == "the run has no list for this query"


def quality(
    searcher: Searcher, retriever: AttachedRetriever
) -> tuple[dict[str, PipelineSpec], dict[str, PipelineSpec]]:
    alone = PipelineSpec(Settings(first_stage=RUN, depth=20))
    reranked = PipelineSpec(Settings(first_stage=RUN, depth=20), searcher.reranker.name)
    return {spec.name: spec for spec in (alone, reranked)}, {}


def test_its_quality_is_pytrec_evals_of_the_file_and_missing_queries_count_0(
    searcher: Searcher, retriever: AttachedRetriever
) -> None:
    specs, _ = quality(searcher, retriever)
    assert list(specs) == ["prod", "prod 20 → table"]
    gathered = gather(
        searcher,
        {"table": searcher.reranker},
        QUERIES,
        list(specs.values()),
        retrievers=[retriever],
    )
    gathered = candidate_scores_from(candidate_score_values(gathered))  # as saved runs hold it
    runs = runs_of(specs, gathered)
    assert runs["prod"].rankings["q1"].ids() == ["d4", "gone", "d0", "d6"]
    qrels: dict[str, dict[str, int]] = {}
    for qrel in QRELS:
        qrels.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    places = {
        "q1": {"d4": 4.0, "gone": 3.0, "d0": 2.0, "d6": 1.0},
        "q2": {"d1": 2.0, "d2": 1.0},
    }
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10"}).evaluate(places)
    evaluation = evaluate(runs["prod"], QRELS, depth=20)
    for query_id in places:
        ours = evaluation.by_query[query_id]["nDCG@10"]
        assert ours == pytest.approx(theirs[query_id]["ndcg_cut_10"])
    total = sum(theirs[query_id]["ndcg_cut_10"] for query_id in places)
    assert evaluation.missing == ("q3",)
    assert evaluation.mean["nDCG@10"] == pytest.approx(total / 3)
    assert "no result for 1 of 3 judged queries (q3)" in missing_notes(evaluation, "prod")[0]
    (note,) = answered_note(evaluation, "prod")
    assert f"Over the 2 queries that prod has results for, its nDCG@10 is {total / 2:.4f}" in note
    assert answered_note(evaluate(runs["prod"], QRELS[:4], depth=20), "prod") == []


def test_reranked_in_quality_what_cannot_be_read_stands_behind_the_rest(
    searcher: Searcher, retriever: AttachedRetriever
) -> None:
    specs, _ = quality(searcher, retriever)
    gathered = gather(
        searcher,
        {"table": searcher.reranker},
        QUERIES,
        list(specs.values()),
        retrievers=[retriever],
    )
    assert missing_pairs(gathered) == {("q1", "gone")}
    runs = runs_of(specs, gathered)
    reranked = runs["prod 20 → table"].rankings["q1"]
    logits = {tiny.doc_id: tiny.logit for tiny in TINIES}
    assert reranked.ids() == [*sorted(["d4", "d0", "d6"], key=lambda d: -logits[d]), "gone"]
    figures = pipeline_figures(specs, gathered, runs, QRELS, recall_at=20)
    alone, second = figures.values()
    assert alone.evaluation.missing == second.evaluation.missing == ("q3",)
    assert alone.spec.attached
    assert math.isfinite(added_seconds(alone, second) or math.nan)
    own = replace(alone, spec=PipelineSpec(Settings()))
    assert added_seconds(own, second) is None
    failures = find_failures(
        specs["prod"], gathered, QRELS, searcher.store, lambda *_: True, confident=0.0
    )
    assert [f.doc_id for f in failures["beyond"]] == ["d3"]


def test_a_saved_pipeline_keeps_its_run_by_name() -> None:
    spec = PipelineSpec(Settings(first_stage=RUN, depth=10), "table")
    assert spec_from(spec.values()) == spec
    assert spec.run_name == "prod-10-to-table"
