"""An additional bi-encoder: a first stage of its own, whose failure ends no search."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.quality.candidate_scores import final_ranking, pairs_of, scored_pairs, seconds_of
from engine.quality.candidate_scores_json import candidate_score_values, candidate_scores_from
from engine.quality.pipelines import PipelineSpec, grid, short_model
from engine.quality.runner import gather
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.additional_encoder import AdditionalRetriever
from engine.search.stages.dense import DenseRetriever
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    STAGES,
    Cancel,
    CrossExamError,
    Query,
    Ranking,
    Reranker,
    ScoredBatch,
    StageRank,
    Usage,
)
from engine.types.ranker_names import composed, is_encoder, name_of, parsed, stage_of
from tests.tiny import (
    QUERY,
    AngleEncoder,
    ExactIndex,
    TableReranker,
    Tiny,
    runs_by_stage,
    tiny_searcher,
)

NAME = "bi-encoder:org/second"
FORTY = [
    Tiny(f"d{i:02}", snakes=40 - i, angle=i / 50, logit=float(i * 7 % 41), cut=0) for i in range(40)
]


class Cut(AngleEncoder):
    """Reads three words of a text."""

    name = "org/second"
    limit = 3


def with_second(
    tinies: Sequence[Tiny] = FORTY, rerankers: Mapping[str, TableReranker] | None = None
) -> tuple[Searcher, TableReranker]:
    """A searcher whose additional bi-encoder ranks the other way round: d39 first."""
    searcher, reranker = tiny_searcher(tinies, batch=100)
    angles = [0.8 - tiny.angle for tiny in tinies]
    vectors = np.array([[math.cos(angle), math.sin(angle)] for angle in angles], np.float32)
    dense = DenseRetriever(Cut(), ExactIndex(vectors), [tiny.doc_id for tiny in tinies])
    second = AdditionalRetriever(NAME, dense)

    def find(name: str) -> AdditionalRetriever:
        if name != NAME:
            raise CrossExamError(f"no model {name!r}")
        return second

    additional = dict(rerankers or {})
    return replace(searcher, find_retriever=find, find_reranker=additional.__getitem__), reranker


def ranked(searcher: Searcher, settings: Settings, stage: str) -> Ranking:
    found = searcher.pipeline(settings).run(QUERY).ranking(stage)
    assert found is not None
    return found


def test_its_name_is_its_stage_for_it_is_no_reranker() -> None:
    assert stage_of(NAME) == NAME
    assert name_of(NAME) == NAME
    assert name_of(BI_ENCODER) is None
    assert is_encoder(NAME)
    assert not is_encoder(BI_ENCODER)
    assert (parsed(NAME).kind, parsed(NAME).model) == (BI_ENCODER, "org/second")
    assert parsed(NAME).retrieves
    assert not parsed(NAME).remote
    assert composed(BI_ENCODER, "org/second") == NAME
    for wrong in ("bi-encoder:", "bi-encoder:  "):
        with pytest.raises(CrossExamError, match="names no model"):
            parsed(wrong)


def test_it_retrieves_from_the_whole_corpus_whatever_the_first_stage_lists() -> None:
    searcher, reranker = with_second()
    settings = Settings(depth=5, first_stage=BM25, rerankers=(NAME,))
    trace = searcher.pipeline(settings).run(QUERY)
    assert [r.stage for r in trace.rankings] == [
        BM25, BI_ENCODER, HYBRID, NAME, CROSS_ENCODER, "blend",
    ]  # fmt: skip
    found = trace.ranking(NAME)
    assert found is not None
    assert found.model == "org/second"
    assert found.ids(3) == ["d39", "d38", "d37"]
    assert found.hits[0].score == pytest.approx(math.cos(0.8 - 39 / 50), abs=1e-6)
    assert len(found.hits) == 40
    assert [t.step for t in trace.timings if t.stage == NAME] == ["load", "embed", "search", "sort"]
    assert sorted(reranker.scored) == [f"d{i:02}" for i in range(5)]


def test_alone_it_needs_no_other_stage() -> None:
    searcher, _ = with_second()
    pipeline = searcher.pipeline(Settings(rerankers=(NAME,)), [NAME])
    assert pipeline.stages == (NAME,)
    assert searcher.find_retriever is not None
    second = [searcher.find_retriever(NAME)]
    queries = [Query("q1", QUERY)]
    run = runs_by_stage(searcher, queries, Settings(depth=5), [NAME], retrievers=second)[NAME]
    assert run.rankings["q1"].ids() == ["d39", "d38", "d37", "d36", "d35"]


def test_it_can_hand_its_candidates_to_the_cross_encoder() -> None:
    searcher, reranker = with_second()
    settings = Settings(depth=5, first_stage=NAME)
    assert searcher.pipeline(settings, [CROSS_ENCODER]).stages == (NAME, CROSS_ENCODER)
    found = ranked(searcher, settings, CROSS_ENCODER)
    assert sorted(found.ids()) == ["d35", "d36", "d37", "d38", "d39"]
    assert set(reranker.scored) == set(found.ids())
    with pytest.raises(CrossExamError, match="first stage is 'bi-coder:x'"):
        Settings(first_stage="bi-coder:x")


def test_one_that_fails_leaves_the_others_usable() -> None:
    searcher, _ = with_second()
    trace = searcher.pipeline(Settings(rerankers=("bi-encoder:gone",))).run(QUERY)
    assert trace.complete
    assert trace.failures == {"bi-encoder:gone": "no model 'bi-encoder:gone'"}
    assert [r.stage for r in trace.rankings if r.hits] == list(STAGES)
    nowhere = replace(searcher, find_retriever=None)
    with pytest.raises(CrossExamError, match="knows no additional rankers"):
        nowhere.pipeline(Settings(rerankers=(NAME,)))


def test_what_it_did_not_read_is_told() -> None:
    searcher, _ = with_second()
    trace = searcher.pipeline(Settings(rerankers=(NAME,))).run(QUERY)
    # the text of d00 has its id and 41 times "snake", that of d39 twice, and three words are read
    told = [text for text in searcher.reading_notices(trace) if "second" in text]
    assert told == [
        "second embedded only the beginning of 39 of the documents that it lists: they are longer "
        "than its limit, by up to 39 tokens."
    ]


def where(
    doc_id: str, settings: Settings, rerankers: Mapping[str, TableReranker]
) -> dict[str, StageRank]:
    searcher, _ = with_second(rerankers=rerankers)
    trace = searcher.pipeline(settings).run(QUERY)
    answer = searcher.where(searcher.store.get([doc_id])[0], trace, settings)
    return {place.stage: place for place in answer.places}


def test_where_a_document_is_includes_additional_rankers() -> None:
    table = TableReranker({tiny.doc_id: -float(tiny.doc_id[1:]) for tiny in FORTY}, batch=100)
    settings = Settings(depth=5, first_stage=BM25, rerankers=(NAME, "m/one"))
    kept = where("d02", settings, {"m/one": table})
    assert kept[NAME].rank == 38
    assert kept[NAME].listed
    assert kept["reranker:m/one"] == StageRank("reranker:m/one", 3, -2.0, True, 5)
    table.scored.clear()
    lost = where("d30", settings, {"m/one": table})
    assert lost["reranker:m/one"] == StageRank("reranker:m/one", 6, -30.0, False, 6)
    assert table.scored[-1] == "d30"


def test_where_says_why_an_additional_ranker_cannot_place_a_document() -> None:
    tables = {
        name: TableReranker({tiny.doc_id: 0.0 for tiny in FORTY}, batch=100)
        for name in ("tei:http://h", "llm-listwise:http://h/v1#m")
    }
    names = (*tables, "bi-encoder:gone")
    found = where("d30", Settings(depth=5, first_stage=BM25, rerankers=names), tables)
    assert found["bi-encoder:gone"].note == "it failed in this search"
    assert found["reranker:tei:http://h"].note == (
        "not among the 5 that it was given; not sent to the server just to tell"
    )
    assert "orders a list as a whole" in found["reranker:llm-listwise:http://h/v1#m"].note
    for table in tables.values():
        assert "d30" not in table.scored
    for name in names:
        assert (found[stage_of(name)].rank, found[stage_of(name)].listed) == (None, False)


def test_a_document_below_its_list_is_found_in_the_whole_ranking() -> None:
    many = [Tiny(f"d{i:02}", snakes=1, angle=i / 80) for i in range(60)]
    searcher, _ = with_second(many)
    settings = Settings(depth=5, rerankers=(NAME,))
    trace = searcher.pipeline(settings).run(QUERY)
    answer = searcher.where(searcher.store.get(["d00"])[0], trace, settings)
    (place,) = [p for p in answer.places if p.stage == NAME]
    assert (place.rank, place.listed, place.of) == (60, False, 60)


def test_it_is_a_first_stage_of_pipelines_exactly_as_it_ranks() -> None:
    searcher, reranker = with_second()
    specs = grid((BM25, NAME), ["table"], (5, 20), blend_weights=(0.8,))
    assert [spec.name for spec in specs][5:] == [
        "second", "second 5 → table", "second 5 → 80% table + 20% BM25", "second 20 → table",
        "second 20 → 80% table + 20% BM25",
    ]  # fmt: skip
    assert (specs[5].retriever, specs[0].retriever) == (NAME, "")
    assert searcher.find_retriever is not None
    second = searcher.find_retriever(NAME)
    (found,) = gather(
        searcher, {"table": reranker}, [Query("q1", QUERY)], specs, retrievers=[second]
    )
    for spec in specs:
        alone = ranked(searcher, spec.settings, spec.stage) if not spec.retriever else None
        if alone is None:
            pipeline = searcher.pipeline(spec.settings, [spec.stage])
            alone = pipeline.run(QUERY).ranking(spec.stage)
        assert alone is not None
        assert final_ranking(spec, found).hits == alone.hits[: spec.depth], spec.name
    assert seconds_of(specs[5], found) == found.seconds[NAME]
    assert candidate_scores_from(candidate_score_values([found])) == (found,)


def test_it_cannot_rerank_and_has_a_short_name() -> None:
    with pytest.raises(CrossExamError, match="make it the first stage"):
        PipelineSpec(Settings(5, BM25), NAME)
    assert short_model("bi-encoder:BAAI/bge-small-en-v1.5") == "bge-small-en-v1.5"
    assert short_model("llm-listwise:http://h/v1#org/qwen3:4b") == "qwen3:4b (listwise)"


class Lister(Reranker):
    """Orders a list as a whole: what stands first is put last; it counts what it was asked."""

    name = "lister"

    def __init__(self, fails_at: int | None = None) -> None:
        self.lists: list[list[str]] = []
        self._fails_at = fails_at

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        if len(self.lists) == self._fails_at:
            raise CrossExamError("the server went away")
        self.lists.append([text.split()[0] for text in documents])
        n = len(documents)
        scores = tuple(float(i) for i in range(n))
        usage = Usage(requests=1, input_tokens=10 * n, output_tokens=n)
        yield ScoredBatch(tuple(range(n)), scores, (0,) * n, 1.0, usage=usage)


LISTWISE = "llm-listwise:http://127.0.0.1:1/v1#m"


def test_what_orders_a_whole_list_is_asked_once_for_each_list_and_never_again() -> None:
    searcher, _ = with_second()
    assert searcher.find_retriever is not None
    second = [searcher.find_retriever(NAME)]
    # BM25 and the hybrid have the same candidates here, so they are one list
    specs = grid((BM25, HYBRID, NAME), [LISTWISE], (5, 10), blend_weights=(0.8,))
    assert [spec.blend_weight for spec in specs] == [None] * 9  # an order has no scores to mix
    lister = Lister()
    queries = [Query("q1", QUERY), Query("q2", "snake snake")]
    gathered = gather(searcher, {LISTWISE: lister}, queries, specs, retrievers=second)
    assert sorted(len(each) for each in lister.lists) == [5, 5, 5, 5, 10, 10, 10, 10]
    for spec in specs:
        first = final_ranking(replace(spec, reranker=""), gathered[0]).ids()
        expected = first[::-1] if spec.reranker else first
        assert final_ranking(spec, gathered[0]).ids() == expected, spec.name
    deep = next(spec for spec in specs if spec.reranker and spec.depth == 10)
    assert set(pairs_of(deep, gathered[0])) == set(final_ranking(deep, gathered[0]).ids())
    assert gathered[0].usage[LISTWISE] == Usage(4, 300, 30)
    assert candidate_scores_from(candidate_score_values(gathered)) == gathered

    again, earlier_scores = Lister(), scored_pairs(gathered)
    later = gather(
        searcher, {LISTWISE: again}, queries, specs, retrievers=second, scored_pairs=earlier_scores
    )
    assert again.lists == []
    assert later[0].usage == {}
    assert [final_ranking(s, later[1]) for s in specs] == [
        final_ranking(s, gathered[1]) for s in specs
    ]


def test_what_was_finished_is_kept_where_a_reranker_fails_later() -> None:
    searcher, _ = with_second()
    specs = [PipelineSpec(Settings(5, BM25), LISTWISE)]
    queries = [Query("q1", QUERY), Query("q2", "snake snake")]
    told: list[CrossExamError] = []
    found = gather(searcher, {LISTWISE: Lister(1)}, queries, specs, failed=told.append)
    assert [query_scores.query_id for query_scores in found] == ["q1"]
    assert [str(error) for error in told] == ["the server went away"]
    with pytest.raises(CrossExamError, match="went away"):
        gather(searcher, {LISTWISE: Lister(0)}, queries, specs, failed=told.append)
    with pytest.raises(CrossExamError, match="went away"):
        gather(searcher, {LISTWISE: Lister(1)}, queries, specs)
