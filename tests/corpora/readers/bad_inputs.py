"""Kinds of bad input: each writes its files and says what the refusal must say.

The list in docs/inputs.md has the same names in the same order; a test compares the two.
"""

from __future__ import annotations

import bz2
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow
from pyarrow import parquet

from corpora.importing.splitting import Split
from corpora.readers.tables.columns import Columns

GOOD = '{"_id": "a", "title": "Snake", "text": "A python is a snake."}\n'
QUERY = '{"_id": "q1", "text": "python snake"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq1\ta\t2\n"


@dataclass(frozen=True, slots=True)
class Bad:
    """`make` writes files into a folder and returns the path to import.

    `says` must all stand in the message; `kept` is how many good documents remain where
    the good rows are kept, None where nothing can be kept.
    """

    name: str
    make: Callable[[Path], Path]
    says: tuple[str, ...]
    kept: int | None = None
    columns: Columns | None = None
    queries: str = ""
    qrels: str = ""
    split: Split | None = None
    extra: dict[str, str] = field(default_factory=dict)


def file(name: str, content: str | bytes) -> Callable[[Path], Path]:
    """Writes one file."""

    def make(folder: Path) -> Path:
        path = folder / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return path

    return make


def beir(
    corpus: str = GOOD, queries: str | None = QUERY, qrels: str | None = QRELS
) -> Callable[[Path], Path]:
    """Writes a BEIR folder."""

    def make(folder: Path) -> Path:
        place = folder / "beir"
        (place / "qrels").mkdir(parents=True)
        (place / "corpus.jsonl").write_text(corpus)
        if queries is not None:
            (place / "queries.jsonl").write_text(queries)
        if qrels is not None:
            (place / "qrels" / "test.tsv").write_text(qrels)
        return place

    return make


