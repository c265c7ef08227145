"""The command `import`: documents into the library, or queries and judgments to what is there."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from commands.inputs import STDIN, input_file
from corpora.importing.checking import check_source
from corpora.importing.corpus_builder import counted
from corpora.importing.importing import Imported, Source
from corpora.importing.splitting import Split
from corpora.judgments.grades import grades_from_text
from corpora.readers.input_errors import InputError
from corpora.readers.read_options import ENCODINGS, UTF_8, Reading
from corpora.readers.reader import FORMATS
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.table_layout import SEPARATOR_NAMES, Layout
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from workbench.workbench import Workbench

SHOWN = 10
YES_NO = {"yes": True, "no": False}
QUERY_FILES = "JSON, CSV, TSV, Parquet with id and text; TREC topics; a .txt of lines"
QREL_FILES = "TREC's qrels, BEIR's TSV, or a table or JSON of query, document and grade"


class Teller(Protocol):
    """Says things on stderr."""

    def step(self, what: str, done: int, total: int) -> None: ...


def add_import(
    command: Callable[..., argparse.ArgumentParser],
    teller: Callable[[], Teller],
    bench_of: Callable[[argparse.Namespace], Workbench],
) -> argparse.ArgumentParser:
    """Add the command."""

    def run(args: argparse.Namespace) -> dict[str, Any]:
        with ExitStack() as stack:
            try:
                return _run(args, teller(), bench_of, stack)
            except InputError as error:
                if not error.one_row:
                    raise
                options = "--keep-good leaves bad rows out, --check lists them"
                if "contradictory" in error.complaint:
                    options = f"--contradictions gives the rule; {options}"
                raise CrossExamError(f"{error} ({options})") from error

    made = command(
        "import",
        run,
        _shown,
        "copy your documents into the library, or add queries and judgments to a corpus there",
    )
    made.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        help=f"{FORMATS}; ir_datasets:NAME; - for standard input; without it, queries and "
        "judgments go to the corpus of that name",
    )
    made.add_argument("--name", required=True, help="what to call the corpus, or what it is called")
    made.add_argument("--queries", metavar="FILE", help=QUERY_FILES)
    made.add_argument("--qrels", metavar="FILE", help=QREL_FILES)
    made.add_argument("--keep-good", action="store_true", help="leave bad rows out, and say so")
    made.add_argument("--check", action="store_true", help="say what is in it; change nothing")
    made.add_argument("--id", metavar="COLUMN", help="'' numbers the rows")
    made.add_argument("--title", metavar="COLUMN", help="'' for none")
    made.add_argument(
        "--text",
        metavar="COLUMN",
        help="where names are not the usual ones; a.b for a value in an object; columns without "
        "a header are 'column 1' …",
    )
    made.add_argument("--separator", choices=SEPARATOR_NAMES, help="found by looking without it")
    made.add_argument("--header", choices=YES_NO, help="whether a table's first row names columns")
    made.add_argument("--quotes", choices=YES_NO, help="whether quotes may enclose line breaks")
    made.add_argument("--grades", metavar="WORD=N,…", help="what words in judgments stand for")
    made.add_argument(
        "--judgments", metavar="SPLIT", help="of a folder that has several: test, dev"
    )
    made.add_argument("--split", metavar="tokens:200:50|paragraph", help="into passages")
    made.add_argument("--split-for", choices=(BI_ENCODER, CROSS_ENCODER), default=BI_ENCODER)
    made.add_argument("--encoding", default=UTF_8, choices=ENCODINGS)
    return made


def _run(
    args: argparse.Namespace,
    teller: Teller,
    bench_of: Callable[[argparse.Namespace], Workbench],
    stack: ExitStack,
) -> dict[str, Any]:
    if [args.path, args.queries, args.qrels].count(STDIN) > 1:
        raise CrossExamError("- stands for standard input, which can be read once: name files")
    queries = input_file(args.queries, stack, lines=True)
    qrels = input_file(args.qrels, stack)
    reading = Reading(
        keep_good=args.keep_good or args.check,
        encoding=args.encoding,
        contradictions=args.contradictions,
        on_progress=teller.step,
    )
    grades = grades_from_text(args.grades) if args.grades else None
    if args.path is None:
        return _added(args, queries, qrels, reading, bench_of(args), grades)
    path = args.path
    if path == STDIN:
        path = input_file(path, stack)
    columns = Columns(args.text, args.id, args.title)
    named = any(name is not None for name in (args.text, args.id, args.title))
    source = Source(
        path,
        columns if named else None,
        queries,
        qrels,
        None if args.split is None else Split.from_text(args.split),
        "standard input" if args.path == STDIN else "",
        Layout(
            SEPARATOR_NAMES.get(args.separator or ""),
            YES_NO.get(args.header or ""),
            YES_NO.get(args.quotes or ""),
        ),
        grades,
        args.judgments,
    )
    if args.check:
        checked = check_source(source, reading)
        rows = [asdict(row) for row in checked.left_out]
        told = "Nothing was changed."
        if checked.left_out_total:
            told = f"{counted(checked.left_out_total, 'bad row', 'bad rows')}. {told}"
        return {
            **asdict(checked),
            "left_out": reading.left_out_counts,
            "left_out_rows": rows,
            "contradictions": [asdict(row) for row in reading.contradictions],
            "sentence": f"{checked.sentence} {told}",
        }
    bench = bench_of(args)
    return _values(
        bench.import_corpus(source, args.name, reading=reading, split_for=args.split_for)
    )


def _added(
    args: argparse.Namespace,
    queries: Path | None,
    qrels: Path | None,
    reading: Reading,
    bench: Workbench,
    grades: dict[str, int] | None,
) -> dict[str, Any]:
    if queries is None and qrels is None:
        raise CrossExamError(
            "nothing to import: give a PATH, or --queries or --qrels for the corpus "
            f"{args.name!r} that is there"
        )
    options = ("id", "title", "text", "separator", "header", "quotes", "split", "judgments")
    unused = [f"--{name}" for name in options if getattr(args, name) is not None]
    if unused or args.check:
        raise CrossExamError(
            f"{', '.join(unused) or '--check'} is for documents: give their PATH, or leave it out"
        )
    added = bench.add_judgments(
        args.name, queries=queries, qrels=qrels, reading=reading, grades=grades
    )
    return _values(added)


def _values(made: Imported) -> dict[str, Any]:
    return {
        "corpus": asdict(made.corpus.info),
        "documents": made.documents,
        "queries": len(made.corpus.queries),
        "judgments": len(made.corpus.qrels),
        "folder": made.entry.folder,
        "left_out": made.left_out_counts,
        "left_out_rows": [asdict(row) for row in made.left_out],
        "contradictions": [asdict(row) for row in made.contradictions],
        "notes": list(made.notes),
        "warnings": list(made.corpus.warnings),
        "sentence": made.sentence,
    }


def _shown(result: dict[str, Any]) -> list[str]:
    bad, contradictory = result["left_out_rows"], result["contradictions"]
    lines = [
        f"  {row['file']}:{row['line'] or ''} {row['reason']}"
        for row in (*bad[:SHOWN], *contradictory[:SHOWN])
    ]
    more = sum(max(len(rows) - SHOWN, 0) for rows in (bad, contradictory))
    if more:
        lines.append(f"  and {more:,} more: --json lists them")
    return [result["sentence"], *lines, *result["notes"], *result["warnings"]]
