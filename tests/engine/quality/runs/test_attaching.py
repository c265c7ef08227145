"""Files of other systems as people have them, read as runs to keep with a corpus."""

from __future__ import annotations

import gzip
import json

import pytest

from engine.quality.runs.attaching import LONGEST_LIST, attached_run, run_name, usual_name
from engine.quality.runs.trec_files import LOOK_EVERY, READING, decoded
from engine.types import Cancelled, CrossExamError, Query
from engine.types.runs import AttachedRun

QUERIES = (Query("q1", "python snake"), Query("q2", "cheap flights in May"))
HELD = ("a", "b", "c", "two words")


def read(text: str | bytes, file: str = "prod.csv") -> AttachedRun:
    data = text.encode() if isinstance(text, str) else text
    return attached_run(decoded(data, file), file, name="prod", at=1.0, queries=QUERIES, held=HELD)


def orders(run: AttachedRun) -> dict[str, list[str]]:
    return {query: ranking.ids() for query, ranking in run.rankings.items()}


def test_a_table_is_in_the_order_of_its_ranks_though_scores_tie_or_rise() -> None:
    run = read("query_id,doc_id,rank,score\nq1,c,1,2\nq1,a,3,2\nq1,b,2,2\nq2,b,1,0.1\nq2,a,2,0.9\n")
    assert orders(run) == {"q1": ["c", "b", "a"], "q2": ["b", "a"]}
    assert [hit.score for hit in run.rankings["q1"].hits] == [2.0, 2.0, 2.0]
    assert [hit.score for hit in run.rankings["q2"].hits] == [0.1, 0.9]  # as the file has them
    (note,) = run.head.notes
    assert "in 1 of 2 queries a score rises" in note
    (beyond,) = read("query,doc,rank,score\nq1,a,1,1e39\n").rankings["q1"].hits
    assert beyond.score == 1e39


def test_a_long_file_says_how_far_it_is_and_stops_when_it_is_cancelled() -> None:
    n = 3 * LOOK_EVERY
    text = "query,doc,score\n" + "".join(f"q{i // 9},{i},{i}\n" for i in range(n))
    steps: list[tuple[str, int, int]] = []

    def heard(*step: str | int) -> None:
        steps.append(step)  # type: ignore[arg-type]

    with pytest.raises(Cancelled):
        attached_run(
            text, "f.csv", name="prod", at=1.0, queries=QUERIES, held=HELD, on_progress=heard,
            cancel=lambda: len(steps) >= 2,
        )  # fmt: skip
    assert steps == [(READING, 2, n + 1), (READING, LOOK_EVERY + 2, n + 1)]


def test_a_trec_run_is_in_trec_evals_order_whatever_its_rank_column() -> None:
    run = read("q1 Q0 a 1 1.0 x\nq1 Q0 b 2 1.0 x\nq1 Q0 c 3 2.0 x\n", "prod.run")
    assert orders(run) == {"q1": ["c", "b", "a"]}
    assert "Ties are ordered as trec_eval" in run.head.notes[0]


def test_where_a_rank_is_missing_or_given_twice_the_scores_order_all() -> None:
    for ranks in (("1", ""), ("1", "1"), ("1", "first"), ("1", "1.5"), ("1", "-2")):
        run = read(f"query,doc,rank,score\nq1,a,{ranks[0]},1\nq1,b,{ranks[1]},5\n")
        assert orders(run) == {"q1": ["b", "a"]}
        assert "the scores order all of them" in run.head.notes[0]


def test_ranks_alone_are_enough_and_a_rank_that_is_missing_then_refuses_the_file() -> None:
    run = read("query,doc,position\nq1,b,2\nq1,a,1\n")
    assert orders(run) == {"q1": ["a", "b"]}
    assert run.ranked
    with pytest.raises(CrossExamError, match=r"^prod\.csv:3: rank is '': give a number"):
        read("query,doc,position\nq1,b,2\nq1,a,\n")


def test_excels_file_with_its_mark_semicolons_and_decimal_commas_is_read() -> None:
    text = "\ufeffQuery;Doc;Rank;Score\r\npython snake;two words;1;12,5\r\npython snake;a;2;0,5\r\n"
    run = read(text)
    assert orders(run) == {"python snake": ["two words", "a"]}
    assert [hit.score for hit in run.rankings["python snake"].hits] == [12.5, 0.5]
    assert (run.head.by_id, run.head.by_text) == (0, 1)
    assert any("decimal point" in note for note in run.head.notes)
    old_mac = read(text.replace("\r\n", "\r"))
    assert orders(old_mac) == orders(run)


