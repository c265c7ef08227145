"""Taught models: where they lie, how the catalogue lists them, and what is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.types import CrossExamError
from models.catalogue import MARCO_L12, MINILM, cards
from models.hub.resolving import folder_of
from models.trained import delete_trained, keep, trained_folder, trained_models
from models.training.checkpoint_dir import CheckpointDir, unfinished


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return tmp_path


def trained(base: Path, name: str, parent: str, made_at: float = 1.0) -> None:
    """Put a model without any sense into the catalogue."""
    folder = base / "new"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"\0" * 8)
    difference = {"interval": [-0.1, 0.2], "queries": 7}
    origin = {"parent": parent, "corpus": "c", "fingerprint": "f", "made_at": made_at}
    figures = {"measure": "nDCG@10", "before": 0.5, "after": 0.6, "sentence": "s"}
    keep(folder, name, {**origin, **figures, "difference": difference})


def test_children_stand_behind_their_parents_and_grandchildren_behind_them(cache: Path) -> None:
    trained(cache, "fine-tuned/own", MARCO_L12.name)
    trained(cache, "distilled/first", MINILM.name, 1.0)
    trained(cache, "distilled/again", "distilled/first", 2.0)
    trained(cache, "distilled/second", MINILM.name, 3.0)
    names = [card.name for card in cards()]
    at = names.index(MINILM.name)
    assert names[at : at + 4] == [
        MINILM.name, "distilled/first", "distilled/again", "distilled/second",
    ]  # fmt: skip
    assert names[names.index(MARCO_L12.name) + 1] == "fine-tuned/own"
    (card,) = [card for card in cards(checksums=True) if card.name == "distilled/first"]
    assert "nDCG@10 0.500 → 0.600 on 7 held-out queries" in card.note
    assert "sha256" in card.revision


def test_a_name_leads_to_its_folder_and_to_no_other_place(cache: Path) -> None:
    trained(cache, "distilled/first", MINILM.name)
    assert folder_of("distilled/first") == trained_folder("distilled/first")
    with pytest.raises(CrossExamError, match="already"):
        trained(cache, "distilled/first", MINILM.name)
    for name in ("distilled/..", "distilled/../first", "distilled/.first", "other/first"):
        assert trained_folder(name) is None
        with pytest.raises(CrossExamError):
            delete_trained(name)
    delete_trained("distilled/first")
    with pytest.raises(CrossExamError, match="is not on this machine"):
        folder_of("distilled/first")


def test_damaged_records_and_torn_checkpoints_are_passed_over(cache: Path) -> None:
    trained(cache, "distilled/first", MINILM.name)
    (trained_models()[0].folder / "training.json").write_text('{"parent": 1')
    assert trained_models() == ()
    place = CheckpointDir("distilled/next")
    place.keep_plan({})
    for step, whole in ((25, True), (50, False)):
        folder = place.checkpoints / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        if whole:
            values = '{"losses": [[1, 0.5]], "dev": [], "seconds": 1, "cpu_seconds": 2}'
            (folder / "progress.json").write_text(values)
    assert place.step() == 25
    assert place.curves().losses == ((1, 0.5),)
    assert [left.name for left in unfinished()] == ["distilled/next"]
