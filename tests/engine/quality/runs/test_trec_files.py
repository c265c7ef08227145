"""Run files and judgments of other systems, and what is said of those that are none."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json

import pytest
import pytrec_eval

from engine.quality.evaluation import trec_text
from engine.quality.runs.run_export import runs_csv
from engine.quality.runs.run_notes import tie_notes, tied
from engine.quality.runs.trec_files import decoded, qrels_text, read_run, read_run_file
from engine.types import CrossExamError, Qrel
from engine.types.trec_ids import escaped_id, unescaped_id
from tests.engine.quality.test_evaluation import run_of
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


LISTS = {"q1": ["a", "b", "c"], "q2": ["c"]}
OTHER_FORMS = {
    "trailing columns": "q1 Q0 a 1 3 x u\nq1 Q0 b 2 2 x v\nq1 Q0 c 3 1 x w\nq2 Q0 c 1 3 x u\n",
    "a name of several words": "".join(
        f"{q} Q0 {d} 1 {3 - i} my own run\n" for q, ds in LISTS.items() for i, d in enumerate(ds)
    ),
    "MS MARCO's ranks": "q1\ta\t1\nq1\tb\t2\nq1\tc\t3\nq2\tc\t1\n",
    "MS MARCO's ranks from 0": "q1\tc\t2\nq1\ta\t0\nq1\tb\t1\nq2\tc\t0\n",
    "three columns with scores": "q1 a 0.9\nq1 b 0.5\nq1 c 0.1\nq2 c 0.7\n",
    "query, document, rank, score": "q1\tb\t2\t5\nq1\ta\t1\t9\nq1\tc\t3\t1\nq2\tc\t1\t1\n",
    "a CSV": "query_id,doc_id,rank,score\nq1,b,2,5\nq1,a,1,9\nq1,c,3,1\nq2,c,1,1\n",
    "a CSV of ranks with semicolons": "Query ID;Doc ID;Rank\nq1;b;2\nq1;a;1\nq1;c;3\nq2;c;1\n",
    "comments": "# of spring\nq1 Q0 a 1 3 x\nq1 Q0 b 2 2 x\nq1 Q0 c 3 1 x\nq2 Q0 c 1 3 x\n",
    "pytrec_eval's form": '{"q1": {"b": 2, "a": 3.5, "c": 1}, "q2": {"c": 1}}',
    "JSON, one object a line": "".join(
        f'{{"qid": "{q}", "docid": "{d}", "score": {9 - i}}}\n'
        for q, ds in LISTS.items()
        for i, d in enumerate(ds)
    ),
    "a JSON array of ranks": "["
    + ",".join(
        f'{{"query_id": "{q}", "doc_id": "{d}", "rank": {i}}}'
        for q, ds in LISTS.items()
        for i, d in enumerate(ds, 1)
    )
    + "]",
    "a table with pipes": "query | doc | score\n"
    + "".join(f"{q} | {d} | {9 - i}\n" for q, ds in LISTS.items() for i, d in enumerate(ds)),
    "a first line sep=;": "sep=;\nquery;doc;score\n"
    + "".join(f"{q};{d};{9 - i},5\n" for q, ds in LISTS.items() for i, d in enumerate(ds)),
    "three cells between commas and no header": "".join(
        f'"{q}",{d},{i}\n' for q, ds in LISTS.items() for i, d in enumerate(ds, 1)
    ),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_a_run_of_another_form_gives_the_same_lists(form: str) -> None:
    run = read_run(OTHER_FORMS[form], "theirs.run")
    assert {q: r.ids() for q, r in run.rankings.items()} == LISTS
    wanted = {"trailing columns": "x", "comments": "x", "a name of several words": "my own run"}
    assert run.name == wanted.get(form, "theirs")


@pytest.mark.parametrize("tag", ["bm25,0.9,0.4", "rrf|10|60", "a;1;2"])
def test_a_run_tag_may_hold_separators_of_tables(tag: str) -> None:
    run = read_run(f"q1 Q0 a 1 3 {tag}\nq1 Q0 b 2 2 {tag}\n", "t")
    assert ({q: r.ids() for q, r in run.rankings.items()}, run.name) == ({"q1": ["a", "b"]}, tag)


def test_a_query_of_many_words_may_stand_between_commas_without_a_header() -> None:
    run = read_run('"how do I return a laptop bag",a,1\n"how do I return a laptop bag",b,2\n', "t")
    assert {q: r.ids() for q, r in run.rankings.items()} == {
        "how do I return a laptop bag": ["a", "b"]
    }


def test_a_decimal_comma_between_tabs_is_read_where_one_is_sure() -> None:
    run_file = read_run_file("query\tdoc\tscore\nq\ta\t1,234\nq\tb\t0,5\n", "t")
    assert [hit.score for hit in run_file.run.rankings["q"].hits] == [1.234, 0.5]
    semicolons = read_run("query;doc;score\nq;a;1,234\n", "t")
    assert [hit.score for hit in semicolons.rankings["q"].hits] == [1.234]


def test_what_was_decided_by_looking_at_a_run_is_said() -> None:
    assert read_run_file(OTHER_FORMS["MS MARCO's ranks"], "t").notes == (
        "t: three columns, whose last was read as ranks, best first from 1",
    )
    assert read_run_file(OTHER_FORMS["three columns with scores"], "t").notes == (
        "t: three columns, whose last was read as scores, the highest first",
    )
    assert read_run_file(OTHER_FORMS["trailing columns"], "t").notes == (
        "t: columns after the sixth are not read",
    )
    assert read_run_file(RUN, "t").notes == ()


def test_ids_with_spaces_between_tabs_are_kept() -> None:
    run = read_run("q 1\tQ0\trefund policy.md\t1\t2\tmy run\n", "t")
    assert (run.rankings["q 1"].ids(), run.name) == (["refund policy.md"], "my run")


def test_a_packed_run_is_unpacked() -> None:
    assert decoded(gzip.compress(RUN.encode()), "e.run.gz") == RUN
    with pytest.raises(CrossExamError, match=r"e\.run\.gz: no gzip archive"):
        decoded(b"\x1f\x8bno", "e.run.gz")
    with pytest.raises(CrossExamError, match=r"e\.run\.gz: .* to its end: pack it anew"):
        decoded(gzip.compress(RUN.encode())[:-9], "e.run.gz")


@pytest.mark.parametrize("name", ["query", "doc", "run"])
def test_half_a_character_is_refused_for_no_page_can_show_it(name: str) -> None:
    row = {"query": "q", "doc": "d", "run": "r", "score": 1, name: "x\ud800"}
    with pytest.raises(CrossExamError, match=r"e\.json:1: holds half a surrogate pair"):
        read_run(json.dumps([row]), "e.json")


def test_an_archive_that_unpacks_to_more_than_is_read_is_refused() -> None:
    packed = gzip.compress(b"q Q0 d 1 1.0 x\n" * 200_000)
    with pytest.raises(CrossExamError, match=r"e\.run\.gz: unpacks to over 2 MB"):
        decoded(packed, "e.run.gz", most=2_000_000)


def test_archives_behind_one_another_are_one_run() -> None:
    first, second = RUN.encode()[:20], RUN.encode()[20:]
    assert decoded(gzip.compress(first) + gzip.compress(second), "e.run.gz") == RUN


ODD = [
    "refund policy.md",
    "a\tb",
    "50%",
    "50%25",
    "a%20b",
    "a%20 b",
    "\u3000x",
    "ö",
    "%",
    "a\nb",
    "%2",
]


def test_every_id_is_written_and_read_back_whatever_it_holds() -> None:
    assert [unescaped_id(escaped_id(name)) for name in ODD] == ODD
    assert not any(c.isspace() for name in ODD for c in escaped_id(name))
    assert len({escaped_id(name) for name in ODD}) == len(ODD)
    assert escaped_id("https://a.example/%C3%A9?x=1") == "https://a.example/%C3%A9?x=1"
    mine = run_of({name: ranking("bm25", *ODD) for name in ODD})
    again = read_run(trec_text(mine), "bm25.run")
    assert {q: r.ids() for q, r in again.rankings.items()} == dict.fromkeys(ODD, ODD)
    assert qrels_text((Qrel("q 1", "refund policy.md", 2),)) == "q%201 0 refund%20policy.md 2\n"


def test_an_id_that_is_known_as_it_stands_is_not_unescaped() -> None:
    text = "q Q0 a%20b 1 2 x\nq Q0 c%20d 2 1 x\n"
    assert read_run(text, "t", {"q", "a%20b", "c d"}).rankings["q"].ids() == ["a%20b", "c d"]


def test_the_table_of_runs_holds_ids_as_they_are() -> None:
    mine = run_of({"q 1": ranking("bm25", "refund policy.md", "b")})
    rows = list(csv.DictReader(io.StringIO(runs_csv([mine]))))
    assert [(row["query_id"], row["doc_id"], row["rank"]) for row in rows] == [
        ("q 1", "refund policy.md", "1"),
        ("q 1", "b", "2"),
    ]


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
        ("query,doc,rank\nq,a,-1\n", "e.run:2: rank is '-1': give a number, 1 for the first"),
        ("q Q0 a 1 1_0 x\n", "e.run:1: score is '1_0'"),
        ("q Q0 a 1 \uff13 x\n", "e.run:1: score is '\uff13'"),
        ("query,doc,score\nq,,2\n", "e.run:2: the document is empty: give its id"),
        ('[{"query": "", "doc": "a", "score": 1}]', "e.run:1: the query is empty: give its id"),
        ('[{"query": "q", "doc": null, "score": 1}]', "e.run:1: doc is None: give an id"),
        ('[{"query": "q", "doc": ["a"], "score": 1}]', r"e.run:1: doc is \['a'\]: give an id"),
        ('[{"query": "q", "doc": true, "score": 1}]', "e.run:1: doc is True: give an id"),
        ('{"q": {"a": 1, "a": 2}}', "e.run: the key 'a' stands twice in one object: keep one"),
        ('{"q": {"a": 1}, "q": {"b": 2}}', "e.run: the key 'q' stands twice in one object"),
        ('{"query": "q", "doc": "a", "doc": "b"}\n{}\n', "e.run:1: the key 'doc' stands twice"),
        ('\n{\n"q": {"a": 1},\n"q": {}}\n', "e.run: the key 'q' stands twice"),
        ('[{"query": "q", "doc": 7.5, "score": 1}]', "as a text or a whole number"),
        (
            '{"query": "q", "doc": "a", "score": 1}\n{"query": "q", "doc": "b", "doc": "c"}\n',
            "e.run:2: the key 'doc' stands twice in one object: keep one",
        ),
        ("x" * 131_073, "e.run:1: 1 columns, not 6"),
        (
            "query\tdoc\tscore\nq\ta\t1,234\nq\tb\t0,500\n",
            "e.run:2: score is '1,234': write 1234 or 1",
        ),
        ("\n" * 10_000_001, "e.run: more than 5,000,000 lines"),
    ],
)
def test_what_is_no_run_is_named_by_file_and_line(text: str, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        read_run(text, "e.run")


def test_numbers_of_json_are_the_ids_that_a_corpus_has_for_them() -> None:
    run = read_run(
        '[{"query": 1.0, "doc": 7.0, "score": 2}, {"query": 1, "doc": 8, "score": 1}]', "t"
    )
    assert {q: r.ids() for q, r in run.rankings.items()} == {"1": ["7", "8"]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4\n", "e.run:1: this is a PDF, whatever its name says"),
        (b"PK\x03\x04rest", r"e.run:1: this is a zip archive \(or an Office document\)"),
        (b"PAR1\x15\0rest", "e.run:1: this is a Parquet file"),
        (bz2.compress(b"q Q0 a 1 2 x\n"), "e.run:1: this is a bzip2 archive"),
        (bz2.compress(b""), "e.run:1: this is a bzip2 archive"),
        (b"q Q0 a 1 2 x\nq Q0 b\0 2 1 x\n", "e.run:2: a NUL byte"),
        (gzip.compress(b"q Q0 a 1 2 x\n" * 200_000), "e.run: unpacks to .* as a bomb does"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(data: bytes, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        decoded(data, "e.run")


@pytest.mark.parametrize("query_id", ["PAR1", "BZh", "BZh9"])
def test_an_id_may_be_what_other_kinds_of_files_begin_with(query_id: str) -> None:
    text = f"{query_id} Q0 d1 1 0.5 x\n"
    assert decoded(text.encode(), "e.run") == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert decoded(RUN.encode(encoding), "e.run") == RUN


def test_bytes_that_are_no_utf8_are_named_by_line() -> None:
    assert decoded(b"\xef\xbb\xbfq", "e.run") == "q"
    with pytest.raises(CrossExamError, match=r"e\.run:2: no UTF-8 text"):
        decoded(b"q\n\xff\n", "e.run")
