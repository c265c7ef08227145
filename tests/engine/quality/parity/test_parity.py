"""Two rankers compared: figures as numpy and scipy give them, and every way to disagree found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
import pytest
from scipy import stats

from engine.quality.parity.comparing import differences
from engine.quality.parity.export import pairs_csv
from engine.quality.parity.parity import MOST_FAILURES, parity
from engine.quality.parity.sentence import disagrees, remarks, verdict
from engine.search.precision.rescoring import scorer_of
from engine.types import Cancelled, CrossExamError
from engine.types.parity.report import (
    MONOTONE,
    OTHER,
    SAME,
    SIGMOID_OF_A,
    SIGMOID_OF_B,
    Differences,
    PairOfScores,
    ParityReport,
)
from engine.types.registries.search_parameters import FAST
from models.remote.rerank_services import RemoteReranker
from tests.drifting import DriftingReranker
from tests.engine.quality.parity.answering import ScriptedReranker, compared, sample, side
from tests.models.loopback import BRIEF, Answer, Answers, Asked, loopback, says

QUERIES, DEPTH = 12, 15
DICE = np.random.default_rng(3)
IDS = {f"q{q}": [f"d{q}-{d}" for d in range(DEPTH)] for q in range(QUERIES)}
LOGITS = {
    d: float(v) for ids in IDS.values() for d, v in zip(ids, DICE.normal(0, 5, DEPTH), strict=True)
}
ERRORS = {d: float(v) for d, v in zip(LOGITS, DICE.normal(0, 0.02, len(LOGITS)), strict=True)}
EXACT = DriftingReranker(LOGITS, drift=0.0)


def by_table(scores: dict[str, float]) -> ScriptedReranker:
    return ScriptedReranker(lambda _, texts: [(i, scores[text]) for i, text in enumerate(texts)])


def test_fp32_and_a_backend_that_drifts_differ_as_numpy_and_scipy_say() -> None:
    backend = DriftingReranker(LOGITS, ERRORS, drift=0.06)
    report = compared(side(backend.exact()), side(backend), sample(IDS))
    a = np.array([LOGITS[d] for ids in IDS.values() for d in ids])
    b = np.array([LOGITS[d] + ERRORS[d] for ids in IDS.values() for d in ids])
    figures = report.differences
    assert figures is not None
    assert figures.pairs == report.pairs == len(a)
    assert figures.largest == pytest.approx(np.abs(b - a).max())
    assert figures.doc_id == list(LOGITS)[int(np.abs(b - a).argmax())]
    assert figures.mean == pytest.approx((b - a).mean())
    assert figures.mean_distance == pytest.approx(np.abs(b - a).mean())
    assert figures.median == pytest.approx(np.median(np.abs(b - a)))
    assert figures.p99 == pytest.approx(np.quantile(np.abs(b - a), 0.99))
    assert report.pearson == pytest.approx(stats.pearsonr(a, b).statistic)
    assert report.spearman == pytest.approx(stats.spearmanr(a, b).statistic)
    assert report.scale == SAME
    tops_a = {q: sorted(ids, key=lambda d: -LOGITS[d])[:10] for q, ids in IDS.items()}
    tops_b = {q: sorted(ids, key=lambda d: -(LOGITS[d] + ERRORS[d]))[:10] for q, ids in IDS.items()}
    differ = {q for q in IDS if tops_a[q] != tops_b[q]}
    assert 0 < len(differ) < QUERIES, "a drift that turns some tops and not all"
    assert {query.query_id for query in report.reordered} == differ
    for query in report.queries:
        shared = set(tops_a[query.query_id]) & set(tops_b[query.query_id])
        assert query.overlap == pytest.approx(len(shared) / 10)
        assert query.same_set == (len(shared) == 10)
    worst = report.reordered[0]
    assert all(
        (worst.overlap, -worst.gap) <= (query.overlap, -query.gap) for query in report.reordered
    )
    assert worst.turned is not None
    assert 0 < worst.turned.gap < 0.2
    assert LOGITS[worst.turned.first] - LOGITS[worst.turned.second] == pytest.approx(worst.gap)
    assert disagrees(report)
    assert not disagrees(report, tolerance=0.2)
    assert verdict(report) == (
        f"The order of the first 10 differs at {len(differ)} of {QUERIES} queries"
    )


def test_fast_scoring_has_the_order_of_fp32_for_near_ties_are_scored_again() -> None:
    backend = DriftingReranker(LOGITS, ERRORS, drift=0.06)
    fast = side(backend, scorer=scorer_of(backend, FAST))
    report = compared(side(backend.exact()), fast, sample(IDS))
    assert not report.reordered
    assert report.b.rescored > 0
    assert report.differences is not None
    assert report.differences.largest > 0
    assert "same, in the same order" in verdict(report)


def test_the_same_ranker_gives_the_same_and_says_the_same_when_asked_again() -> None:
    report = compared(side(EXACT), side(EXACT), sample(IDS), repeats=3)
    assert not disagrees(report)
    assert "the same scores" in verdict(report)
    for repeats in (report.repeats_a, report.repeats_b):
        assert repeats is not None
        for spread in (repeats.same_order, repeats.shuffled):
            assert (spread.calls, spread.largest) == (4, 0.0)
            assert spread.identical == spread.pairs == repeats.queries * DEPTH


def test_a_ranker_that_is_not_itself_is_found_out_and_one_that_minds_the_order_too() -> None:
    calls = iter(range(1_000))

    def restless(_: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        step = next(calls) * 0.001
        return [(i, LOGITS[text] + step) for i, text in enumerate(texts)]

    def minds_order(_: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        return [(i, LOGITS[text] + 0.01 * i) for i, text in enumerate(texts)]

    report = compared(
        side(ScriptedReranker(restless)), side(ScriptedReranker(minds_order)), sample(IDS), 2
    )
    assert report.repeats_a is not None
    assert report.repeats_a.same_order.largest == pytest.approx(0.002)
    assert report.repeats_a.same_order.identical == 0
    assert report.repeats_b is not None
    assert report.repeats_b.same_order.largest == 0.0
    assert report.repeats_b.shuffled.largest > 0.01


@pytest.mark.parametrize(
    ("of_b", "scale"),
    [
        (lambda x: 1 / (1 + math.exp(-x)), SIGMOID_OF_A),
        (lambda x: x**3 + 7, MONOTONE),
        (lambda x: -x, OTHER),
        (lambda x: x + 0.01, SAME),
    ],
)
def test_another_scale_is_not_taken_for_another_order(of_b: object, scale: str) -> None:
    assert callable(of_b)
    other = by_table({d: of_b(score) for d, score in LOGITS.items()})
    report = compared(side(EXACT), side(other), sample(IDS))
    assert report.scale == scale
    assert not report.permuted
    assert bool(report.reordered) == (scale == OTHER)
    if scale == SIGMOID_OF_A:
        assert report.on_probabilities is not None
        assert report.on_probabilities.largest == pytest.approx(0.0, abs=1e-12)
        turned_round = compared(side(other), side(EXACT), sample(IDS))
        assert turned_round.scale == SIGMOID_OF_B
        assert "A's scores are B's as probabilities" in " ".join(remarks(turned_round))
    if scale in (SIGMOID_OF_A, MONOTONE):
        assert verdict(report).startswith("Same order, other scale")


def serving(rows_of: Answers | None = None) -> Answers:
    """A /rerank server of TEI that scores by the table; `rows_of` makes its answer otherwise."""

    def answer(asked: Asked) -> Answer:
        scored = [LOGITS[text] for text in asked.body["texts"]]
        return says([{"index": i, "score": score} for i, score in enumerate(scored)])

    return rows_of or answer


def swapped(asked: Asked) -> Answer:
    """Results best first, each with the index of its place in them: a common mistake."""
    best = sorted((LOGITS[text] for text in asked.body["texts"]), reverse=True)
    return says([{"index": i, "score": score} for i, score in enumerate(best)])


def shifted(asked: Asked) -> Answer:
    """Every score at the document after its own."""
    scored = [LOGITS[text] for text in asked.body["texts"]]
    n = len(scored)
    return says([{"index": (i + 1) % n, "score": score} for i, score in enumerate(scored)])


def against_server(answer: Answers) -> object:
    with loopback(answer) as server:
        remote = RemoteReranker.from_choice("tei", address=server.address, patience=BRIEF)
        return compared(side(EXACT), side(remote, "tei"), sample(IDS))


def test_a_server_that_scores_the_same_agrees() -> None:
    report = against_server(serving())
    assert not disagrees(report)  # type: ignore[arg-type]


@pytest.mark.parametrize("mistake", [swapped, shifted])
def test_a_server_with_the_scores_at_other_documents_is_found_out(mistake: Answers) -> None:
    with loopback(mistake) as server:
        remote = RemoteReranker.from_choice("tei", address=server.address, patience=BRIEF)
        report = compared(side(EXACT), side(remote, "tei"), sample(IDS))
    assert len(report.permuted) == QUERIES
    assert disagrees(report, tolerance=1e9), "no tolerance makes up for it"
    assert verdict(report) == (
        f"B has the same scores, but at other documents: at {QUERIES} of {QUERIES} queries"
    )
    hint = "in which the documents were sent" if mistake is swapped else "check what its index"
    assert hint in " ".join(remarks(report))


def test_probabilities_at_other_documents_are_found_out_too() -> None:
    def shifted_probabilities(asked: Asked) -> Answer:
        scored = [1 / (1 + math.exp(-LOGITS[text])) for text in asked.body["texts"]]
        n = len(scored)
        return says([{"index": (i + 1) % n, "score": each} for i, each in enumerate(scored)])

    with loopback(shifted_probabilities) as server:
        remote = RemoteReranker.from_choice("tei", address=server.address, patience=BRIEF)
        report = compared(side(EXACT), side(remote, "tei"), sample(IDS))
    assert report.scale == SIGMOID_OF_A
    assert len(report.permuted) == QUERIES


def test_two_different_rankers_are_not_said_to_have_swapped_scores() -> None:
    other = by_table(
        {d: float(v) for d, v in zip(LOGITS, DICE.normal(0, 5, len(LOGITS)), strict=True)}
    )
    report = compared(side(EXACT), side(other), sample(IDS))
    assert len(report.permuted) <= 1
    assert disagrees(report)


def test_a_server_that_answers_wrongly_is_found_out_and_the_rest_of_its_answer_used() -> None:
    calls = iter(range(100))

    def faulty(asked: Asked) -> Answer:
        scored = [LOGITS[text] for text in asked.body["texts"]]
        rows = [{"index": i, "score": score} for i, score in enumerate(scored)]
        match next(calls):
            case 1:
                rows[3]["score"] = float("nan")
            case 2:
                del rows[4]
            case 3:
                rows[5]["index"] = 6
            case 4:
                rows.append({"index": 99, "score": 1.0})
        return says(rows)

    with loopback(faulty) as server:
        remote = RemoteReranker.from_choice("tei", address=server.address, patience=BRIEF)
        report = compared(side(EXACT), side(remote, "tei"), sample(IDS))
    assert [query.query_id for query in report.faulty] == ["q1", "q2", "q3", "q4"]
    faults = {q.query_id: [(f.kind, f.doc_id) for f in q.faults_b] for q in report.faulty}
    assert faults == {
        "q1": [("not a number", "d1-3")],
        "q2": [("missing", "d2-4")],
        "q3": [("duplicate", "d3-6"), ("missing", "d3-5")],
        "q4": [("extra", "")],
    }
    n_used = {query.query_id: len(query.pairs) for query in report.queries}
    assert n_used == {q: DEPTH - {"q1": 1, "q2": 1, "q3": 2}.get(q, 0) for q in IDS}
    assert disagrees(report, tolerance=1e9)
    assert verdict(report) == f"B answered wrongly at 4 of {QUERIES} queries"
    (sentence, *_) = remarks(report)
    assert "1 score is no finite number" in sentence
    assert "2 scores are missing" in sentence


def test_a_failing_query_is_named_and_too_many_end_it() -> None:
    def fails_at(*numbers: int) -> ScriptedReranker:
        calls = iter(range(100))

        def script(_: str, texts: Sequence[str]) -> list[tuple[int, float]]:
            if next(calls) in numbers:
                raise CrossExamError("the server is down")
            return [(i, LOGITS[text]) for i, text in enumerate(texts)]

        return ScriptedReranker(script, name="shaky")

    report = compared(side(EXACT), side(fails_at(2)), sample(IDS))
    assert [query.failure_b for query in report.faulty] == ["the server is down"]
    with pytest.raises(CrossExamError, match="shaky failed: the server is down"):
        compared(side(EXACT), side(fails_at(0)), sample(IDS))
    with pytest.raises(CrossExamError, match=f"failed at {MOST_FAILURES} queries in a row"):
        compared(side(EXACT), side(fails_at(2, 3, 4)), sample(IDS))
    with pytest.raises(CrossExamError, match="no query"):
        compared(side(EXACT), side(EXACT), [])


def test_what_was_compared_stays_when_it_is_cancelled() -> None:
    for most in (5, 19):
        done: list[int] = []
        reports = parity(
            side(EXACT),
            side(EXACT),
            sample(IDS),
            on_progress=lambda _, n, __, done=done: done.append(n),  # type: ignore[misc]
            cancel=lambda done=done, most=most: len(done) >= most,  # type: ignore[misc]
        )
        last = list(reports)[-1]
        assert len(last.queries) == most // 2, "all that both sides had answered"
        assert not last.complete
    with pytest.raises(Cancelled):
        list(parity(side(EXACT), side(EXACT), sample(IDS), cancel=lambda: True))


def test_figures_over_all_pairs_are_made_for_few_reports_and_are_those_of_a_short_sample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    n = 400
    ids = {f"q{q}": [f"d{q}-{d}" for d in range(3)] for q in range(n)}
    table = {
        d: float(v)
        for d, v in zip(list(chain(*ids.values())), DICE.normal(0, 5, 3 * n), strict=True)
    }
    other = by_table(
        {d: score + 0.01 * (int(d[1:].split("-")[0]) % 7) for d, score in table.items()}
    )
    n_worked_on = 0

    def counted(pairs: Sequence[tuple[str, PairOfScores]]) -> Differences | None:
        nonlocal n_worked_on
        n_worked_on += len(pairs)
        return differences(pairs)

    monkeypatch.setattr("engine.quality.parity.parity.differences", counted)
    reports = list(parity(side(by_table(table)), side(other), sample(ids), repeats=1))
    assert n_worked_on <= 6 * 3 * n, "a report a query works on 200 times the pairs"
    sizes = [len(report.queries) for report in reports]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == n
    assert all(later <= 1.25 * size + 1 for size, later in pairwise(sizes)), "none comes late"
    for report in reports[::6]:
        few = {q: ids[q] for q in list(ids)[: len(report.queries)]}
        assert replace(report, asked=len(few)) == replace(
            compared(side(by_table(table)), side(other), sample(few), repeats=1),
            candidates="",
            corpus="",
        )


def test_what_was_compared_before_a_ranker_was_given_up_is_in_the_last_report() -> None:
    calls = iter(range(1_000))

    def script(_: str, texts: Sequence[str]) -> list[tuple[int, float]]:
        if next(calls) >= 55:
            raise CrossExamError("the server is down")
        return [(i, 1.0 * i) for i, _ in enumerate(texts)]

    ids = {f"q{q}": [f"d{q}-{d}" for d in range(3)] for q in range(90)}
    reports = parity(
        side(by_table(dict.fromkeys(list(chain(*ids.values())), 1.0))),
        side(ScriptedReranker(script)),
        sample(ids),
    )
    last: ParityReport | None = None
    with pytest.raises(CrossExamError, match="in a row"):
        for last in reports:  # noqa: B007 - the last is asked for
            pass
    assert last is not None
    assert len(last.queries) == 55 + MOST_FAILURES - 1


def test_every_pair_is_in_the_csv_and_no_text_is_a_formula() -> None:
    texts = {"=cmd()": ["d0-0", "d0-1"]}
    report = compared(side(EXACT), side(EXACT), sample(texts))
    header, *rows = pairs_csv(report).splitlines()
    assert header == "query_id,query,doc_id,score_a,score_b,difference"
    assert len(rows) == 2
    assert all(row.startswith("'=cmd()") for row in rows)
