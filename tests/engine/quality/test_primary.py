"""The headline measure of one list is the registry's, whichever that is."""

from __future__ import annotations

import pytest

from engine.quality import primary
from engine.quality.ndcg import ndcg
from engine.quality.primary import primary_of
from engine.types.registries.measures import (
    MAP,
    MRR,
    PRIMARY,
    Measure,
    measure_named,
    shown_at,
    whole_list,
)

LISTED = ["a", "b", "c", "d"]
GRADES = {"b": 1, "d": 2, "z": 1, "a": 0}


def test_it_is_ndcg_as_the_curves_compute_it() -> None:
    assert PRIMARY.name == "nDCG@10"
    assert primary_of(LISTED, GRADES) == ndcg(LISTED, GRADES, 10) > 0


def test_what_reads_a_whole_list_is_named_with_where_the_list_ends() -> None:
    assert [shown_at(name, 50) for name in ("nDCG@10", "MAP", "Recall@5", "judged@10")] == [
        *("nDCG@10", "MAP@50", "Recall@5", "judged@10")
    ]
    assert shown_at(shown_at("MAP", 50), 50) == "MAP@50"
    assert measure_named("MAP@50") is MAP
    assert measure_named("MRR@50") is None
    assert whole_list(50) == ("MAP@50", "Recall")


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (MRR, 1 / 2),
        (MAP, (1 / 2 + 2 / 4) / 3),
        (
            Measure(
                family="Length", definition="its length", note="", function=lambda ids, _: len(ids)
            ),
            4.0,
        ),
    ],
)
def test_another_headline_measure_gives_its_own_values(
    measure: Measure, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(primary, "PRIMARY", measure)
    assert primary_of(LISTED, GRADES) == pytest.approx(value)
    assert primary_of(LISTED, {}) == 0.0
