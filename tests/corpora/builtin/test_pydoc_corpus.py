from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpora.builtin import pydoc_corpus
from corpora.builtin.pydoc_corpus import COLLECTOR, open_pydoc
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError


def test_it_has_at_least_4000_documents(pydoc: Corpus) -> None:
    assert pydoc.info.documents == len(pydoc.store) >= 4000
    assert (pydoc.info.name, pydoc.warnings) == ("pydoc", ())


def test_things_are_listed_under_the_names_that_people_use(pydoc: Corpus) -> None:
    ids = set(pydoc.store.ids())
    names = "builtins.open builtins.str.split os.path.join os.getcwd asyncio.gather json.loads"
    assert ids >= {*names.split(), "unittest.TestCase", "pathlib.Path.glob", "linecache"}
    assert not ids & {"io.open", "posixpath.join", "posix.getcwd", "asyncio.tasks.gather"}


def test_a_function_has_its_signature_as_title(pydoc: Corpus) -> None:
    (document,) = pydoc.store.get(["json.loads"])
    assert document.title.startswith("json.loads(s, *, cls=None")
    assert document.text.startswith("Deserialize ``s``")
    assert document.fields == {"kind": "function", "module": "json"}


def test_every_text_is_there_once_and_has_eight_words(pydoc: Corpus) -> None:
    texts = [" ".join(doc.text.split()) for doc in pydoc.store.get(pydoc.store.ids())]
    assert len(set(texts)) == len(texts)
    assert min(len(text.split()) for text in texts) >= 8


def test_no_memory_address_is_in_it(pydoc: Corpus) -> None:
    everything = pydoc.store.get(pydoc.store.ids())
    assert not [doc.doc_id for doc in everything if " at 0x7" in doc.content]


def test_it_has_example_queries_and_no_judgments(pydoc: Corpus) -> None:
    assert len(pydoc.queries) >= 12
    assert pydoc.query_for_text("read a file line by line") is not None
    assert pydoc.qrels == ()


def test_it_has_nothing_of_the_environment_or_the_folders_of_this_machine(
    pydoc: Corpus, tmp_path: Path
) -> None:
    collected = tmp_path / "collected.jsonl"
    collect(collected, {**os.environ, "AAA_SECRET": "hunter2"}, cwd=tmp_path)
    rows = collected.read_text("utf-8")
    assert not [text for text in ("hunter2", "AAA_SECRET", str(tmp_path)) if text in rows]
    titles = {doc.doc_id: doc.title for doc in pydoc.store.get(pydoc.store.ids())}
    assert not [title for title in titles.values() if sys.executable in title]
    assert "executable=…" in titles["platform.architecture"]
    without = "cgi.test(environ=os.environ)"  # Python 3.13 has no cgi any more
    assert titles.get("cgi.test", without) == without


def test_collecting_twice_writes_the_same_bytes(pydoc: Corpus, pydoc_cache: Path) -> None:
    (kept,) = (pydoc_cache / "corpora").glob("*.jsonl")
    again = pydoc_cache / "again.jsonl"
    collect(again, {**os.environ, "ZZZ": "1", "LINES": "24"}, cwd=pydoc_cache)
    assert again.read_bytes() == kept.read_bytes()


def test_a_file_of_the_earlier_recipe_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    earlier = [tmp_path / "corpora" / f"pydoc-3.11.0-1{suffix}" for suffix in (".jsonl", ".sha256")]
    mine = tmp_path / "corpora" / "pydoc-notes.txt"
    earlier[0].parent.mkdir()
    for path in (*earlier, mine):
        path.write_text("x", "utf-8")
    open_pydoc()
    assert [path.exists() for path in (*earlier, mine)] == [False, False, True]


def collect(out: Path, environment: dict[str, str], *, cwd: Path) -> None:
    subprocess.run(
        [sys.executable, "-I", "-S", "-W", "ignore", str(COLLECTOR), str(out)],
        check=True,
        env=environment,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


@pytest.fixture
def kept(pydoc: Corpus, pydoc_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(pydoc_cache))
    (path,) = (pydoc_cache / "corpora").glob("*.jsonl")
    return path


def test_the_cached_file_is_used_again(
    pydoc: Corpus, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pydoc_corpus, "COLLECTOR", Path("no such script"))
    assert open_pydoc().info == pydoc.info


@pytest.mark.parametrize("lost", ["half", "checksum"])
def test_a_damaged_file_is_rebuilt(pydoc: Corpus, kept: Path, lost: str) -> None:
    if lost == "half":
        os.truncate(kept, kept.stat().st_size // 2)
    else:
        kept.with_suffix(".sha256").write_bytes(b"\xff")
    assert open_pydoc().info == pydoc.info


def test_a_failing_collector_is_reported_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "collect.py"
    script.write_text("raise ValueError('no luck')")
    monkeypatch.setattr(pydoc_corpus, "COLLECTOR", script)
    with pytest.raises(CrossExamError, match="exit status 1 \\(ValueError: no luck\\)") as caught:
        open_pydoc()
    assert "\n" not in str(caught.value)


def test_a_collector_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "collect.py"
    script.write_text("import time\ntime.sleep(60)")
    monkeypatch.setattr(pydoc_corpus, "COLLECTOR", script)
    monkeypatch.setattr(pydoc_corpus, "TIME_LIMIT", 0.3)
    with pytest.raises(CrossExamError, match="took over"):
        open_pydoc()
