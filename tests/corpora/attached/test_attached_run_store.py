"""Attached runs on the disk: what was attached comes back, is renamed, detached and restored."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from corpora.attached.attached_run_store import MOST_RUNS, AttachedRunStore
from corpora.attached.listed_store import ListedStore
from corpora.stores import database, database_schema
from corpora.stores.database import NAME, Database
from corpora.stores.memory_store import MemoryStore
from engine.types import Cancelled, CrossExamError, Document, Hit, Ranking
from engine.types.runs import AttachedHead, AttachedRun

ODD = "a\nb <i>é\ud800"


def run(name: str, *missing: str) -> AttachedRun:
    head = AttachedHead(name, "f.csv", 1.5, 2, 1, 1, 3, 3, len(missing), missing, ("a note",))
    hits = (Hit(ODD, 2.5, 1), Hit("b", -1e-3, 2))
    rankings = {
        "q 1": Ranking(f"run:{name}", name, hits),
        ODD: Ranking(f"run:{name}", name, (Hit("c", 0.1, 1),)),
    }
    return AttachedRun(head, rankings, {"q 1": "a text"}, ranked=True, missing=frozenset(missing))


@pytest.fixture
def store(tmp_path: Path) -> AttachedRunStore:
    return AttachedRunStore("f" * 8, tmp_path)


def test_a_run_comes_back_as_it_was_in_another_process_too(
    store: AttachedRunStore, tmp_path: Path
) -> None:
    assert store.heads() == ()
    before = store.version
    store.attach(run("prod", "x"))
    again = AttachedRunStore("f" * 8, tmp_path)
    assert again.run("prod") == run("prod", "x")
    assert again.heads() == (run("prod", "x").head,)
    assert store.version != before
    assert AttachedRunStore("other", tmp_path).heads() == ()


def test_a_name_stands_for_one_run_and_a_wrong_one_is_answered_with_the_right_ones(
    store: AttachedRunStore,
) -> None:
    store.attach(run("prod"))
    with pytest.raises(CrossExamError, match="called 'prod' already: give another name"):
        store.attach(run("prod"))
    store.attach(run("next"))
    with pytest.raises(CrossExamError, match="'prod' already"):
        store.rename("next", "prod")
    store.rename("next", "later")
    assert [head.name for head in store.heads()] == ["prod", "later"]
    assert store.run("later").rankings["q 1"].stage == "run:later"
    with pytest.raises(CrossExamError, match=r"no run 'prd' .* choose one of 'prod', 'later'; did"):
        store.run("prd")
    with pytest.raises(CrossExamError, match="attach its file first"):
        AttachedRunStore("empty", store.path.parent).run("prod")


def test_a_detached_run_can_be_attached_again_for_a_week(
    store: AttachedRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.attach(run("prod", "x"))
    store.detach("prod")
    assert store.heads() == ()
    assert store.missing() == {"x"}, "what it listed is still known to saved runs"
    store.attach(run("prod"))
    with pytest.raises(CrossExamError, match="already"):
        store.restore("prod")
    store.rename("prod", "new")
    store.restore("prod")
    assert store.run("prod") == run("prod", "x")
    store.detach("prod")
    store.attach(run("more"))
    monkeypatch.setattr(database_schema, "DETACHED_KEPT", -1.0)
    with pytest.raises(CrossExamError, match="attach its file again"):
        store.restore("prod")


@pytest.mark.parametrize("moment", ["a start", "a write a day later"])
def test_what_was_detached_a_week_ago_is_gone_without_another_change(
    store: AttachedRunStore, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    store.attach(run("prod", "x"))
    store.detach("prod")
    monkeypatch.setattr(database_schema, "DETACHED_KEPT", -1.0)
    monkeypatch.setattr(database, "_purged", {})
    if moment == "a start":
        monkeypatch.setattr(database, "_checked", set())
        assert store.heads() == ()
    else:
        with Database(store.path.parent).writing():
            pass
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM attached_runs").fetchone() == (0,)


def test_a_run_that_is_cancelled_last_of_all_is_not_kept(store: AttachedRunStore) -> None:
    store.attach(run("prod"))
    before = store.version
    with pytest.raises(Cancelled):
        store.attach(run("next", "gone"), cancel=lambda: True)
    assert [head.name for head in store.heads()] == ["prod"]
    assert store.missing() == frozenset()
    assert store.version == before


def test_there_is_room_for_twenty(store: AttachedRunStore) -> None:
    for number in range(MOST_RUNS):
        store.attach(run(f"run {number}"))
    with pytest.raises(CrossExamError, match="at most 20 can be: detach one"):
        store.attach(run("one more"))


def test_a_damaged_body_is_said_with_the_remedy(store: AttachedRunStore) -> None:
    store.attach(run("prod"))
    with sqlite3.connect(store.path.parent / NAME) as connection:
        connection.execute("UPDATE attached_runs SET body = ?", (b"no archive",))
    with pytest.raises(CrossExamError, match="damaged: detach it and attach its file again"):
        store.run("prod")
    store.detach("prod")


def test_a_store_stands_for_listed_ids_and_for_no_others() -> None:
    held = MemoryStore.from_documents([Document("a", "text"), Document("b", "text")])
    listed = ListedStore(held, lambda: frozenset({"gone"}))
    first, missing, second = listed.get(["b", "gone", "a"])
    assert (first, second) == tuple(held.get(["b", "a"]))
    assert (missing.held, missing.content, missing.title) == (
        False,
        "",
        "gone (not in this corpus)",
    )
    with pytest.raises(CrossExamError, match="'other'"):
        listed.get(["a", "gone", "other"])
    assert (list(listed.ids()), len(listed)) == (["a", "b"], 2)
    assert [document.doc_id for document in listed.find("gone")] == []
