"""Saved runs are there as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.stores.run_store import RunStore
from engine.types import CrossExamError

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


def test_nothing_is_kept_of_a_run_whose_corpus_was_deleted_meanwhile(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    with pytest.raises(CrossExamError, match="the corpus was deleted while the run was at work"):
        store.save(HEAD, BODY, is_held=lambda: False)
    assert store.runs() == ()
    store.save(HEAD, BODY, is_held=lambda: RunStore("f1", tmp_path).runs() == ())
    assert len(store.runs()) == 1, "what asks the same database is answered"


def test_runs_of_one_second_have_names_of_their_own_newest_first(tmp_path: Path) -> None:
    store = RunStore("f1", tmp_path)
    ids = [store.save({"n": n}, []).run_id for n in range(3)]
    assert len(set(ids)) == 3
    assert [run.head["n"] for run in store.runs()] == [2, 1, 0]


def earlier(folder: Path, run_id: str, head: str, body: str | None) -> None:
    """A run as earlier versions kept it: a file for its head, one for its body."""
    place = folder / "runs" / "f1"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{run_id}.head.json").write_text(head)
    if body is not None:
        (place / f"{run_id}.body.json").write_text(body)


GOOD = '{"version": 1, "saved_at": 5.0, "head": {"name": "old"}}'


def test_a_head_without_a_body_is_no_run(tmp_path: Path) -> None:
    earlier(tmp_path, "20200101-000000", GOOD, None)
    assert RunStore("f1", tmp_path).runs() == ()


def test_damaged_files_are_passed_over_or_named(tmp_path: Path) -> None:
    earlier(tmp_path, "x", "{", "[]")
    earlier(tmp_path, "20200101-000000", GOOD, "[1,")
    store = RunStore("f1", tmp_path)
    (saved,) = store.runs()
    assert (saved.run_id, saved.saved_at, saved.head) == ("20200101-000000", 5.0, {"name": "old"})
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
