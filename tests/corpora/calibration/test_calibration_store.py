"""What a calibration keeps: read back as it was, for its corpus and model version alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpora.calibration.calibration_store import CalibrationStore
from engine.types import CrossExamError
from engine.types.calibration.reliability import Floor, Isotonic, KeptFloor
from engine.types.calibration.scores import CalibrationKey, CalibrationScores

KEY = CalibrationKey("f1", "../model", "r1")
SCORES = CalibrationScores(
    KEY,
    {"text \ud800 ü": {"d/1": -1.23456789012345}},
    {"cross-encoder": {"text": 2.5}},
    {"p1": "long"},
    "bi-encoder 50",
    12.5,
)
KEPT = KeptFloor(
    Floor(0.8, 1.25, 10, 8, (0.5, 0.9), 0.7, 9, (0.4, 0.9), 0.5),
    2,
    Isotonic((-1.0, 2.0), (0.1, 0.9)),
    (3, 85),
    (28, 32),
    99.0,
)


def test_scores_and_floor_are_read_back_as_they_were(tmp_path: Path) -> None:
    store = CalibrationStore(tmp_path)
    assert (store.scores(KEY), store.floor(KEY), store.version(KEY)) == (None, None, (0.0, 0.0))
    store.keep_scores(SCORES)
    store.keep_floor(KEY, KEPT)
    assert CalibrationStore(tmp_path).scores(KEY) == SCORES
    assert CalibrationStore(tmp_path).floor(KEY) == KEPT
    assert min(store.version(KEY)) > 0
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*"))


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, fingerprint="f2"),
        replace(KEY, model="another"),
        replace(KEY, revision="r2"),
    ],
)
def test_another_corpus_model_or_version_has_nothing_of_it(
    tmp_path: Path, other: CalibrationKey
) -> None:
    store = CalibrationStore(tmp_path)
    store.keep_scores(SCORES)
    store.keep_floor(KEY, KEPT)
    assert (store.scores(other), store.floor(other)) == (None, None)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}', '{"format": 2, "key": {}}'])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: str) -> None:
    store = CalibrationStore(tmp_path)
    store.keep_floor(KEY, KEPT)
    store.path(KEY, "floor").write_text(content)
    store.path(KEY, "scores").write_text(content)
    assert (store.scores(KEY), store.floor(KEY)) == (None, None)


def test_a_floor_that_cannot_be_taken_away_says_what_to_do(tmp_path: Path) -> None:
    store = CalibrationStore(tmp_path)
    store.path(KEY, "floor").mkdir()
    with pytest.raises(CrossExamError, match="make the cache folder readable and writable"):
        store.keep_floor(KEY, None)


def test_a_floor_of_parts_that_do_not_fit_counts_as_none(tmp_path: Path) -> None:
    store = CalibrationStore(tmp_path)
    store.keep_floor(KEY, replace(KEPT, isotonic=Isotonic((1.0,), (0.1, 0.9))))
    assert store.floor(KEY) is None


def test_no_floor_takes_the_earlier_one_away_and_a_deleted_corpus_all(tmp_path: Path) -> None:
    store = CalibrationStore(tmp_path)
    store.keep_floor(KEY, KEPT)
    store.keep_floor(KEY, None)
    assert store.floor(KEY) is None
    store.keep_scores(SCORES)
    store.keep_floor(replace(KEY, fingerprint="f2"), KEPT)
    store.remove("f1")
    assert store.scores(KEY) is None
    assert store.floor(replace(KEY, fingerprint="f2")) == KEPT