def zipped(*members: tuple[str, bytes], tamper: bool = False) -> Callable[[Path], Path]:
    """Writes a zip of these members."""

    def make(folder: Path) -> Path:
        path = folder / "pack.zip"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        data = out.getvalue()
        path.write_bytes(data[: len(data) // 2] if tamper else data)
        return path

    return make


def zip_with_link(folder: Path) -> Path:
    path = folder / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("corpus.jsonl")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return path


def zip_that_is_encrypted(folder: Path) -> Path:
    path = zipped(("corpus.jsonl", GOOD.encode()))(folder)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(bytes(data))
    return path


def zip_that_lies(folder: Path) -> Path:
    """The list promises 10 bytes of a member that has many more."""
    path = folder / "lies.zip"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("corpus.jsonl", GOOD * 100)
    data = bytearray(out.getvalue())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    return path


def huge_line(folder: Path) -> Path:
    """300 MB without a line break, as a hole in the disk."""
    path = folder / "huge.jsonl"
    with path.open("wb") as out:
        out.write(b'{"_id": "a", "text": "')
        out.truncate(300_000_000)
    return path


def too_large(folder: Path) -> Path:
    path = folder / "large.csv"
    with path.open("wb") as out:
        out.write(b"id,text\n")
        out.truncate(1_100_000_000)
    return path


def written_parquet(table: dict[str, list[object]]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "rows.parquet"
        parquet.write_table(pyarrow.table(table), path)
        return path

    return make


def folder_of_texts(files: dict[str, bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        place = folder / "notes"
        for name, data in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return place

    return make


def nothing_there(folder: Path) -> Path:
    return folder / "gone.jsonl"


def empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def row(**values: object) -> str:
    return json.dumps(values) + "\n"


CSV = "id,text\na,one\n"
BOMB = b"0" * 50_000_000

BAD: tuple[Bad, ...] = (
    # whole files
    Bad("nothing at the path", nothing_there, ("gone.jsonl: no such file or folder",)),
    Bad("an empty file", file("a.jsonl", ""), ("a.jsonl: the file is empty",)),
    Bad("a header without rows", file("a.csv", "id,text\n"), ("a.csv: no documents in it",)),
    Bad("an unknown kind of file", file("a.docx", "x"), ("the suffix '.docx'", ".jsonl")),
    Bad("a PDF named .csv", file("a.csv", b"%PDF-1.7\n"), ("a.csv:1: this is a PDF",)),
    Bad("a binary file", file("a.jsonl", b"\x7fELF\x00\x01"), ("a.jsonl:1: a NUL byte",)),
    Bad("text in UTF-32", file("a.jsonl", GOOD.encode("utf-32")), ("a.jsonl:1:", "UTF-32")),
    Bad("a file over the limit of 1 GB", too_large, ("large.csv: the file has 1.1 GB", "split it")),
    Bad("a 300 MB file of one line", huge_line, ("huge.jsonl:1: the line is longer than 32 MB",)),
    Bad("a folder without documents", empty_folder, ("no corpus.jsonl", "found none")),
    # rows
    Bad(
        "a wrong encoding",
        file("a.jsonl", GOOD.encode() + b'{"_id": "b", "text": "caf\xe9"}\n'),
        ("a.jsonl:2: byte 26", "0xe9", "windows-1252"),
        kept=1,
    ),
    Bad("a broken JSON line", file("a.jsonl", GOOD + "{oops\n"), ("a.jsonl:2: no valid JSON",), 1),
    Bad("a JSON line that is a list", file("a.jsonl", GOOD + "[1]\n"), ("a.jsonl:2:", "list"), 1),
    Bad(
        "brackets nested a hundred thousand deep",
        file("a.jsonl", GOOD + "[" * 100_000 + "\n"),
        ("a.jsonl:2: JSON that cannot be read",),
        1,
    ),
    Bad("a missing id", file("a.jsonl", GOOD + row(text="t")), ("a.jsonl:2: no '_id'",), 1),
    Bad("an empty id", file("a.csv", CSV + " ,two\n"), ("a.csv:3: 'id' is empty",), 1),
    Bad(
        "an id met twice",
        file("a.jsonl", GOOD + row(_id="a", text="again")),
        ("a.jsonl:2: the id 'a' is already in line 1",),
        1,
    ),
    Bad("a missing text", file("a.jsonl", GOOD + row(_id="b")), ("a.jsonl:2: no 'text'",), 1),
    Bad(
        "a text that is a number",
        file("a.jsonl", GOOD + row(_id="b", text=5)),
        ("a.jsonl:2: 'text' is 5 (int), not a string",),
        1,
    ),
    Bad(
        "a text that is null",
        file("a.jsonl", GOOD + row(_id="b", text=None)),
        ("a.jsonl:2: 'text' is None",),
        1,
    ),
    Bad(
        "half a surrogate pair",
        file("a.jsonl", GOOD + '{"_id": "b", "text": "\\ud800"}\n'),
        ("a.jsonl:2: 'text' holds half a surrogate pair",),
        1,
    ),
    Bad("a row with too many cells", file("a.csv", CSV + "b,x,y\n"), ("a.csv:3:", "3 cells"), 1),
    Bad("a quote left open", file("a.csv", CSV + 'b,"x\n'), ("a.csv:3:", "close the quote"), 1),
    Bad(
        "a cell over 128 kB",
        file("a.csv", CSV + "b," + "x" * 200_000 + "\n"),
        ("a.csv:3:", "field larger"),
        1,
    ),
    # tables
    Bad(
        "columns with unusual names",
        file("a.csv", "nr,worte\n1,ein langer Satz\n2,noch ein Satz\n"),
        ("a.csv:1: no column '_id'", "found 'nr', 'worte'", "--id"),
    ),
    Bad("a column named twice", file("a.csv", "id,text,text\n"), ("a.csv:1: columns met twice",)),
    Bad(
        "a chosen column that is not there",
        file("a.csv", CSV),
        ("a.csv:1: no column 'body'", "found 'id', 'text'"),
        columns=Columns("body", "id"),
    ),
    Bad(
        "a chosen key that a row lacks",
        file("a.jsonl", GOOD + row(_id="b", words="w")),
        ("a.jsonl:2: no 'text'", "choose another column"),
        1,
        columns=Columns("text", "_id"),
    ),
    Bad("a damaged Parquet file", file("a.parquet", b"PAR1 no"), ("no Parquet file that can",)),
    Bad(
        "a Parquet column of numbers as text",
        written_parquet({"id": ["a", "b"], "text": [1.5, 2.5]}),
        ("rows.parquet:1: 'text' is 1.5 (float)",),
    ),
    # archives
    Bad("a damaged zip", zipped(("corpus.jsonl", GOOD.encode()), tamper=True), ("no zip archive",)),
    Bad("a zip bomb", zipped(("corpus.jsonl", BOMB)), ("'corpus.jsonl' unpacks to", "zip bomb")),
    Bad("a path that leads out of a zip", zipped(("../evil.jsonl", b"x")), ("leads out of",)),
    Bad("an absolute path in a zip", zipped(("/etc/evil.jsonl", b"x")), ("leads out of",)),
    Bad("a link in a zip", zip_with_link, ("'corpus.jsonl' is a link",)),
    Bad("an encrypted zip", zip_that_is_encrypted, ("'corpus.jsonl' is encrypted",)),
    Bad("a zip that lies about sizes", zip_that_lies, ("lies.zip",)),
    Bad(
        "a zip of two tables", zipped(("a.csv", b"x"), ("b.csv", b"y")), ("several files of rows",)
    ),
    Bad("a zip without documents", zipped(("a.png", b"x")), ("no corpus in the archive",)),
    Bad(
        "a bad row within a zip",
        zipped(("set/corpus.jsonl", GOOD.encode() + b"{oops\n")),
        ("pack.zip/set/corpus.jsonl:2: no valid JSON",),
        1,
    ),
    # folders of texts
    Bad(
        "a binary file named .txt",
        folder_of_texts({"a.md": b"# One\n\ntext", "b.txt": b"\x00\x01"}),
        ("b.txt: a binary file",),
        1,
    ),
    Bad(
        "a text file in another encoding",
        folder_of_texts({"a.md": b"# One\n\ntext", "b.txt": b"one\ncaf\xe9"}),
        ("b.txt: line 2 holds the byte 0xe9", "windows-1252"),
        1,
    ),
    # queries and judgments
    Bad(
        "a query met twice",
        beir(queries=QUERY + row(_id="q1", text="again")),
        ("queries.jsonl:2: the id 'q1' is already in line 1",),
        1,
    ),
    Bad(
        "an empty query",
        beir(queries=QUERY + row(_id="q2", text=" ")),
        ("queries.jsonl:2: the query's text is empty",),
        1,
    ),
    Bad(
        "a judgment of an unknown query",
        beir(qrels=QRELS + "q9\ta\t1\n"),
        ("test.tsv:3: no query has the id 'q9'",),
        1,
    ),
    Bad(
        "a relevance that is neither number nor known word",
        beir(qrels=QRELS + "q1\tb\thigh\n"),
        ("test.tsv:3: the relevance 'high' is no number and no known word", "--grades 'high=1"),
        1,
    ),
    Bad(
        "judgments that contradict each other",
        beir(qrels=QRELS + "q1\ta\t0\n"),
        ("test.tsv:3:", "relevance 0 here and 2 in line 2"),
        1,
    ),
    Bad(
        "a judgment with too few cells",
        beir(qrels=QRELS + "q1\ta\n"),
        ("test.tsv:3: 2 cells, not 3",),
        1,
    ),
    Bad(
        "judgments without queries",
        file("a.jsonl", GOOD),
        ("judged.qrels: judgments, but the corpus has no queries",),
        qrels="q1 0 a 1\n",
    ),
    Bad(
        "a query without a tab",
        file("a.jsonl", GOOD),
        ("asked.tsv:2: no tab in 'python snake'",),
        1,
        queries="q1\tboa\npython snake\n",
    ),
    Bad(
        "an HTML page named .csv",
        file("a.csv", "<html><table><tr><td>id</td></tr></table></html>\n"),
        ("a.csv:1: this is an HTML page, whatever its name says",),
    ),
    Bad(
        "cells between signs that are no separators",
        file("a.csv", "id^text\n1^ein Satz\n"),
        ("a.csv:1: its cells are parted by '^', which is not read", "semicolons"),
    ),
    Bad(
        "XML without documents of TREC",
        file("a.xml", "<rss><item><title>x</title></item></rss>\n"),
        ("a.xml: no <DOC> in it, as TREC's documents have",),
    ),
    Bad(
        "Solr's XML",
        file("a.xml", '<add><doc><field name="id">a</field></doc></add>\n'),
        ("a.xml:1: a document of Solr's XML: give its JSON response, or CSV",),
    ),
    Bad(
        "two ids that white space alone parts",
        file("a.csv", "id,text\na,one\na ,two\n"),
        ("a.csv:3: the id 'a' is already in line 2",),
        1,
    ),
    Bad(
        "features of learning to rank as judgments",
        file("a.jsonl", GOOD),
        ("judged.qrels:1: features for learning to rank (qid:), not judgments",),
        queries="q1\tboa\n",
        qrels="2 qid:q1 1:0.5 # a\n",
    ),
    Bad(
        "a slip in a word of a grade",
        file("a.jsonl", GOOD + GOOD.replace('"a"', '"b"')),
        ("judged.qrels:3: the relevance 'Partail' is no", "did you mean 'partial'"),
        2,
        queries="q1\tboa\n",
        qrels="q1;a;Partial\nq1;b;Exact\nq1;c;Partail\n",
    ),
    Bad(
        "a judgment by a text that is nearly a query's",
        file("a.jsonl", GOOD),
        ("judged.qrels:2: no query has the id 'python snak'", "did you mean 'python snake'"),
        1,
        queries="q1\tpython snake\n",
        qrels="python snake;a;1\npython snak;a;1\n",
    ),
    Bad(
        "a first judgment whose grade is no known word",
        file("a.jsonl", GOOD + GOOD.replace('"a"', '"b"')),
        ("judged.qrels:1: the relevance 'unsure' is no number and no known word",),
        2,
        queries="q1\tboa\nq2\tpython\nq3\tsnake\n",
        qrels="q1;a;unsure\nq2;b;Partial\nq3;a;Exact\n",
    ),
    Bad(
        "a weight of a query that is no number",
        beir(queries=QUERY + row(_id="q2", text="boa", searches="1,200")),
        ("queries.jsonl:2: 'searches' is '1,200', not a number from 0 on", "leave it empty"),
        1,
    ),
    Bad(
        "a key that stands twice in an object",
        file("a.jsonl", GOOD + '{"_id": "b", "text": "one", "text": "two"}\n'),
        ("a.jsonl:2: the key 'text' stands twice in one object: keep one",),
        1,
    ),
    Bad(
        "an id that stands twice in one JSON object",
        file("a.json", '{"a": "one",\n "a": "two"}\n'),
        ("a.json: the key 'a' stands twice in one object: keep one",),
    ),
    Bad(
        "a judged document that stands twice in one JSON object",
        file("a.jsonl", GOOD),
        ("judged.qrels: the key 'a' stands twice in one object: keep one",),
        queries="q1\tboa\n",
        qrels='{"q1": {"a": 3, "a": 0}}',
    ),
    Bad(
        "a number of 5,000 digits",
        file("a.jsonl", GOOD + '{"_id": ' + "9" * 5000 + ', "text": "boa"}\n'),
        ("a.jsonl:2: JSON that cannot be read (a number of over 4,300 digits): simplify it",),
        1,
    ),
    Bad(
        "a text with the marks of RTF",
        file("a.txt", "{\\rtf1\\ansi A python is a snake.}"),
        ("a.txt:1: this is a text with the marks of RTF", "save it as plain text"),
    ),
    Bad(
        "a file packed by bzip2",
        file("a.jsonl.bz2", bz2.compress(GOOD.encode())),
        ("a.jsonl.bz2:1: this is a bzip2 archive", "unpack it, or pack it by gzip (.gz)"),
    ),
    Bad(
        "a file and a folder of one name in a zip",
        zipped(("n", b"x"), ("n/a.md", b"y")),
        ("pack.zip: 'n' is a file and a folder in it: rename one",),
    ),
    Bad(
        "a name in a zip of over 64 folders",
        zipped(("d/" * 64 + "a.md", b"x")),
        ("has a name of over 1,024 characters or 64 parts: shorten it",),
    ),
    Bad(
        "a name in a zip of over 1,024 characters",
        zipped(("n" * 1_022 + ".md", b"x")),
        ("has a name of over 1,024 characters or 64 parts: shorten it",),
    ),
    Bad(
        "a table of 200,000 columns, not all of them in each row",
        file("a.csv", ",".join(f"c{n}" for n in range(200_000)) + ",id,text\n" + "0," * 200_000),
        ("a.csv:1: the row has 200002 cells",),
    ),
    Bad(
        "an empty file of judgments",
        beir(qrels=""),
        ("qrels/test.tsv: the file is empty: give one with at least one row",),
    ),
    Bad(
        "a web page",
        file("a.html", "<p>A python is a snake.</p>"),
        ("a.html: the suffix '.html' tells no", "(a web page: save its text as .txt or .md)"),
    ),
    Bad(
        "JSON that is null",
        file("a.json", "null\n"),
        ("a.json:1: the row None is null, not an object: write one JSON object a line",),
    ),
    Bad(
        "an empty object of JSON",
        file("a.json", "{}\n"),
        ("a.json: an empty object, which is neither rows nor texts by id",),
    ),
)
