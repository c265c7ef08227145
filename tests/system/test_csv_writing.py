"""No cell of an export is a formula, no text begins a cell of its own, and numbers stay numbers."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest

from corpora.importing.importing import Imported
from corpora.judgments.auto_judgments import AutoJudgment, provenance_csv
from corpora.judgments.judgment_log import Judgment, JudgmentLog
from corpora.readers.read_options import LeftOut
from corpora.stores.corpus import Corpus
from corpora.stores.library import LibraryEntry
from corpora.stores.memory_store import MemoryStore
from engine.types import CorpusInfo
from state.corpora.imports import left_out_csv
from state.quality.judging import judgments_csv
from system.csv_writing import csv_text

ROOT = Path(__file__).parents[2]
FORMULAS = (
    "=1+1",
    "+SUM(A1)",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "-",
    "+49 30 123",
    "-3.2 degrees",
    "-1-1",
    "=3",
    "  =1+1",
    "\N{FULLWIDTH EQUALS SIGN}1",
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_a_cell_or_a_header_gets_an_apostrophe(text: str) -> None:
    assert read(csv_text(["a", text], [(text, 1)])) == [["a", f"'{text}"], [f"'{text}", "1"]]


@pytest.mark.parametrize("number", ["-3.2", "+4", "-0.0001", "-1e-05", ".5", "-7", "7"])
def test_a_plain_number_stays_a_number(number: str) -> None:
    assert read(csv_text(["a"], [(number,), (float(number),)]))[1] == [number]
    assert float(read(csv_text(["a"], [(float(number),)]))[1][0]) == float(number)


@pytest.mark.parametrize("text", ["a\r=1+1", "a\n=1+1", "a,=1", "a;=1", 'a",=1', "a\t=1", "é|=1"])
def test_no_part_of_a_text_begins_a_cell_or_a_row_of_its_own(text: str) -> None:
    written = csv_text(["a", "b"], [(text, "end")])
    assert read(written) == [["a", "b"], [text, "end"]]
    assert written.splitlines(keepends=False)[1].startswith('"')


def test_nothing_is_an_empty_cell_and_zero_is_not() -> None:
    assert csv_text(["a", "b", "c"], [(None, 0, False)]) == "a,b,c\n,0,False\n"


def test_every_export_of_texts_is_guarded(tmp_path: Path) -> None:
    bad = '=HYPERLINK("http://x")'
    auto_judgment = AutoJudgment(bad, bad, -1.5, 0, bad, bad, ((1, 0.5),), 0, 0.0, bad)
    log = JudgmentLog("f" * 64, tmp_path)
    log.append(Judgment(bad, bad, 1, bad, via=bad))
    entry = LibraryEntry("n", "imported", "s")
    rows = (LeftOut(bad, 3, bad),)
    corpus = Corpus(CorpusInfo("n", 0, "f"), MemoryStore({}), (), (), "s", "d")
    imported = Imported(entry, corpus, rows, {bad: 1}, 1, rows)
    for text in (provenance_csv([auto_judgment]), judgments_csv(log), left_out_csv(imported)):
        cells = [cell for row in read(text)[1:] for cell in row]
        assert cells.count(f"'{bad}") >= 2
        assert not any(cell.startswith("=") for cell in cells)
    assert "-1.5000" in read(provenance_csv([auto_judgment]))[1], "a negative score stays a number"


def csv_writing(source: str) -> list[str]:
    """What a module does to write CSV by other means than the one writer."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and (
            node.attr in ("to_csv", "write_csv", "DictWriter", "writerow", "writerows")
            or (node.attr == "writer" and ast.unparse(node.value) == "csv")
        ):
            found.append(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom) and node.module in ("csv", "_csv"):
            found += [a.name for a in node.names if a.name.lower().endswith("writer")]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "join"
            and isinstance(node.func.value, ast.Constant)
            and node.func.value.value in (",", ";")
        ):
            inside = ast.unparse(node)
            found += [] if '"?"' in inside or "'?'" in inside else [inside]
    return found


def test_the_walk_sees_every_way_to_write_csv() -> None:
    for source in (
        "import csv\ncsv.writer(out)",
        "from csv import DictWriter",
        "frame.to_csv(path)",
        "text = ','.join(cells)",
    ):
        assert csv_writing(source), source


def test_nothing_writes_csv_but_the_one_writer() -> None:
    skipped = {"tests", ".venv", "build", "dist", "benchmarks"}
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in sorted(ROOT.rglob("*.py"))
        if not skipped & set(path.relative_to(ROOT).parts)
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
        and path != ROOT / "system" / "csv_writing.py"
        and (wrong := csv_writing(path.read_text(encoding="utf-8")))
    }
    assert found == {}
