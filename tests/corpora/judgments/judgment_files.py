"""Judgments as people have them: each kind with what is right for it."""

from __future__ import annotations

from tests.corpora.readers.field_files import HUB, HUB_CSV, Kind, packed

QUERIES = "1\tlaptop bag\n2\tusb\n"
TWO = {("1", "12"): 3, ("1", "10"): 0}
WANDS = (
    "id\tquery_id\tproduct_id\tlabel\n0\t1\t12\tExact\n1\t1\t10\tIrrelevant\n2\t2\t10\tPartial\n"
)


def judged(
    name: str,
    file: str,
    content: str | bytes,
    qrels: dict[tuple[str, str], int],
    says: tuple[str, ...] = (),
    **more: object,
) -> Kind:
    files = {"d.csv": HUB_CSV, "q.tsv": QUERIES, file: content}
    return Kind(f"judgments: {name}", files, "d.csv", HUB, says, "q.tsv", file, qrels=qrels, **more)  # type: ignore[arg-type]


JUDGED: tuple[Kind, ...] = (
    judged("TREC's qrels", "j.qrels", "1 0 12 3\n1 0 10 0\n", TWO),
    judged("TREC's qrels with tabs, packed", "j.txt.gz", packed("1\t0\t12\t3\n1\t0\t10\t0\n"), TWO),
    judged("comments", "j.qrels", "# pooled in May\n1 0 12 3\n1 0 10 0 # unsure\n", TWO),
    judged("grades such as 2.0", "j.qrels", "1 0 12 3.0\n1 0 10 0.0\n", TWO),
    judged("three words a line", "j.qrels", "1 12 3\n1 10 0\n", TWO),
    judged("three cells and no header", "j.csv", "1,12,3\n1,10,0\n", TWO),
    judged("BEIR's TSV", "j.tsv", "query-id\tcorpus-id\tscore\n1\t12\t3\n1\t10\t0\n", TWO),
    judged("a CSV with semicolons", "j.csv", "Query ID;Doc ID;Grade\n1;12;3\n1;10;0\n", TWO),
    judged("columns in another order", "j.csv", "rating,docid,note,qid\n3,12,x,1\n0,10,,1\n", TWO),
    judged(
        "UTF-16 from a spreadsheet",
        "j.csv",
        "qid\tdocid\trel\r\n1\t12\t3\r\n1\t10\t0\r\n".encode("utf-16"),
        TWO,
        ("read as UTF-16",),
    ),
    judged(
        "a header with unusual names",
        "j.csv",
        "anfrage,dokument,note\n1,12,3\n1,10,0\n",
        TWO,
        ("its first line was read as the names of its columns",),
    ),
    judged(
        "by query text, with a grade missing",
        "j.csv",
        "query,docid,rating\nlaptop bag,12,3\nlaptop bag,10,0\nusb,10,3\nusb,12,\n",
        {**TWO, ("2", "10"): 3},
        ("1 row without a grade was passed over (line 5)",),
    ),
    judged(
        "words: Exact, Partial, Irrelevant",
        "label.csv",
        WANDS,
        {("1", "12"): 2, ("1", "10"): 0, ("2", "10"): 1},
        ("words as grades: irrelevant = 0, partial = 1, exact = 2",),
    ),
    judged(
        "words: Exact, Substitute, Complement, Irrelevant",
        "j.csv",
        "query_id,product_id,esci_label\n1,12,Exact\n1,10,Substitute\n2,10,Complement\n2,12,Irrelevant\n",
        {("1", "12"): 3, ("1", "10"): 2, ("2", "10"): 1, ("2", "12"): 0},
        ("irrelevant = 0, complement = 1, substitute = 2, exact = 3",),
    ),
    judged(
        "words: E and S",
        "j.csv",
        "query_id,product_id,label\n1,12,E\n1,10,S\n",
        {("1", "12"): 3, ("1", "10"): 2},
        ("s = 2, e = 3",),
    ),
    judged(
        "words: Relevant and Not relevant",
        "j.csv",
        "qid,docid,rel\n1,12,Relevant\n1,10,Not relevant\n",
        {("1", "12"): 1, ("1", "10"): 0},
        ("not relevant = 0, relevant = 1",),
    ),
    judged(
        "words: yes and no",
        "j.csv",
        "qid,docid,rel\n1,12,yes\n1,10,no\n",
        {("1", "12"): 1, ("1", "10"): 0},
        ("no = 0, yes = 1",),
    ),
    judged(
        "words: Perfect to Bad",
        "j.csv",
        "qid,docid,rel\n1,12,Perfect\n1,10,Excellent\n2,12,Bad\n2,10,Fair\n",
        {("1", "12"): 4, ("1", "10"): 3, ("2", "12"): 0, ("2", "10"): 1},
        ("bad = 0, fair = 1, excellent = 3, perfect = 4",),
    ),
    judged(
        "words of one's own",
        "j.csv",
        "qid,docid,rel\n1,12,top\n1,10,flop\n",
        TWO,
        ("flop = 0, top = 3",),
        options=("--grades", "top=3,flop=0"),
    ),
    judged(
        "grades with fractions",
        "j.csv",
        "qid,docid,rel\n1,12,1\n1,10,0.5\n",
        {("1", "12"): 2, ("1", "10"): 1},
        ("all were multiplied by 2, which leaves nDCG as it is",),
    ),
    judged(
        "grades with decimal commas",
        "j.csv",
        "qid;docid;rel\n1;12;1,0\n1;10;0,5\n",
        {("1", "12"): 2, ("1", "10"): 1},
        ("all were multiplied by 2",),
    ),
    judged(
        "negative grades", "j.qrels", "1 0 12 -1\n1 0 10 -2\n", {("1", "12"): -1, ("1", "10"): -2}
    ),
    judged("repeated unchanged", "j.qrels", "1 0 12 3\n1 0 10 0\n1 0 12 3\n", TWO),
    judged(
        "ids that a spreadsheet made fractions",
        "j.csv",
        "qid,docid,rel\n1.0,12.0,3\n1.0,10.0,0\n",
        TWO,
    ),
    judged(
        "JSON, one object a line",
        "j.jsonl",
        '{"query_id":"1","doc_id":"12","score":3}\n{"query_id":1,"doc_id":10,"score":0}\n',
        TWO,
    ),
    judged("grades by document by query", "j.json", '{"1": {"12": 3, "10": 0}}', TWO),
    judged(
        "OpenSearch's judgments",
        "j.json",
        '{"name": "j", "judgmentRatings": [{"query": "laptop bag", "ratings": '
        '[{"docId": "12", "rating": "3.000"}, {"docId": "10", "rating": "0.000"}]}]}',
        TWO,
    ),
    judged(
        "Elasticsearch's rated requests",
        "j.json",
        '{"requests": [{"id": "1", "ratings": [{"_id": "12", "rating": 3}, '
        '{"_id": "10", "rating": 0}]}]}',
        TWO,
    ),
    Kind(
        "judgments: with their queries",
        {"d.csv": HUB_CSV, "j.csv": "query,docid,rating\nlaptop bag,12,3\nusb hub,10,2\n"},
        "d.csv",
        HUB,
        ("its 2 queries were taken from its rows",),
        "",
        "j.csv",
        {"1": "laptop bag", "2": "usb hub"},
        {("1", "12"): 3, ("2", "10"): 2},
    ),
    Kind(
        "judgments: spaces in ids, parted by tabs",
        {
            "notes/refund policy.md": "Within a week.",
            "notes/b.md": "B",
            "q.tsv": "q1\treturn\n",
            "j.tsv": "query-id\tcorpus-id\tscore\nq1\trefund policy.md\t3\n",
        },
        "notes",
        {"refund policy.md": ("refund policy", "Within a week."), "b.md": ("b", "B")},
        (),
        "q.tsv",
        "j.tsv",
        qrels={("q1", "refund policy.md"): 3},
    ),
    Kind(
        "judgments: spaces in ids, as TREC files write them",
        {
            "notes/refund policy.md": "Within a week.",
            "notes/50%25.md": "B",
            "q.tsv": "q1\treturn\n",
            "j.qrels": "q1 0 refund%20policy.md 3\nq1 0 50%25.md 1\n",
        },
        "notes",
        {"refund policy.md": ("refund policy", "Within a week."), "50%25.md": ("50%25", "B")},
        (),
        "q.tsv",
        "j.qrels",
        qrels={("q1", "refund policy.md"): 3, ("q1", "50%25.md"): 1},
    ),
)
