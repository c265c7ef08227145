"""What was acknowledged is there: after a kill, a full disk, two processes, damage, a migration."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from corpora.importing.importing import Imported, Source, import_corpus
from corpora.judgments.auto_judgments import AutoJudgments
from corpora.judgments.judgment_log import Judgment, JudgmentLog
from corpora.stores.database import Database
from corpora.stores.library import Library
from corpora.stores.run_store import RunStore
from engine.types import CrossExamError
from tests.library_rows import listed

ROOT = Path(__file__).parents[3]
IMPORTS = """
import sys
from pathlib import Path
from corpora.importing.importing import Source, import_corpus
from corpora.stores.library import Library
from engine.types import CrossExamError
library, folder = Library(Path(sys.argv[1])), Path(sys.argv[2])
print('ready', flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    source = folder / f'{number}.jsonl'
    name = sys.argv[3] + str(number)
    source.write_text('{"_id": "a", "text": "%s"}\\n' % sys.argv[2])
    try:
        import_corpus(library, Source(source), name, windows=None)
        print('kept ' + name, flush=True)
    except CrossExamError as error:
        print(f'refused {name}: {error}', flush=True)
"""


def no_windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    raise AssertionError("nothing is split here")


def imported(library: Library, folder: Path, name: str) -> Imported:
    source = folder / f"{name}.jsonl"
    source.write_text(json.dumps({"_id": "a", "text": f"this is {name}"}) + "\n")
    return import_corpus(library, Source(source), name, windows=no_windows)


def together(tmp_path: Path, cache: Path, prefixes: tuple[str, str], number: int) -> list[str]:
    """What two processes say that import `number` corpora each, begun at one moment."""
    processes = []
    for position, prefix in enumerate(prefixes):
        folder = tmp_path / f"in{position}"
        folder.mkdir()
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", IMPORTS, str(cache), str(folder), prefix, str(number)],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [line for p in processes for line in p.communicate(timeout=300)[0].splitlines()]
    assert [process.returncode for process in processes] == [0, 0]
    return said


def test_two_processes_that_import_25_corpora_each_lose_none(tmp_path: Path, cache: Path) -> None:
    said = together(tmp_path, cache, ("a", "b"), 25)
    assert sorted(said) == sorted(f"kept {p}{n}" for p in "ab" for n in range(25))
    names = [entry.name for entry in Library(cache).entries()[2:]]
    assert sorted(names) == sorted(f"{p}{n}" for p in "ab" for n in range(25))
    for name in names:
        assert len(Library(cache).open(name).store) == 1


def test_of_equal_names_one_is_kept_and_the_other_is_refused_in_words(
    tmp_path: Path, cache: Path
) -> None:
    said = together(tmp_path, cache, ("n", "n"), 25)
    kept = [line.removeprefix("kept ") for line in said if line.startswith("kept ")]
    refused = [line for line in said if line.startswith("refused ")]
    assert sorted(kept) == sorted(f"n{number}" for number in range(25))
    assert len(refused) == 25
    assert all("is called 'n" in line and "give another name" in line for line in refused)
    assert sorted(entry.name for entry in Library(cache).entries()[2:]) == sorted(kept)
    folders = [path for path in (cache / "library").iterdir() if not path.name.startswith(".")]
    assert len(folders) == 25, "what was refused leaves no files"


def test_two_processes_judge_at_once_and_every_acknowledged_judgment_is_there(
    tmp_path: Path,
) -> None:
    code = (
        "import pathlib, sys\n"
        "from corpora.judgments.judgment_log import Judgment, JudgmentLog\n"
        "log = JudgmentLog('f1', pathlib.Path(sys.argv[1]))\n"
        "for n in range(40):\n"
        "    log.append(Judgment('q', f'd{n}', n % 4, sys.argv[2]))\n"
    )
    run = [sys.executable, "-c", code, str(tmp_path)]
    both = [subprocess.Popen([*run, judge], cwd=ROOT) for judge in ("Ada", "Bob")]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    kept = [(j.judge, j.doc_id) for j in JudgmentLog("f1", tmp_path).latest()]
    assert sorted(kept) == sorted((judge, f"d{n}") for judge in ("Ada", "Bob") for n in range(40))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_on_a_full_disk_the_count_of_acknowledged_judgments_is_right(tmp_path: Path) -> None:
    code = (
        "import pathlib, resource, signal, sys\n"
        "from corpora.judgments.judgment_log import Judgment, JudgmentLog\n"
        "from engine.types import CrossExamError\n"
        "log = JudgmentLog('f1', pathlib.Path(sys.argv[1]))\n"
        "log.append(Judgment('q', 'first', 1, 'Ada'))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "kept = 1\n"
        "try:\n"
        "    for n in range(10_000):\n"
        "        log.append(Judgment('q', f'd{n}' + 'x' * 2000, n % 4, 'Ada'))\n"
        "        kept += 1\n"
        "except CrossExamError as error:\n"
        "    print(kept, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, timeout=300, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    acknowledged, _, message = done.stdout.partition(" ")
    assert 50 < int(acknowledged) < 10_000
    assert "free some space, or set CROSSEXAM_CACHE" in message
    assert len(JudgmentLog("f1", tmp_path).entries()) == int(acknowledged)
    JudgmentLog("f1", tmp_path).append(Judgment("q", "room again", 1, "Ada"))
    assert len(JudgmentLog("f1", tmp_path).entries()) == int(acknowledged) + 1


def test_each_write_is_synced_to_the_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    with Database(tmp_path).writing() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA busy_timeout").fetchone()[0] >= 10_000


def test_of_a_block_that_fails_nothing_is_kept(tmp_path: Path) -> None:
    database = Database(tmp_path)

    def half() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO notes (at, text) VALUES (1e12, 'half')")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert database.notes() == ()


def earlier_version(folder: Path, imports: Path) -> None:
    """A cache folder as the version before left it, with a corpus by path and an import."""
    row = {"query_id": "q", "doc_id": "d", "relevance": 2, "judge": "Ada", "at": 5.0}
    (folder / "judgments").mkdir(parents=True)
    rows = [row, {**row, "relevance": None}, {**row, "judge": "Bob", "via": "accepted"}]
    (folder / "judgments" / "f1.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    auto_judgment = {
        "query_id": "q", "doc_id": "d", "score": -0.5, "grade": 1, "teacher": "t", "revision": "r",
        "bounds": [[1, -1.0]], "pairs": 7, "at": 5.0, "rejected_by": "Ada",
    }  # fmt: skip
    (folder / "machine-judgments").mkdir()
    (folder / "machine-judgments" / "f1.jsonl").write_text(json.dumps(auto_judgment) + "\n")
    gone = json.dumps({**auto_judgment, "doc_id": "gone"}) + "\n"
    (folder / "machine-judgments" / "f2.removed").write_text(gone)
    (folder / "runs" / "f1").mkdir(parents=True)
    head = {"version": 1, "saved_at": 7.0, "head": {"name": "old"}}
    (folder / "runs" / "f1" / "20200101-000000.head.json").write_text(json.dumps(head))
    (folder / "runs" / "f1" / "20200101-000000.body.json").write_text('[{"x": "é"}]')
    corpora = [
        {"name": name, "path": str(path), "documents": 1, "fingerprint": "abc"}
        for name, path in (("notes", imports / "notes.jsonl"), ("mine", folder / "library" / "x"))
    ]
    content = {"version": 1, "corpora": corpora}
    (folder / "library.json").write_text(json.dumps(content, indent=1) + "\n")


def everything(folder: Path) -> tuple[object, ...]:
    runs = RunStore("f1", folder)
    removed = AutoJudgments("f2", folder)
    return (
        JudgmentLog("f1", folder).entries(),
        AutoJudgments("f1", folder).judgments(),
        removed.removable,
        removed.judgments(),
        [(run.run_id, run.saved_at, run.head, runs.body(run.run_id)) for run in runs.runs()],
        listed(folder),
    )


def test_what_an_earlier_version_kept_is_brought_in_without_loss_and_once(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    earlier_version(folder, tmp_path)
    before = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    found = everything(folder)
    said, judgments, removable, none, runs, corpora = found
    assert said == (
        Judgment("q", "d", 2, "Ada", 5.0), Judgment("q", "d", None, "Ada", 5.0),
        Judgment("q", "d", 2, "Bob", 5.0, "accepted"),
    )  # fmt: skip
    assert [(o.score, o.bounds, o.rejected_by) for o in judgments] == [  # type: ignore[attr-defined]
        (-0.5, ((1, -1.0),), "Ada")
    ]
    assert (removable, none) == (True, ())
    assert runs == [("20200101-000000", 7.0, {"name": "old"}, [{"x": "é"}])]
    assert [entry.name for entry in corpora] == ["notes", "mine"]  # type: ignore[attr-defined]
    assert Database(folder).notes() == ()
    after = {
        Path(*(part.removesuffix(".migrated") for part in p.relative_to(folder).parts)): p
        for p in folder.rglob("*")
        if p.is_file() and not p.name.startswith("crossexam")
    }
    assert {name: path.read_bytes() for name, path in after.items()} == before
    assert everything(folder) == found
    # A process that died between the write and the new name: nothing comes in twice.
    for name in ("judgments/f1.jsonl", "library.json", "runs/f1"):
        (folder / f"{name}.migrated").rename(folder / name)
    assert everything(folder) == found
    assert not (folder / "library.json").exists()


def test_two_processes_bring_an_earlier_version_in_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    earlier_version(folder, tmp_path)
    row = {"query_id": "q", "doc_id": "d", "relevance": 2, "judge": "Ada", "at": 5.0}
    lines = "".join(json.dumps({**row, "doc_id": f"d{n}"}) + "\n" for n in range(2000))
    (folder / "judgments" / "f3.jsonl").write_text(lines)
    code = (
        "import pathlib, sys\n"
        "from corpora.judgments.judgment_log import JudgmentLog\n"
        "sys.stdin.readline()\n"
        "print(len(JudgmentLog('f3', pathlib.Path(sys.argv[1])).entries()))\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [process.communicate("go\n", timeout=120)[0] for process in both] == ["2000\n"] * 2
    assert len(JudgmentLog("f1", folder).entries()) == 3


@pytest.mark.parametrize("damage", ["cut", "emptied", "gone", "one entry"])
def test_structure_are_found_again_when_the_list_of_an_earlier_version_is_damaged(
    damage: str, tmp_path: Path, cache: Path
) -> None:
    for name in ("first", "second"):
        imported(Library(), tmp_path, name)
    entries = [
        {"name": e.name, "path": e.path, "documents": e.documents, "fingerprint": e.fingerprint}
        for e in listed(cache)
    ]
    entries.insert(0, {**entries[0], "name": "by path", "path": str(tmp_path / "first.jsonl")})
    for path in cache.glob("crossexam.sqlite3*"):
        path.unlink()
    text = json.dumps({"version": 1, "corpora": entries}, indent=1)
    if damage != "gone":
        broken = {"cut": text[: text.index('"second"')], "emptied": ""}
        before, _, after = text.rpartition('"documents": 1')
        content = broken.get(damage, f'{before}"documents": "?"{after}')
        (cache / "library.json").write_text(content)
    library = Library()
    names = [entry.name for entry in library.entries()[2:]]
    assert {"first", "second"} <= set(names)
    recovered = damage in ("cut", "one entry")
    assert ("by path" in names) is recovered, "an entry that stands whole is kept"
    for name in ("first", "second"):
        (document,) = library.open(name).store.get(["a"])
        assert document.text == f"this is {name}"
    warnings = " ".join(library.warnings)
    assert "found again by their folders" in warnings
    assert ("library.json was damaged" in warnings) is (damage != "gone")
    assert [entry.name for entry in Library().entries()[2:]] == names, "once, not at each start"


def test_a_deleted_corpus_does_not_come_back(tmp_path: Path, cache: Path) -> None:
    imported(Library(), tmp_path, "mine")
    Library().remove("mine")
    assert [entry.name for entry in Library().entries()] == ["senses", "pydoc"]


def forgotten_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new process: no file counts as checked."""
    monkeypatch.setattr("corpora.stores.database._checked", set())


def test_a_damaged_database_is_reported_and_what_can_be_read_is_recovered(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(Library(), tmp_path, "mine")
    log = JudgmentLog("f1")
    for n in range(300):
        log.append(Judgment("q", f"d{n}", n % 4, "Ada", 1.0 + n, "v" * 300))
    path = cache / "crossexam.sqlite3"
    data = bytearray(path.read_bytes())
    middle = data.index(b"d150") // 4096 * 4096
    data[middle : middle + 4096] = b"\xaa" * 4096
    path.write_bytes(data)
    forgotten_check(monkeypatch)
    kept = JudgmentLog("f1").entries()
    assert 200 < len(kept) < 300
    expected = {
        f"d{n}": Judgment("q", f"d{n}", n % 4, "Ada", 1.0 + n, "v" * 300) for n in range(300)
    }
    assert all(expected[j.doc_id] == j for j in kept)
    assert [j.at for j in kept] == sorted(j.at for j in kept)
    assert {"d0", "d299"} <= {j.doc_id for j in kept}, "on both sides of the damage"
    (warning,) = Library().warnings
    assert f"Recovered: {len(kept)} judgments" in warning
    assert "crossexam.sqlite3.damaged" in warning
    assert (cache / "crossexam.sqlite3.damaged").read_bytes() == bytes(data)
    assert len(Library().open("mine").store) == 1
    JudgmentLog("f1").append(Judgment("q", "new", 1, "Ada"))
    assert len(JudgmentLog("f1").entries()) == len(kept) + 1


def test_a_database_that_is_none_any_more_gives_the_imports_back_by_their_folders(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(Library(), tmp_path, "mine")
    (cache / "crossexam.sqlite3").write_bytes(b"this was overwritten " * 1000)
    forgotten_check(monkeypatch)
    assert [entry.name for entry in Library().entries()[2:]] == ["mine"]
    warnings = " ".join(Library().warnings)
    assert "file is not a database" in warnings
    assert "found again by their folders: 'mine'" in warnings


@pytest.mark.parametrize("damage", ["emptied", "without its list"])
def test_an_emptied_database_is_reported_and_gives_the_imports_back(
    damage: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite takes a file of no bytes, or one that lacks a table, for a sound database."""
    imported(Library(), tmp_path, "mine")
    JudgmentLog("f1").append(Judgment("q", "a", 1, "Ada"))
    path = cache / "crossexam.sqlite3"
    if damage == "emptied":
        path.write_bytes(b"")
    else:
        connection = sqlite3.connect(path)
        connection.execute("DROP TABLE corpora")
        connection.close()
    forgotten_check(monkeypatch)
    assert [entry.name for entry in Library().entries()[2:]] == ["mine"]
    warnings = " ".join(Library().warnings)
    assert "crossexam.sqlite3 was there without " in warnings
    assert "corpora" in warnings
    assert "found again by their folders: 'mine'" in warnings
    left = [] if damage == "emptied" else ["a"]
    assert [j.doc_id for j in JudgmentLog("f1").entries()] == left


def test_a_database_emptied_under_a_running_process_is_begun_anew(
    tmp_path: Path, cache: Path
) -> None:
    imported(Library(), tmp_path, "mine")
    (cache / "crossexam.sqlite3").write_bytes(b"")
    with pytest.raises(CrossExamError, match=r"damaged .*: try again"):
        JudgmentLog("f1").append(Judgment("q", "a", 1, "Ada"))
    assert [entry.name for entry in Library().entries()[2:]] == ["mine"]


def test_a_first_start_reports_nothing(tmp_path: Path, cache: Path) -> None:
    imported(Library(), tmp_path, "mine")
    assert list(Library().warnings) == []


def test_a_file_that_was_deleted_under_a_running_process_is_begun_anew(tmp_path: Path) -> None:
    log = JudgmentLog("f1", tmp_path)
    log.append(Judgment("q", "a", 1, "Ada"))
    for path in tmp_path.glob("crossexam.sqlite3*"):
        path.unlink()
    log.append(Judgment("q", "b", 1, "Ada"))
    assert [j.doc_id for j in JudgmentLog("f1", tmp_path).entries()] == ["b"]


def test_a_database_of_a_later_version_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    JudgmentLog("f1", tmp_path).append(Judgment("q", "a", 1, "Ada"))
    connection = sqlite3.connect(tmp_path / "crossexam.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    forgotten_check(monkeypatch)
    with pytest.raises(CrossExamError, match="later version"):
        JudgmentLog("f1", tmp_path).append(Judgment("q", "b", 1, "Ada"))


def test_a_corpus_that_was_changed_meanwhile_is_not_written_over(
    tmp_path: Path, cache: Path
) -> None:
    outcome = imported(Library(), tmp_path, "mine")
    seen = next(entry for entry in Library().entries() if entry.name == "mine")
    other = shutil.copytree(str(outcome.entry.folder), cache / "library" / "other")
    Library().add(outcome.corpus, Path(other), replaces=seen)
    late = shutil.copytree(other, cache / "library" / "late")
    with pytest.raises(CrossExamError, match="changed or deleted meanwhile"):
        Library().add(outcome.corpus, Path(late), replaces=seen)
    assert not Path(late).exists()
    assert len(Library().open("mine").store) == 1


def test_reading_alone_creates_nothing(tmp_path: Path) -> None:
    assert JudgmentLog("f1", tmp_path).entries() == ()
    assert JudgmentLog("f1", tmp_path).version == (0,)
    assert RunStore("f1", tmp_path).runs() == ()
    assert AutoJudgments("f1", tmp_path).removable is False
    assert list(tmp_path.iterdir()) == []


def test_a_cache_folder_that_cannot_be_written_can_still_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    imported(Library(cache), tmp_path, "kept")
    JudgmentLog("f1", cache).append(Judgment("q", "d", 2, "Ada"))
    before = {path.name: path.read_bytes() for path in cache.glob("crossexam.sqlite3*")}
    monkeypatch.setattr("corpora.stores.database.os.access", lambda *_: False)
    monkeypatch.setattr(Database, "_make_ready", lambda _: pytest.fail("it writes"))
    assert [entry.name for entry in Library(cache).entries()][-1] == "kept"
    assert [j.relevance for j in JudgmentLog("f1", cache).latest()] == [2]
    assert {path.name: path.read_bytes() for path in cache.glob("crossexam.sqlite3*")} == before
