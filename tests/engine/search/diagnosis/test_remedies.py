"""Remedies' figures equal those of the same pipelines run and evaluated plainly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import ir_measures
import numpy as np
import pytest
from ir_measures import nDCG

from engine.quality.candidate_scores import CandidateScores
from engine.quality.pipelines import PipelineSpec
from engine.quality.runner import gather
from engine.search.diagnosis.remedies.by_passages import PassageReranker
from engine.search.diagnosis.remedies.effects import (
    effect_of,
    missing_pairs,
    other_queries,
    rewritten_queries,
)
from engine.search.diagnosis.remedies.kinds import (
    Remedy,
    RemedyChoice,
    beginning_of,
    remedies_for,
)
from engine.search.diagnosis.remedies.sentence import best, remedy_sentence
from engine.search.diagnosis.remedies.trying import Scoring, tried
from engine.search.precision.rescoring import scorer_of
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    Qrel,
    Query,
    Reranker,
    ScoredBatch,
)
from engine.types.diagnosis.cases import Case
from engine.types.diagnosis.remedies import RemedyEffect, RemedyResult
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from tests.drifting import DriftingReranker
from tests.engine.search.diagnosis.subjects import instruments, subject
from tests.tiny import QUERY, Tiny, tiny_searcher

# BM25 ranks d00 first, the bi-encoder d79; the logits are scattered
EIGHTY = [
    Tiny(f"d{i:02}", snakes=100 - i, angle=1.0 - i / 100, logit=float(i * 37 % 80))
    for i in range(80)
]
SETTINGS = Settings(depth=10, first_stage=BI_ENCODER)
BASE = PipelineSpec(SETTINGS, "table")
QUERIES = [Query("this", QUERY), Query("two", "snake snake"), Query("three", "snake bite")]
QRELS = [
    *(Qrel("two", f"d{i:02}", i % 3) for i in range(0, 80, 7)),
    *(Qrel("three", f"d{i:02}", 1) for i in range(3, 80, 11)),
    Qrel("this", "d03", 2),
]


def scoring_of(tinies: Sequence[Tiny] = EIGHTY) -> tuple[Scoring, list[str]]:
    searcher, reranker = tiny_searcher(tinies, batch=100)
    return Scoring(searcher, lambda name: reranker, instruments()), reranker.scored


def plain_rank(spec: PipelineSpec, doc_id: str, query: str) -> int | None:
    searcher, _ = tiny_searcher(EIGHTY, batch=100)
    trace = searcher.pipeline(spec.settings, [spec.stage]).run(query)
    ranking = trace.ranking(spec.stage)
    assert ranking is not None
    hit = ranking.find(doc_id)
    return hit.rank if hit is not None else None


def test_each_remedy_gives_the_rank_that_its_pipeline_gives() -> None:
    one = subject(EIGHTY, Case(QUERY, "d03"), SETTINGS)
    scoring, _ = scoring_of()
    remedies = remedies_for(one, BASE, RemedyChoice())
    names = [remedy.name for remedy in remedies]
    assert names == [
        "depth-100",
        f"first-{BM25}",
        f"first-{HYBRID}",
        "blend",
        "first-alone",
        "hybrid-alone",
        "no-title",
    ]
    results = {r.name: r for r, _ in tried(one, BASE, remedies[:6], scoring)}
    for remedy in remedies[:6]:
        plain = plain_rank(remedy.spec, "d03", QUERY)
        listed = remedy.spec.depth if remedy.spec.reranker else remedy.spec.settings.pool
        if plain is not None and plain <= listed:
            assert results[remedy.name].rank == plain, remedy.name
    assert results["depth-100"].rank == 49  # its logit is 31 of 0 to 79
    assert results["depth-100"].before == 77
    assert results[f"first-{BM25}"].rank == 1 + sum(i * 37 % 80 > 31 for i in range(10))


@pytest.mark.parametrize(
    ("first_stage", "alone"),
    [
        (BI_ENCODER, ["Bi-encoder without the cross-encoder", "Hybrid without the cross-encoder"]),
        (BM25, ["BM25 without the cross-encoder", "Hybrid without the cross-encoder"]),
        (HYBRID, ["Hybrid without the cross-encoder"]),
    ],
)
def test_a_document_that_the_reranker_alone_puts_down_is_helped_by_leaving_it_out(
    first_stage: str, alone: list[str]
) -> None:
    settings = replace(SETTINGS, first_stage=first_stage)
    base = PipelineSpec(settings, "table")
    rising = [  # the reranker turns the order of every first stage round
        Tiny(f"d{i}", snakes=10 - i, angle=0.1 * i, logit=float(i)) for i in range(10)
    ]
    one = subject(rising, Case(QUERY, "d0", top=1), settings)
    assert one.rank == 10
    remedies = [r for r in remedies_for(one, base, RemedyChoice()) if not r.spec.reranker]
    assert [remedy.label for remedy in remedies] == alone
    results = [result for result, _ in tried(one, base, remedies, scoring_of(rising)[0])]
    assert all(result.rank == 1 for result in results)


def test_the_effect_on_the_others_is_that_of_a_plain_evaluation() -> None:
    others = other_queries(QUERIES, QRELS, f" {QUERY.upper()} ")
    assert [query.query_id for query in others] == ["two", "three"]
    spec = replace(BASE, settings=replace(SETTINGS, first_stage=BM25))
    remedy = Remedy("first-bm25", "BM25 candidates", spec)
    scoring, scored = scoring_of()
    assert missing_pairs(scoring, others, BASE, remedy) == 40
    effect, after = effect_of(scoring, others, QRELS, BASE, remedy)
    assert len(scored) == 40
    assert missing_pairs(after, others, BASE, remedy) == 0

    values = []
    for pipeline in (BASE, spec):
        searcher, _ = tiny_searcher(EIGHTY, batch=100)
        run = {}
        for query in others:
            ranking = searcher.pipeline(pipeline.settings, [CROSS_ENCODER]).run(query.text)
            hits = ranking.ranking(CROSS_ENCODER)
            assert hits is not None
            run[query.query_id] = {hit.doc_id: 1 / hit.rank for hit in hits.hits}
        qrels = [
            ir_measures.Qrel(*row) for row in ((q.query_id, q.doc_id, q.relevance) for q in QRELS)
        ]
        rows = ir_measures.iter_calc([nDCG @ 10], qrels, run)
        values.append({row.query_id: row.value for row in rows if row.query_id in run})
    differences = np.array([values[1][q] - values[0][q] for q in ("two", "three")])
    assert effect.queries == 2
    assert math.isclose(effect.difference, differences.mean(), abs_tol=1e-9)
    assert (effect.better, effect.worse) == ((differences > 0).sum(), (differences < 0).sum())
    worst = sorted(zip(differences, ("two", "three"), strict=True))
    lost = [(q, d) for d, q in worst if d < 0]
    assert [loss.query_id for loss in effect.losses] == [q for q, _ in lost]
    assert effect.interval[0] <= effect.difference <= effect.interval[1]


def test_a_rewritten_query_is_run_as_it_is_written_then() -> None:
    one = subject(EIGHTY, Case("snake AI", "d03"), SETTINGS)
    choice = RemedyChoice(acronym="AI", expansion="snake")
    (remedy,) = [r for r in remedies_for(one, BASE, choice) if r.name == "acronym"]
    scoring, _ = scoring_of()
    ((result, _),) = tried(one, BASE, [remedy], scoring)
    assert result.query == "snake snake"
    assert result.rank is None
    assert result.gain == 0
    queries = [Query("a", "AI in SAID"), Query("b", "none")]
    assert [q.text for q in rewritten_queries(queries, remedy)] == ["snake in SAID", "none"]


def test_what_both_pipelines_ask_costs_nothing_more_however_it_was_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = iter(range(1, 100))

    def ever_slower(*args: Any, **kwargs: Any) -> tuple[CandidateScores, ...]:
        (scores,) = gather(*args, **kwargs)
        tick = next(ticks)
        pairs = {
            name: {doc: replace(pair, seconds=0.5) for doc, pair in scored.items()}
            for name, scored in scores.pairs.items()
        }
        seconds = dict.fromkeys(scores.seconds, 1.0 * tick)
        return (replace(scores, seconds=seconds, pairs=pairs),)

    monkeypatch.setattr("engine.search.diagnosis.remedies.trying.gather", ever_slower)
    one = subject(EIGHTY, Case(QUERY, "d03"), SETTINGS)
    respelt = Remedy("respelt", "Respelt", BASE, rewrite=lambda text: f"{text} snake")
    remedies = [r for r in remedies_for(one, BASE, RemedyChoice()) if r.name != "no-title"]
    results = {r.name: r for r, _ in tried(one, BASE, [respelt, *remedies], scoring_of()[0])}
    assert results["respelt"].seconds_more == 0.0
    assert results["blend"].seconds_more > 0  # BM25 is asked too, here and below
    assert results["depth-100"].seconds_more == 0.5 * (len(EIGHTY) - SETTINGS.depth)
    assert results["first-alone"].seconds_more == -0.5 * SETTINGS.depth
    assert results[f"first-{HYBRID}"].seconds_more > 0


def test_a_remedy_that_fails_says_why_and_the_others_go_on() -> None:
    one = subject(EIGHTY, Case(QUERY, "d03"), SETTINGS)
    searcher, reranker = tiny_searcher(EIGHTY, batch=100)

    def find(name: str) -> Reranker:
        if name == "broken":
            raise RuntimeError("no such file")
        return reranker

    scoring = Scoring(searcher, find, instruments())
    remedies = [
        Remedy("broken", "Reranked by broken", PipelineSpec(SETTINGS, "broken")),
        Remedy("blend", "Blend", replace(BASE, blended=True)),
    ]
    first, second = [result for result, _ in tried(one, BASE, remedies, scoring)]
    assert "no such file" in first.problem
    assert not second.problem
    assert plain_rank(remedies[1].spec, "d03", QUERY) is None
    assert remedies[1].spec.stage == BLEND
    stopped = replace(one, cancel=lambda: True)
    assert list(tried(stopped, BASE, remedies, scoring)) == []


class Lengths(Reranker):
    """Scores a text by its length."""

    name = "lengths"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        scores = tuple(float(len(text)) for text in documents)
        yield ScoredBatch(tuple(range(len(documents))), scores, (0,) * len(documents), 1.0)

    def query_notice(self, query: str) -> str | None:
        return None


def test_only_what_would_be_cut_is_scored_by_its_best_window() -> None:
    by_passages = PassageReranker(
        Lengths(),
        lambda query, text: [(0, 3), (3, len(text))] if len(text) > 6 else [(0, len(text))],
    )
    scores: dict[int, float] = {}
    for batch in by_passages.score("q", ["abcdefghij", "abc", "ab"]):
        scores |= dict(zip(batch.positions, batch.scores, strict=True))
    assert scores == {0: 7.0, 1: 3.0, 2: 2.0}


@pytest.mark.parametrize("mode", [FAST, EXACT, FASTEST])
def test_by_passages_the_form_of_the_mode_scores(mode: str) -> None:
    logits = {"abcdef": 1.0, "abc": 1.0, "def": 2.0}
    quick = DriftingReranker(logits, drift=0.2, label="Toy int8")
    toy = DriftingReranker(logits, quick=quick)
    halves = PassageReranker(toy, lambda _, text: [(0, 3), (3, len(text))])
    scorer = scorer_of(halves, mode)
    (batch,) = scorer.reranker.score("q", ["abcdef"])
    assert batch.scores == (2.0,)
    asked = {FAST: toy, EXACT: toy.exact(), FASTEST: quick}
    assert [name for name, form in asked.items() if form.scored] == [mode]
    assert scorer.rescores == (mode == FAST)
    assert scorer.reranker.backend == asked[mode].backend


EFFECT = RemedyEffect(84, 0.012, (-0.004, 0.028), 9, 6, 69)


def test_a_remedy_is_said_with_its_cost_and_what_it_breaks() -> None:
    result = RemedyResult("h", "Hybrid candidates", 64, 3, 50, 0.001, effect=EFFECT)
    assert remedy_sentence(result) == (
        "Hybrid candidates: lifts it from rank 64 to 3, costs 1.0 ms more, and changes nDCG@10 by "
        "+0.012 (95% \N{MINUS SIGN}0.004 to 0.028) on 84 other queries; 6 get worse, 9 better."
    )


@pytest.mark.parametrize(
    ("results", "name"),
    [
        ([RemedyResult("a", "A", 9, 2, 50, 1.0), RemedyResult("b", "B", 9, 3, 50, 0.1)], "b"),
        ([RemedyResult("a", "A", 9, 8, 50, 0.1), RemedyResult("b", "B", 9, 5, 50, 9.0)], "b"),
        ([RemedyResult("a", "A", 9, 9, 50), RemedyResult("b", "B", 9, problem="x")], None),
        (
            [
                RemedyResult("a", "A", 9, 2, 50, effect=replace(EFFECT, difference=-0.2)),
                RemedyResult("b", "B", 9, 3, 50, 2.0, effect=EFFECT),
            ],
            "b",
        ),
    ],
)
def test_the_remedy_to_name_first(results: list[RemedyResult], name: str | None) -> None:
    first = best(results, top=3)
    assert (first.name if first is not None else None) == name


def test_a_title_is_typed_or_is_how_the_text_begins_and_the_document_is_ranked_with_it() -> None:
    tinies = [*EIGHTY[:5]]
    one = subject(tinies, Case(QUERY, "d03"), SETTINGS)
    untitled = replace(one.document, title="", text="Feed it mice. It sleeps a lot.")
    titles = {
        name: [r for r in remedies_for(replace(one, document=document), BASE, choice)
               if r.name in ("title", "no-title")]
        for name, document, choice in (
            ("typed", one.document, RemedyChoice(title=" snake  snake snake ")),
            ("own", untitled, RemedyChoice()),
            ("typed first", untitled, RemedyChoice(title="Mice")),
            ("nothing new", one.document, RemedyChoice(title=one.document.title)),
        )
    }  # fmt: skip
    assert [remedy.name for remedy in titles["typed"]] == ["no-title", "title"]
    assert titles["typed"][1].label == "With the title “snake snake snake”"
    assert [remedy.label for remedy in titles["own"]] == ["With the title “Feed it mice”"]
    assert "said twice" in titles["own"][0].note
    assert [remedy.label for remedy in titles["typed first"]] == ["With the title “Mice”"]
    assert [remedy.name for remedy in titles["nothing new"]] == ["no-title"]

    searcher, _ = tiny_searcher(tinies, batch=100)
    lexical = Remedy("title", "", replace(BASE, reranker="", settings=replace(
        SETTINGS, first_stage=BM25)), document=titles["typed"][1].document)  # fmt: skip
    scoring = Scoring(searcher, lambda name: searcher.reranker, instruments())
    ((result, _),) = tried(one, BASE, [lexical], scoring)
    counts = {tiny.document.doc_id: tiny.document.content.split().count(QUERY) for tiny in tinies}
    counts["d03"] += 3 - one.document.title.split().count(QUERY)
    assert result.rank == 1 + sum(count > counts["d03"] for count in counts.values())


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("# Ball  pythons\n\nThey eat mice.", "Ball pythons"),
        ("They eat mice. Often.", "They eat mice"),
        ("Do they? Yes.", "Do they?"),
        ("One sentence alone.", ""),
        (f"{'long ' * 60}. And more.", ""),
        ("", ""),
    ],
)
def test_what_could_be_a_title_is_how_the_text_begins(text: str, beginning: str) -> None:
    assert beginning_of(text) == beginning
