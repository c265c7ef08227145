"""The commands on the library: list its `corpora`, `index` one, `delete` what is your own."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from commands.command import Command
from commands.options import add_corpus, add_models, opened, workbench_of
from commands.output import ProgressLine, confirmed
from corpora.indexes.index_backend import URI, IndexBackendSettings
from engine.types import CrossExamError
from models.trained import delete_trained, trained_folder
from workbench.workbench import Workbench


def _corpora(_: argparse.Namespace) -> list[dict[str, Any]]:
    bench = Workbench()
    entries = [asdict(entry) for entry in bench.corpora.entries()]
    for warning in bench.corpora.warnings:
        ProgressLine().log(f"warning: {warning}")
    return entries


def _corpora_lines(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        size = "not opened yet" if row["documents"] is None else f"{row['documents']:,} documents"
        missing_mark = " (missing)" if row["missing"] else ""
        lines.append(f"{row['name']:24} {row['kind']:9} {size:18} {row['source']}{missing_mark}")
    return lines


def _delete_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def _delete(args: argparse.Namespace) -> dict[str, Any]:
    deleted_too = Workbench().corpora.going_with(args.name)
    with_it = f", with {deleted_too}" if deleted_too else ""
    if not args.yes and not confirmed(f"delete {args.name!r}, its files and embeddings{with_it}"):
        raise CrossExamError("nothing was deleted")
    if trained_folder(args.name) is not None:
        delete_trained(args.name)
    else:
        Workbench().delete_corpus(args.name)
    return {"deleted": args.name}


def _delete_lines(result: dict[str, Any]) -> list[str]:
    return [f"{result['deleted']} is deleted"]


def _index_options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    add_models(parser)
    parser.add_argument(
        "--index-backend",
        "--engine",  # its earlier name
        choices=("local", "milvus", "auto"),
        help="what serves this corpus from now on; auto goes by its size",
    )
    parser.add_argument(
        "--milvus-from", type=int, metavar="DOCUMENTS", help="remembered: Milvus from this size on"
    )
    parser.add_argument(
        "--milvus-uri",
        metavar="ADDRESS",
        help=f"remembered: a cluster, or '' for files of this machine; {URI} goes before it",
    )


def _index(args: argparse.Namespace) -> dict[str, Any]:
    bench = workbench_of(args)
    _keep_index_backend(args, bench)
    corpus, _ = opened(args, bench)
    bench.corpora.remember(corpus, args.corpus)
    served_by = bench.index_backends.serving(corpus)
    return {
        "corpus": asdict(corpus.info),
        "engine": {
            "engine": served_by.backend,
            "reason": served_by.reason,
            "address": served_by.address,
        },
        "queries": len(corpus.queries),
        "judgments": len(corpus.qrels),
        "warnings": list(corpus.warnings),
    }


def _keep_index_backend(args: argparse.Namespace, bench: Workbench) -> None:
    """Remember what was said about the index backend, once all of it is checked."""
    saved_settings = bench.index_backends.settings(environment=False)
    size = saved_settings.milvus_from if args.milvus_from is None else args.milvus_from
    address = saved_settings.address if args.milvus_uri is None else args.milvus_uri.strip()
    IndexBackendSettings(size, address)
    corpus = bench.corpora.open(args.corpus) if args.index_backend is not None else None
    if (size, address) != (saved_settings.milvus_from, saved_settings.address):
        bench.index_backends.change(milvus_from=size, address=address)
    if corpus is not None:
        choice = args.index_backend
        bench.index_backends.choose(corpus, None if choice == "auto" else choice)


def _index_lines(result: dict[str, Any]) -> list[str]:
    info, served_by = result["corpus"], result["engine"]
    names = {"local": "this process", "milvus": served_by["address"] or "a file of Milvus Lite"}
    return [
        f"{info['name']}: {info['documents']:,} documents, {result['queries']} queries, "
        f"{result['judgments']} judgments, fingerprint {info['fingerprint']}",
        f"served by {names[served_by['engine']]} ({served_by['reason']})",
    ]


CORPORA = Command("corpora", "the corpora that can be opened by name", _corpora, _corpora_lines)
DELETE = Command("delete", "delete what is your own", _delete, _delete_lines, _delete_options)
INDEX = Command("index", "index a corpus and remember it", _index, _index_lines, _index_options)
