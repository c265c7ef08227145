"""MaxP by hand: a document is as good as its best passage."""

from __future__ import annotations

from dataclasses import replace

from engine.quality.evaluation import evaluate
from engine.search.folding import best_listed, best_passages, fold, fold_by, fold_trace
from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.types import (
    BM25,
    CROSS_ENCODER,
    CorpusInfo,
    Document,
    Hit,
    Qrel,
    Query,
    Ranking,
    SearchTrace,
)
from tests.tiny import QUERY, Tiny, TinyStore, runs_by_stage, tiny_searcher

PASSAGES = {"a#1": "a", "a#2": "a", "b#1": "b", "b#2": "b"}


def ranked(*scored: tuple[str, float]) -> Ranking:
    return Ranking(BM25, "m", rank(scored))


def test_a_document_takes_the_score_of_its_best_passage_and_ranks_are_given_anew() -> None:
    ranking = ranked(("a#2", 5.0), ("b#1", 4.0), ("a#1", 3.0), ("whole", 2.0), ("b#2", -1.0))
    folded = fold(ranking, lambda doc_id: PASSAGES.get(doc_id, doc_id))
    assert folded == Ranking(BM25, "m", (Hit("a", 5.0, 1), Hit("b", 4.0, 2), Hit("whole", 2.0, 3)))


def test_another_systems_list_stays_in_its_order_whatever_its_scores() -> None:
    hits = (Hit("b#1", 1.0, 1), Hit("a#2", 1.0, 2), Hit("whole", 7.0, 3), Hit("b#2", 9.0, 4))
    folded = fold(Ranking("run:prod", "m", hits), lambda doc_id: PASSAGES.get(doc_id, doc_id))
    assert folded.hits == (Hit("b", 1.0, 1), Hit("a", 1.0, 2), Hit("whole", 7.0, 3))


def test_documents_that_tie_are_ordered_by_id() -> None:
    ranking = ranked(("b#1", 1.0), ("a#1", 1.0))
    assert fold(ranking, PASSAGES.__getitem__).ids() == ["a", "b"]


def test_the_store_tells_what_is_a_passage_and_whole_documents_stay_as_they_are() -> None:
    store = TinyStore([Document("a#1", "x", parent_id="a"), Document("whole", "y")])
    ranking = ranked(("whole", 2.0), ("a#1", 1.0))
    assert fold_by(store, ranking).ids() == ["whole", "a"]
    alone = ranked(("whole", 2.0))
    assert fold_by(store, alone) is alone


def test_a_query_set_over_passages_is_evaluated_by_documents() -> None:
    passages = [
        Tiny("a#1", snakes=1, logit=-1.0),
        Tiny("a#2", snakes=2, logit=4.0),
        Tiny("b#1", snakes=4, logit=1.0),
        Tiny("c", snakes=3, logit=2.0),
    ]
    searcher, _ = tiny_searcher(passages)
    documents = [replace(each.document, parent_id=PASSAGES.get(each.doc_id)) for each in passages]
    searcher = replace(searcher, store=TinyStore(documents))
    settings = Settings(depth=10, first_stage=BM25)
    runs = runs_by_stage(searcher, [Query("q", QUERY)], settings, [BM25, CROSS_ENCODER])
    assert [(hit.doc_id, hit.rank) for hit in runs[BM25].rankings["q"].hits] == [
        ("b", 1),
        ("c", 2),
        ("a", 3),
    ]
    reranked = runs[CROSS_ENCODER].rankings["q"]
    assert [(hit.doc_id, hit.score) for hit in reranked.hits] == [
        ("a", 4.0),
        ("c", 2.0),
        ("b", 1.0),
    ]
    judged = [Qrel("q", "a", 1)]
    assert evaluate(runs[CROSS_ENCODER], judged, depth=10).mean["MRR@10"] == 1
    assert abs(evaluate(runs[BM25], judged, depth=10).mean["MRR@10"] - 1 / 3) < 1e-9


def test_a_search_is_shown_by_documents_that_go_by_one_passage_in_all_rankings() -> None:
    store = TinyStore([Document(d, "x", parent_id=PASSAGES.get(d)) for d in (*PASSAGES, "whole")])
    first = ranked(("a#1", 3.0), ("b#1", 2.5), ("a#2", 2.0), ("whole", 1.0))
    last = replace(ranked(("a#2", 9.0), ("whole", 5.0), ("a#1", 1.0)), stage=CROSS_ENCODER)
    trace = SearchTrace("q", CorpusInfo("c", 5, "f"), (first, last))
    folded = fold_trace(trace, store)
    assert [(h.doc_id, h.score) for h in folded.rankings[0].hits] == [
        ("a#2", 3.0),
        ("b#1", 2.5),
        ("whole", 1.0),
    ]
    assert folded.rankings[1].ids() == ["a#2", "whole"]
    alone = SearchTrace("q", CorpusInfo("c", 1, "f"), (ranked(("whole", 1.0)),))
    assert fold_trace(alone, store) is alone


def test_each_ranking_keeps_the_passage_that_its_score_is_of() -> None:
    store = TinyStore([Document(d, "x", parent_id=PASSAGES.get(d)) for d in (*PASSAGES, "whole")])
    first = ranked(("a#1", 3.0), ("b#1", 2.5), ("a#2", 2.0), ("whole", 1.0), ("b#2", 0.5))
    last = replace(ranked(("a#2", 9.0), ("whole", 5.0), ("a#1", 1.0)), stage=CROSS_ENCODER)
    trace = SearchTrace("q", CorpusInfo("c", 5, "f"), (first, last))
    best = best_passages(trace, store)
    assert best == {
        BM25: {"a#2": "a#1", "b#1": "b#1", "whole": "whole"},
        CROSS_ENCODER: {"a#2": "a#2", "whole": "whole"},
    }
    for ranking, folded in zip(trace.rankings, fold_trace(trace, store).rankings, strict=True):
        for hit in folded.hits:
            passage = ranking.find(best[ranking.stage][hit.doc_id])
            assert passage is not None
            assert passage.score == hit.score


def test_a_document_goes_by_the_passage_that_the_last_ranking_has_first() -> None:
    first, last = ranked(("a#1", 3.0), ("b#1", 2.0)), ranked(("b#2", 9.0), ("b#1", 1.0))
    assert best_listed([first, last], ["b#1", "b#2"]) == "b#2"
    assert best_listed([first, last], ["a#2", "a#1"]) == "a#1"
    assert best_listed([first, last], ["c#1", "c#2"]) == "c#1"