def test_a_snapshot_with_quepids_columns_is_read() -> None:
    run = read(
        "Snapshot Name,Snapshot Time,Case ID,Query Text,Doc ID,Doc Position\n"
        'Monday,2026-11-23,7,"Python snake",a,2\nMonday,2026-11-23,7,Python snake,c,1\n'
    )
    assert orders(run) == {"Python snake": ["c", "a"]}
    assert run.head.by_text == 1


def test_a_quoted_cell_may_span_lines_and_errors_name_the_right_one() -> None:
    good = 'query,doc,score,remark\nq1,a,2,"one\ntwo"\nq1,b,1,x\n'
    assert orders(read(good)) == {"q1": ["a", "b"]}
    with pytest.raises(CrossExamError, match=r"^prod\.csv:4: score is 'nan'"):
        read(good.replace("b,1", "b,nan"))
    with pytest.raises(CrossExamError, match=r"^prod\.csv:2: no row of a table"):
        read("query,doc,score\nq1,a," + "9" * 200_000 + "\n")


def test_a_query_that_begins_with_a_hash_is_a_row_and_no_remark() -> None:
    assert orders(read("query,doc,score\n#1 hits,a,2\n")) == {"#1 hits": ["a"]}
    assert orders(read("# a remark\nq1 Q0 a 1 2 x\n", "a.run")) == {"q1": ["a"]}


def test_json_is_read_in_its_two_forms() -> None:
    nested = json.dumps({"q1": {"a": 1.0, "b": 2.0}})
    assert orders(read(nested, "a.json")) == {"q1": ["b", "a"]}
    rows = [{"query": "q1", "doc": d, "rank": r, "score": 1} for d, r in (("b", 2), ("a", 1))]
    assert orders(read(json.dumps(rows), "a.json")) == {"q1": ["a", "b"]}
    assert orders(read(gzip.compress(nested.encode()), "a.json.gz")) == {"q1": ["b", "a"]}


def test_scores_that_are_none_and_documents_that_stand_twice_are_refused() -> None:
    for bad, said in (
        ("q1,a,NaN", r"prod\.csv:2: score is 'NaN': give a number"),
        ("q1,a,inf", r"prod\.csv:2: score is 'inf'"),
        ("q1,a,", r"prod\.csv:2: score is ''"),
        ("q1,a,1\nq1,a,2", r"prod\.csv:3: document 'a' stands twice .* keep one"),
        ("q1,a", r"prod\.csv:2: 2 cells, the header 3"),
    ):
        with pytest.raises(CrossExamError, match=said):
            read(f"query,doc,score\n{bad}\n")
    with pytest.raises(CrossExamError, match="no line of a run"):
        read("")


def test_an_id_of_the_corpus_wins_unless_the_file_says_another_text_for_it() -> None:
    run = read(
        "query_id,query,doc_id,score\nq1,Python Snake ,a,1\nq2,another text,b,1\n"
        "9,python snake,c,1\n"
    )
    assert (run.head.queries, run.head.by_id, run.head.by_text) == (3, 1, 1)
    assert any("q2" in note and "another text" in note for note in run.head.notes)
    assert any("9" in note and "first one counts" in note for note in run.head.notes)


def test_documents_that_the_corpus_lacks_are_counted_and_named() -> None:
    run = read("query,doc,score\nq1,a,9\nq1,x1,8\nq1,x2,7\nq2,x1,6\nq2,x3,5\nq2,x4,4\n")
    assert (run.head.documents, run.head.missing) == (5, 4)
    assert run.head.named == ("x1", "x2", "x3")
    assert run.missing == {"x1", "x2", "x3", "x4"}
    assert run.head.notes == ()
    foreign = read("query,doc,score\nq1,x1,8\n")
    assert "not one of its 1 document (x1) is in this corpus" in foreign.head.notes[0]


def test_long_lists_are_cut_and_said_so() -> None:
    rows = "".join(f"q1,d{n},{-n}\n" for n in range(LONGEST_LIST + 5))
    run = read(f"query,doc,score\n{rows}")
    assert len(run.rankings["q1"].hits) == LONGEST_LIST
    assert run.rankings["q1"].ids(2) == ["d0", "d1"]
    assert "first 1,000 documents are kept" in run.head.notes[0]


def test_names_are_one_printable_line() -> None:
    assert run_name("  my \n engine\x00 ") == "my engine"
    assert usual_name("../../etc/a,b#c.csv") == "a b c"
    for bad in ("", " \n", "a,b", "a#b", "x" * 81):
        with pytest.raises(CrossExamError, match="the name of the run is"):
            run_name(bad)
