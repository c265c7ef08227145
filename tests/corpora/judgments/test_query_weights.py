"""How often a query is searched is read from its file, kept, and absent where nobody said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.importing.importing import Source, import_corpus
from corpora.judgments.queries import read_queries
from corpora.readers.read_options import ReadOptions
from corpora.stores.library import Library
from engine.types import CrossExamError

WEIGHTS = {"q1": 1200.0, "q2": None, "q3": 0.0, "q4": 0.5}
ROWS = [("q1", "python snake", 1200), ("q2", "boa", ""), ("q3", "asp", 0), ("q4", "adder", 0.5)]
DOCUMENT = '{"_id": "a", "text": "A python is a snake."}\n'


def no_windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    raise AssertionError("nothing is split here")


def table(separator: str, heading: str) -> str:
    rows = [("id", "query", heading), *ROWS]
    return "".join(separator.join(map(str, row)) + "\n" for row in rows)


def objects(heading: str) -> str:
    return "".join(
        json.dumps({"id": i, "query": text, heading: weight if weight != "" else None}) + "\n"
        for i, text, weight in ROWS
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("q.csv", table(",", "searches")),
        ("q.csv", table(";", "Searches per month")),
        ("q.tsv", table("\t", "search_volume")),
        ("q.jsonl", objects("weight")),
        ("q.json", "[" + objects("monthly-searches").strip().replace("\n", ",") + "]"),
    ],
)
def test_weights_are_read_and_said(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    read_options = ReadOptions()
    queries = read_queries(tmp_path / name, read_options)
    assert {query.query_id: query.weight for query in queries} == WEIGHTS
    (note,) = [note for note in read_options.notes if "searched" in note]
    assert "was read as how often a query is searched" in note
    assert "not kept" not in "".join(read_options.notes)


@pytest.mark.parametrize(
    "value",
    ["1,200", "many", "-1", "nan", "1e999", 10**400, "0x10", True, -0.5, [1], "١٢", "1 200"],
)
def test_what_is_no_weight_is_refused_with_file_line_and_remedy(
    value: object, tmp_path: Path
) -> None:
    rows = [{"id": "q1", "query": "a", "weight": 3}, {"id": "q2", "query": "b", "weight": value}]
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(CrossExamError, match=r"q\.jsonl:2: 'weight' is .* leave it empty"):
        read_queries(path)


def test_the_library_keeps_weights_and_has_none_of_a_corpus_without(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(DOCUMENT)
    (tmp_path / "with.csv").write_text(table(",", "searches"))
    (tmp_path / "without.csv").write_text("id,query\nq1,python snake\n")
    library = Library(tmp_path / "library")
    for name in ("with", "without"):
        source = Source(tmp_path / "a.jsonl", queries=tmp_path / f"{name}.csv")
        import_corpus(library, source, name, windows=no_windows)
    kept = Library(tmp_path / "library").open("with").queries
    assert {query.query_id: query.weight for query in kept} == WEIGHTS
    assert [query.weight for query in library.open("without").queries] == [None]
    rows = list((tmp_path / "library").rglob("queries.jsonl"))
    assert sum("weight" in path.read_text() for path in rows) == 1
