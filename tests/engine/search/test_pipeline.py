"""A whole search over a tiny corpus: traces, cancelling, clocks, settings."""

from __future__ import annotations

import math

import pytest

from engine.search.searcher import with_needs
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    STAGES,
    CrossExamError,
    SearchTrace,
)
from tests.tiny import QUERY, Clock, Tiny, tiny_searcher

# Seven documents; the bi-encoder's order is a b c d e f g, BM25's g e c, the logits as told.
SEVEN = [
    Tiny("a", snakes=0, angle=0.1, logit=-4.0),
    Tiny("b", snakes=0, angle=0.2, logit=3.0),
    Tiny("c", snakes=1, angle=0.3, logit=-1.0, cut=88),
    Tiny("d", snakes=0, angle=0.4, logit=3.0),
    Tiny("e", snakes=2, angle=0.5, logit=9.0, cut=3),
    Tiny("f", snakes=0, angle=0.6, logit=20.0),
    Tiny("g", snakes=3, angle=0.7, logit=30.0, cut=5),
]


def ids(trace: SearchTrace, stage: str) -> list[str]:
    found = trace.ranking(stage)
    assert found is not None
    return found.ids()


def test_every_stage_ranks_as_worked_out_by_hand() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY)
    assert [r.stage for r in trace.rankings] == list(STAGES)
    assert ids(trace, BM25) == ["g", "e", "c"]
    assert ids(trace, BI_ENCODER) == ["a", "b", "c", "d", "e", "f", "g"]
    # 1/(60+rank) of both: g 1/61 + 1/67, e 1/62 + 1/65, c 1/63 + 1/63, then the rest
    assert ids(trace, HYBRID) == ["c", "e", "g", "a", "b", "d", "f"]
    # of the bi-encoder's first five, b and d tie
    assert ids(trace, CROSS_ENCODER) == ["e", "b", "d", "c", "a"]
    reranked = trace.ranking(CROSS_ENCODER)
    assert reranked is not None
    assert [hit.score for hit in reranked.hits] == [9.0, 3.0, 3.0, -1.0, -4.0]
    # 0.8 (logit + 4) / 13 + 0.2 snakes / 2: b and d 0.431, c 0.185 + 0.1
    blended = trace.ranking(BLEND)
    assert blended is not None
    assert blended.ids() == ["e", "b", "d", "c", "a"]
    assert [hit.score for hit in blended.hits] == pytest.approx(
        [1.0, 0.8 * 7 / 13, 0.8 * 7 / 13, 0.8 * 3 / 13 + 0.2 / 2, 0.0]
    )


@pytest.mark.parametrize(
    ("first_stage", "reranked"),
    [(BM25, "gec"), (BI_ENCODER, "abcde"), (HYBRID, "cegab")],
)
def test_the_chosen_first_stage_hands_its_first_depth_to_the_reranker(
    first_stage: str, reranked: str
) -> None:
    searcher, reranker = tiny_searcher(SEVEN)
    trace = searcher.pipeline(Settings(depth=5, first_stage=first_stage)).run(QUERY)
    assert sorted(reranker.scored) == sorted(reranked)
    assert sorted(ids(trace, CROSS_ENCODER)) == sorted(reranked)


def test_weighted_fusion_uses_the_bi_encoders_share() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    all_bm25 = searcher.pipeline(Settings(fusion="weighted", hybrid_weight=0.0)).run(QUERY)
    all_dense = searcher.pipeline(Settings(fusion="weighted", hybrid_weight=1.0)).run(QUERY)
    assert ids(all_bm25, HYBRID)[:2] == ["g", "e"]
    assert ids(all_dense, HYBRID)[:3] == ["a", "b", "c"]
    names = [r.model for t in (all_bm25, all_dense) for r in t.rankings if r.stage == HYBRID]
    assert ["100% BM25" in name for name in names] == [True, False]


def test_traces_get_ever_fuller_and_only_the_last_is_complete() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    traces = list(searcher.pipeline(Settings(depth=5)).stream(QUERY))
    assert [[r.stage for r in trace.rankings] for trace in traces] == [
        [BM25],
        [BM25, BI_ENCODER],
        [BM25, BI_ENCODER, HYBRID],
        *[[BM25, BI_ENCODER, HYBRID, CROSS_ENCODER]] * 3,
        list(STAGES),
    ]
    assert [trace.complete for trace in traces] == [False] * 6 + [True]
    assert [(trace.scored, trace.to_score) for trace in traces[3:]] == [
        (2, 5),
        (4, 5),
        (5, 5),
        (5, 5),
    ]
    # batches come from the end of the candidates: e d, c b, a
    assert [ids(trace, CROSS_ENCODER) for trace in traces[3:6]] == [
        ["e", "d"],
        ["e", "b", "d", "c"],
        ["e", "b", "d", "c", "a"],
    ]
    seconds = [trace.total_seconds for trace in traces]
    assert seconds == sorted(seconds)


