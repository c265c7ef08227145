"""Further files as people have them: printed tables, titles over a header, slips, engines."""

from __future__ import annotations

from tests.corpora.judgments.judgment_files import QUERIES, TWO, judged
from tests.corpora.readers.field_files import (
    BEIR,
    COMMA,
    HITS,
    HUB,
    HUB_CSV,
    RAIN,
    SNAKE,
    TABS,
    Kind,
    one,
    zipped,
)

PRINTED = ["id|title|text", "A-1|Jacke|Wasserdicht; für Regen", "A-2|Mütze|Warm"]
RULE = "-----+-------+------"
COLUMNS = "its first line was read as the names of its columns"


def framed(rule: str, rows: list[str]) -> str:
    lines = ["| " + row.replace("|", " | ") + " |" for row in rows]
    return "\n".join([lines[0], rule, *lines[1:]])


def asked(name: str, file: str, content: str, says: tuple[str, ...] = (), **more: object) -> Kind:
    files = {"d.csv": HUB_CSV, file: content}
    wanted = {"queries": {"1": "laptop bag", "2": "usb"}, **more}
    return Kind(f"queries: {name}", files, "d.csv", HUB, says, file, **wanted)  # type: ignore[arg-type]


FURTHER: tuple[Kind, ...] = (
    one(
        "lines over the header",
        "a.csv",
        "Export of 3 March;;\n\n" + COMMA.replace('"', "").replace("; ", " ").replace(",", ";"),
        {**RAIN, "A-1": ("Jacke", "Wasserdicht für Regen")},
        ("separated by semicolons", "1 line over the table was passed over (line 1)"),
    ),
    one(
        "comments in a table",
        "a.csv",
        "# exported in May\n" + COMMA + "# the end\n",
        RAIN,
        (
            "1 line over the table was passed over (line 1)",
            "1 line that begins with # was passed over as a comment (line 5)",
        ),
    ),
    one("a header that begins with #", "a.tsv", "#" + TABS, RAIN),
    one(
        "a header repeated within the table",
        "a.csv",
        COMMA.replace("A-2", "id,title,text\nA-2"),
        RAIN,
        ("1 repeated header line was passed over (line 3)",),
    ),
    one(
        "a table that psql prints",
        "a.csv",
        "\n".join([" " + PRINTED[0].replace("|", " | "), RULE, *PRINTED[1:], "(2 rows)", ""]),
        RAIN,
        ("separated by pipes", "blanks that line up its cells", "2 lines of a printed table's"),
    ),
    one(
        "a table of Markdown in a CSV",
        "a.csv",
        framed("|---|:--|--:|", PRINTED),
        RAIN,
        ("separated by pipes", "1 line of a printed table's frame was passed over (line 2)"),
    ),
    one(
        "a table that MySQL prints",
        "a.csv",
        f"+{RULE}+\n" + framed(f"+{RULE}+", PRINTED) + f"\n+{RULE}+\n2 rows in set (0.00 sec)\n",
        RAIN,
        ("1 line over the table was passed over", "3 lines of a printed table's frame were"),
    ),
    one(
        "blanks between commas and quotes",
        "a.csv",
        COMMA.replace(",", ", "),
        RAIN,
        ("blanks that line up its cells were dropped",),
    ),
    one(
        "white space around ids",
        "a.csv",
        "id,title,text\n A-1 ,Jacke,Wasserdicht; für Regen\nA-2 ,Mütze,Warm\n",
        RAIN,
        ("2 ids had white space around them, which was dropped (lines 2, 3)",),
    ),
    one(
        'ids that a spreadsheet keeps as ="001"',
        "a.csv",
        'id,title,text\n"=""001""",Jacke,Nass\n="002",Mütze,Warm\n',
        {"001": ("Jacke", "Nass"), "002": ("Mütze", "Warm")},
        ('2 rows hold cells written as ="…"',),
    ),
    one(
        "an end-of-file mark of DOS",
        "a.csv",
        COMMA + "\x1a",
        RAIN,
        ("1 empty row was passed over",),
    ),
    one("a CSV named .txt", "a.txt", HUB_CSV, HUB, ("separated by commas",)),
    one(
        "MongoDB's ids",
        "a.jsonl",
        '{"_id": {"$oid": "65a1"}, "text": "Warm"}\n'
        '{"_id": {"$numberLong": "7"}, "text": "Cold"}\n',
        {"65a1": ("", "Warm"), "7": ("", "Cold")},
    ),
    one(
        "a multi-search's responses",
        "a.json",
        str({"responses": [{"hits": {"hits": [hit]}} for hit in HITS]}).replace("'", '"'),
        HUB,
    ),
    asked(
        "a header with unusual names",
        "q.csv",
        "nr,anfrage\n1,laptop bag\n2,usb\n",
        ("its first line was read as the names of the columns: 'nr', 'anfrage'",),
    ),
    asked(
        "a comment over a TSV",
        "q.tsv",
        "# asked in May\n" + QUERIES,
        ("1 line over the table was passed over (line 1)",),
    ),
    asked("a JSON array of texts", "q.json", '["laptop bag", "usb"]', ("they are numbered",)),
    judged(
        "words under a header with unusual names",
        "j.csv",
        "Anfrage;Artikel;Bewertung\n1;12;Exact\n1;10;Irrelevant\n2;10;partial\n",
        {("1", "12"): 2, ("1", "10"): 0, ("2", "10"): 1},
        (COLUMNS, "irrelevant = 0, partial = 1, exact = 2"),
    ),
    judged(
        "words of one's own under a header with unusual names",
        "j.csv",
        "Anfrage;Artikel;Bewertung\n1;12;top\n1;10;flop\n",
        TWO,
        (COLUMNS, "flop = 0, top = 3"),
        options=("--grades", "top=3,flop=0"),
    ),
    judged(
        "a query's text over two lines",
        "j.csv",
        'query,docid,rating\n"laptop\nbag",12,3\nlaptop bag,10,0\n',
        TWO,
    ),
    judged(
        "inch marks in texts without quotes",
        "j.csv",
        'docid,rating,note,query\n12,3,15" wide,laptop bag\n10,0,7" wide,laptop bag\n',
        TWO,
    ),
    judged(
        "empty rows",
        "j.csv",
        "qid;docid;rel\n1;12;3\n;;\n1;10;0\n;;\n",
        TWO,
        ("2 empty rows were passed over (lines 3, 5)",),
    ),
    judged(
        "a row that a # takes out of a table",
        "j.csv",
        "qid,docid,rel\n1,12,3\n#1,11,3\n1,10,0\n",
        TWO,
        ("1 line that begins with # was passed over as a comment (line 3)",),
    ),
    one(
        "a table of Markdown within a text, under one usual name",
        "a.csv",
        'id,worte\n1,"see\n| id | title |"\n2,none\n',
        {"1": ("", "see\n| id | title |"), "2": ("", "none")},
        options=("--text", "worte"),
    ),
    one(
        "a text that begins with a blank and a quotation",
        "a.csv",
        'id,text\n1, "Nobody" swims here\n2,none\n',
        {"1": ("", ' "Nobody" swims here'), "2": ("", "none")},
    ),
    one(
        "lines that end in several ways",
        "a.csv",
        'id,text\r\n1,one\n2,two\r3,three\r\n4,"fo\rur"\r5,five',
        {
            "1": ("", "one"),
            "2": ("", "two"),
            "3": ("", "three"),
            "4": ("", "fo\rur"),
            "5": ("", "five"),
        },
    ),
    one(
        "lines of a TSV that end in several ways, and a return within a text",
        "a.tsv",
        "id\ttext\r\n1\tone\n2\ttwo\r3\tthree\r\n4\tfo\rur\n",
        {"1": ("", "one"), "2": ("", "two"), "3": ("", "three"), "4": ("", "fo\rur")},
    ),
    one(
        "lines of JSON that end in several ways",
        "a.jsonl",
        '{"id": "1", "text": "one"}\r\n{"id": "2", "text": "two"}\r{"id": "3", "text": "three"}\n',
        {"1": ("", "one"), "2": ("", "two"), "3": ("", "three")},
    ),
    one(
        "tables with byte order marks behind one another",
        "a.csv",
        "\ufeff\ufeffid,text\n1,one\n\ufeffid,text\n2,two\n",
        {"1": ("", "one"), "2": ("", "two")},
        (
            "1 byte order mark within the file was dropped (line 3)",
            "1 repeated header line was passed over (line 3)",
        ),
    ),
    asked("lines that end in several ways", "q.txt", "laptop bag\r\nusb\r \n"),
    judged("lines that end in several ways", "j.qrels", "1 0 12 3\r1 0 10 0\r\n", TWO),
    Kind(
        "a BEIR folder with queries and judgments of other names",
        {
            "set/corpus.jsonl": str(BEIR["set/corpus.jsonl"]),
            "set/queries.csv": "id,text\nq1,python snake\n",
            "set/qrels.tsv": "q1\ta\t2\n",
            "set/README.md": "About it.",
            "set/rest.csv": "x,y\n1,2\n",
        },
        "set",
        SNAKE,
        ("1 file was passed over: 'rest.csv'",),
        queries={"q1": "python snake"},
        qrels={("q1", "a"): 2},
    ),
    one(
        "a zip whose names have backslashes, of notes with Windows' line ends",
        "n.zip",
        zipped({"n\\a.md": "# First\r\n\r\nnote\r\n", "n\\b\\c.md": "second"}),
        {"a.md": ("First", "# First\r\n\r\nnote\r\n"), "b/c.md": ("c", "second")},
    ),
)
