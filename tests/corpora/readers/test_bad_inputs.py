"""Every kind of bad input is refused with its message, and nothing that was there is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpora.importing.importing import Imported, Source, import_corpus
from corpora.readers.read_options import ReadOptions
from corpora.stores.library import Library
from engine.types import CrossExamError
from tests.corpora.judgments.judgment_files import JUDGED
from tests.corpora.readers.additional_files import FURTHER
from tests.corpora.readers.bad_inputs import BAD, Bad
from tests.corpora.readers.field_files import READ
from tests.library_rows import listed

LIST = Path(__file__).parents[3] / "docs" / "inputs.md"
BEFORE = '{"_id": "x", "text": "what was here before"}\n'


def no_windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    raise AssertionError("nothing is split here")


def imported(library: Library, bad: Bad, folder: Path, *, keep_good: bool) -> Imported:
    source = Source(
        bad.make(folder),
        bad.columns,
        beside(folder, "asked.tsv", bad.queries),
        beside(folder, "judged.qrels", bad.qrels),
    )
    read_options = ReadOptions(keep_good=keep_good)
    return import_corpus(library, source, "new", windows=no_windows, read_options=read_options)


def beside(folder: Path, name: str, content: str) -> Path | None:
    if not content:
        return None
    (folder / name).write_text(content)
    return folder / name


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library that holds the corpus `before`, whose source is gone."""
    library = Library()
    source = tmp_path / "before.jsonl"
    source.write_text(BEFORE)
    import_corpus(library, Source(source), "before", windows=no_windows)
    source.unlink()
    return library


@pytest.mark.parametrize("bad", BAD, ids=[bad.name.replace(" ", "-") for bad in BAD])
def test_a_bad_input_is_refused_with_its_message_and_nothing_is_lost(
    bad: Bad, library: Library, tmp_path: Path, cache: Path
) -> None:
    before = listed(cache)
    (tmp_path / "in").mkdir()
    with pytest.raises(CrossExamError) as caught:
        imported(library, bad, tmp_path / "in", keep_good=False)
    message = str(caught.value)
    assert all(part in message for part in bad.says), message
    assert "\n" not in message
    assert len(message) < 1000
    assert listed(cache) == before
    assert len(list((cache / "library").iterdir())) == 1, "nothing half-written stays"
    assert not (tmp_path / "evil.jsonl").exists()
    (document,) = Library().open("before").store.get(["x"])
    assert document.text == "what was here before"


@pytest.mark.parametrize("bad", BAD, ids=[bad.name.replace(" ", "-") for bad in BAD])
def test_good_rows_are_kept_where_there_are_some_and_what_was_left_out_is_listed(
    bad: Bad, library: Library, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    if bad.kept is None:
        with pytest.raises(CrossExamError):
            imported(library, bad, tmp_path / "in", keep_good=True)
        assert [entry.name for entry in library.entries()][-1] == "before"
        return
    outcome = imported(library, bad, tmp_path / "in", keep_good=True)
    assert outcome.corpus.info.documents == bad.kept
    rows = (*outcome.left_out, *outcome.contradictions)
    assert sum(outcome.left_out_counts.values()) + len(outcome.contradictions) == len(rows) == 1
    (left,) = rows
    where = left.file if left.line is None else f"{left.file}:{left.line}"
    assert bad.says[0].split(": ")[0].split("/")[-1].startswith(where)
    assert library.open("new").info == outcome.corpus.info
    assert library.open("before").info.documents == 1


def test_the_list_in_the_documentation_is_the_list_that_is_tested() -> None:
    """Names, numbers and words of every kind that is read and of every kind that is refused."""
    lines = re.findall(r"^\| (\d+) \| (.*) \|$", LIST.read_text(encoding="utf-8"), re.MULTILINE)
    kinds = [(kind.name, kind.says) for kind in (*READ, *JUDGED, *FURTHER)]
    kinds += [(bad.name, bad.says) for bad in BAD]
    assert [int(number) for number, _ in lines] == list(range(1, len(kinds) + 1))
    assert len(kinds) >= 80
    assert len({name for name, _ in kinds}) == len(kinds)
    for (name, says), (_, line) in zip(kinds, lines, strict=True):
        assert line.split(" | ")[0] == name
        written = line.replace("\\|", "|")
        assert all(part in written for part in says), name
