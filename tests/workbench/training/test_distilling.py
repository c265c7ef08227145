"""A bi-encoder is taught: its loss, its margins, a stop, a kill, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.training.query_split import TRAIN, folded, part_of
from engine.types import Cancelled, CrossExamError
from models.catalogue import cards
from models.loading import load_bi_encoder
from models.trained import delete_trained, trained_models
from models.training.checkpoint_dir import CheckpointDir
from tests.workbench.training.conftest import School
from workbench.training.start import resume, train

ROOT = Path(__file__).parents[3]


def rows_of(model_folder: Path) -> list[dict[str, Any]]:
    lines = (model_folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_student_learns_is_kept_and_can_be_loaded_by_its_name(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a training asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    trained = train(school.bench, school.distillation(), **school.callbacks)

    losses = [loss for _, loss in trained.record["losses"]]
    assert [step for step, _ in trained.record["losses"]] == list(range(1, 13))
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert [step for step, _ in trained.record["dev"]] == [0, 3, 6, 9, 12]
    kept = max(trained.record["dev"][1:], key=lambda point: point[1])
    assert trained.record["checkpoint"] == kept[0]

    rows = rows_of(trained.folder)
    assert all(
        part_of(row["query"]) == TRAIN or row["query_id"].startswith("made-") for row in rows
    )
    held = {folded(q.text) for q in school.bench.corpora.open(school.corpus).queries}
    held = {text for text in held if part_of(text) != TRAIN}
    assert held
    assert not held & {folded(row["query"]) for row in rows}

    grades = school.bench.corpora.open(school.corpus)
    judged = [row for row in rows if row["judged"]]
    assert judged
    assert all(grades.judgments(row["query_id"])[row["positive"]] > 0 for row in judged)
    teacher = school.bench.models.cross_encoder()
    row = judged[0]
    texts = [d.content for d in grades.store.get([row["positive"], *row["negatives"]])]
    good, *others = teacher.score_all(row["query"], texts)
    assert row["margins"] == pytest.approx([good - other for other in others], abs=1e-5)

    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(trained.folder), local_files_only=True)
    texts_of_queries = ["sea ant", "the cow at den"]
    expected = reference.encode(texts_of_queries, normalize_embeddings=True)
    assert np.abs(load_bi_encoder(trained.name).encode(texts_of_queries) - expected).max() < 1e-5
    parent = load_bi_encoder(school.student).encode(texts_of_queries)
    assert np.abs(parent - expected).max() > 1e-3

    assert trained_models() == (trained,)
    (card,) = [card for card in cards() if card.name == trained.name]
    assert "held-out queries" in card.note
    assert not CheckpointDir(trained.name).folder.exists()
    files = [path.name for path in trained.folder.rglob("*") if path.is_file()]
    assert not [name for name in files if name.endswith((".bin", ".pt", ".pth", ".pkl"))]
    delete_trained(trained.name)
    assert trained_models() == ()


def test_the_loss_is_marginmse_as_numpy_has_it() -> None:
    import torch
    from sentence_transformers.sentence_transformer.losses import MarginMSELoss

    draw = np.random.default_rng(3)
    query, good, *bad = (draw.normal(size=(4, 8)).astype(np.float32) for _ in range(4))
    margins = draw.normal(size=(4, 2)).astype(np.float32)
    loss = MarginMSELoss(model=torch.nn.Identity())  # type: ignore[arg-type]
    found = loss.compute_loss_from_embeddings(
        [torch.tensor(v) for v in (query, good, *bad)], torch.tensor(margins)
    )
    own = np.stack([((query * good).sum(1) - (query * other).sum(1)) for other in bad], axis=1)
    assert float(found) == pytest.approx(float(np.mean((own - margins) ** 2)), rel=1e-5)


def test_a_stopped_training_goes_on_where_it_stopped(school: School) -> None:
    config = school.distillation()
    school.stop_at = 5
    with pytest.raises(Cancelled, match="resume it"):
        train(school.bench, config, **school.callbacks)
    stopped_at = CheckpointDir(config.name).step()
    assert stopped_at in (5, 6)
    assert trained_models() == ()
    checkpoint_dir = CheckpointDir(config.name)
    measured = checkpoint_dir.values_of("teacher")
    assert measured is not None
    assert all(0 < value <= 1 for value in measured.values())
    assert bool(school.published[-1].warning) == (measured["teacher"] < measured["student"])
    checkpoint_dir.keep_values("teacher", {"teacher": 0.5, "student": 0.7})
    school.stop_at, school.steps, school.published = None, [], []
    trained = resume(school.bench, config.name, **school.callbacks)
    assert (school.steps[0], school.steps[-1]) == (stopped_at, 12)
    (doubt,) = trained.record["warnings"]
    assert "nDCG@10 0.500 against 0.700. What it teaches may well do harm here." in doubt
    assert school.published[-1].warning == doubt
    assert [step for step, _ in trained.record["losses"]] == list(range(1, 13))
    with pytest.raises(CrossExamError, match="there is a model"):
        train(school.bench, config, **school.callbacks)


def test_a_killed_process_loses_no_more_than_the_steps_since_its_checkpoint(
    school: School, tmp_path: Path
) -> None:
    config = school.distillation(steps=400)
    checkpoint_dir = CheckpointDir(config.name)
    code = (
        "import json, sys\n"
        "from workbench.training.training_config import config_from\n"
        "from workbench.training.start import train\n"
        "from workbench.workbench import Workbench\n"
        "values = json.loads(sys.argv[1])\n"
        "bench = Workbench(bi_encoder=values['parent'], cross_encoder=values['teacher'])\n"
        "train(bench, config_from(values), report=print, publish=print, cancel=bool)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(config.values())], cwd=ROOT, env=dict(os.environ)
    )
    deadline = time.monotonic() + 240
    while checkpoint_dir.step() < 6 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert checkpoint_dir.newest() is not None
    assert trained_models() == ()
    reached = checkpoint_dir.step()
    assert reached >= 6
    school.stop_at = reached + 2
    with pytest.raises(Cancelled):
        resume(school.bench, config.name, **school.callbacks)
    first = school.steps[0]
    assert first == reached
    assert checkpoint_dir.step() >= reached + 2


def test_without_judgments_the_teachers_order_is_the_measure(
    school: School, tmp_path: Path
) -> None:
    from dataclasses import replace

    from tests.tiny_school import write_school

    corpus = str(write_school(tmp_path / "unjudged", judged=False))
    config = replace(school.distillation(steps=2), corpus=corpus, made_queries=30)
    trained = train(school.bench, config, **school.callbacks)
    assert trained.measure == "overlap@10 with the teacher"
    assert "no measure of relevance" in trained.record["warnings"][0]
    assert 0 < trained.after <= 1


def test_names_settings_and_plans_that_cannot_be_are_told(school: School) -> None:
    from dataclasses import replace

    config = school.distillation()
    for name in ("distilled/../x", "distilled/", "other/x", "distilled/a b", "/etc/passwd"):
        with pytest.raises(CrossExamError, match="no name for a model"):
            replace(config, name=name)
    with pytest.raises(CrossExamError, match="needs a teacher"):
        replace(config, teacher="")
    with pytest.raises(CrossExamError, match="no training"):
        resume(school.bench, "distilled/none", **school.callbacks)
    checkpoint_dir = CheckpointDir(config.name)
    checkpoint_dir.keep_plan({"parent": "x"})
    with pytest.raises(CrossExamError, match="another version or its plan is damaged"):
        resume(school.bench, config.name, **school.callbacks)
    with checkpoint_dir.alone(), pytest.raises(CrossExamError, match="another process"):
        train(school.bench, config, **school.callbacks)
