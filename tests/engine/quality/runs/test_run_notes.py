"""What is said of a run before its figures: gaps, queries that nobody can score on, foreign ids."""

from __future__ import annotations

import pytest

from engine.quality.evaluation import evaluate
from engine.quality.runs.run_notes import (
    foreign_notes,
    irrelevant_note,
    judged_documents,
    missing_notes,
    named,
    passages_note,
    unknown_notes,
)
from tests.engine.quality.test_evaluation import judged, run_of
from tests.tiny import ranking

QRELS = [*judged("q1", a=2, b=0), *judged("q2", a=1), *judged("q3", a=0)]


def test_a_run_that_lists_every_judged_query_needs_no_word() -> None:
    whole = evaluate(run_of({q: ranking("bm25", "a") for q in ("q1", "q2")}), QRELS[:3], depth=5)
    assert missing_notes(whole, "A") + unknown_notes(whole, "A") + irrelevant_note(whole) == []


def test_queries_without_results_and_unknown_ones_are_named() -> None:
    found = evaluate(
        run_of({"q1": ranking("bm25", "a"), "x": ranking("bm25", "a")}), QRELS, depth=5
    )
    (missing,) = missing_notes(found, "B")
    assert missing == (
        "B has no result for 2 of 3 judged queries (q2, q3): each counts 0, as in trec_eval -c and "
        "ir_measures."
    )
    assert unknown_notes(found, "B") == [
        "B lists 1 query that the judgments do not know (x): left out of the means."
    ]


def test_the_note_on_queries_without_a_relevant_document_gives_the_mean_without_them() -> None:
    run = run_of({q: ranking("bm25", "b", "a") for q in ("q1", "q2", "q3")})
    found = evaluate(run, QRELS, depth=5)
    (note,) = irrelevant_note(found)
    assert note.startswith("1 of 3 judged queries has no relevant document (q3)")
    assert "1.5000 times as high" in note
    without = evaluate(run, QRELS[:3], depth=5)
    assert without.mean["nDCG@10"] == pytest.approx(1.5 * found.mean["nDCG@10"])


def test_a_run_of_another_corpus_is_named_and_one_common_document_is_enough() -> None:
    foreign = run_of({"q1": ranking("bm25", "u", "v"), "q2": ranking("bm25", "u")})
    (note,) = foreign_notes(foreign, judged_documents(QRELS), "A", "t.qrels")
    assert note.startswith("A: not one of its 2 documents (u, v) is in t.qrels")
    assert "check that the document ids are the same" in note
    assert foreign_notes(run_of({"q1": ranking("bm25", "u", "a")}), {"a"}, "A") == []
    assert foreign_notes(run_of({"q1": ranking("bm25")}), {"a"}, "A") == []


def test_lists_of_passages_say_how_many_documents_they_hold() -> None:
    runs = [run_of({"q1": ranking("a", "x", "y"), "q2": ranking("a", "x")})] * 2
    (note,) = passages_note(runs, 5)
    assert "lists of 5 passages hold 1.5 documents on average" in note


def test_many_and_long_ids_are_cut() -> None:
    assert named(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert named(["x" * 50]) == "x" * 40
