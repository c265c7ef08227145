"""The command `import`: documents into the library, or queries and judgments to what is there."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import ONCE, STDIN, input_file
from commands.options import add_contradictions, add_models, workbench_of
from commands.output import SHOWN, ProgressLine
from corpora.importing.checking import check_source
from corpora.importing.corpus_builder import counted
from corpora.importing.importing import Imported, Source
from corpora.importing.splitting import Split
from corpora.judgments.grades import grades_from_text
from corpora.readers.input_errors import InputError
from corpora.readers.read_options import ENCODINGS, UTF_8, ReadOptions
from corpora.readers.reader import FORMATS
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.table_layout import SEPARATOR_NAMES, Layout
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from workbench.workbench import Workbench

YES_NO = {"yes": True, "no": False}
QUERY_FILES = "JSON, CSV, TSV, Parquet with id and text; TREC topics; a .txt of lines"
QREL_FILES = "TREC's qrels, BEIR's TSV, or a table or JSON of query, document and grade"


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        help=f"{FORMATS}; ir_datasets:NAME; - for standard input; without it, queries and "
        "judgments go to the corpus of that name",
    )
    parser.add_argument(
        "--name", required=True, help="what to call the corpus, or what it is called"
    )
    parser.add_argument("--queries", metavar="FILE", help=QUERY_FILES)
    parser.add_argument("--qrels", metavar="FILE", help=QREL_FILES)
    parser.add_argument("--keep-good", action="store_true", help="leave bad rows out, and say so")
    parser.add_argument("--check", action="store_true", help="say what is in it; change nothing")
    parser.add_argument("--id", metavar="COLUMN", help="'' numbers the rows")
    parser.add_argument("--title", metavar="COLUMN", help="'' for none")
    parser.add_argument(
        "--text",
        metavar="COLUMN",
        help="where names are not the usual ones; a.b for a value in an object; columns without "
        "a header are 'column 1' …",
    )
    parser.add_argument("--separator", choices=SEPARATOR_NAMES, help="found by looking without it")
    parser.add_argument(
        "--header", choices=YES_NO, help="whether a table's first row names columns"
    )
    parser.add_argument("--quotes", choices=YES_NO, help="whether quotes may enclose line breaks")
    parser.add_argument("--grades", metavar="WORD=N,…", help="what words in judgments stand for")
    parser.add_argument(
        "--judgments", metavar="SPLIT", help="of a folder that has several: test, dev"
    )
    parser.add_argument("--split", metavar="tokens:200:50|paragraph", help="into passages")
    parser.add_argument("--split-for", choices=(BI_ENCODER, CROSS_ENCODER), default=BI_ENCODER)
    parser.add_argument("--encoding", default=UTF_8, choices=ENCODINGS)
    add_contradictions(parser, without="--keep-good alone: none")
    add_models(parser)


def _import(args: argparse.Namespace) -> dict[str, Any]:
    with ExitStack() as stack:
        try:
            return _imported(args, stack)
        except InputError as error:
            if not error.one_row:
                raise
            options = "--keep-good leaves bad rows out, --check lists them"
            if "contradictory" in error.error_message:
                options = f"--contradictions gives the rule; {options}"
            raise CrossExamError(f"{error} ({options})") from error


def _imported(args: argparse.Namespace, stack: ExitStack) -> dict[str, Any]:
    if [args.path, args.queries, args.qrels].count(STDIN) > 1:
        raise CrossExamError(ONCE)
    queries = input_file(args.queries, stack, lines=True)
    qrels = input_file(args.qrels, stack)
    read_options = ReadOptions(
        keep_good=args.keep_good or args.check,
        encoding=args.encoding,
        contradictions=args.contradictions,
        on_progress=ProgressLine().update,
    )
    grades = grades_from_text(args.grades) if args.grades else None
    if args.path is None:
        return _added(args, queries, qrels, read_options, workbench_of(args), grades)
    path = args.path
    if path == STDIN:
        path = input_file(path, stack)
    columns = Columns(args.text, args.id, args.title)
    names_columns = any(name is not None for name in (args.text, args.id, args.title))
    source = Source(
        path,
        columns if names_columns else None,
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
        check = check_source(source, read_options)
        rows = [asdict(row) for row in check.left_out]
        ending = "Nothing was changed."
        if check.left_out_total:
            ending = f"{counted(check.left_out_total, 'bad row', 'bad rows')}. {ending}"
        return {
            **asdict(check),
            "left_out": read_options.left_out_counts,
            "left_out_rows": rows,
            "contradictions": [asdict(row) for row in read_options.contradictions],
            "sentence": f"{check.sentence} {ending}",
        }
    bench = workbench_of(args)
    return _values(
        bench.corpora.import_corpus(
            source, args.name, read_options=read_options, split_for=args.split_for
        )
    )


def _added(
    args: argparse.Namespace,
    queries: Path | None,
    qrels: Path | None,
    read_options: ReadOptions,
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
    added = bench.corpora.add_judgments(
        args.name, queries=queries, qrels=qrels, read_options=read_options, grades=grades
    )
    return _values(added)


def _values(imported: Imported) -> dict[str, Any]:
    return {
        "corpus": asdict(imported.corpus.info),
        "documents": imported.documents,
        "queries": len(imported.corpus.queries),
        "judgments": len(imported.corpus.qrels),
        "folder": imported.entry.folder,
        "left_out": imported.left_out_counts,
        "left_out_rows": [asdict(row) for row in imported.left_out],
        "contradictions": [asdict(row) for row in imported.contradictions],
        "notes": list(imported.notes),
        "warnings": list(imported.corpus.warnings),
        "sentence": imported.sentence,
    }


def _import_lines(result: dict[str, Any]) -> list[str]:
    bad, contradictory = result["left_out_rows"], result["contradictions"]
    lines = [
        f"  {row['file']}:{row['line'] or ''} {row['reason']}"
        for row in (*bad[:SHOWN], *contradictory[:SHOWN])
    ]
    n_more = sum(max(len(rows) - SHOWN, 0) for rows in (bad, contradictory))
    if n_more:
        lines.append(f"  and {n_more:,} more: --json lists them")
    return [result["sentence"], *lines, *result["notes"], *result["warnings"]]


IMPORT = Command(
    "import",
    "copy your documents into the library, or add queries and judgments to a corpus there",
    _import,
    _import_lines,
    _options,
)
