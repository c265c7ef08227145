"""Cases of a corpus outlive the process, each once, as they were typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from corpora.stores.case_store import CaseStore
from corpora.stores.database import NAME
from engine.types.diagnosis.cases import Case


def test_cases_are_kept_once_in_order_and_removed_one_by_one(tmp_path: Path) -> None:
    first, second = Case("q'); DROP TABLE cases;--", "d\ud800"), Case("q", "d", 5, wanted=False)
    assert CaseStore("f1", tmp_path).cases() == ()
    assert CaseStore("f1", tmp_path).keep([first, second, first]) == 2
    assert CaseStore("f1", tmp_path).keep([second]) == 0
    assert CaseStore("f1", tmp_path).cases() == (first, second)
    assert CaseStore("f2", tmp_path).cases() == ()
    CaseStore("f1", tmp_path).remove(first)
    assert CaseStore("f1", tmp_path).cases() == (second,)


def test_a_file_of_an_earlier_version_takes_cases_and_was_not_emptied(tmp_path: Path) -> None:
    CaseStore("f1", tmp_path).keep([Case("q", "d")])
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as connection:
        connection.execute("DROP TABLE cases")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (moved / NAME).write_bytes((tmp_path / NAME).read_bytes())
    store = CaseStore("f1", moved)
    assert store.keep([Case("q", "d")]) == 1
    with closing(sqlite3.connect(moved / NAME)) as connection:
        assert connection.execute("SELECT text FROM notes").fetchall() == []
