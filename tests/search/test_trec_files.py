"""Run files and judgments of other systems, and what is said of those that are none."""

from __future__ import annotations

import pytest

from search.evaluation import trec_text
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


def test_ties_keep_the_files_order() -> None:
    run = read_run("q Q0 z 1 1 x\nq Q0 a 2 1 x\nq Q0 m 3 1.5 x\n", "e.run")
    assert run.rankings["q"].ids() == ["m", "z", "a"]


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