def test_what_a_trace_showed_does_not_change_while_the_search_goes_on() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    stream = searcher.pipeline(Settings(depth=5)).stream(QUERY)
    first = [next(stream) for _ in range(4)][-1]
    assert dict(first.truncated) == {"e": 3}
    list(stream)  # c, which was cut too, comes with the second batch
    assert ids(first, CROSS_ENCODER) == ["e", "d"]
    assert dict(first.truncated) == {"e": 3}


def test_cut_documents_and_notices_are_listed() -> None:
    searcher, _ = tiny_searcher(SEVEN, notice="The query has 300 tokens.")
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY)
    assert dict(trace.truncated) == {"c": 88, "e": 3}  # g was cut too, but was no candidate
    assert trace.notices == ("The query has 300 tokens.",)


def test_cancelling_stops_scoring_after_the_batch_at_work() -> None:
    searcher, reranker = tiny_searcher(SEVEN)
    pipeline = searcher.pipeline(Settings(depth=5))
    traces = []
    for trace in pipeline.stream(QUERY, cancel=lambda: len(reranker.scored) >= 2):
        traces.append(trace)
    assert reranker.scored == ["e", "d"]
    assert not traces[-1].complete
    assert ids(traces[-1], CROSS_ENCODER) == ["e", "d"]
    assert traces[-1].ranking(BLEND) is None


def test_a_reranker_at_the_end_completes_the_search_with_its_last_batch() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    traces = searcher.pipeline(Settings(depth=5), [CROSS_ENCODER]).stream(QUERY)
    assert [(t.scored, t.complete) for t in traces] == [
        (0, False),
        (2, False),
        (4, False),
        (5, True),
    ]


def test_a_search_stays_cancelled_when_the_answer_changes() -> None:
    """Asked twice between stages (no), by the reranker (yes), and never again."""
    searcher, reranker = tiny_searcher(SEVEN)
    asked = iter([False, False, True, False, False, False])
    pipeline = searcher.pipeline(Settings(depth=5, first_stage=BM25), [BLEND])
    trace = pipeline.run(QUERY, cancel=lambda: next(asked))
    assert [r.stage for r in trace.rankings] == [BM25, CROSS_ENCODER]
    assert (trace.complete, trace.scored, reranker.scored) == (False, 0, [])


def test_a_search_cancelled_from_the_start_does_no_work() -> None:
    searcher, reranker = tiny_searcher(SEVEN)
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY, cancel=lambda: True)
    assert (trace.rankings, trace.complete, reranker.scored) == ((), False, [])


def test_cancelling_between_stages_keeps_the_stages_done() -> None:
    searcher, reranker = tiny_searcher(SEVEN)
    asked = iter([False, False, True])
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY, cancel=lambda: next(asked))
    assert [r.stage for r in trace.rankings] == [BM25, BI_ENCODER]
    assert not trace.complete
    assert reranker.scored == []


def test_seconds_are_those_of_the_steps_and_not_those_of_the_consumer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tiny parts move the clock: BM25 1/4 (and again for the blend), the encoder 1/2,
    tokenising pairs 1/8, each batch 1; the consumer holds every trace for 64 seconds."""
    clock = Clock()
    searcher, _ = tiny_searcher(SEVEN, clock=clock)
    monkeypatch.setattr("time.perf_counter", clock)
    for held in searcher.pipeline(Settings(depth=5)).stream(QUERY):
        trace = held
        clock.passes(64.0)
    assert {(t.stage, t.step): t.seconds for t in trace.timings if t.seconds} == {
        (BM25, "score"): 0.25,
        (BI_ENCODER, "embed"): 0.5,
        (CROSS_ENCODER, "tokenise"): 0.125,
        (CROSS_ENCODER, "score"): 3.0,
        (BLEND, "fuse"): 0.25,
    }
    assert trace.total_seconds == 0.25 + 0.5 + 0.125 + 3.0 + 0.25
    assert trace.other_seconds == 0.0
    assert trace.stage_seconds(CROSS_ENCODER) == 3.125


def test_what_no_step_explains_is_shown_as_other(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    searcher, _ = tiny_searcher(SEVEN, clock=clock)
    monkeypatch.setattr("time.perf_counter", clock)

    def slow_to_answer() -> bool:
        clock.passes(1 / 16)
        return False

    trace = searcher.pipeline(Settings(), [BM25]).run(QUERY, cancel=slow_to_answer)
    assert trace.total_seconds == 0.25 + 1 / 16
    assert trace.other_seconds == 1 / 16


def test_a_real_clock_counts_at_least_the_sum_of_the_steps() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    for trace in searcher.pipeline(Settings(depth=5)).stream(QUERY):
        assert trace.total_seconds >= sum(t.seconds for t in trace.timings)
        assert all(t.seconds >= 0 for t in trace.timings)


def test_blend_uses_bm25_even_of_documents_beyond_bm25s_pool() -> None:
    """60 documents match; the one that BM25 ranks last of them is the bi-encoder's first."""
    tinies = [Tiny(f"d{i:02}", snakes=100 - i, angle=1.0 - i / 100, logit=1.0) for i in range(60)]
    searcher, _ = tiny_searcher(tinies)
    trace = searcher.pipeline(Settings(depth=5)).run(QUERY)
    listed, blended = trace.ranking(BM25), trace.ranking(BLEND)
    assert listed is not None
    assert blended is not None
    assert listed.find("d59") is None
    # all logits are alike: 0.8 each; BM25 among d55 (45) ... d59 (41), min-max
    assert blended.ids() == ["d55", "d56", "d57", "d58", "d59"]
    assert [hit.score for hit in blended.hits] == pytest.approx([1.0, 0.95, 0.9, 0.85, 0.8])


