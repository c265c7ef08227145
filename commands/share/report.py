"""The command `report`: searches, a saved quality run or a walkthrough as one HTML file."""

from __future__ import annotations

import argparse
import tempfile
from errno import EISDIR
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import checked_query, text_argument
from commands.options import (
    add_corpus,
    add_models,
    add_settings,
    embed_by,
    opened,
    settings_of,
    workbench_of,
)
from commands.output import ProgressLine
from commands.share.walkthroughs import read_walkthrough
from corpora.judgments.judgment_log import JudgmentLog, combined
from corpora.stores.corpus import Corpus
from corpora.stores.run_store import RunStore
from engine.quality.passage_judgments import grades_of
from engine.quality.weights.weighted_mean import weights_of
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.share.provenance import search_provenance
from engine.share.report.report import FILE_NAME, report_html, snapshot_title
from engine.share.run_snapshot import run_snapshot
from engine.share.search_snapshot import search_snapshot
from engine.share.walkthrough_json import report_sections
from engine.types import CROSS_ENCODER, CrossExamError
from engine.types.share.snapshots import QualitySnapshot, ReportSection, SearchSnapshot
from system.storage import write_text_atomically
from workbench.saved_runs import NEWEST, read_run, saved_run
from workbench.workbench import Workbench


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("queries", nargs="*", metavar="QUERY")
    add_corpus(parser, required=False)
    parser.add_argument(
        "--out", type=Path, default=Path(FILE_NAME), metavar="FILE", help="default: %(default)s"
    )
    parser.add_argument(
        "--run",
        metavar="ID",
        help=f"a quality run that was saved with the corpus, by its id, or {NEWEST!r}",
    )
    parser.add_argument(
        "--walkthrough", type=Path, metavar="FILE", help="the steps of a walkthrough's file"
    )
    parser.add_argument("--title", default="", help="what the report is called")
    parser.add_argument(
        "--top", type=int, default=10, metavar="N", help="rows of a list, 10 by default"
    )
    add_settings(parser)
    add_models(parser)


def _report(args: argparse.Namespace) -> dict[str, Any]:
    queries = [checked_query(text_argument(query)) for query in args.queries]
    searched = bool(queries) or args.run is not None
    if searched == (args.walkthrough is not None):
        raise CrossExamError(
            "give a query or a saved run by --run, or a file by --walkthrough: one of these"
            if searched
            else "nothing to report: give a query, a saved run by --run, or a --walkthrough"
        )
    if searched and args.corpus is None:
        raise CrossExamError("--corpus is needed: a name from 'corpora', or a path")
    if not 1 <= args.top <= 100:
        raise CrossExamError(f"--top is {args.top}: give a number from 1 to 100")
    _needs_place(args.out)
    if args.walkthrough is not None:
        title, sections = _walkthrough(args.walkthrough)
    else:
        title, sections = _searched(args, queries)
    title = text_argument(args.title) if args.title else title
    text = report_html(title, sections)
    write_text_atomically(args.out, text)
    headings = [section.heading for section in sections]
    return {"file": str(args.out), "bytes": len(text.encode()), "title": title, "parts": headings}


def _walkthrough(path: Path) -> tuple[str, list[ReportSection]]:
    """The title of a walkthrough's file, and its steps that have frozen figures."""
    walkthrough = read_walkthrough(path, given_by="--walkthrough")
    sections = list(report_sections(walkthrough))
    if not sections:
        raise CrossExamError(
            f"--walkthrough {path}: no step has frozen figures: record them by cli.py walkthroughs"
        )
    return walkthrough.title or "A walkthrough", sections


def _searched(args: argparse.Namespace, queries: list[str]) -> tuple[str, list[ReportSection]]:
    """The searches and the saved run that were asked for, and what they are called together."""
    settings = settings_of(args)
    bench = workbench_of(args)
    snapshots: list[SearchSnapshot | QualitySnapshot] = []
    if queries:
        corpus, searcher = opened(args, bench)
        embed_by(bench, corpus, [settings.first_stage, *settings.rerankers])
        snapshots += [
            _search(bench, corpus, searcher, query, settings, args.top) for query in queries
        ]
    else:
        corpus = bench.corpora.open(args.corpus)
    if args.run is not None:
        snapshots.append(_run(corpus, args.run))
    titles = [snapshot_title(snapshot) for snapshot in snapshots]
    title = titles[0] if len(titles) == 1 else f"{len(titles)} parts on {corpus.info.name}"
    return title, [ReportSection(*pair) for pair in zip(titles, snapshots, strict=True)]


def _needs_place(out: Path) -> None:
    """Raise CrossExamError where no file can be written there, before anything is searched."""
    try:
        if out.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder")
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise CrossExamError(
            f"--out {out}: cannot be written ({error.strerror}); give a file in a folder that can "
            "be written"
        ) from error


def _search(
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    query: str,
    settings: Settings,
    top: int,
) -> SearchSnapshot:
    """A query through every stage, frozen."""
    progress = ProgressLine()
    pipeline = searcher.pipeline(settings)
    for trace in pipeline.stream(query):
        if trace.to_score:
            progress.update(trace.scoring or CROSS_ENCODER, trace.scored, trace.to_score)
    listed_ids = dict.fromkeys(doc_id for ranking in trace.rankings for doc_id in ranking.ids())
    documents = searcher.store.get(list(listed_ids))
    known_query = corpus.query_for_text(query)
    judgments = corpus.judgments(known_query.query_id) if known_query else {}
    return search_snapshot(
        trace,
        {document.doc_id: document for document in documents},
        search_provenance(trace, settings, backend=bench.models.cross_encoder().backend),
        stages=pipeline.stages,
        first_stage=settings.first_stage,
        top=top,
        snippets=searcher.snippets(query, documents),
        judgments=grades_of(documents, judgments) if judgments else {},
        notices=searcher.reading_notices(trace),
    )


def _run(corpus: Corpus, run_id: str) -> QualitySnapshot:
    """A saved run under the corpus' judgments and people's, the mean of all judges."""
    store = RunStore(corpus.info.fingerprint)
    saved = saved_run(store, run_id)
    specs, gathered = read_run(store, saved)
    qrels = combined(corpus.qrels, JudgmentLog(corpus.info.fingerprint).latest())
    return run_snapshot(
        corpus.info,
        saved.head,
        saved.saved_at,
        specs,
        gathered,
        qrels,
        weights=weights_of(corpus.queries),
    )


def _report_lines(result: dict[str, Any]) -> list[str]:
    size = f"{result['bytes'] / 1e6:.2f} MB"
    return [f"{result['file']}: {result['title']} ({size})", *(f"  {p}" for p in result["parts"])]


REPORT = Command(
    "report",
    "searches, a saved quality run or a walkthrough as one HTML file",
    _report,
    _report_lines,
    _options,
)
