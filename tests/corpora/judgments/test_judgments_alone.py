"""Judgments of another system, read without a corpus, as `compare` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.judgments.qrels import read_qrels_alone
from corpora.readers.read_options import ReadOptions
from engine.quality.runs.trec_files import qrels_text
from engine.types import CrossExamError, Qrel

Write = Callable[[str, "str | bytes"], Path]
WANTED = (Qrel("q1", "a", 3), Qrel("q1", "b", 0))


@pytest.mark.parametrize(
    "text",
    [
        "q1 0 a 3\nq1 0 b 0\nq1 0 a 3\n",
        "query-id\tcorpus-id\tscore\nq1\ta\t3\nq1\tb\t0\n",
        qrels_text(WANTED),
        "# judged in spring\nq1 0 a 3.0\nq1 0 b 0 # unsure\n",
        "query,doc,rating\nq1,a,3\nq1,b,0\n",
        '{"q1": {"a": 3, "b": 0}}',
    ],
)
def test_judgments_are_read_in_every_form(write: Write, text: str) -> None:
    assert read_qrels_alone(write("t.qrels", text), ReadOptions()) == WANTED


def test_ids_are_read_back_as_they_were_before_they_were_written(write: Write) -> None:
    wanted = (Qrel("q 1", "refund policy.md", 3), Qrel("q 1", "50%25", 1))
    assert read_qrels_alone(write("t.qrels", qrels_text(wanted)), ReadOptions()) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("q1 0 a 3\nq1 0 b\n", "t:2: 3 words, not 4"),
        ("q1 a\n", "t:1: 2 words, not 4"),
        ("q1 0 a high\n", "t:1: the relevance 'high' is no number and no known word"),
        ("q1 0 a 1\nq1 0 a 2\n", "t:2: .* have relevance 2 here and 1 in line 1: keep one"),
        ("query doc relevance\n", "no judgment in it"),
        ("q Q0 a 1 2.5 x\n", "t:1: 6 words, as a run file has, not judgments"),
        ("q,a,0.3141592\n", "t:1: the relevance '0.3141592' is no number"),
    ],
)
def test_what_is_no_judgment_is_named_by_file_and_line(write: Write, text: str, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        read_qrels_alone(write("t", text), ReadOptions())


def test_a_table_of_two_columns_is_not_called_one_word(write: Write) -> None:
    with pytest.raises(CrossExamError, match=r"t\.csv:1: 2 cells between commas, not 4"):
        read_qrels_alone(write("t.csv", "qid,label\n1,2\n"), ReadOptions())
