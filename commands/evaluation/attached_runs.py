"""The command `runs`: what another system returned, attached to a corpus, renamed or detached."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import file_bytes, input_file, name_in_errors
from commands.options import add_corpus
from engine.types import CrossExamError
from workbench.workbench import Workbench


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="a run to attach: TREC, JSON or CSV, packed by gzip if you like; - is standard input; "
        "without it the attached runs are listed",
    )
    add_corpus(parser)
    parser.add_argument("--name", default="", help="what to call the run, as run:NAME from then on")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--rename", nargs=2, metavar=("NAME", "NEW"), help="give a run a new name")
    change.add_argument("--detach", metavar="NAME", help="take a run off the corpus")
    change.add_argument(
        "--restore", metavar="NAME", help="attach a run again that was detached within a week"
    )


def _runs(args: argparse.Namespace) -> dict[str, Any]:
    changes = [args.rename, args.detach, args.restore]
    if args.file is not None and any(change is not None for change in changes):
        raise CrossExamError("give a FILE to attach, or one of --rename, --detach and --restore")
    bench = Workbench()
    corpus = bench.corpora.open(args.corpus)
    store = bench.attached.of(corpus.info.fingerprint)
    attached = None
    if args.file is not None:
        file, data = _read(args.file)
        attached = bench.attached.attach(corpus, data, file, args.name)
    elif args.rename is not None:
        bench.attached.rename(corpus, *args.rename)
    elif args.detach is not None:
        store.detach(args.detach)
    elif args.restore is not None:
        store.restore(args.restore)
    return {
        "corpus": asdict(corpus.info),
        "attached": asdict(attached) if attached is not None else None,
        "runs": [asdict(head) for head in store.heads()],
    }


def _read(name: str) -> tuple[str, bytes]:
    """The file as it is named in errors, and its bytes."""
    with ExitStack() as stack:
        path = input_file(name, stack, lines=True)
        assert path is not None
        return path.name if path == Path(name) else name_in_errors(name), file_bytes(path)


def _lines(result: dict[str, Any]) -> list[str]:
    corpus = result["corpus"]["name"]
    if not result["runs"]:
        return [f"no run of another system is attached to {corpus}"]
    lines = []
    for run in result["runs"]:
        of_corpus = run["by_id"] + run["by_text"]
        lines.append(
            f"run:{run['name']:24} {run['queries']:,} lists, {of_corpus:,} of them for queries of "
            f"{corpus}; {run['documents']:,} documents, {run['missing']:,} not in it; "
            f"{run['source']}"
        )
    attached = result["attached"]
    if attached is not None and attached["missing"]:
        lines.append(f"not in this corpus, for example: {', '.join(attached['named'])}")
    return [*lines, *(attached["notes"] if attached is not None else [])]


RUNS = Command(
    "runs", "runs of another system, attached to a corpus as run:NAME", _runs, _lines, _options
)
