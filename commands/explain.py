"""The commands `explain` and `inside`: why a pair has its score, and how it forms."""

from __future__ import annotations

import argparse
from typing import Any

from commands.attribution import (
    attribution_lines,
    attribution_values,
    explained_name,
    label_lines,
    labels_of,
    ranking_lines,
    ranking_values,
    reading_values,
)
from commands.command import Command
from commands.inputs import text_argument
from commands.options import add_corpus, add_models, workbench_of
from commands.output import ProgressLine, with_id
from engine.explain.explanation import as_values
from engine.explain.forward_pass import forward_values
from engine.types import CrossExamError
from engine.types.registries.explanation_methods import (
    ALL_PADDED,
    BASELINES,
    DELETE,
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    VARIANTS,
    commands,
)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument("doc_id")
    add_corpus(parser)
    parser.add_argument(
        "--method", choices=commands(), help="word by word, by one of the methods below"
    )
    parser.add_argument(
        "--reranker",
        action="append",
        metavar="NAME",
        help="explain this cross-encoder: a name or folder, NAME#LABEL of several labels",
    )
    parser.add_argument(
        "--baseline",
        help=f"where the values start, one of {', '.join(BASELINES)}; {EMPTY_DOCUMENT} is the "
        f"default, {ALL_PADDED} with --against",
    )
    parser.add_argument("--variant", default=DELETE, help=f"of occlusion: {' or '.join(VARIANTS)}")
    parser.add_argument("--against", metavar="DOC_ID", help="why above this document (ig)")
    parser.add_argument("--faithfulness", action="store_true", help="check the explanation")
    parser.add_argument("--layer", type=int, help="from 1; the mean of all without it")
    parser.add_argument("--head", type=int, help="from 1; the mean of all without it")
    add_models(parser)
    parser.epilog = f"Methods: {_described()}".replace("%", "%%")


def _described() -> str:
    """Each of the CLI's methods and what it does, for the help."""
    texts: dict[str, list[str]] = {}
    for method in EXPLANATION_METHODS:
        text = f"{method.label}. {method.description}"
        texts.setdefault(method.command, []).append(text)
    return " ".join(f"{command}: {' '.join(parts)}" for command, parts in texts.items())


def _explain(args: argparse.Namespace) -> dict[str, Any]:
    args.query = text_argument(args.query)
    bench, progress = workbench_of(args), ProgressLine()
    corpus = bench.corpora.open(args.corpus)
    document = corpus.store.get([args.doc_id])[0]
    if args.method is None and (args.against or args.faithfulness):
        raise CrossExamError("--against and --faithfulness need a --method, for example ig")
    if args.method is not None:
        return attribution_values(args, corpus, document, bench, progress)
    cross = bench.explainers.attending(explained_name(args), progress.log)
    layer = None if args.layer is None else args.layer - 1
    head = None if args.head is None else args.head - 1
    values = as_values(cross.attention(args.query, document.content), layer, head)
    head_values = {"query": args.query, "doc_id": document.doc_id, "title": document.title}
    labels = labels_of(cross, args.query, document.content)
    reading = reading_values(bench, args.query, document, explained_name(args))
    reading |= ranking_values(cross, args.query, document.content)
    return {**head_values, "model": cross.name, **values, **labels, **reading}


def _explain_lines(result: dict[str, Any]) -> list[str]:
    if "method" in result:
        return attribution_lines(result)
    lines = [
        f"{result['query']!r} with {with_id(result)!r}: logit {result['score']:.3f}",
        *ranking_lines(result),
        f"layer {result['layer'] or 'mean of all'}, head {result['head'] or 'mean of all'}",
        "\nwhere each query token looks in the document (share of its attention):",
    ]
    for token, row in zip(result["query_tokens"], result["query_to_doc"], strict=True):
        best_columns = sorted(range(len(row)), key=lambda i: -row[i])[:5]
        shares_text = ", ".join(f"{result['doc_tokens'][i]} {row[i]:.1%}" for i in best_columns)
        lines.append(f"  {token:>14}  {shares_text}")
    document_share, special_share = (
        result["query_mass"]["document"],
        result["query_mass"]["special"],
    )
    lines.append(
        f"\n{document_share:.1%} of the query's attention goes to the document, {special_share:.1%}"
    )
    lines[-1] += " to special tokens. Attention is where heads look, not the cause of a score."
    return [*lines, *label_lines(result), *result["notices"]]


EXPLAIN = Command("explain", "the attention of one pair", _explain, _explain_lines, _options)


def _inside_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument("doc_ids", nargs="+", metavar="DOC_ID")
    add_corpus(parser)
    parser.add_argument(
        "--reranker",
        action="append",
        metavar="NAME",
        help="look into this cross-encoder: a name or folder, NAME#LABEL of several labels",
    )
    add_models(parser)
    parser.epilog = (
        "After each layer the cross-encoder's own pooler and classifier are applied to [CLS] (a "
        "logit lens). The model was not trained for that: only the last value is a score."
    )


def _inside(args: argparse.Namespace) -> dict[str, Any]:
    query = text_argument(args.query)
    bench, progress = workbench_of(args), ProgressLine()
    documents = bench.corpora.open(args.corpus).store.get(args.doc_ids)
    passes = bench.forward_passes.trace(
        query,
        [(document.title or document.doc_id, document.content) for document in documents],
        reranker=explained_name(args),
        log=progress.log,
    )
    values = forward_values(passes)
    for row, document in zip(values["documents"], documents, strict=True):
        row["doc_id"] = document.doc_id
    return values


def _inside_lines(result: dict[str, Any]) -> list[str]:
    documents = result["documents"]
    layers = len(documents[0]["logit_lens"])
    lines = [
        f"{result['query']!r} through {result['bi_encoder']} and {result['cross_encoder']}, "
        f"{result['explains']} after each layer:",
        f"{'':12}" + "".join(f"{number:>10}" for number in range(1, len(documents) + 1)),
    ]
    for layer in range(layers):
        name = f"layer {layer}" if layer else "embeddings"
        lines.append(f"{name:12}" + "".join(f"{d['logit_lens'][layer]:>10.2f}" for d in documents))
    lines.append("")
    for number, document in enumerate(documents, 1):
        crossing = sum(map(sum, document["crossing"])) / sum(map(len, document["crossing"]))
        lines.append(
            f"{number}  {with_id(document)}: score {document['score']:.3f}, cosine "
            f"{document['cosine']:.3f}; {crossing:.1%} of the cross-encoder's attention crosses, "
            f"0% of the bi-encoder's; {1000 * document['clock']['seconds']:.0f} ms"
        )
    ranking = result["ranking"]
    if ranking is not None:
        lines.append(
            f"\nUp to layer {ranking['quiet_until']} all lie within {ranking['quiet_spread']:.2f} "
            f"of each other; the order is that of the end from layer {ranking['settled_from']} on."
        )
    return lines


INSIDE = Command(
    "inside", "one forward pass, layer by layer", _inside, _inside_lines, _inside_options
)
