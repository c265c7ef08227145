"""Cases that hold and cases that do not, and the file that a team keeps them in."""

from __future__ import annotations

import pytest

from engine.search.diagnosis.case_file import cases_from, cases_text
from engine.search.diagnosis.checking import checked
from engine.search.settings import Settings
from engine.types import BM25, CrossExamError
from engine.types.diagnosis.cases import Case
from tests.tiny import QUERY, Tiny, tiny_searcher

FIVE = [Tiny(f"d{i}", snakes=9 - i, logit=float(i)) for i in range(5)]


def test_each_case_is_held_against_the_reranked_list() -> None:
    searcher, reranker = tiny_searcher(FIVE)
    cases = [
        Case(QUERY, "d4", top=1),
        Case(QUERY, "d1", top=3),
        Case(QUERY, "d4", top=1, wanted=False),
        Case(QUERY, "d0", top=1, wanted=False),
        Case(QUERY, "gone"),
    ]
    results = list(checked(searcher, cases, Settings(first_stage=BM25)))
    assert [(r.rank, r.passed) for r in results] == [
        (1, True),
        (4, False),
        (1, False),
        (5, True),
        (None, False),
    ]
    assert results[4].problem == "the corpus does not hold this document"
    assert sorted(reranker.scored) == [f"d{i}" for i in range(5)]  # one search for all


def test_a_file_of_cases_is_read_as_it_was_written() -> None:
    cases = (Case("python snake", "a\u2028b", 5, note='q"uote'), Case("x", "d", wanted=False))
    text = cases_text(cases)
    for line_end in ("\n", "\r\n", "\r"):
        again = text.replace("\n", line_end)
        assert cases_from(f"\n{again}\n", "cases.jsonl") == cases


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "c:2: not JSON"),
        ("[1]", "c:2: [1] is no object"),
        ('{"query": "q"}', "c:2: doc is None"),
        ('{"query": "q", "doc": 3}', "c:2: doc is 3"),
        ('{"query": "q", "doc": "d", "top": 0}', "c:2: top is 0: give a whole number from 1"),
        ('{"query": "q", "doc": "d", "top": true}', "c:2: top is True"),
        ('{"query": " ", "doc": "d"}', "c:2: the case's query is empty"),
        ('{"query": "q", "doc": "d", "tpo": 1}', "c:2: unknown field 'tpo'"),
        ('{"query": "q", "doc": "d", "doc": "e"}', "the key 'doc' stands twice in one object"),
        (r'{"query": "\ud800", "doc": "d"}', r"c:2: query holds half a surrogate pair ('\ud800')"),
        (f'{{"query": "q", "doc": "d", "note": "{"n" * 301}"}}', "note has 301 characters: give"),
        (f'{{"query": "q", "doc": "d", "top": {"9" * 5000}}}', "a number of over 4,300 digits"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_number(line: str, words: str) -> None:
    with pytest.raises(CrossExamError) as raised:
        cases_from(f"\n{line}", "c")
    assert words in str(raised.value)
