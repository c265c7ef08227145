"""Files that are written whole or not at all, and where they go."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from system.storage import atomic_path, cache_folder, sha256_of, write_text_atomically


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    write_text_atomically(path, "old")
    write_text_atomically(path, "né")
    assert path.read_bytes() == "né".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["file.json"]


def write_half(path: Path) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt


def test_a_writer_that_dies_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_readers_see_the_old_file_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with atomic_path(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


def test_the_checksum_is_sha256_of_all_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than one block
    (tmp_path / "file").write_bytes(data)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(data).hexdigest()


def test_the_cache_folder_is_the_users_choice_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", "~/mine")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert cache_folder() == Path.home() / "mine"
    monkeypatch.delenv("CROSSEXAM_CACHE")
    assert cache_folder() == Path("/xdg/crossexam")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "crossexam"


def test_two_processes_that_change_a_settings_file_lose_nothing_of_each_other(
    tmp_path: Path,
) -> None:
    code = (
        "import pathlib, sys\n"
        "from system.storage import update_json\n"
        "for n in range(60):\n"
        "    update_json(pathlib.Path(sys.argv[1]), "
        "lambda before: {**(before or {}), sys.argv[2] + str(n): n})\n"
    )
    path = tmp_path / "settings.json"
    run = [sys.executable, "-c", code, str(path)]
    both = [subprocess.Popen([*run, who], cwd=Path(__file__).parents[2]) for who in "ab"]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert json.loads(path.read_text()) == {f"{who}{n}": n for who in "ab" for n in range(60)}
