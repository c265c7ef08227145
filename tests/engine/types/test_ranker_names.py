"""How additional rerankers are named, and the stage of one: it may fail, the search may not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    STAGES,
    Cancel,
    CrossExamError,
    Query,
    Reranker,
    ScoredBatch,
    SearchTrace,
    Usage,
)
from engine.types.ranker_names import RerankerName, name_of, parsed, stage_of
from tests.tiny import QUERY, TableReranker, Tiny, runs_by_stage, tiny_searcher

TINIES = [Tiny("a", 1, 0.1, 1.0), Tiny("b", 2, 0.2, 2.0), Tiny("c", 3, 0.3, 3.0)]
TURNED = {"a": 3.0, "b": 2.0, "c": 1.0}
TWO = Settings(rerankers=("m/one", "m/two"))


class Metered(Reranker):
    """A remote reranker's manners: usage and notices in its batches; may fail on the way."""

    kind = "relevance, 0 to 1"
    name = "metered"

    def __init__(self, fails_after: int | None = None) -> None:
        self.fails_after = fails_after

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for i in range(len(documents)):
            if i == self.fails_after:
                raise CrossExamError("the server went away")
            usage = Usage(requests=1, input_tokens=10, dollars=0.5, price_note="assumed")
            cut = 4 if i == 1 else 0
            yield ScoredBatch((i,), (i / 10,), (cut,), 0.0, usage=usage, notices=(f"said {i}",))


def searcher_with(**rerankers: Reranker) -> Searcher:
    searcher, _ = tiny_searcher(TINIES)
    by_name = {f"m/{name}": reranker for name, reranker in rerankers.items()}
    return replace(searcher, find_reranker=by_name.__getitem__)


def traces(searcher: Searcher, settings: Settings) -> list[SearchTrace]:
    return list(searcher.pipeline(settings).stream(QUERY))


def test_further_rerankers_are_stages_of_their_own_after_the_others() -> None:
    searcher = searcher_with(one=TableReranker(TURNED, name="first"), two=Metered())
    trace = traces(searcher, TWO)[-1]
    assert [r.stage for r in trace.rankings] == [*STAGES, "reranker:m/one", "reranker:m/two"]
    one = trace.ranking(stage_of("m/one"))
    assert one is not None
    assert (one.model, one.kind, one.ids()) == ("first", "logit", ["a", "b", "c"])
    cross = trace.ranking(CROSS_ENCODER)
    assert cross is not None
    assert cross.ids() == ["c", "b", "a"]
    assert trace.complete
    assert trace.failures == {}


def test_only_the_stages_asked_for_run_and_what_they_need() -> None:
    searcher = searcher_with(one=TableReranker(TURNED))
    pipeline = searcher.pipeline(TWO, [stage_of("m/one")])
    assert pipeline.stages == (BI_ENCODER, "reranker:m/one")
    assert pipeline.run(QUERY).complete


def test_usage_and_notices_reach_the_trace_under_their_stage() -> None:
    searcher = searcher_with(one=Metered(), two=TableReranker(TURNED, notice="too long"))
    trace = traces(searcher, TWO)[-1]
    usage = Usage(requests=3, input_tokens=30, dollars=1.5, price_note="assumed")
    assert trace.usage == {"reranker:m/one": usage}
    assert trace.notices[:3] == ("said 0", "said 1", "said 2")
    assert "metered did not read all of 1 of the 3 candidates" in trace.notices[3]
    assert trace.notices[4:] == ("too long",)
    assert trace.truncated == {}  # which is the cross-encoder's


def test_the_steps_of_further_rerankers_are_timed_under_their_stage() -> None:
    trace = traces(searcher_with(one=TableReranker(TURNED), two=Metered()), TWO)[-1]
    steps = [t.step for t in trace.timings if t.stage == "reranker:m/one"]
    assert steps == ["load", "read", "tokenise", "score", "sort"]
    assert sum(t.seconds for t in trace.timings) <= trace.total_seconds


def test_a_trace_says_which_stage_is_scoring() -> None:
    searcher = searcher_with(one=TableReranker(TURNED, batch=1), two=Metered())
    told = traces(searcher, TWO)
    assert list(dict.fromkeys(trace.scoring for trace in told)) == [
        "", CROSS_ENCODER, "reranker:m/one", "reranker:m/two",
    ]  # fmt: skip
    assert told[-1].scoring == ""


