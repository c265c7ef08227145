"""What goes with a corpus that is deleted, where a built-in one has its documents or is broken."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from corpora.calibration.calibration_store import CalibrationStore
from corpora.importing.importing import Source
from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey
from corpora.stores import library
from corpora.stores.corpus import Corpus
from corpora.stores.database import Database
from corpora.stores.disk_store import stores_folder
from corpora.stores.library import Library
from engine.types import CrossExamError
from engine.types.calibration.scores import CalibrationKey
from workbench.workbench import Workbench


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def mine(folder: Path) -> str:
    """The fingerprint of the corpus "mine", imported now."""
    path = folder / "a.jsonl"
    path.write_text('{"_id": "a", "title": "T", "text": "one"}\n', "utf-8")
    imported = Workbench().corpora.import_corpus(Source(path), "mine")
    assert imported.entry.fingerprint is not None
    return imported.entry.fingerprint


def keep_floor(fingerprint: str) -> CalibrationKey:
    key = CalibrationKey(fingerprint, "m", "1")
    path = CalibrationStore().path(key, "floor")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"key": asdict(key)}), "utf-8")
    return key


def test_documents_that_a_built_in_corpus_has_too_keep_what_is_kept_with_them(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = mine(tmp_path)
    embeddings = EmbeddingKey(fingerprint, "m", "1", "fp32", "title text")
    EmbeddingCache().save(embeddings, np.ones((1, 2), np.float32))
    calibration = keep_floor(fingerprint)
    stores_folder().mkdir(parents=True, exist_ok=True)
    store = stores_folder() / f"{fingerprint}.sqlite"
    store.touch()
    with Database(cache).writing() as connection:
        connection.execute("INSERT INTO cases (fingerprint) VALUES (?)", (fingerprint,))
    corpus = Library().open("mine")
    opened: list[str] = []

    def open_built_in() -> Corpus:
        opened.append("")
        return corpus

    monkeypatch.setattr(library, "OPENERS", dict.fromkeys(library.OPENERS, open_built_in))
    bench = Workbench()
    assert bench.corpora.going_with("mine") == bench.corpora.going_with("mine") == ""
    assert len(opened) == len(library.always()), "each is opened once, not at each question"
    bench.delete_corpus("mine")
    assert EmbeddingCache().load(embeddings) is not None
    assert CalibrationStore().path(calibration, "floor").exists()
    assert store.exists()
    with Database(cache).reading() as reading:
        assert reading is not None
        assert reading.execute("SELECT COUNT(*) FROM cases").fetchone() == (1,)


def test_a_kept_floor_is_named_and_goes_also_where_a_built_in_corpus_cannot_be_opened(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibration = keep_floor(mine(tmp_path))

    def fails() -> Corpus:
        raise CrossExamError("collecting the docstrings failed")

    monkeypatch.setattr(library, "OPENERS", dict.fromkeys(library.OPENERS, fails))
    bench = Workbench()
    assert bench.corpora.going_with("mine") == "1 kept floor"
    bench.delete_corpus("mine")
    assert not CalibrationStore().path(calibration, "floor").exists()
