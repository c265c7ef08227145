"""The split of queries, the synthetic queries, and the examples mined for a training."""

from __future__ import annotations

import pytest

from engine.quality.ndcg import ndcg
from engine.training.hard_negatives import Mining, candidates, examples_of, mine
from engine.training.held_out import by_scores, by_vectors, overlap_at_ten
from engine.training.query_split import split_queries
from engine.training.synthetic_queries import key_words, pseudo_queries
from engine.types import Document, Query
from tests.tiny import ExactIndex, Tiny, TinyStore, tiny_searcher

QUERIES = [Query(f"q{i}", f"question number {i}") for i in range(400)]


def test_no_query_is_in_two_parts_and_none_moves_when_others_come() -> None:
    split = split_queries(QUERIES)
    parts = [{q.query_id for q in part} for part in (split.train, split.dev, split.test)]
    assert sum(map(len, parts)) == 400 == len(set.union(*parts))
    assert [round(len(part) / 400, 1) for part in parts] == [0.4, 0.1, 0.4] or [
        abs(len(part) / 400 - share) < 0.07
        for part, share in zip(parts, (0.4, 0.15, 0.45), strict=True)
    ] == [True] * 3
    fewer = split_queries(QUERIES[:50])
    assert set(fewer.test) <= set(split.test)
    twin = Query("other", "  QUESTION   Number 7 ")
    together = split_queries([QUERIES[7], twin])
    assert sorted(map(len, (together.train, together.dev, together.test))) == [0, 0, 2]


def test_made_queries_are_titles_and_key_words_and_never_a_held_out_text() -> None:
    documents = [
        Document("a", "the gecko climbs walls, the gecko sticks", "Gecko feet"),
        Document("b", "the walls are white", "Paint"),
        Document("c", "the roof is red", ""),
    ]

    def terms(text: str) -> list[str]:
        return [word for word in text.lower().replace(",", "").split() if word != "the"]

    queries = pseudo_queries(documents, terms, most=10, seed=1)
    texts = {query.text for query in queries}
    assert {"Gecko feet", "Paint"} <= texts
    assert "roof is red" in texts
    assert len(texts) == len(queries)
    assert pseudo_queries(documents, terms, most=10, seed=1) == queries
    without = pseudo_queries(documents, terms, most=10, seed=1, without={"gecko feet", "paint"})
    assert not {"Gecko feet", "Paint"} & {query.text for query in without}
    assert len(pseudo_queries(documents, terms, most=2, seed=1)) == 2


def test_key_words_are_the_rarest_that_are_repeated() -> None:
    from collections import Counter

    found = ["roof", "gecko", "wall", "gecko"]
    assert key_words(found, Counter(roof=9, gecko=1, wall=5), 9, most=2) == "gecko wall"


def test_examples_take_judged_positives_and_never_a_relevant_negative() -> None:
    tinies = [Tiny(f"d{i}", snakes=9 - i, angle=i / 10, logit=float(i)) for i in range(9)]
    searcher, _ = tiny_searcher(tinies)
    query = Query("q", "snake")
    examples = mine(
        [query],
        [searcher.dense, searcher.lexical],
        searcher.reranker,
        searcher.store,
        {"q": {"d2": 3, "d5": 1, "d0": 0}},
        Mining(depth=8, negatives=3, rounds=2),
    )
    assert [row.positive for row in examples] == ["d2", "d2", "d5", "d5"]
    for row in examples:
        assert not {"d2", "d5"} & set(row.negatives)
        logits = {f"d{i}": float(i) for i in range(9)}
        assert row.margins == tuple(logits[row.positive] - logits[d] for d in row.negatives)
    assert examples[0].negatives[:2] == ("d0", "d1")  # the hardest: highest in both lists
    unjudged = mine(
        [query], [searcher.dense], searcher.reranker, searcher.store, {}, Mining(depth=8)
    )
    assert {row.positive for row in unjudged} == {"d7"}  # the teacher's best of the candidates
    assert not unjudged[0].judged


def test_lists_are_taken_in_turn_and_too_few_candidates_give_nothing() -> None:
    searcher, _ = tiny_searcher([Tiny("a", 1, 0.1), Tiny("b", 3, 0.2), Tiny("c", 2, 0.3)])
    assert candidates("snake", [searcher.dense, searcher.lexical], 3) == ["a", "b", "c"]
    assert examples_of(Query("q", "x"), ["a"], {"a": 1.0}, [], frozenset(), Mining()) == []


def test_held_out_figures_are_those_of_the_exact_list() -> None:
    import numpy as np

    doc_ids = [f"d{i}" for i in range(30)]
    draw = np.random.default_rng(2)
    vectors = draw.normal(size=(30, 6)).astype(np.float32)
    asked = draw.normal(size=(1, 6)).astype(np.float32)
    store = TinyStore([Document(d, d) for d in doc_ids])
    grades = {"q": {"d3": 3, "d9": 1, "d20": 0}}
    found = by_vectors([Query("q", "x")], asked, doc_ids, vectors, grades, store)
    _, places = ExactIndex(vectors).search(asked[0], 10)
    listed = [doc_ids[place] for place in places]
    assert found.values["q"] == pytest.approx(ndcg(listed, grades["q"]))
    assert found.judged == sum(d in grades["q"] for d in listed) / 10
    scores = {"q": {d: float(vectors[i] @ asked[0]) for i, d in enumerate(doc_ids)}}
    assert by_scores(scores, grades, store) == found
    assert overlap_at_ten(listed, dict.fromkeys(listed[:4], 1)) == 1.0
    assert overlap_at_ten(listed, dict.fromkeys([*listed[5:], "x", "y"], 1)) == pytest.approx(5 / 7)
