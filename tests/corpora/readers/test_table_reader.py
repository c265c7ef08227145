from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.readers.read_options import ReadOptions
from corpora.readers.reader import read_corpus
from engine.types import CrossExamError, Document

Write = Callable[[str, "str | bytes"], Path]


def refusal(path: Path) -> str:
    with pytest.raises(CrossExamError) as caught:
        read_corpus(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_csv_with_quotes_and_line_breaks_is_read(write: Write) -> None:
    path = write("a.csv", 'id,title,text,year\na,T,"one, ""two""\nthree",1999\nb,,four,\n')
    corpus = read_corpus(path)
    assert corpus.store.get(["b", "a"]) == [
        Document("b", "four", fields={"year": ""}),
        Document("a", 'one, "two"\nthree', "T", fields={"year": "1999"}),
    ]
    assert corpus.description == "A CSV file of 2 documents"


def test_tsv_is_read(write: Write) -> None:
    corpus = read_corpus(write("a.TSV", "docid\tpassage\n1\tone, two\n"))
    assert corpus.store.get(["1"]) == [Document("1", "one, two")]


@pytest.mark.parametrize("id_name", ["id", "_id", "doc_id", "docid", "ID"])
@pytest.mark.parametrize("text_name", ["text", "body", "content", "passage", " Text "])
def test_usual_column_names_are_known(write: Write, id_name: str, text_name: str) -> None:
    path = write("a.csv", f"{text_name},{id_name}\nwords,x\n")
    assert read_corpus(path).store.get(["x"])[0].text == "words"


@pytest.mark.parametrize(
    ("header", "error_message"),
    [
        ("name,text", "no column '_id' or 'id' or 'doc_id' or 'docid'; found 'name', 'text'"),
        ("id,words", "no column 'text' or 'body' or 'content' or 'passage'; found 'id', 'words'"),
        ("id;words", "found 'id', 'words'"),
        ("id,text,note,note", "columns met twice: 'note'"),
    ],
)
def test_a_bad_header_says_which_columns_were_found(
    write: Write, header: str, error_message: str
) -> None:
    message = refusal(write("a.csv", header + "\na,b\n"))
    assert "a.csv:1: " in message
    assert error_message in message


@pytest.mark.parametrize("cells", ["b", "b,t,extra"])
def test_a_row_with_other_cells_than_the_header_names_its_first_line(
    write: Write, cells: str
) -> None:
    message = refusal(write("a.csv", f'id,text\na,"one\ntwo"\n\n{cells}\n'))
    assert f"a.csv:5: the row has {cells.count(',') + 1} cells, the header 2" in message


@pytest.mark.parametrize(
    ("row", "error_message"),
    [
        ("b," + "x" * 200_000, "field larger than field limit (131072)"),
        ('b,"open', "close the quote"),
        ('b,"x"y', "write a quote within it"),
        ("b,x\ry", "ordinary line ends"),
        (",words", "'id' is empty"),
        ("a,again", "the id 'a' is already in line 2"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(write: Write, row: str, error_message: str) -> None:
    message = refusal(write("a.csv", f"id,text\na,one\n{row}\n"))
    assert "a.csv:3: " in message
    assert error_message in message


def test_an_empty_document_warns_with_its_line(write: Write) -> None:
    assert read_corpus(write("a.csv", "id,text\na,\nb,x\n")).warnings == (
        "a.csv:2: document 'a' is empty",
    )


def test_a_header_of_unusual_names_is_no_document(write: Write) -> None:
    path = write("a.csv", "Artikel;Beschreibung\nA1;Ein langer Text hier\nA2;Noch ein Text\n")
    message = refusal(path)
    assert "no column '_id'" in message
    assert "found 'Artikel', 'Beschreibung'" in message
    assert "(--id)" in message


def test_a_quote_left_open_costs_its_own_line_alone(write: Write) -> None:
    path = write("a.csv", 'id,text\n1,"open\n2,two\n3,three\n')
    read_options = ReadOptions(keep_good=True)
    corpus = read_corpus(path, read_options=read_options)
    assert corpus.store.ids() == ("2", "3")
    assert [(row.line, row.reason.partition(" (")[0]) for row in read_options.left_out] == [
        (2, "no valid row")
    ]


def test_a_table_of_one_column_is_numbered_and_says_so(write: Write) -> None:
    corpus = read_corpus(write("a.csv", "one line of words here\nanother line of words\n"))
    assert corpus.store.ids() == ("1", "2")
    assert "documents are numbered by their lines" in corpus.warnings[0]
