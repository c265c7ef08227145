"""The scatter of two rankers' scores: every pair at its place, and the worst of too many."""

from __future__ import annotations

import numpy as np

from components.quality.parity.score_scatter import figure, shown_points
from engine.types.parity.report import PairOfScores, ParityReport, QueryParity, SideLabel


def report(*queries: QueryParity) -> ParityReport:
    a, b = (SideLabel(name, name, "logit") for name in "ab")
    return ParityReport("c", a, b, len(queries), queries)


def query(*pairs: tuple[float, float], same_order: bool = True) -> QueryParity:
    listed = tuple(PairOfScores(f"d{i}", a, b) for i, (a, b) in enumerate(pairs))
    return QueryParity("q", "<b>what</b> $x$", len(listed), listed, same_order=same_order)


def test_each_pair_stands_at_its_scores_and_beside_it_at_their_difference() -> None:
    one = report(query((1.0, 1.5), (2.0, 2.0)), query((3.0, 2.0), same_order=False))
    chart = figure(shown_points(one), a="logit", b="logit", apart=True, dark=False)
    dots = [trace for trace in chart.data if trace.mode == "markers"]
    assert [(list(dot.x), list(dot.y)) for dot in dots] == [
        ([1.0, 2.0], [1.5, 2.0]),
        ([1.0, 2.0], [0.5, 0.0]),
        ([3.0], [2.0]),
        ([3.0], [-1.0]),
    ]
    assert dots[0].customdata[0][0] == "&lt;b&gt;what&lt;/b&gt; &#36;x&#36;"
    other = figure(shown_points(one), a="logit", b="relevance", apart=False, dark=True)
    assert all(trace.mode == "markers" for trace in other.data)
    assert len(other.data) == 2


def test_of_too_many_pairs_those_that_differ_most_are_drawn() -> None:
    apart = np.linspace(-1, 1, 101)
    points = shown_points(report(query(*((0.0, float(b)) for b in apart))), most=20)
    drawn = sorted(abs(pair.b) for _, pair in points)
    assert len(points) == 20
    assert len({pair.doc_id for _, pair in points}) == 20
    assert drawn[10:] == sorted(np.abs(apart))[-10:]
