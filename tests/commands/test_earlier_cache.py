"""A cache folder of an earlier version: the commands open it as that version left it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey
from corpora.judgments.auto_judgments import AutoJudgments
from corpora.judgments.judgment_log import JudgmentLog
from corpora.stores.run_store import RunStore
from tests.earlier_cache import FINGERPRINT, NAME, rows, shown_before, write_earlier_cache

Ask = Callable[..., Any]


@pytest.fixture
def cache(session_models: None, tmp_path: Path) -> Path:
    """The sample as the cache folder of one test."""
    return write_earlier_cache(tmp_path / "cache")


@pytest.fixture
def ask(cache: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs a command on the sample and gives back its JSON."""

    def run(*arguments: str) -> Any:
        assert cli.main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_the_library_names_the_imported_corpus(ask: Ask, cache: Path) -> None:
    (entry,) = [entry for entry in ask("corpora") if entry["name"] == NAME]
    assert entry["kind"] == "imported"
    assert entry["fingerprint"] == FINGERPRINT
    assert entry["documents"] == 12
    assert entry["source"] == "house.jsonl"
    assert entry["missing"] is False
    assert Path(entry["folder"]).parent == cache / "library"


def test_a_search_ranks_as_before_and_changes_nothing_that_is_kept(ask: Ask, cache: Path) -> None:
    before = rows(cache)
    result = ask("rank", "flat tyre", "--corpus", NAME, "--depth", "5")
    rankings = {r["stage"]: [hit["doc_id"] for hit in r["hits"]] for r in result["rankings"]}
    assert rankings == shown_before()["rank"]
    assert result["corpus"]["fingerprint"] == FINGERPRINT
    assert rows(cache) == before


def test_judgments_measure_as_before(ask: Ask) -> None:
    result = ask("evaluate", "--corpus", NAME, "--depth", "5")
    before = shown_before()["evaluate"]
    assert [pipeline["stage"] for pipeline in result["pipelines"]] == list(before)
    for pipeline in result["pipelines"]:
        for measure, value in before[pipeline["stage"]].items():
            assert pipeline[measure] == pytest.approx(value, abs=1e-6), (pipeline, measure)


def test_the_index_backend_that_was_chosen_is_remembered(ask: Ask) -> None:
    backend = ask("index", "--corpus", NAME)["engine"]
    assert (backend["engine"], backend["reason"]) == ("local", "chosen for this corpus")


def test_what_people_and_a_machine_judged_is_there(cache: Path) -> None:
    judgments = JudgmentLog(FINGERPRINT, cache).entries()
    assert [(j.query_id, j.doc_id, j.relevance, j.judge) for j in judgments] == [
        ("q2", "chain", 2, "Ada")
    ]
    proposals = AutoJudgments(FINGERPRINT, cache).judgments()
    assert len(proposals) == 17
    grades = {(p.query_id, p.doc_id): p.grade for p in proposals}
    assert (grades["q3", "kettle"], grades["q1", "tap"]) == (1, 0)


def test_the_saved_run_can_be_opened(cache: Path) -> None:
    (run,) = RunStore(FINGERPRINT, cache).runs()
    assert (run.head["corpus"], run.head["queries"], len(run.head["pipelines"])) == (NAME, 4, 4)
    assert [row["query_id"] for row in RunStore(FINGERPRINT, cache).body(run.run_id)] == [
        "q1", "q2", "q3", "q4",
    ]  # fmt: skip


def test_the_embeddings_are_trusted(cache: Path) -> None:
    (promise,) = (cache / "embeddings").glob("*.json")
    key = EmbeddingKey(**json.loads(promise.read_text())["key"])
    assert EmbeddingCache(cache / "embeddings").path(key) == promise.with_suffix(".npy")
    vectors = EmbeddingCache(cache / "embeddings").load(key)
    assert vectors is not None
    assert vectors.shape == (12, 384)
