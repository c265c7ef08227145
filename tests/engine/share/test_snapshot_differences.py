"""What moved is counted as a plain loop counts it, and drift is told from change."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from engine.share.snapshot_differences import (
    NOTHING_MOVED,
    column_differences,
    snapshot_differences,
)
from engine.types import CrossExamError
from tests.engine.share.snapshots import column, explained, origin, searched, tabled
from tests.frozen import frozen_quality

SCORES = {"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.5, "e": -1.0}


def test_equal_figures_have_no_difference() -> None:
    differences = snapshot_differences(searched(column(SCORES)), searched(column(SCORES, top=5)))
    assert differences.nothing_moved
    assert differences.within_drift
    assert differences.sentence == NOTHING_MOVED
    assert differences.circumstances == ()


def test_a_changed_score_is_shown_with_rank_and_distance() -> None:
    now = searched(column({**SCORES, "d": 2.5}, top=5))
    differences = snapshot_differences(searched(column(SCORES)), now)
    (of_column,) = differences.columns
    assert [hit.doc_id for hit in of_column.hits] == ["d", "b", "c"]
    entered, moved, left = of_column.hits
    assert of_column.entered == (entered,)
    assert (entered.rank_before, entered.rank_after, entered.score_after) == (None, 2, 2.5)
    assert of_column.moved == (moved,)
    assert (moved.rank_before, moved.rank_after, moved.score_change) == (2, 3, 0.0)
    assert of_column.left == (left,)
    assert (left.rank_before, left.rank_after, left.title) == (3, 4, "Title of c")
    assert not differences.within_drift
    assert differences.sentence == (
        "Cross-encoder, first 3: 1 moved, 1 entered, 1 left; no score of those in both lists moved."
    )


@pytest.mark.parametrize(
    ("shift", "within", "words"),
    [
        (2 * 0.05 - 1e-6, True, "up to 0.100, within the drift of the backends."),
        (0.12, False, "up to 0.120, more than the drift of the backends explains."),
    ],
)
def test_drift_of_both_backends_is_told_from_change(shift: float, within: bool, words: str) -> None:
    now = searched(column({**SCORES, "a": SCORES["a"] + shift}, top=5))
    differences = snapshot_differences(searched(column(SCORES)), now)
    assert differences.within_drift is within
    assert not differences.nothing_moved
    assert differences.sentence.endswith(words)
    assert "every rank is the same" in differences.sentence


def test_an_exact_score_has_no_drift_to_hide_behind() -> None:
    kept = searched(column(SCORES, drift=0.0))
    now = searched(column({**SCORES, "a": 3.01}, top=5, drift=0.0))
    assert not snapshot_differences(kept, now).within_drift


def best_five(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda doc_id: -scores[doc_id])[:5]


def test_counts_agree_with_a_plain_loop_over_random_lists() -> None:
    random_scores = random.Random(7)
    for _ in range(60):
        ids = [f"d{number}" for number in range(12)]
        before = {doc_id: random_scores.gauss(0, 1) for doc_id in ids}
        after = {d: s + random_scores.choice([0, 0, 0.03, 0.9]) for d, s in before.items()}
        counted = column_differences(column(before, top=5), column(after, top=12))
        first_before, first_after = (best_five(scores) for scores in (before, after))
        entered = [d for d in first_after if d not in first_before]
        left = [d for d in first_before if d not in first_after]
        moved = [
            d
            for d in first_after
            if d in first_before and first_after.index(d) != first_before.index(d)
        ]
        assert [hit.doc_id for hit in counted.entered] == entered
        assert [hit.doc_id for hit in counted.left] == left
        assert [hit.doc_id for hit in counted.moved] == moved
        for hit in counted.hits:
            if hit.doc_id in first_before:
                assert hit.score_change == pytest.approx(after[hit.doc_id] - before[hit.doc_id])


def test_what_the_figures_hang_on_is_said_where_it_changed() -> None:
    kept = searched(column(SCORES))
    now = searched(
        column(SCORES, top=5, model="other"),
        fingerprint="f2",
        documents=6,
        backend="OpenVINO int8",
        settings={"Depth": "100"},
    )
    said = " ".join(snapshot_differences(kept, now).circumstances)
    assert "5 then (fingerprint f1), 6 now (f2)" in said
    assert "ran on OpenVINO bf16, and runs on OpenVINO int8 now" in said
    assert "Depth was 50, and is 100 now" in said
    assert "was ranked by tiny, and is by other now" in said


def test_a_pairs_score_and_words_are_compared() -> None:
    kept = explained(3.0, ("ball", 0.5), ("python", 2.0))
    drifted = snapshot_differences(kept, explained(3.08, ("ball", 0.5), ("python", 2.02)))
    assert [figure.name for figure in drifted.figures] == ["Score (logit)", "“python”"]
    assert drifted.within_drift
    changed = snapshot_differences(kept, explained(4.0, ("ball", 0.5), ("python", 3.0)))
    assert not changed.within_drift
    assert "by up to 1.000, more than the drift" in changed.sentence
    same = snapshot_differences(kept, kept)
    assert same.nothing_moved
    assert same.sentence.startswith("Nothing moved")


def test_named_figures_are_compared_by_their_names() -> None:
    kept = tabled(("win rate", 0.5), ("votes", 20), ("p", None), ("gone", 1))
    now = tabled(("win rate", 0.75), ("votes", 20), ("p", None), ("new", 1), headline="No more.")
    differences = snapshot_differences(kept, now)
    (moved,) = differences.figures
    assert (moved.name, moved.before, moved.after, moved.change) == ("win rate", 0.5, 0.75, 0.25)
    assert differences.sentence == "Moved since it was kept: win rate."
    assert differences.circumstances == (
        "gone is no longer there.", "new is new.", "Then: It is so."
    )  # fmt: skip
    same = snapshot_differences(kept, kept)
    assert same.nothing_moved
    assert same.sentence == "Nothing moved since it was kept: every figure is the same."


def test_a_saved_run_under_other_judgments_says_which_mean_moved() -> None:
    kept = frozen_quality()
    (first, *others) = kept.pipelines
    means = {**first.means, "nDCG@10": first.means["nDCG@10"] + 0.1}
    changed = (replace(first, means=means), *others)
    now = replace(kept, pipelines=changed, judgments="people's judgments and 4 machine-made ones")
    differences = snapshot_differences(kept, now)
    (moved,) = differences.figures
    assert moved.name == f"{first.name}: nDCG@10"
    assert moved.change == pytest.approx(0.1)
    assert (
        "and is by people's judgments and 4 machine-made ones now" in differences.circumstances[0]
    )
    assert snapshot_differences(kept, kept).nothing_moved


def test_figures_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(CrossExamError, match="keep the view anew"):
        snapshot_differences(searched(column(SCORES)), explained(1.0))
    assert origin().drift == 0.05
