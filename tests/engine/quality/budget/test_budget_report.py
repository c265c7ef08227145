"""Recall within a token budget, against a plain recomputation and scipy."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from engine.quality.budget.budget_report import budget_report, budget_sentence, listed_ids
from engine.quality.candidate_scores import final_ranking
from engine.quality.evaluation import evaluate
from engine.quality.pipelines import PipelineSpec
from engine.quality.significance import bootstrap_interval
from engine.search.settings import Settings
from engine.types import BM25, CrossExamError, Qrel, Run
from tests.engine.quality.gate.drawn_sets import SPEC, drawn_set

ALONE = PipelineSpec(Settings(20, BM25))
SPECS = {spec.name: spec for spec in (ALONE, SPEC)}


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_what_a_plain_recomputation_gives(seed: int) -> None:
    gathered, qrels = drawn_set(seed, 24)
    draw = random.Random(seed)
    ids = listed_ids(list(SPECS.values()), gathered)
    tokens = {doc_id: draw.choice([20, 60, 90, 400]) for doc_id in ids}
    budget = 300
    report = budget_report(
        SPECS, gathered, qrels, tokens, budget=budget, baseline=ALONE.name, tokenizer="characters"
    )
    judged = {qrel.query_id for qrel in qrels}
    recalls: dict[str, dict[str, float]] = {}
    for row in report.rows:
        counts, used, relevant_inside, ended = [], [], [], 0
        recalls[row.name] = {}
        for query in gathered:
            if query.query_id not in judged:
                continue
            listed = final_ranking(SPECS[row.name], query, length=20).ids()
            inside: list[str] = []
            for doc_id in listed:
                if sum(tokens[d] for d in inside) + tokens[doc_id] > budget:
                    break
                inside.append(doc_id)
            relevant = {q.doc_id for q in qrels if q.query_id == query.query_id and q.relevance}
            recalls[row.name][query.query_id] = len(relevant & set(inside)) / len(relevant)
            relevant_inside.append(len(relevant & set(inside)))
            counts.append(len(inside))
            used.append(sum(tokens[d] for d in inside))
            ended += len(inside) == len(listed)
        assert row.recall == pytest.approx(np.mean(list(recalls[row.name].values())), abs=1e-12)
        assert row.by_query == pytest.approx(recalls[row.name])
        assert row.relevant == pytest.approx(np.mean(relevant_inside))
        assert row.passages == pytest.approx(np.mean(counts))
        assert row.tokens == pytest.approx(np.mean(used))
        assert row.ended == ended
    difference = report.rows[1].difference
    assert difference is not None
    by_query = sorted(recalls[ALONE.name])
    gains = np.array([recalls[SPEC.name][q] - recalls[ALONE.name][q] for q in by_query])
    assert difference.value == pytest.approx(gains.mean())
    assert difference.interval == pytest.approx(bootstrap_interval(gains))
    assert difference.better == (gains > 1e-9).sum()
    assert report.queries == len(judged)


def test_without_a_bound_recall_is_recall_of_the_whole_list_and_the_curve_rises_to_it() -> None:
    gathered, qrels = drawn_set(2, 24)
    tokens = dict.fromkeys(listed_ids(list(SPECS.values()), gathered), 100)
    report = budget_report(SPECS, gathered, qrels, tokens, budget=1_000_000, baseline=ALONE.name)
    rankings = {q.query_id: final_ranking(ALONE, q, length=20) for q in gathered}
    whole = evaluate(Run("bm25", rankings), qrels, depth=20, query_ids=rankings)
    assert report.rows[0].recall == pytest.approx(whole.mean["Recall@20"], abs=1e-9)
    assert report.rows[0].ended == report.queries
    for curve in report.curves:
        assert list(curve.recall) == sorted(curve.recall)
        assert curve.recall[curve.budgets.index(1_000_000)] == curve.recall[-1]


def test_a_document_counts_once_however_many_of_its_passages_are_in_the_context() -> None:
    gathered, _ = drawn_set(2, 24)
    full = next(each for each in gathered if len(each.lists[BM25].hits) == 20)
    ids = full.lists[BM25].ids()
    split = replace(full, parents={ids[0]: "whole", ids[1]: "whole"})
    qrels = [Qrel(full.query_id, "whole", 1), Qrel(full.query_id, "other", 1)]
    tokens = dict.fromkeys(ids, 10)
    report = budget_report(
        {ALONE.name: ALONE}, [split], qrels, tokens, budget=20, baseline=ALONE.name
    )
    (row,) = report.rows
    assert (row.recall, row.relevant, row.passages) == (0.5, 2, 2)


def test_what_the_corpus_has_no_text_of_reaches_no_model() -> None:
    gathered, _ = drawn_set(2, 24)
    full = next(each for each in gathered if len(each.lists[BM25].hits) == 20)
    ids = full.lists[BM25].ids()
    unheld = replace(full, missing=frozenset(ids[:1]))
    assert listed_ids([ALONE], [unheld]) == tuple(ids[1:])
    qrels = [Qrel(full.query_id, ids[0], 1), Qrel(full.query_id, ids[1], 1)]
    tokens = dict.fromkeys(ids[1:], 10)
    report = budget_report(
        {ALONE.name: ALONE}, [unheld], qrels, tokens, budget=20, baseline=ALONE.name
    )
    (row,) = report.rows
    assert (row.recall, row.relevant, row.passages) == (0.5, 1, 2)


def test_the_sentence_says_what_may_be_chance() -> None:
    gathered, qrels = drawn_set(1, 24)
    tokens = dict.fromkeys(listed_ids(list(SPECS.values()), gathered), 50)
    report = budget_report(SPECS, gathered, qrels, tokens, budget=300, baseline=ALONE.name)
    words = budget_sentence(report)
    recall = f"{report.rows[0].recall:.1%}"
    assert words.startswith(f"Within 300 tokens BM25 gives the language model {recall} of the rel")
    difference = report.rows[1].difference
    assert difference is not None
    assert ("may be chance" in words) is not difference.significant
    with pytest.raises(CrossExamError, match="relevant judgment"):
        budget_report(
            SPECS, gathered, [Qrel("q1", "d1", 0)], tokens, budget=300, baseline=ALONE.name
        )
