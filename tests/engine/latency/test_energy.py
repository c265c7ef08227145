"""Energy: counters that wrap, joules by stage, joules for a point of nDCG, a bill by hand."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from engine.latency.energy import (
    EnergyReport,
    Prices,
    Spent,
    bill,
    measure_energy,
    worth,
)
from engine.latency.power import Rapl, assumed_power, bare_name
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, CrossExamError, Qrel, Query
from tests.tiny import QUERY, Tiny, tiny_searcher


def package(folder: Path, number: int, microjoules: int, name: str = "") -> Path:
    domain = folder / f"intel-rapl:{number}"
    domain.mkdir()
    (domain / "name").write_text(f"{name or f'package-{number}'}\n")
    (domain / "max_energy_range_uj").write_text("1000000\n")
    (domain / "energy_uj").write_text(f"{microjoules}\n")
    return domain


def test_packages_are_added_up_and_a_counter_may_wrap(tmp_path: Path) -> None:
    first, second = package(tmp_path, 0, 900_000), package(tmp_path, 1, 0)
    package(tmp_path, 2, 5, name="psys")
    meter = Rapl.from_system(tmp_path)
    assert meter is not None
    assert meter.joules() == 0
    (second / "energy_uj").write_text("250000\n")
    assert meter.joules() == pytest.approx(0.25)
    (first / "energy_uj").write_text("100000\n")  # 0.1 J to the end, 0.1 J after it
    assert meter.joules() == pytest.approx(0.45)


def test_counters_that_are_missing_or_forbidden_are_not_half_used(tmp_path: Path) -> None:
    assert Rapl.from_system(tmp_path / "none") is None
    package(tmp_path, 0, 1)
    (package(tmp_path, 1, 1) / "energy_uj").unlink()
    assert Rapl.from_system(tmp_path) is None


def test_the_power_table_is_read_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    laptop = assumed_power("Intel(R) Core(TM) i7-8650U CPU @ 1.90GHz", 8)
    assert laptop.watts == 15
    assert "i7-8650U" in laptop.source
    unknown = assumed_power("Abacus 3000", 6)
    assert unknown.watts == 24
    assert "4 W a hardware thread" in unknown.source


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz", "intel xeon platinum 8370c"),
        ("AMD EPYC 7763 64-Core Processor", "amd epyc 7763"),
        ("12th Gen Intel(R) Core(TM) i7-1260P", "intel core i7-1260p"),
        ("AMD Ryzen 7 5700U with Radeon Graphics", "amd ryzen 7 5700u"),
    ],
)
def test_names_of_processors_are_compared_without_trimmings(written: str, bare: str) -> None:
    assert bare_name(written) == bare


def report(quality: dict[str, float], counted: dict[str, float] | None = None) -> EnergyReport:
    seconds = {BM25: 0.2, BI_ENCODER: 0.4, CROSS_ENCODER: 20.0, "other": 0.02}
    settings = Settings(first_stage=BM25)
    return EnergyReport(
        Spent(10, seconds, counted),
        10,
        10,
        quality,
        0.9,
        (BM25, BI_ENCODER, CROSS_ENCODER),
        settings,
    )


def test_joules_are_watts_times_seconds_where_nothing_counts_them() -> None:
    assert report({}).spent.joules(50)[CROSS_ENCODER] == pytest.approx(100)
    assert report({}, {CROSS_ENCODER: 30.0}).spent.joules(50) == {CROSS_ENCODER: 3.0}


def test_a_point_of_ndcg_costs_what_is_spent_more_for_what_is_gained_more() -> None:
    rows = worth(report({BM25: 0.5, BI_ENCODER: 0.45, CROSS_ENCODER: 0.6}), 50, baseline=BM25)
    base, dense, cross = rows
    assert base.joules == pytest.approx(1.0)
    assert (base.gained, base.per_point) == (None, None)
    assert dense.gained == pytest.approx(-0.05)
    assert dense.per_point is None
    assert cross.joules == pytest.approx(101)  # with the BM25 that feeds it
    assert cross.per_point == pytest.approx(100 / 10)  # 100 J more for ten points
    assert all(row.quality is None for row in worth(report({}), 50, baseline=BM25))


def test_a_bill_by_hand() -> None:
    found = bill(7_200, Prices(watts=50, kwh=0.3, hour=2))
    assert found.hours == 2
    assert found.kwh == pytest.approx(0.1)
    assert found.energy_price == pytest.approx(0.03)
    assert found.machine_price == 4
    with pytest.raises(CrossExamError, match="kwh is -1"):
        Prices(1, -1, 0)


class Ticking:
    """A counter that grows by a joule at every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def joules(self) -> float:
        self.now += 1
        return self.now


TINIES = [Tiny(f"d{i}", snakes=i % 3 + 1, angle=i / 9, logit=i) for i in range(6)]


def test_each_query_is_searched_once_and_stages_are_counted_apart() -> None:
    searcher, reranker = tiny_searcher(TINIES)
    found = measure_energy(
        searcher,
        [Query("q1", QUERY), Query("q2", "snake snake")],
        [Qrel("q1", "d5", 1)],
        Settings(depth=6, first_stage=BM25),
        meter=Ticking(),
        on_progress=lambda what, done, total: None,
        cancel=lambda: False,
    )
    assert found is not None
    assert len(reranker.scored) == 12
    assert (found.spent.searches, found.queries, found.judged) == (2, 2, 1)
    assert list(found.spent.seconds)[-1] == "other"
    assert found.spent.counted is not None
    assert found.spent.counted[BM25] == 2  # one look a query
    assert found.spent.counted[CROSS_ENCODER] == 6  # three batches a query
    assert found.quality[CROSS_ENCODER] == 1
    assert found.quality[BM25] < 1


def test_without_judgments_there_is_no_quality_and_cancelling_gives_nothing() -> None:
    searcher, _ = tiny_searcher(TINIES)
    for stop in (False, True):
        found = measure_energy(
            searcher,
            [Query("q", QUERY)],
            [],
            Settings(depth=6),
            meter=None,
            on_progress=lambda what, done, total: None,
            cancel=lambda stop=stop: stop,  # type: ignore[misc]
        )
        assert (found is None) == stop
        if found is not None:
            assert found.quality == {}
            assert found.spent.counted is None
