"""Every kind of file that is read: by the library, as the page asks, and by the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cli
from corpora.importing.importing import Source, import_corpus
from corpora.readers.preview import preview
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.table_layout import Layout
from corpora.stores.corpus import Corpus
from corpora.stores.library import Library
from tests.corpora.judgments.judgment_files import JUDGED
from tests.corpora.readers.additional_files import FURTHER
from tests.corpora.readers.field_files import READ, Kind

KINDS = (*READ, *JUDGED, *FURTHER)


def no_windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    raise AssertionError("nothing is split here")


def written(kind: Kind, folder: Path) -> Path:
    for name, content in kind.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder / kind.source


def beside(folder: Path, name: str) -> Path | None:
    return folder / name if name else None


def check(kind: Kind, corpus: Corpus, notes: str) -> None:
    documents = corpus.store.get(corpus.store.ids())
    assert {d.doc_id: (d.title, d.text) for d in documents} == dict(kind.documents)
    for doc_id, fields in kind.fields.items():
        (document,) = corpus.store.get([doc_id])
        assert fields.items() <= dict(document.fields).items()
        assert fields or not document.fields
    if kind.queries is not None:
        found = {query.query_id: query.text for query in corpus.queries}
        if "without ids" in kind.name:  # numbered by their lines, of which the first is a header
            found = {str(int(query_id) - 1): text for query_id, text in found.items()}
        assert found == dict(kind.queries)
    if kind.qrels is not None:
        assert {(q.query_id, q.doc_id): q.relevance for q in corpus.qrels} == dict(kind.qrels)
    for part in kind.says:
        assert part in notes
    if not kind.says:
        assert notes == "", "what needs no word has none"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name.replace(" ", "-") for kind in KINDS])
def test_a_kind_of_file_is_read_by_the_command(
    kind: Kind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", str(written(kind, tmp_path)), "--name", "n", "--json", *kind.options]
    for option, name in (("--queries", kind.queries_file), ("--qrels", kind.qrels_file)):
        arguments += [option, str(tmp_path / name)] if name else []
    assert cli.main(arguments) == 0, capsys.readouterr().err
    result = json.loads(capsys.readouterr().out)
    assert result["left_out"] == {}
    corpus = Library().open("n")
    check(kind, corpus, "\n".join([*result["notes"], *result["warnings"]]))
    assert result["documents"] == len(kind.documents)
    assert cli.main([*arguments, "--check"]) == 0
    checked = json.loads(capsys.readouterr().out)
    for name, count in (("documents", len(corpus.store)), ("queries", len(corpus.queries))):
        assert checked[name] == count
    assert checked["judgments"] == len(corpus.qrels)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name.replace(" ", "-") for kind in KINDS])
def test_a_kind_of_file_is_read_as_the_page_asks(kind: Kind, tmp_path: Path) -> None:
    """The page gives the columns and the layout that its preview found, and its switches."""
    path = written(kind, tmp_path)
    given = dict(zip(kind.options[::2], kind.options[1::2], strict=True))
    layout = Layout(header=False) if given.get("--header") == "no" else None
    found = preview(path, layout=layout)
    columns = found.columns
    if columns is not None and "--text" in given:
        columns = Columns(
            given["--text"], given.get("--id", columns.id), given.get("--title", columns.title)
        )
        if columns.title == columns.text:
            columns = Columns(columns.text, columns.id, "")
    if found.layout is not None:
        layout = Layout(found.layout.separator, found.layout.header, found.layout.quoted)
    read_options = ReadOptions()
    source = Source(
        path,
        columns,
        beside(tmp_path, kind.queries_file),
        beside(tmp_path, kind.qrels_file),
        layout=layout,
        grades={"top": 3, "flop": 0} if "--grades" in given else None,
        judgments=given.get("--judgments"),
    )
    outcome = import_corpus(Library(), source, "n", windows=no_windows, read_options=read_options)
    before = () if kind.options else found.notes  # which speak of the columns before a choice
    notes = "\n".join([*before, *outcome.notes, *outcome.corpus.warnings])
    check(kind, Library().open("n"), notes)
