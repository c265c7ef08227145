"""Saved runs are there as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.run_store import RunStore
from search.types import CrossExamError

HEAD, BODY = {"name": "first <b>"}, [{"x": 0.1}, "é"]


def test_a_run_is_listed_opened_and_deleted(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    assert store.runs() == ()
    saved = store.save(HEAD, BODY)
    (listed,) = RunStore("f1", tmp_path).runs()
    assert (listed.run_id, listed.head) == (saved.run_id, HEAD)
    assert listed.size_bytes > 0
    assert store.body(saved.run_id) == BODY
    assert RunStore("f2", tmp_path).runs() == ()
    store.delete(saved.run_id)
    assert store.runs() == ()
    with pytest.raises(CrossExamError, match="is gone"):
        store.body(saved.run_id)


def test_runs_of_one_second_have_names_of_their_own_newest_first(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    ids = [store.save({"n": n}, []).run_id for n in range(3)]
    assert len(set(ids)) == 3
    assert [run.head["n"] for run in store.runs()] == [2, 1, 0]


def test_a_body_without_a_head_is_no_run_yet(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    saved = store.save(HEAD, BODY)
    (tmp_path / "f1" / f"{saved.run_id}.head.json").unlink()
    assert store.runs() == ()


def test_damaged_files_are_passed_over_or_named(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    saved = store.save(HEAD, BODY)
    (tmp_path / "f1" / "x.head.json").write_text("{")
    (tmp_path / "f1" / f"{saved.run_id}.body.json").write_text("[1,")
    assert [run.run_id for run in store.runs()] == [saved.run_id]
    with pytest.raises(CrossExamError, match="damaged: delete it and run it again"):
        store.body(saved.run_id)


@pytest.mark.parametrize("name", ["../f1", "", "a/b"])
def test_names_are_no_paths(name: str, tmp_path: Path) -> None:
    with pytest.raises(CrossExamError):
        RunStore(name, tmp_path)
    for use in (RunStore("f1", tmp_path).body, RunStore("f1", tmp_path).delete):
        with pytest.raises(CrossExamError, match="not the id"):
            use(name)


def test_a_full_or_closed_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CrossExamError, match="CROSSEXAM_CACHE"):
        RunStore("f1", tmp_path / "file").save(HEAD, BODY)
