"""Run files and judgments of other systems, and what is said of those that are none."""

from __future__ import annotations

import pytest
import pytrec_eval

from search.evaluation import trec_text
from search.run_notes import tie_notes, tied
from search.trec_files import decoded, qrels_text, read_judgments, read_run
from search.types import CrossExamError, Qrel
from tests.search.test_evaluation import run_of
from tests.tiny import ranking

RUN = "q1 Q0 b 1 2.5 elastic\nq1\tQ0\ta\t2\t3.5\telastic\r\n\nq2 Q0 a 0 -1e-3 elastic\n"


def test_a_run_is_read_by_score_and_not_by_its_rank_column() -> None:
    run = read_run(RUN, "e.run")
    assert run.name == "elastic"
    assert {q: r.ids() for q, r in run.rankings.items()} == {"q1": ["a", "b"], "q2": ["a"]}
    assert [hit.rank for hit in run.rankings["q1"].hits] == [1, 2]


TIED = """q Q0 b 1 1 x
q Q0 a 2 1 x
q Q0 m 3 1.5 x
q Q0 c 4 1.00000001 x
q Q0 é 5 1e39 x
q Q0 z 6 2e39 x
p Q0 one 1 1 x
p Q0 two 2 0.5 x
"""


def test_ties_are_broken_by_falling_document_id_as_in_trec_eval() -> None:
    """c is ahead in double precision only, and both beyond 1e38 are infinite to trec_eval."""
    run = read_run(TIED, "e.run")
    order = run.rankings["q"].ids()
    assert order == ["é", "z", "m", "c", "b", "a"]
    scores = {hit.doc_id: hit.score for hit in run.rankings["q"].hits}
    for place, doc_id in enumerate(order, 1):
        theirs = pytrec_eval.RelevanceEvaluator({"q": {doc_id: 1}}, {"recip_rank"})
        assert theirs.evaluate({"q": scores})["q"]["recip_rank"] == pytest.approx(1 / place)


def test_the_order_of_the_lines_changes_nothing_among_ties() -> None:
    turned = "\n".join(reversed(TIED.splitlines()))
    assert read_run(turned, "e.run").rankings == read_run(TIED, "e.run").rankings


def test_ties_are_counted_and_told() -> None:
    run = read_run(TIED, "e.run")
    assert tied(run) == {"q": 5}
    (note,) = tie_notes(run, "A")
    assert note.startswith("A: 5 documents share a score with another of their query, in 1 query")
    assert "falling document id" in note
    assert tie_notes(run_of({"q1": ranking("bm25", "a", "b")}), "A") == []


def test_what_is_written_is_read_back() -> None:
    mine = run_of({"q1": ranking("bm25", "a", "b"), "q2": ranking("bm25", "c")})
    again = read_run(trec_text(mine), "bm25.run")
    assert {q: r.ids() for q, r in again.rankings.items()} == {"q1": ["a", "b"], "q2": ["c"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("q Q0 a 1 1.0\n", "e.run:1: 5 columns, not 6"),
        ("q Q0 a 1 1 x\nq Q0 b 2 high x\n", "e.run:2: score is 'high': give a number"),
        ("q Q0 a 1 nan x\n", "e.run:1: score is 'nan'"),
        ("q Q0 a 1 2 x\n\nq Q0 a 2 1 x\n", "e.run:3: document 'a' stands twice .* first in line 1"),
        ("q Q0 a 1 2 x\nq Q0 b 2 1 y\n", r"holds 2 runs \('x', 'y'\)"),
        ("\n  \n", "no line of a run"),
        ("<html><body>Not found\n", "e.run:1: 2 columns, not 6"),
    ],
)
def test_what_is_no_run_is_named_by_file_and_line(text: str, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        read_run(text, "e.run")


def test_judgments_are_read_in_both_forms() -> None:
    wanted = (Qrel("q1", "a", 3), Qrel("q1", "b", 0))
    assert read_judgments("q1 0 a 3\nq1 0 b 0\nq1 0 a 3\n", "t.qrels") == (wanted, 0)
    assert read_judgments("query-id\tcorpus-id\tscore\nq1\ta\t3\nq1\tb\t0\n", "t.tsv") == (
        wanted,
        0,
    )
    assert read_judgments(qrels_text(wanted), "t.qrels") == (wanted, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("q1 0 a 3\nq1 0 b\nq1 b\n", "t:2: relevance is 'b'"),
        ("q1 a\n", "t:1: 2 columns"),
        ("q1 0 a high\n", "t:1: relevance is 'high': write 0, 1, 2 or 3"),
        ("q1 0 a 1\nq1 0 a 2\n", "t:2: .* have relevance 2 here and 1 in line 1: keep one"),
        ("query doc relevance\n", "no judgment in it"),
    ],
)
def test_what_is_no_judgment_is_named_by_file_and_line(text: str, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        read_judgments(text, "t")


def test_an_id_with_white_space_cannot_be_exported() -> None:
    with pytest.raises(CrossExamError, match="'a b' holds white space"):
        qrels_text((Qrel("q", "a b", 1),))


def test_bytes_that_are_no_utf8_are_named_by_line() -> None:
    assert decoded(b"\xef\xbb\xbfq", "e.run") == "q"
    with pytest.raises(CrossExamError, match=r"e\.run:2: no UTF-8 text"):
        decoded(b"q\n\xff\n", "e.run")
