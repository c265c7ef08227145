"""Runs that an earlier version kept open as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpora.stores.run_store import RunStore
from engine.quality.candidate_scores import final_ranking
from engine.quality.pipelines import list_length
from engine.types import CrossExamError
from state.quality.runs import opened, run_store

# head and body as they were written when a pipeline had fields of its own for each setting
SAMPLE = Path(__file__).parent / "saved_run.json"
FINGERPRINT = "0123456789abcdef"


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    run_store.clear()
    content: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return content


def test_a_run_saved_by_an_earlier_version_lists_what_it_listed(sample: dict[str, Any]) -> None:
    saved = RunStore(FINGERPRINT).save(sample["head"], sample["body"])
    run = opened(FINGERPRINT, saved.run_id)
    assert [spec.name for spec in run.specs] == [row["name"] for row in sample["listed"]]
    for spec, row in zip(run.specs, sample["listed"], strict=True):
        assert (spec.run_name, spec.stage) == (row["run_name"], row["stage"])
        length = list_length(run.specs)
        tops = [final_ranking(spec, found, length=length).ids()[:5] for found in run.gathered]
        assert tops == row["top"], spec.name


def test_a_pipeline_is_saved_under_the_same_keys_as_before(sample: dict[str, Any]) -> None:
    saved = RunStore(FINGERPRINT).save(sample["head"], sample["body"])
    specs = opened(FINGERPRINT, saved.run_id).specs
    values = [spec.values() for spec in specs]
    assert {each.pop("precision") for each in values} == {"fast"}, "what came since, at its default"
    assert values == sample["head"]["pipelines"]


def test_a_run_with_a_setting_that_is_not_known_is_said_to_be_of_another_version(
    sample: dict[str, Any],
) -> None:
    sample["head"]["pipelines"][0]["temperature"] = 0.5
    saved = RunStore(FINGERPRINT).save(sample["head"], sample["body"])
    with pytest.raises(CrossExamError, match="another version or is damaged"):
        opened(FINGERPRINT, saved.run_id)


def test_a_run_saved_in_the_second_in_which_another_was_deleted_is_shown_as_itself(
    sample: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(FINGERPRINT)
    monkeypatch.setattr("corpora.stores.run_store.time.time", lambda: 1_000_000.25)
    deleted = store.save(sample["head"], sample["body"])
    assert len(opened(FINGERPRINT, deleted.run_id).specs) == len(sample["listed"])
    store.delete(deleted.run_id)
    monkeypatch.setattr("corpora.stores.run_store.time.time", lambda: 1_000_000.75)
    sample["head"]["pipelines"] = sample["head"]["pipelines"][:1]
    kept = store.save(sample["head"], sample["body"])
    assert kept.run_id == deleted.run_id
    assert len(opened(FINGERPRINT, kept.run_id).specs) == 1
