"""Training: what a training shows while it runs, how it is stopped, and its model."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.quality.significance import compare_values
from engine.types import Cancel, Cancelled, ProgressCallback
from models.trained import delete_trained, keep, trained_models
from models.training.checkpoint_dir import CheckpointDir
from models.training.curves import CurvesCallback, TrainingCurves
from state.training import trainings as training
from state.visitor import visitor_jobs
from tests.pages.driver import choose, finished, opened, protos, said, says
from workbench.training import start as school_work
from workbench.training.training_config import TrainingConfig

TEACH = "pages/training/training.py"
NAME = "distilled/seen-1"
PARENT = "sentence-transformers/all-MiniLM-L6-v2"


def record(before: list[float], after: list[float]) -> dict[str, Any]:
    """What a training on senses would write, with these values by query."""
    from dataclasses import asdict

    sides = [{f"q{i}": value for i, value in enumerate(values)} for values in (before, after)]
    found = compare_values(*sides, names=("before", "after"), measure="nDCG@10")
    return {
        "parent": PARENT,
        "teacher": "cross-encoder/ms-marco-MiniLM-L-12-v2",
        "corpus": "senses",
        "fingerprint": "f",
        "made_at": 1.0,
        "measure": "nDCG@10",
        "before": sum(before) / len(before),
        "after": sum(after) / len(after),
        "judged_before": 0.5,
        "judged_after": 0.6,
        "difference": asdict(found),
        "sentence": found.sentence,
        "queries": {"trained_on": 140, "of_them_made": 100, "dev": 13, "held_out": len(before)},
        "checkpoint": 50,
        "settings": {"steps": 100},
        "seconds": {"steps": 200.0, "steps_cpu": 400.0},
        "examples": 400,
        "losses": [[1, 0.03], [2, 0.02]],
        "dev": [[0, 0.7], [2, 0.72]],
    }


@pytest.fixture
def trained(session_cache: Path, tmp_path: Path) -> Iterator[str]:
    """A model in the catalogue that is no better than its parent."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"\0" * 64)
    keep(folder, NAME, record([0.5, 0.6, 0.7, 0.2], [0.6, 0.5, 0.7, 0.3]))
    yield NAME
    if any(model.name == NAME for model in trained_models()):
        delete_trained(NAME)


@pytest.fixture
def school(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A training that learns two steps and then waits to be stopped, or for the event."""
    go_on = threading.Event()
    asked: list[TrainingConfig] = []

    def train(
        bench: Any,
        config: TrainingConfig,
        *,
        report: ProgressCallback,
        publish: CurvesCallback,
        cancel: Cancel,
    ) -> Any:
        asked.append(config)
        CheckpointDir(config.name).keep_plan({**config.values(), "fingerprint": "f"})
        report("learning", 2, 100)
        losses = ((1, 0.05), (2, 0.04))
        publish(TrainingCurves(losses, ((0, 0.71),), warning="It may do harm."))
        while not cancel() and not go_on.wait(0.02):
            pass
        raise Cancelled("stopped")

    monkeypatch.setattr(school_work, "train", train)
    yield go_on
    go_on.set()
    shutil.rmtree(CheckpointDir("distilled/x").folder.parents[1], ignore_errors=True)
    visitor_jobs.clear()


def name_box(at: AppTest) -> Any:
    """Where the model's name is typed."""
    return next(box for box in at.text_input if box.label == "Name")


def test_the_parts_of_the_judged_queries_are_told_before_anything_is_done(
    session_cache: Path,
) -> None:
    at = opened(TEACH)
    assert says(at, "Judged queries: 40 to learn from")
    assert says(at, "13 dev queries that choose the step to keep, 32 held out")
    assert says(at, "no language model writes them")
    assert says(at, "Nothing was trained here yet")
    choose(at, "teach_kind", "fine-tuned")
    finished(at)
    assert says(at, "Few judgments: 40 queries with")
    assert says(at, "Below about 50 queries and 500 pairs")


def test_a_training_is_shown_to_everybody_stopped_and_can_be_resumed(
    school: threading.Event,
) -> None:
    at = opened(TEACH)
    name_box(at).input("seen here")
    finished(at)
    at.button(key="teach_start").click()
    finished(at)
    assert says(at, "no name for a model of your own")
    name_box(at).input("seen-2")
    finished(at)
    at.button(key="teach_start").click()
    finished(at)
    task = training.current()
    assert task is not None
    while task.value is None or not task.value.curves.losses:
        task.wait(0.01)
    other = opened(TEACH)
    for page in (finished(at), other):
        assert says(page, "distilled/seen-2 is being trained on senses")
        assert says(page, "It may do harm.")
        texts = [p.text for p in protos(page, "progress")]
        assert ["Learning\\: 2 of 100 steps" in t for t in texts] == [True], texts
        charts = [json.loads(proto.spec) for proto in protos(page, "plotly_chart")]
        assert charts[0]["data"][0]["y"] == [0.05, 0.04]
        assert charts[1]["data"][0]["name"] == "parent: 0.710"
        assert not [button for button in page.button if button.key == "teach_start"]
    other.button(key="teach_stop").click()
    finished(other)
    assert task.wait(30)
    finished(at)
    assert says(at, "distilled/seen-2 was stopped; what was done is kept")
    assert says(at, "distilled/seen-2 on senses: step 0 of 100")
    at.button(key="discard_distilled/seen-2").click()
    finished(at)
    assert not says(at, "step 0 of 100")


def test_a_model_that_is_not_better_is_said_to_be_so_and_can_be_deleted(trained: str) -> None:
    at = opened(TEACH)
    assert says(at, "Not shown to be better: the difference may be chance. Keep the parent.")
    assert [metric.value for metric in at.metric] == ["0.500", "0.525"]
    assert says(at, "140 queries (100 synthetic), 400 examples; step 50 of 100 was kept")
    assert any(f"--bi-encoder {NAME}." in text for text in said(at))
    at.button(key=f"compare_{NAME}").click()
    finished(at)
    assert at.session_state["_rerankers"] == (f"bi-encoder:{NAME}",)
    at.button(key=f"delete_{NAME}").click()
    finished(at)
    assert trained_models() == ()
    assert not at.metric


def test_the_catalogue_lists_it_after_its_parent(trained: str) -> None:
    from state.models.catalogue import model_cards

    model_cards.clear()
    names = [card.name for card in model_cards()]
    model_cards.clear()
    assert names.index(trained) == names.index(PARENT) + 1