def test_first_stages_list_fifty_or_the_depth_where_it_is_greater() -> None:
    tinies = [Tiny(f"d{i:02}", snakes=1, angle=i / 100) for i in range(70)]
    searcher, reranker = tiny_searcher(tinies)
    shallow = searcher.pipeline(Settings(depth=5)).run(QUERY)
    assert [len(r.hits) for r in shallow.rankings] == [50, 50, 50, 5, 5]
    deep = searcher.pipeline(Settings(depth=60)).run(QUERY)
    assert [len(r.hits) for r in deep.rankings] == [60, 60, 60, 60, 60]
    assert len(reranker.scored) == 65


def test_a_first_stage_without_a_hit_leaves_nothing_to_rerank() -> None:
    searcher, reranker = tiny_searcher([Tiny("a", angle=0.1), Tiny("b", angle=0.2)])
    trace = searcher.pipeline(Settings(first_stage=BM25)).run(QUERY)
    assert trace.complete
    assert ids(trace, CROSS_ENCODER) == ids(trace, BLEND) == []
    assert reranker.scored == []


@pytest.mark.parametrize("query", ["", " \n\t"])
def test_a_blank_query_is_an_error(query: str) -> None:
    searcher, _ = tiny_searcher(SEVEN)
    with pytest.raises(CrossExamError, match="type at least one word"):
        searcher.pipeline().run(query)


@pytest.mark.parametrize(
    ("asked", "first_stage", "run"),
    [
        ([HYBRID], BM25, (BM25, BI_ENCODER, HYBRID)),
        ([CROSS_ENCODER], BM25, (BM25, CROSS_ENCODER)),
        ([CROSS_ENCODER], BI_ENCODER, (BI_ENCODER, CROSS_ENCODER)),
        ([CROSS_ENCODER], HYBRID, (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER)),
        ([BLEND, BM25], BI_ENCODER, (BM25, BI_ENCODER, CROSS_ENCODER, BLEND)),
        ([BI_ENCODER], HYBRID, (BI_ENCODER,)),
    ],
)
def test_stages_bring_what_they_rest_on(
    asked: list[str], first_stage: str, run: tuple[str, ...]
) -> None:
    settings = Settings(first_stage=first_stage)
    assert with_needs(asked, settings) == run
    searcher, _ = tiny_searcher(SEVEN)
    assert searcher.pipeline(settings, asked).run(QUERY).complete


def test_an_unknown_stage_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(CrossExamError, match=r"'colbert'.*bm25, bi-encoder"):
        with_needs(["colbert"], Settings())


def test_snippets_mark_the_querys_terms_by_document() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    documents = searcher.store.get(["a", "e"])
    snippets = searcher.snippets("SNAKE food", documents)
    assert {doc_id: len(s.marks) for doc_id, s in snippets.items()} == {"a": 1, "e": 3}
    assert all(s.text[a:b] == QUERY for s in snippets.values() for a, b in s.marks)


def test_documents_that_were_embedded_in_part_are_told_with_what_was_cut() -> None:
    """The tiny encoder reads 100 words: the id, a "snake", and as many more as are told."""
    searcher, _ = tiny_searcher([Tiny("fits", snakes=98), Tiny("long", snakes=150)])
    assert searcher.embedding_cuts(searcher.pipeline(stages=[BI_ENCODER]).run(QUERY)) == {
        "long": 52
    }
    assert searcher.embedding_cuts(searcher.pipeline(stages=[BM25]).run(QUERY)) == {}


def test_cosines_are_the_bi_encoders_scores() -> None:
    searcher, _ = tiny_searcher(SEVEN)
    dense = searcher.pipeline(stages=[BI_ENCODER]).run(QUERY).ranking(BI_ENCODER)
    assert dense is not None
    assert [h.score for h in dense.hits] == pytest.approx([math.cos(t.angle) for t in SEVEN])
