"""Agreement of rankings, against scipy and against the definitions."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from scipy.stats import kendalltau

from engine.search.agreement import agreement, kendall_tau, overlap, rbo
from tests.tiny import ranking


@pytest.mark.parametrize("size", [2, 3, 7, 10, 50, 173])
def test_kendalls_tau_is_that_of_scipy(size: int) -> None:
    left = [f"d{i}" for i in range(size)]
    right = left[:]
    random.Random(size).shuffle(right)
    places = [right.index(doc_id) for doc_id in left]
    assert kendall_tau(left, right) == pytest.approx(kendalltau(range(size), places).statistic)


def test_kendalls_tau_by_hand() -> None:
    # of the pairs ab, ac, bc only bc is turned over: (2 - 1) / 3
    assert kendall_tau("abc", "acb") == pytest.approx(1 / 3)
    assert kendall_tau("abc", "abc") == 1.0
    assert kendall_tau("abc", "cba") == -1.0


def test_kendalls_tau_looks_at_shared_documents_only() -> None:
    assert kendall_tau("axbyc", "zacwb") == kendall_tau("abc", "acb")


@pytest.mark.parametrize(("left", "right"), [("", ""), ("ab", "cd"), ("ab", "bc")])
def test_kendalls_tau_of_fewer_than_two_shared_documents_is_unknown(left: str, right: str) -> None:
    assert kendall_tau(left, right) is None


def rbo_as_defined(left: Sequence[str], right: Sequence[str], p: float) -> float:
    """Equation 32 of Webber, Moffat & Zobel 2010, term by term."""
    short, long = sorted((left, right), key=len)
    s, n = len(short), len(long)

    def common(depth: int) -> int:
        return len(set(short[:depth]) & set(long[:depth]))

    whole = sum(common(d) / d * p**d for d in range(1, n + 1))
    beyond = sum(common(s) * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    rest = ((common(n) - common(s)) / n + common(s) / s) * p**n
    return (1 - p) / p * (whole + beyond) + rest


def rbo_limit(left: Sequence[str], right: Sequence[str], p: float) -> float:
    """Equation 4, the definition over lists so long that nothing is left to extrapolate."""
    total, seen_left, seen_right = 0.0, set[str](), set[str]()
    for depth, (a, b) in enumerate(zip(left, right, strict=True), 1):
        seen_left.add(a)
        seen_right.add(b)
        total += p ** (depth - 1) * len(seen_left & seen_right) / depth
    return (1 - p) * total


@pytest.mark.parametrize(("n_left", "n_right"), [(10, 10), (10, 50), (50, 7), (1, 30), (60, 60)])
@pytest.mark.parametrize("p", [0.9, 0.5])
def test_rbo_is_the_papers_extrapolation(n_left: int, n_right: int, p: float) -> None:
    draw = random.Random(n_left * 100 + n_right)
    pool = [f"d{i}" for i in range(80)]
    left, right = draw.sample(pool, n_left), draw.sample(pool, n_right)
    assert rbo(left, right, p=p) == pytest.approx(rbo_as_defined(left, right, p))
    assert rbo(left, right, p=p) == pytest.approx(rbo(right, left, p=p))


def test_rbo_of_long_lists_is_its_definition() -> None:
    draw = random.Random(1)
    left = [f"d{i}" for i in range(400)]
    right = sorted(left, key=lambda doc_id: int(doc_id[1:]) + draw.randrange(12))
    assert 0.3 < rbo(left, right) < 0.99
    assert rbo(left, right) == pytest.approx(rbo_limit(left, right, 0.9), abs=1e-9)


def test_rbo_by_hand() -> None:
    # depth 1: 0 of 1; depth 2: 2 of 2. (1-p)/p * (1 * p^2) + 1 * p^2 at p = 0.5
    assert rbo("ab", "ba", p=0.5) == pytest.approx(0.25 + 0.25)


def test_the_top_weighs_more_than_the_bottom() -> None:
    letters = "abcdefghij"
    top_turned, bottom_turned = "bacdefghij", "abcdefghji"
    assert rbo(letters, top_turned) < rbo(letters, bottom_turned) < 1.0


def test_identical_lists_agree_fully_and_disjoint_ones_not_at_all() -> None:
    assert rbo("abcdef", "abcdef") == pytest.approx(1.0)
    assert rbo("abc", "xyz") == 0.0
    assert rbo("", "") == 1.0
    assert rbo("abc", "") == 0.0


def test_overlap_is_the_shared_part_of_the_top() -> None:
    assert overlap("abcdx", "cbyax", 3) == pytest.approx(2 / 3)  # abc, cby
    assert overlap("abcdx", "cbyax", 5) == pytest.approx(4 / 5)


def test_overlap_of_short_lists_is_out_of_the_longer_one() -> None:
    assert overlap("abc", "abcd", 10) == pytest.approx(3 / 4)
    assert overlap("abc", "cba", 10) == 1.0
    assert overlap("", "", 10) == 1.0


def test_an_agreement_names_its_two_stages_and_its_depth() -> None:
    left, right = ranking("bm25", *"abcd"), ranking("hybrid", *"abdc")
    result = agreement(left, right, k=3)
    assert (result.left, result.right, result.k) == ("bm25", "hybrid", 3)
    assert result.tau == pytest.approx(4 / 6)
    assert result.shared == 4
    assert agreement(ranking("a", *"abx"), ranking("b", *"bya")).shared == 2
    assert result.rbo == pytest.approx(rbo_as_defined("abcd", "abdc", 0.9))
    assert result.overlap == pytest.approx(2 / 3)


def test_the_usual_overlap_is_of_ten_and_short_lists_say_how_short() -> None:
    left, right = [*"abcdefghijK"], [*"abcdefghiKj"]
    assert overlap(left, right) == pytest.approx(9 / 10)
    assert agreement(ranking("a", *left), ranking("b", *right)).overlap == pytest.approx(9 / 10)
    assert agreement(ranking("a", *left), ranking("b", *right)).k == 10
    assert agreement(ranking("a", *"abcd"), ranking("b", *"ab")).k == 4
    assert agreement(ranking("a"), ranking("b")).k == 10
