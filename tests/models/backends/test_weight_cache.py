"""Converted weights are trusted only as long as they are what was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.types import CrossExamError
from models.backends.weight_cache import MANIFEST, WeightCache


class Writer:
    """Writes two small files and counts how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, folder: Path) -> None:
        self.calls += 1
        (folder / "model.bin").write_bytes(b"weights" * 100)
        (folder / "model.xml").write_text("<net/>")


@pytest.fixture
def cache(tmp_path: Path) -> WeightCache:
    return WeightCache(tmp_path / "models")


@pytest.fixture
def write() -> Writer:
    return Writer()


def test_what_was_built_is_used_again(cache: WeightCache, write: Writer) -> None:
    first = cache.ready("bert", "sha 1", write)
    assert cache.ready("bert", "sha 1", write) == first == cache.folder("bert")
    assert write.calls == 1
    assert (first / "model.xml").read_text() == "<net/>"
    assert sorted(entry.name for entry in first.parent.iterdir()) == ["bert"]


def damage_flip_a_bit(folder: Path) -> None:
    data = bytearray((folder / "model.bin").read_bytes())
    data[350] ^= 1
    (folder / "model.bin").write_bytes(bytes(data))


def damage_truncate(folder: Path) -> None:
    (folder / "model.bin").write_bytes(b"weights" * 50)


def damage_lose_a_file(folder: Path) -> None:
    (folder / "model.xml").unlink()


def damage_lose_the_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def damage_cut_the_manifest(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text[: len(text) // 2])


def damage_a_manifest_of_nothing(folder: Path) -> None:
    (folder / MANIFEST).write_text(json.dumps({"source": "sha 1", "files": {}}))


def damage_a_manifest_that_is_no_object(folder: Path) -> None:
    (folder / MANIFEST).write_text("[]")


@pytest.mark.parametrize(
    "damage",
    [
        damage_flip_a_bit,
        damage_truncate,
        damage_lose_a_file,
        damage_lose_the_manifest,
        damage_cut_the_manifest,
        damage_a_manifest_of_nothing,
        damage_a_manifest_that_is_no_object,
    ],
)
def test_a_damaged_cache_is_rebuilt(
    cache: WeightCache, write: Writer, damage: Callable[[Path], None]
) -> None:
    folder = cache.ready("bert", "sha 1", write)
    damage(folder)
    assert cache.checked("bert", "sha 1") is None
    cache.ready("bert", "sha 1", write)
    assert write.calls == 2
    assert cache.checked("bert", "sha 1") == folder
    assert (folder / "model.bin").read_bytes() == b"weights" * 100
    assert sorted(entry.name for entry in folder.parent.iterdir()) == ["bert"]


def test_weights_of_another_source_are_rebuilt(cache: WeightCache, write: Writer) -> None:
    cache.ready("bert", "sha 1", write)
    cache.ready("bert", "sha 2", write)
    assert write.calls == 2
    assert cache.checked("bert", "sha 1") is None


class Dies(BaseException):
    """Stands for a process that is killed."""


def die_half_way(folder: Path) -> None:
    (folder / "model.bin").write_bytes(b"half")
    raise Dies


def test_a_writer_that_dies_leaves_nothing_to_be_trusted(cache: WeightCache, write: Writer) -> None:
    with pytest.raises(Dies):
        cache.ready("bert", "sha 1", die_half_way)
    assert not cache.folder("bert").exists()
    assert list(cache.folder("bert").parent.iterdir()) == []
    cache.ready("bert", "sha 1", write)
    assert cache.checked("bert", "sha 1") is not None


def test_a_writer_that_dies_leaves_the_old_weights_intact(
    cache: WeightCache, write: Writer
) -> None:
    cache.ready("bert", "sha 1", write)
    with pytest.raises(Dies):
        cache.ready("bert", "sha 2", die_half_way)
    assert cache.checked("bert", "sha 1") == cache.folder("bert")


def test_nobody_sees_a_folder_that_is_half_written(cache: WeightCache) -> None:
    def look(folder: Path) -> None:
        (folder / "model.bin").write_bytes(b"half")
        assert not cache.folder("bert").exists()
        assert cache.checked("bert", "sha 1") is None

    cache.ready("bert", "sha 1", look)


def test_a_place_that_cannot_be_written_names_it_and_the_remedy(
    tmp_path: Path, write: Writer
) -> None:
    (tmp_path / "models").write_text("a file where the folder belongs")
    with pytest.raises(CrossExamError) as caught:
        WeightCache(tmp_path / "models").ready("bert", "sha 1", write)
    assert str(tmp_path / "models") in str(caught.value)
    assert "CROSSEXAM_CACHE" in str(caught.value)


def test_two_artifacts_do_not_touch_each_other(cache: WeightCache, write: Writer) -> None:
    cache.ready("bert", "sha 1", write)
    cache.ready("other", "sha 2", write)
    assert cache.checked("bert", "sha 1") is not None
    assert cache.checked("other", "sha 2") is not None
