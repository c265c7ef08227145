"""A remembered search is of the models that searched, not of those that have their names now."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.search.settings import Settings
from engine.types import CorpusInfo
from models.catalogue import MARCO_L12
from models.trained import delete_trained
from state.search.search_jobs import search_key
from tests.models.test_trained import trained

OWN = "fine-tuned/own"


def test_a_model_trained_again_under_its_name_is_searched_with_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    corpus, settings = CorpusInfo("c", 1, "f"), Settings(rerankers=(OWN,))
    trained(tmp_path, OWN, MARCO_L12.name, 1.0)
    first = search_key(corpus, "python", settings)
    assert search_key(corpus, "python", settings) == first
    delete_trained(OWN)
    trained(tmp_path, OWN, MARCO_L12.name, 2.0)
    assert search_key(corpus, "python", settings) != first
    assert search_key(corpus, "python", Settings()) == search_key(corpus, "python", Settings())
