"""Files as people have them: each kind with what is right for it.

The list in docs/inputs.md has the same names in the same order; a test compares the two.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

Content = str | bytes


@dataclass(frozen=True, slots=True)
class Kind:
    """`source` is the file or folder to import among `files`.

    `documents` are (title, text) by id, `says` what the notes must say; `queries` are texts by
    id and `qrels` grades by (query, document), checked where they are given.
    """

    name: str
    files: Mapping[str, Content]
    source: str
    documents: Mapping[str, tuple[str, str]]
    says: tuple[str, ...] = ()
    queries_file: str = ""
    qrels_file: str = ""
    queries: Mapping[str, str] | None = None
    qrels: Mapping[tuple[str, str], int] | None = None
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: tuple[str, ...] = ()


def zipped(files: Mapping[str, Content]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def packed(content: str) -> bytes:
    return gzip.compress(content.encode())


def one(name: str, source: str, content: Content, documents: Mapping[str, tuple[str, str]],
        says: tuple[str, ...] = (), **more: object) -> Kind:  # fmt: skip
    return Kind(name, {source: content}, source, documents, says, **more)  # type: ignore[arg-type]


RAIN = {"A-1": ("Jacke", "Wasserdicht; für Regen"), "A-2": ("Mütze", "Warm")}
SEMICOLON = 'id;title;text\r\nA-1;Jacke;"Wasserdicht; für Regen"\r\nA-2;Mütze;Warm\r\n'
COMMA = 'id,title,text\nA-1,Jacke,"Wasserdicht; für Regen"\nA-2,Mütze,Warm\n'
TABS = "id\ttitle\ttext\nA-1\tJacke\tWasserdicht; für Regen\nA-2\tMütze\tWarm\n"
JSONL = (
    '{"id": "A-1", "title": "Jacke", "text": "Wasserdicht; für Regen"}\n'
    '{"id": "A-2", "title": "Mütze", "text": "Warm"}\n'
)
ARRAY = json.dumps([json.loads(line) for line in JSONL.splitlines()], indent=1)
CRANES = {
    "0": ("", "The harbour crane lifts containers."),
    "1": ("", "A crane is a tall wading bird."),
    "2": ("", "Origami: fold the paper crane."),
}
HEADERLESS = "".join(f"{doc_id}\t{text}\n" for doc_id, (_, text) in CRANES.items())
FERRY = {
    "1": ("", "The ferry leaves at noon"),
    "2": ("", '"Nobody swims here'),
    "3": ("", "The pier was painted in May"),
    "4": ("", 'as the captain told us"'),
}
HUB = {"10": ("USB hub", "A hub with four ports"), "12": ("Laptop bag", "Bag, padded")}
HUB_CSV = 'id,title,text\n10,USB hub,A hub with four ports\n12,Laptop bag,"Bag, padded"\n'
BULK = (
    '{"index": {"_index": "shop", "_id": "10"}}\n'
    '{"title": "USB hub", "body": "A hub with four ports"}\n'
    '{"create": {"_index": "shop", "_id": "12"}}\n'
    '{"title": "Laptop bag", "body": "Bag, padded"}\n'
)
HITS = [
    {"_index": "shop", "_id": doc_id, "_score": 1, "_source": {"title": title, "body": text}}
    for doc_id, (title, text) in HUB.items()
]
RESPONSE = {"took": 3, "hits": {"total": {"value": 2}, "hits": HITS}}
TREC = (
    "<DOC>\n<DOCNO> FT-1 </DOCNO>\n<HEADLINE>Ferry &amp; pier</HEADLINE>\n<DATE>950101</DATE>\n"
    "<TEXT>\n<P>The ferry leaves.</P>\n<P>The pier stays.</P>\n</TEXT>\n</DOC>\n"
    "<DOC>\n<DOCNO>FT-2</DOCNO>\n<TEXT>Tickets cost four coins.</TEXT>\n</DOC>\n"
)
TREC_DOCUMENTS = {
    "FT-1": ("Ferry & pier", "The ferry leaves.\nThe pier stays."),
    "FT-2": ("", "Tickets cost four coins."),
}
BEIR = {
    "set/corpus.jsonl": '{"_id": "a", "title": "Snake", "text": "A python."}\n',
    "set/queries.jsonl": '{"_id": "q1", "text": "python snake"}\n',
    "set/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\ta\t2\n",
}
SNAKE = {"a": ("Snake", "A python.")}
NOTES = {"n/a.md": "# A\n\nfirst note\n", "n/t1.csv": "x,y\n1,2\n", "n/t2.csv": "x,y\n1,2\n"}
NOTE = {"a.md": ("A", "# A\n\nfirst note\n")}

READ: tuple[Kind, ...] = (
    # separators and spreadsheets
    one("a CSV with semicolons", "a.csv", SEMICOLON, RAIN, ("separated by semicolons",)),
    one(
        "a CSV with semicolons, a byte order mark and no comma",
        "a.csv",
        "\ufeff" + SEMICOLON.replace('"Wasserdicht; für Regen"', "Nass"),
        {**RAIN, "A-1": ("Jacke", "Nass")},
        ("separated by semicolons",),
    ),
    one("a CSV with pipes", "a.csv", TABS.replace("\t", "|"), RAIN, ("separated by pipes",)),
    one("a CSV with tabs", "a.csv", TABS, RAIN, ("separated by tabs",)),
    one("a TSV with commas", "a.tsv", COMMA, RAIN, ("separated by commas",)),
    one("a first line sep=;", "a.csv", "sep=;\r\n" + SEMICOLON, RAIN, ("separated by semicolons",)),
    one(
        "decimal commas between semicolons",
        "a.csv",
        "id;price;text\n1;3,50;Warm\n2;4,00;Cold\n",
        {"1": ("", "Warm"), "2": ("", "Cold")},
        ("separated by semicolons",),
        fields={"1": {"price": "3,50"}},
    ),
    one("a CSV with a byte order mark", "a.csv", "\ufeff" + COMMA, RAIN),
    one(
        "UTF-16 from a spreadsheet",
        "a.csv",
        TABS.replace("\n", "\r\n").encode("utf-16"),
        RAIN,
        ("read as UTF-16", "separated by tabs"),
    ),
    one("UTF-16 without a mark", "a.tsv", TABS.encode("utf-16-le"), RAIN, ("read as UTF-16",)),
    one("lines that end in a carriage return", "a.csv", COMMA.replace("\n", "\r"), RAIN),
    one(
        "wholly empty rows and columns",
        "a.csv",
        "id,title,text,,\r\nA-1,Jacke,Wasserdicht; für Regen,,\r\n,,,,\r\n"
        "A-2,Mütze,Warm,,\r\n,,,,\r\n",
        RAIN,
        ("2 empty rows were passed over (lines 3, 5)",),
    ),
    one(
        "rows that end with a separator",
        "a.csv",
        "id,text\n1,one,\n2,two,\n",
        {"1": ("", "one"), "2": ("", "two")},
        ("2 rows end with empty cells beyond the columns, which were dropped (lines 2, 3)",),
    ),
    one(
        "a column without a name that holds something",
        "a.csv",
        "id,text,\n1,one,kept\n2,two,\n",
        {"1": ("", "one"), "2": ("", "two")},
        fields={"1": {"column 3": "kept"}, "2": {}},
    ),
    # headers
    one(
        "a TSV without a header",
        "collection.tsv",
        HEADERLESS,
        CRANES,
        ("no header line, its first row counts: column 1 is the id, column 2 is the text",),
    ),
    one(
        "a CSV without a header",
        "a.csv",
        "A-1,Jacke,Wasserdicht und warm für Regen\nA-2,Hut,Aus Stroh für die Sonne\n",
        {
            "A-1": ("Jacke", "Wasserdicht und warm für Regen"),
            "A-2": ("Hut", "Aus Stroh für die Sonne"),
        },
        ("column 1 is the id, column 2 is the title, column 3 is the text",),
    ),
    one(
        "a table of one row", "a.csv", "a1,some words\n", {"a1": ("", "some words")}, ("no header",)
    ),
    one(
        "MS MARCO's documents",
        "docs.tsv",
        "D1\thttps://a.example/1\tCranes\tA crane is a tall wading bird of marshes.\n"
        "D2\thttps://a.example/2\tPaper\tFold the paper along its longest diagonal.\n",
        {
            "D1": ("Cranes", "A crane is a tall wading bird of marshes."),
            "D2": ("Paper", "Fold the paper along its longest diagonal."),
        },
        ("no header line",),
        fields={"D1": {"column 2": "https://a.example/1"}},
    ),
    one(
        "a header with capitals and spaces",
        "a.csv",
        COMMA.replace("id,title,text", "Doc ID,Title,Description"),
        RAIN,
    ),
    one(
        "a header with unusual names, chosen",
        "a.csv",
        "nr,titel,worte\nA-1,Jacke,Wasserdicht; für Regen\nA-2,Mütze,Warm\n",
        RAIN,
        options=("--id", "nr", "--title", "titel", "--text", "worte"),
    ),
    one(
        "a first row said to be no header",
        "a.csv",
        "id,text\n1,one\n",
        {"id": ("", "text"), "1": ("", "one")},
        says=("no header line",),
        options=("--header", "no"),
    ),
    one(
        "ids with leading zeros",
        "a.csv",
        "id,text\n007,one\n008,two\n",
        {"007": ("", "one"), "008": ("", "two")},
    ),
    # quotes
    one(
        "quotes within a TSV's texts",
        "a.tsv",
        'id\ttext\n1\t"Bring it," he said\n2\tHe called it "the old pier"\n',
        {"1": ("", '"Bring it," he said'), "2": ("", 'He called it "the old pier"')},
    ),
    one(
        "a TSV whose quotes would fold rows",
        "a.tsv",
        "id\ttext\n" + "".join(f"{i}\t{text}\n" for i, (_, text) in FERRY.items()),
        FERRY,
    ),
    one(
        "a TSV with a quote left open",
        "a.tsv",
        'id\ttext\n1\tone\n2\t"two\n3\tthree\n',
        {"1": ("", "one"), "2": ("", '"two'), "3": ("", "three")},
    ),
    one(
        "a TSV with quoted line breaks",
        "a.tsv",
        'id\ttext\n1\t"one\ntwo"\n2\t"the ""old"" pier"\n',
        {"1": ("", "one\ntwo"), "2": ("", 'the "old" pier')},
    ),
    one(
        "a CSV with quoted line breaks",
        "a.csv",
        'id,text\n1,"one\ntwo"\n2,"the ""old"" pier"\n',
        {"1": ("", "one\ntwo"), "2": ("", 'the "old" pier')},
    ),
    one(
        "a CSV cell that holds lines like rows",
        "a.csv",
        'id,text\n1,"one\n2,two\n3,three"\n4,four\n',
        {"1": ("", "one\n2,two\n3,three"), "4": ("", "four")},
        ("1 quoted cell holds lines that look like rows of their own",),
    ),
    # names and suffixes
    one(
        "--text alone",
        "docs.csv",
        "id,title,description,note\nsku-7,Lamp,Bright light,n\n",
        {"sku-7": ("Lamp", "Bright light")},
        fields={"sku-7": {"note": "n"}},
        options=("--text", "description"),
    ),
    one(
        "--text alone on JSONL",
        "docs.jsonl",
        '{"_id":"sku-7","title":"Lamp","description":"Bright light"}\n',
        {"sku-7": ("Lamp", "Bright light")},
        options=("--text", "description"),
    ),
    one(
        "JSONL with docid and contents",
        "a.jsonl",
        '{"docid": "0", "contents": "A tall bird"}\n',
        {"0": ("", "A tall bird")},
    ),
    one(
        "nested fields by a dotted path",
        "a.jsonl",
        '{"meta": {"nr": 7, "lang": "en"}, "doc": {"body": "A tall bird"}}\n',
        {"7": ("", "A tall bird")},
        fields={"7": {"meta.lang": "en"}},
        options=("--id", "meta.nr", "--text", "doc.body"),
    ),
    one(
        "ids that are numbers, as fractions too",
        "a.jsonl",
        '{"id": 1.0, "text": "one"}\n{"id": 2, "text": "two"}\n',
        {"1": ("", "one"), "2": ("", "two")},
    ),
    one(
        "NaN from a data frame",
        "a.jsonl",
        '{"id":"1","title":NaN,"text":"one"}\n{"id":"2","title":"ok","text":"two","price":NaN}\n',
        {"1": ("", "one"), "2": ("ok", "two")},
        ("2 NaN or Infinity were read as no value (lines 1, 2)",),
    ),
    one("a JSON array", "a.json", ARRAY, RAIN),
    one("a JSON array on one line", "a.json", json.dumps(json.loads(ARRAY)), RAIN),
    one("a .json of one object a line", "a.json", JSONL, RAIN),
    one(
        "texts by id in one JSON object",
        "a.json",
        '{"x": "one", "y": "two"}',
        {"x": ("", "one"), "y": ("", "two")},
    ),
    one(
        "documents by id in one JSON object",
        "a.json",
        '{"x": {"title": "T", "text": "one"}}',
        {"x": ("T", "one")},
    ),
    one(
        "rows under a key of one JSON object",
        "a.json",
        '{"version": 2, "documents": ' + ARRAY + "}",
        RAIN,
        ("its rows are those of 'documents'; not read: 'version'",),
    ),
    one(
        "a data frame's JSON by column",
        "a.json",
        '{"id": {"0": "x", "1": "y"}, "text": {"0": "one", "1": "two"}}',
        {"x": ("", "one"), "y": ("", "two")},
    ),
    one(".jsonl.gz", "a.jsonl.gz", packed(JSONL), RAIN),
    one(".csv.gz", "a.csv.gz", packed(COMMA), RAIN),
    one(".tsv.gz", "a.tsv.gz", packed(TABS), RAIN),
    one(".json.gz", "a.json.gz", packed(ARRAY), RAIN),
    # search engines and TREC
    one("a bulk file of Elasticsearch", "bulk.ndjson", BULK, HUB),
    one(
        "a bulk file with deletions and updates",
        "bulk.json",
        BULK + '{"delete": {"_id": "9"}}\n{"update": {"_id": "7"}}\n{"doc": {"body": "Pen"}}\n',
        {**HUB, "7": ("", "Pen")},
        ("1 delete action was passed over (line 5)",),
    ),
    one("hits, one a line", "hits.jsonl", "".join(json.dumps(hit) + "\n" for hit in HITS), HUB),
    one("a search response", "r.json", json.dumps(RESPONSE), HUB),
    one("a search response over lines", "r.json", json.dumps(RESPONSE, indent=2), HUB),
    one(
        "a scroll's responses, one a line",
        "r.jsonl",
        "".join(json.dumps({"hits": {"hits": [hit]}}) + "\n" for hit in HITS),
        HUB,
    ),
    one(
        "a response of Solr",
        "solr.json",
        '{"responseHeader": {}, "response": {"docs": [{"id": "x", "text": ["one"]}]}}',
        {"x": ("", "one")},
    ),
    one(
        "a feed of Vespa",
        "feed.jsonl",
        '{"put": "id:shop:item::x", "fields": {"text": "one"}}\n',
        {"x": ("", "one")},
    ),
    one("TREC documents", "ft.sgml", TREC, TREC_DOCUMENTS, fields={"FT-1": {"date": "950101"}}),
    one("TREC documents, packed, in a .txt", "ft.txt.gz", packed(TREC), TREC_DOCUMENTS),
    Kind(
        "a folder of TREC files",
        {"ft/a.txt": TREC, "ft/b.txt": TREC.replace("FT-", "FU-")},
        "ft",
        {**TREC_DOCUMENTS, **{k.replace("FT", "FU"): v for k, v in TREC_DOCUMENTS.items()}},
    ),
    # folders and zips
    Kind(
        "a BEIR folder", BEIR, "set", SNAKE, queries={"q1": "python snake"}, qrels={("q1", "a"): 2}
    ),
    Kind(
        "a BEIR folder with packed documents",
        {
            **{k: v for k, v in BEIR.items() if "corpus" not in k},
            "set/corpus.jsonl.gz": packed(str(BEIR["set/corpus.jsonl"])),
        },
        "set",
        SNAKE,
        queries={"q1": "python snake"},
        qrels={("q1", "a"): 2},
    ),
    Kind(
        "a BEIR folder with several splits",
        {**BEIR, "set/qrels/dev.tsv": "query-id\tcorpus-id\tscore\nq1\ta\t1\n"},
        "set",
        SNAKE,
        ("judgments of 'test' were read; there are 'test', 'dev' to choose",),
        qrels={("q1", "a"): 2},
    ),
    Kind(
        "one of several splits, chosen",
        {**BEIR, "set/qrels/dev.tsv": "query-id\tcorpus-id\tscore\nq1\ta\t1\n"},
        "set",
        SNAKE,
        qrels={("q1", "a"): 1},
        options=("--judgments", "dev"),
    ),
    Kind(
        "a folder of MS MARCO's files",
        {
            "m/collection.tsv": HEADERLESS,
            "m/queries.dev.tsv": "121\tbird with long legs\n",
            "m/qrels.dev.tsv": "121\t0\t1\t1\n",
        },
        "m",
        CRANES,
        ("no header line",),
        queries={"121": "bird with long legs"},
        qrels={("121", "1"): 1},
    ),
    Kind(
        "a zip of one table in a folder, with a system's files",
        {
            "p.zip": zipped(
                {
                    "in/a.csv": SEMICOLON,
                    "__MACOSX/in/._a.csv": "x",
                    "in/.hidden.csv": "id,text\n",
                    "in/README.md": "read me",
                }
            )
        },
        "p.zip",
        RAIN,
        ("separated by semicolons",),
    ),
    Kind("a zip of a packed file", {"p.zip": zipped({"a.jsonl.gz": packed(JSONL)})}, "p.zip", RAIN),
    Kind(
        "a folder of notes and tables",
        NOTES,
        "n",
        NOTE,
        ("2 files were passed over", "'t1.csv', 't2.csv'"),
    ),
    Kind(
        "a zip of notes and tables",
        {"n.zip": zipped({k[2:]: v for k, v in NOTES.items()})},
        "n.zip",
        NOTE,
        ("2 files were passed over", "'t1.csv', 't2.csv'"),
    ),
    one("a single note", "a.md", "# A\n\nfirst note\n", NOTE),
    # queries
    *(
        Kind(
            f"queries: {name}",
            {"d.csv": HUB_CSV, file: content},
            "d.csv",
            HUB,
            says,
            file,
            "",
            {"1": "laptop bag", "2": 'the "usb" hub'},
        )
        for name, file, content, says in (
            (
                "more columns than two",
                "q.tsv",
                'query_id\tquery\tquery_class\n1\tlaptop bag\tBags\n2\tthe "usb" hub\tX\n',
                (),
            ),
            ("quoted in a TSV", "q.tsv", '1\t"laptop bag"\n2\t"the ""usb"" hub"\n', ()),
            ("a CSV", "q.csv", 'id,text\n1,laptop bag\n2,"the ""usb"" hub"\n', ()),
            (
                "a CSV with semicolons",
                "q.csv",
                'id;text\n1;laptop bag\n2;"the ""usb"" hub"\n',
                ("separated by semicolons",),
            ),
            (
                "JSONL with id",
                "q.jsonl",
                '{"id":"1","text":"laptop bag"}\n{"id":2,"text":"the \\"usb\\" hub"}\n',
                (),
            ),
            (
                "texts by id in a JSON object",
                "q.json",
                '{"1": "laptop bag", "2": "the \\"usb\\" hub"}',
                (),
            ),
            (
                "TREC topics without closing tags",
                "q.txt",
                "<top>\n<num> Number: 1\n<title> laptop bag\n<desc> Description:\nA bag.\n</top>\n"
                '<top>\n<num> Number: 2\n<title> the "usb" hub\n</top>\n',
                (),
            ),
            (
                "TREC topics with closing tags",
                "q.topics",
                "<top><num>1</num><title>laptop bag</title></top>\n"
                '<top><num>2</num><title>the "usb" hub</title></top>',
                (),
            ),
            (
                "topics as XML",
                "q.xml",
                '<?xml version="1.0"?>\n<topics><topic number="1"><query>laptop bag</query>'
                "<question>which bag?</question></topic>\n"
                '<topic number="2"><query>the &quot;usb&quot; hub</query></topic></topics>',
                (),
            ),
            ("lines of id and text in a .txt", "q.txt", '1\tlaptop bag\n2\tthe "usb" hub\n', ()),
            ("plain lines", "q.txt", 'laptop bag\nthe "usb" hub\n', ()),
            (
                "one column without ids",
                "q.csv",
                'query\nlaptop bag\n"the ""usb"" hub"\n',
                ("numbered",),
            ),
            (
                "MS MARCO's candidates",
                "top.tsv",
                '1\t10\tlaptop bag\tA hub\n1\t12\tlaptop bag\tBag\n2\t10\tthe "usb" hub\tA hub\n',
                ("1 query was met again unchanged (line 2)", "not kept"),
            ),
        )
    ),
)