def test_one_that_fails_is_told_and_the_others_still_rank() -> None:
    searcher = searcher_with(one=Metered(fails_after=2), two=TableReranker(TURNED))
    trace = traces(searcher, TWO)[-1]
    assert trace.complete
    assert trace.failures == {"reranker:m/one": "the server went away"}
    partial, two = trace.ranking(stage_of("m/one")), trace.ranking(stage_of("m/two"))
    assert partial is not None
    assert two is not None
    assert len(partial.hits) == 2
    assert two.ids() == ["a", "b", "c"]


def test_one_that_cannot_be_loaded_is_told_too() -> None:
    def find(name: str) -> Reranker:
        raise CrossExamError(f"no model {name!r}")

    searcher = replace(tiny_searcher(TINIES)[0], find_reranker=find)
    trace = traces(searcher, Settings(rerankers=("m/one",)))[-1]
    assert trace.failures == {"reranker:m/one": "no model 'm/one'"}


def test_a_query_set_is_not_measured_with_half_a_ranking() -> None:
    searcher, _ = tiny_searcher(TINIES)
    with pytest.raises(CrossExamError, match=r"m/one failed at query 'q1': the server went away"):
        runs_by_stage(
            searcher,
            [Query("q1", QUERY)],
            TWO,
            [stage_of("m/one")],
            rerankers={"m/one": Metered(fails_after=0)},
        )


def test_a_query_set_runs_through_additional_rerankers() -> None:
    searcher, _ = tiny_searcher(TINIES)
    runs = runs_by_stage(
        searcher,
        [Query("q1", QUERY)],
        TWO,
        [CROSS_ENCODER, stage_of("m/one")],
        rerankers={"m/one": TableReranker(TURNED)},
    )
    assert runs[CROSS_ENCODER].rankings["q1"].ids() == ["c", "b", "a"]
    assert runs["reranker:m/one"].rankings["q1"].ids() == ["a", "b", "c"]


def test_cancelling_leaves_the_search_incomplete() -> None:
    searcher = searcher_with(one=TableReranker(TURNED, batch=1), two=Metered())
    scoring: list[str] = []
    for trace in searcher.pipeline(TWO).stream(
        QUERY, cancel=lambda: scoring[-1:] == ["reranker:m/one"]
    ):
        scoring.append(trace.scoring)
    assert not trace.complete
    assert trace.ranking(stage_of("m/two")) is None


def test_without_a_way_to_find_them_further_rerankers_are_an_error() -> None:
    searcher, _ = tiny_searcher(TINIES)
    with pytest.raises(CrossExamError, match="no additional rankers, so not 'm/one'"):
        searcher.pipeline(TWO)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cohere", RerankerName("cohere")),
        ("cohere:rerank-v3.5", RerankerName("cohere", "rerank-v3.5")),
        ("tei:http://h:8080", RerankerName("tei", "", "http://h:8080")),
        ("vllm:https://h/x#BAAI/m", RerankerName("vllm", "BAAI/m", "https://h/x")),
        (
            "llm-listwise:http://h:11434/v1#qwen3:4b",
            RerankerName("llm-listwise", "qwen3:4b", "http://h:11434/v1"),
        ),
        ("maxsim", RerankerName("maxsim")),
        ("maxsim:my/colbert", RerankerName("maxsim", "my/colbert")),
        ("BAAI/bge-reranker-base", RerankerName("cross-encoder", "BAAI/bge-reranker-base")),
        ("/models/mine", RerankerName("cross-encoder", "/models/mine")),
        ("C:/models/mine", RerankerName("cross-encoder", "C:/models/mine")),
    ],
)
def test_names_are_taken_apart(name: str, expected: RerankerName) -> None:
    assert parsed(name) == expected
    assert name_of(stage_of(name)) == name
    assert name_of(CROSS_ENCODER) is None


def test_a_name_says_whether_texts_leave_for_a_server() -> None:
    remote = ["cohere", "tei:http://h", "llm-pairwise:http://h#m"]
    assert all(parsed(name).remote for name in remote)
    assert not any(parsed(name).remote for name in ("maxsim", "a/b", "./folder"))
    assert parsed("jina").hosted
    assert not parsed("tei:http://h").hosted


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        ([""], "names no reranker"),
        (["  "], "names no reranker"),
        (["a\x00b"], "names no reranker"),
        (["a" * 301], "names no reranker"),
        (["tei:"], "no address"),
        (["llm-listwise:http://h"], "names no model"),
        (["acme:http://h"], "no known service: give one of tei"),
        (["a/b", "a/b"], "chosen twice"),
        (["a/b", "a/c", "a/d", "a/e", "a/f", "a/g"], "choose at most 5"),
    ],
)
def test_names_that_cannot_be_are_errors(names: list[str], complaint: str) -> None:
    with pytest.raises(CrossExamError, match=complaint):
        Settings(rerankers=tuple(names))
