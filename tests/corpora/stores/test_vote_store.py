"""A vote that was acknowledged is there: after a kill, from two processes, of an older file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from corpora.stores.database import NAME, Database
from corpora.stores.vote_store import VoteStore
from engine.types import CrossExamError
from engine.types.share.blind_votes import FIRST, SECOND, Choice, Vote, Voter
from tests.engine.share.votes.ballots import blind_vote

ROOT = Path(__file__).parents[3]
VOTER = """
import os, sys
from pathlib import Path
from corpora.stores.vote_store import VoteStore
from engine.types.share.blind_votes import Choice, Vote, Voter
store, name = VoteStore(Path(sys.argv[1])), sys.argv[2]
print('ready', flush=True)
sys.stdin.readline()
for number in range(100):
    store.keep('v1', Vote(f'q{number}', Voter(name, name), Choice.LEFT, 'first'))
    print(f'q{number}', flush=True)
os.kill(os.getpid(), 9)
"""


def begun(folder: Path) -> VoteStore:
    store = VoteStore(folder)
    store.begin(blind_vote())
    return store


def test_200_votes_of_two_processes_at_once_survive_that_both_are_killed(tmp_path: Path) -> None:
    store = begun(tmp_path)
    names = ("Ann", "Bob")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", VOTER, str(tmp_path), name],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in names
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    acknowledged = [process.communicate(timeout=300)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [-9, -9]
    assert [len(lines) for lines in acknowledged] == [100, 100]
    entries = store.entries("v1")
    assert len(entries) == 200
    for name, lines in zip(names, acknowledged, strict=True):
        assert [entry.query_id for entry in entries if entry.voter.name == name] == lines
    assert store.numbers() == {"v1": (200, 2)}


def test_a_voter_who_is_killed_in_the_middle_loses_nothing_acknowledged(tmp_path: Path) -> None:
    store = begun(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", VOTER, str(tmp_path), "Ann"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    process.stdin.write("go\n")
    process.stdin.flush()
    lines = [process.stdout.readline().strip() for _ in range(20)]
    process.kill()
    lines += process.communicate(timeout=60)[0].split()
    kept = [entry.query_id for entry in store.entries("v1")]
    assert len(kept) >= 20
    assert kept[: len(lines)] == lines


def test_a_vote_comes_back_as_it_was_set_up(tmp_path: Path) -> None:
    store = begun(tmp_path)
    assert store.blind_vote("v1") == blind_vote()
    assert store.blind_votes() == (blind_vote(),)
    assert store.numbers() == {}
    with pytest.raises(CrossExamError, match="'v2' is not here"):
        store.blind_vote("v2")
    assert "secret" not in repr(store.blind_vote("v1"))


def test_the_last_word_of_each_browser_counts_and_two_of_one_name_are_two(tmp_path: Path) -> None:
    store = begun(tmp_path)
    for browser, choice in (
        ("b1", Choice.LEFT), ("b2", Choice.TIE), ("b1", Choice.BOTH_BAD), ("b2", None),
    ):  # fmt: skip
        store.keep("v1", Vote("q0", Voter("Ann", browser), choice, SECOND))
    (vote,) = store.votes("v1")
    assert (vote.voter.browser, vote.choice, vote.left) == ("b1", Choice.BOTH_BAD, SECOND)
    assert len(store.entries("v1")) == 4


def test_hostile_words_are_kept_as_one_line_of_text(tmp_path: Path) -> None:
    store = begun(tmp_path)
    hostile = "<script>\u202e'; DROP TABLE votes;--\n=1+1"
    kept = store.keep("v1", Vote("q0", Voter(hostile), Choice.LEFT, FIRST, hostile * 9))
    assert kept.voter.name == "<script> '; DROP TABLE votes;-- =1+1"
    assert len(kept.comment) == 200
    assert store.votes("v1") == (kept,)
    with pytest.raises(CrossExamError, match="name is empty"):
        store.keep("v1", Vote("q0", Voter("\u200b \n"), Choice.LEFT, FIRST))


def test_after_the_end_nothing_is_kept(tmp_path: Path) -> None:
    store = begun(tmp_path)
    store.end("v1")
    assert store.blind_vote("v1").ended
    with pytest.raises(CrossExamError, match="has ended"):
        store.keep("v1", Vote("q0", Voter("Ann"), Choice.LEFT, FIRST))
    store.delete("v1")
    assert store.blind_votes() == ()
    with pytest.raises(CrossExamError, match="is not here"):
        store.keep("v1", Vote("q0", Voter("Ann"), Choice.LEFT, FIRST))


def test_a_file_of_an_earlier_version_is_given_the_tables_and_is_not_called_emptied(
    tmp_path: Path,
) -> None:
    Database(tmp_path).make_ready()
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    with sqlite3.connect(tmp_path / NAME) as source, sqlite3.connect(earlier / NAME) as copy:
        source.backup(copy)
        copy.execute("DROP TABLE blind_votes")
        copy.execute("DROP TABLE votes")
    source.close()
    copy.close()
    begun(earlier)
    assert Database(earlier).notes() == ()
    assert len(VoteStore(earlier).blind_votes()) == 1
