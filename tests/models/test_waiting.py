"""Whatever scores, waiting for another visitor's batch is told apart from scoring."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from models.backends.fair_lock import FairLock
from models.bi_encoders.bi_reranker import BiEncoderReranker
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.late_interaction.maxsim_loading import load_late_interaction
from models.loading import load_bi_encoder
from tests.models.tiny_classifiers import save
from tests.tiny import Clock
from tests.tiny_encoder import tiny_encoder_folder

WithLock = tuple[Any, FairLock]
LONG = 60.0  # seconds after which a test gives up


def cross_encoder(folder: Path) -> WithLock:
    model = load_reranker(save(folder, "Bert"))
    assert isinstance(model, CrossEncoder)
    return model, model._fair_lock


def auto_cross_encoder(folder: Path) -> WithLock:
    model = load_reranker(save(folder, "Roberta"))
    assert isinstance(model, AutoCrossEncoder)
    return model, model._fair_lock


def late_interaction(folder: Path) -> WithLock:
    model = load_late_interaction("")
    return model, model._fair_lock


def bi_encoder(folder: Path) -> WithLock:
    model = load_bi_encoder(str(tiny_encoder_folder(folder / "encoder")))
    return BiEncoderReranker(model), model.fair_lock


@pytest.mark.parametrize("build", [cross_encoder, auto_cross_encoder, late_interaction, bi_encoder])
def test_the_wait_for_a_turn_is_no_scoring(
    build: Callable[[Path], WithLock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    model, fair_lock = build(tmp_path)
    list(model.score("snake", ["a ball"]))  # whatever is loaded late is loaded now
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    with ThreadPoolExecutor(1) as pool:
        with fair_lock.take():
            scoring = pool.submit(lambda: list(model.score("python", ["a snake", "a python"])))
            for _ in range(int(LONG / 0.005)):
                if fair_lock._waiting:
                    break
                threading.Event().wait(0.005)
            assert fair_lock._waiting
            clock.passes(8.0)
        batches = scoring.result(timeout=LONG)
    assert sum(batch.waited_seconds for batch in batches) == 8.0
    assert sum(batch.seconds for batch in batches) == 0.0
