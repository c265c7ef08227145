"""What selective reranking and token budgets draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from components.quality.budget.budget_curve import figure as budget_figure
from components.quality.gate import gate_tables
from components.quality.gate.gate_curves import figure
from components.quality.gate.gate_tables import shares_table, signals_table
from engine.quality.gate.report import gate_report
from engine.types.quality.contexts import BudgetCurve, BudgetReport
from engine.types.quality.gate import MARGIN, GateReport
from tests.engine.quality.gate.drawn_sets import SPEC, drawn_set


@pytest.fixture(scope="module")
def report() -> GateReport:
    return gate_report(SPEC, *drawn_set(3, 30))


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Any]]:
    """The rows of the tables that a test draws."""
    drawn: list[Sequence[Any]] = []
    monkeypatch.setattr(
        gate_tables, "plain_table", lambda columns, rows, **_: drawn.extend([columns, *rows])
    )
    return drawn


@pytest.mark.parametrize("axis", ["queries", "pairs"])
def test_every_curve_goes_from_the_first_stage_to_the_full_reranker(
    report: GateReport, axis: str
) -> None:
    lines = [
        t
        for t in figure(report, signal=MARGIN.name, axis=axis, dark=True).data
        if t.mode == "lines"
    ]
    assert len(lines) == 6
    for line in lines:
        assert (line.x[0], line.x[-1]) == (0, 1)
        assert (line.y[0], line.y[-1]) == (report.first, report.full)
    assert lines[-1].name == MARGIN.label
    assert lines[-1].line.width > lines[-2].line.width


def test_the_tables_say_what_is_estimated_and_what_is_not_shown(
    report: GateReport, rows: list[Sequence[Any]]
) -> None:
    shares_table(report, signal=MARGIN.name, watts=15.0, key="a")
    assert len(rows) == 12
    assert rows[1][8].tag == "estimated"
    assert (rows[1][0].note, rows[11][0].note) == ("BM25", "BM25 12 → table")
    rows.clear()
    shares_table(report, signal=MARGIN.name, watts=None, key="a")
    assert {len(row) for row in rows} == {8}
    rows.clear()
    signals_table(report, key="b")
    columns, *signals, chosen = rows
    assert {len(row) for row in rows} == {len(columns)} == {8}
    for row, advantage in zip(signals, report.advantages, strict=True):
        assert row[1].tag == ("better than random" if advantage.beats_random else "not shown")
    assert chosen[0].text == "Signal and threshold chosen"


def test_lines_of_one_stage_differ_and_a_pipeline_s_name_stays_text() -> None:
    curves = tuple(BudgetCurve(f"<b>{i}</b>", "bm25", (128, 256), (0.1, 0.2)) for i in range(2))
    budget = BudgetReport(200, "characters", "a", 3, 10, (), curves)
    first, second = budget_figure(budget, dark=False).data
    assert first.line.dash != second.line.dash
    assert first.name == "&lt;b&gt;0&lt;/b&gt;"


@pytest.mark.parametrize(
    ("chosen", "ticks"),
    [
        (2_000, [512, 1_024, 2_000, 4_096, 8_192]),
        (2_048, [512, 1_024, 2_048, 4_096, 8_192]),
        (3_000, [512, 1_024, 3_000, 8_192]),
        (6_500, [512, 1_024, 2_048, 4_096, 6_500]),
    ],
)
def test_the_chosen_budget_has_its_place_on_the_axis_to_itself(
    chosen: int, ticks: list[int]
) -> None:
    at = tuple(sorted({512, 1_024, 2_048, 4_096, 8_192, chosen}))
    curve = BudgetCurve("a", "bm25", at, tuple(0.1 for _ in at))
    chart = budget_figure(BudgetReport(chosen, "characters", "a", 3, 10, (), (curve,)), dark=False)
    assert list(chart.layout.xaxis.tickvals) == ticks
    assert list(chart.layout.xaxis.ticktext) == [f"{tick:,}" for tick in ticks]
