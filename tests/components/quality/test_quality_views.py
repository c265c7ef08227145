"""What the views of the quality lab draw and what they believe of the browser."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from components.quality.changed_queries import (
    ChangeRow,
    QueryAction,
    numbers_csv,
    pack,
    query_action,
)
from components.quality.forest import ForestRow
from components.quality.forest import figure as forest_figure
from components.quality.fusion_curve import figure as curve_figure
from components.quality.judge_agreement import agreement_text, circular_words
from components.quality.judge_card import JudgeAnswer, JudgeItem, _cut, new_words
from components.quality.measures_table import PipelineRow, _cells, _time_note, list_words
from components.quality.pareto import ParetoPoint
from components.quality.pareto import figure as pareto_figure

ROWS = [
    ChangeRow("q1", "<b>one</b>", 0.5, 1.0, 2, 1, "d1", "Title", 2, 1, 3, ("typos",)),
    ChangeRow("q2", "two", 0.5, 0.5, None, None),
]


def test_rows_are_packed_as_data_with_their_texts_unchanged() -> None:
    data = pack(ROWS, before_name="BM25", after_name="Blend", measure="MAP", actions=["compare"])
    assert [row["text"] for row in data["rows"]] == ["<b>one</b>", "two"]
    assert (data["before"], data["after"], data["actions"]) == ("BM25", "Blend", ["compare"])


def test_only_a_drawn_row_and_an_offered_way_are_believed() -> None:
    both: list[Any] = ["compare", "explain"]
    assert query_action({"action": "explain", "query_id": "q1"}, ROWS, both) == QueryAction(
        "explain", "q1", "d1"
    )
    wrong: list[object] = [
        None,
        [],
        {"action": "open", "query_id": "q1"},
        {"action": "compare"},
        {"action": "compare", "query_id": "q9"},
        {"action": ["compare"], "query_id": "q1"},
    ]
    for value in wrong:
        assert query_action(value, ROWS, both) is None


def sent(*actions: Any, token: str = "t") -> dict[str, Any]:
    return {"token": token, "actions": list(actions)}


def test_keys_that_are_not_yet_confirmed_come_in_their_order() -> None:
    value = sent(
        {"n": 3, "item": 1, "grade": None}, {"n": 2, "item": 0, "grade": 3},
        {"n": 1, "item": 1, "grade": 0},
    )  # fmt: skip
    assert new_words(value, "t", 1, 2) == (JudgeAnswer(2, 0, 3), JudgeAnswer(3, 1, None))
    assert new_words(value, "t", 3, 2) == ()


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {},
        {"token": "t", "actions": "x"},
        sent({"n": 1, "item": 0, "grade": 2}, token="another"),
        sent({"n": 1, "item": 9, "grade": 2}),
        sent({"n": 1, "item": -1, "grade": 2}),
        sent({"n": 1, "item": 0, "grade": 4}),
        sent({"n": 1, "item": 0, "grade": True}),
        sent({"n": "1", "item": 0, "grade": 1}),
        sent({"n": True, "item": 0, "grade": 1}),
        sent(None, 3),
    ],
)
def test_what_no_key_would_send_is_passed_over(value: object) -> None:
    assert new_words(value, "t", 0, 2) == ()


def test_a_long_document_is_cut_where_it_is_judged() -> None:
    item = JudgeItem("q", "", "t", "x" * 7000, "rank 1")
    assert len(_cut(item)["text"]) == 6002
    assert _cut(JudgeItem("q", "", "t", "short", ""))["text"] == "short"


def test_a_proposal_can_be_rejected_and_nothing_else_can() -> None:
    sent = {"token": "t", "actions": [{"n": 1, "item": 0, "grade": -1}]}
    assert new_words(sent, "t", 0, 2) == ()
    assert new_words(sent, "t", 0, 2, proposing=True) == (JudgeAnswer(1, 0, -1),)
    sent["actions"] = [{"n": 1, "item": 0, "grade": -2}]
    assert new_words(sent, "t", 0, 2, proposing=True) == ()


def test_a_machines_part_in_a_figure_stands_beside_it() -> None:
    row = PipelineRow(
        "BM25", {"MAP": 0.4}, 0.9, 0.95, 50, 0.9, 0.012, 0.02, True, 0.7, "judged by itself",
        documents=50, length=50,
    )  # fmt: skip
    cells = _cells(1, row, {"MAP": 0.4})
    assert (cells[0].tag, cells[0].dashed) == ("judged by itself", True)
    assert (cells[3].text, cells[3].note) == ("90.0%", "70.0% by people alone")


def test_pipelines_that_hold_their_own_judge_are_told_by_reason() -> None:
    found = {"A": "ranked by it", "B": "ranked by its pupil", "C": "ranked by it"}
    assert circular_words(found) == "Ranked by it: A; C. Ranked by its pupil: B."
    assert (agreement_text(-0.126), agreement_text(None)) == ("\N{MINUS SIGN}0.13", "–")


def test_the_table_tags_the_best_and_numbers_the_rows() -> None:
    row = PipelineRow(
        "BM25", {"nDCG@10": 0.5, "MAP": 0.4}, 0.9, 0.95, 50, 0.7, 0.012, 0.02, True,
        documents=50, length=50,
    )  # fmt: skip
    cells = _cells(3, row, {"nDCG@10": 0.5, "MAP": 0.6})
    assert [cell.text for cell in cells] == [
        "3 · BM25",
        "0.5000",
        "0.4000",
        "90.0%",
        "70.0%",
        "12 ms",
    ]
    assert [cell.tag for cell in cells[1:3]] == ["best", ""]
    assert "a perfect reranker reaches nDCG@10 0.950" in cells[3].note
    assert cells[5].note == "p95 20 ms"


def row_of(**changed: Any) -> PipelineRow:
    usual = PipelineRow(
        "A", {"MAP": 0.4}, 0.9, 0.95, 10, 0.7, 0.012, None, True, documents=20, length=20
    )
    return replace(usual, **changed)


def test_the_table_names_each_lists_length_and_what_stands_behind_the_reranked_part() -> None:
    assert list_words(row_of()) == "first 10 reranked, then the first stage's; lists 20 documents"
    assert list_words(row_of(depth=20)) == "lists 20 documents"
    assert list_words(row_of(depth=20, documents=7.25)) == (
        "lists 7.2 documents on average, 20 at most"
    )
    assert list_words(row_of(reranked=False, depth=20, documents=6.5, passages=True)) == (
        "lists 20 passages, of 6.5 documents on average"
    )
    assert _cells(1, row_of(), {"MAP": 1.0})[0].note == list_words(row_of())


def test_no_p95_is_shown_of_fewer_than_twenty_queries() -> None:
    assert _cells(1, row_of(), {"MAP": 1.0})[-1].note == ""
    assert "at least 20 queries" in _time_note([row_of()])
    assert _time_note([row_of(), row_of(p95_seconds=0.02)]) == "mean; p95 below"


def test_the_picture_has_a_numbered_point_for_each_pipeline_on_a_logarithmic_axis() -> None:
    points = [
        ParetoPoint(1, "BM25", "bm25", 0.002, 0.5),
        ParetoPoint(2, "CE", "cross-encoder", 1.5, 0.7),
        ParetoPoint(3, "slow", "cross-encoder", 3.0, 0.6),
    ]
    drawn = pareto_figure(points, [0, 1], measure="nDCG@10", dark=False)
    line, first, second = drawn.data
    assert list(line.x) == [0.002, 1.5]
    assert [*first.text, *second.text] == ["<b>1</b>", "<b>2</b>", "<b>3</b>"]
    assert second.marker.color[0] != second.marker.color[1] == "#ffffff"
    assert drawn.layout.xaxis.type == "log"


def test_the_forest_fills_what_is_significant_and_escapes_names() -> None:
    rows = [
        ForestRow("a <b>", 0.1, 0.02, 0.2, True, "s"), ForestRow("c", -0.1, -0.2, 0.1, False, "t"),
    ]  # fmt: skip
    drawn = forest_figure(rows, measure="MAP", baseline="x", dark=True)
    assert [trace.marker.symbol for trace in drawn.data[1::2]] == ["diamond", "diamond-open"]
    assert list(drawn.data[2].x) == [-0.2, 0.1]
    assert list(drawn.layout.yaxis.ticktext) == ["a &lt;b&gt;", "c"]


def test_the_curve_marks_the_best_the_chosen_and_the_validated_figure() -> None:
    drawn = curve_figure(
        [0.0, 0.5, 1.0], [0.3, 0.6, 0.5], chosen=2, best=1, unit="share", title="share",
        stage="blend", dark=False, validated=0.55,
    )  # fmt: skip
    names = [trace.name for trace in drawn.data]
    assert names[1] == "best on these queries: 50%, 0.6000"
    assert names[2] == "chosen: 100%, 0.5000"
    assert names[3] == "cross-validated: 0.5500"


def test_the_numbers_of_the_changed_queries_have_a_row_each() -> None:
    text = numbers_csv(ROWS, before_name="BM25", after_name="Blend")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["query"] for row in rows] == ["<b>one</b>", "two"]
    assert [row["difference"] for row in rows] == ["0.5", "0.0"]
    assert (rows[0]["rank before"], rows[0]["rank after"], rows[0]["grade"]) == ("2", "1", "3")
    assert (rows[1]["moved"], rows[1]["grade"]) == ("", "")
