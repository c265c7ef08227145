from __future__ import annotations

import json

import pytest

from corpora.indexes.index_backend import (
    DEFAULT_FROM,
    IndexBackendSettings,
    change_settings,
    fixed_by_environment,
    read_settings,
    select_index_backend,
    settings_file,
)
from engine.types import CorpusInfo, CrossExamError

SMALL = CorpusInfo("small", 199, "aa")
LARGE = CorpusInfo("large", 200, "bb")


@pytest.fixture(autouse=True)
def clean(cache: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CROSSEXAM_MILVUS_FROM", "CROSSEXAM_MILVUS_URI"):
        monkeypatch.delenv(name, raising=False)


def test_milvus_serves_from_the_size_on_that_was_set() -> None:
    settings = IndexBackendSettings(milvus_from=200)
    assert select_index_backend(SMALL, settings).backend == "local"
    assert select_index_backend(LARGE, settings).backend == "milvus"
    assert "199 documents" in select_index_backend(SMALL, settings).reason
    assert select_index_backend(SMALL, IndexBackendSettings()).backend == "local"


def test_a_choice_for_one_corpus_goes_before_its_size() -> None:
    settings = (
        IndexBackendSettings(milvus_from=200).choosing("aa", "milvus").choosing("bb", "local")
    )
    assert select_index_backend(SMALL, settings).backend == "milvus"
    assert select_index_backend(LARGE, settings).backend == "local"
    assert select_index_backend(LARGE, settings.choosing("bb", None)).backend == "milvus"


def test_the_settings_are_kept_and_hold_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_MILVUS_TOKEN", "secret")
    assert read_settings() == IndexBackendSettings(DEFAULT_FROM)
    settings = IndexBackendSettings(77, "http://milvus.example:19530").choosing("aa", "milvus")
    change_settings(lambda _: settings)
    assert read_settings() == settings
    assert "secret" not in settings_file().read_text()


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    change_settings(lambda _: IndexBackendSettings(77, "http://kept:1"))
    monkeypatch.setenv("CROSSEXAM_MILVUS_FROM", "1_000")
    monkeypatch.setenv("CROSSEXAM_MILVUS_URI", "http://said:2")
    assert read_settings() == IndexBackendSettings(1000, "http://said:2")
    assert read_settings(environment=False) == IndexBackendSettings(77, "http://kept:1")
    assert fixed_by_environment() == ("CROSSEXAM_MILVUS_FROM", "CROSSEXAM_MILVUS_URI")
    monkeypatch.setenv("CROSSEXAM_MILVUS_FROM", "many")
    with pytest.raises(CrossExamError, match="CROSSEXAM_MILVUS_FROM is 'many'"):
        read_settings()


@pytest.mark.parametrize(
    "values",
    [
        "{",
        "[]",
        {"version": 9, "milvus_from": 1, "address": "", "chosen": {}},
        {"version": 1, "milvus_from": "1", "address": "", "chosen": {}},
        {"version": 1, "milvus_from": 1, "address": "", "chosen": {"aa": "other"}},
    ],
)
def test_a_damaged_file_is_an_error_that_names_it(values: object) -> None:
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(values if isinstance(values, str) else json.dumps(values))
    with pytest.raises(CrossExamError, match=r"engine\.json is damaged.*delete it"):
        read_settings()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(CrossExamError, match="at least 1"):
        IndexBackendSettings(0)
    with pytest.raises(CrossExamError, match="no address"):
        IndexBackendSettings(5, "localhost")
