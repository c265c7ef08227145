"""CrossExam without a browser: the same engine, as text or with --json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from corpora.corpus import Corpus
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from search.as_json import evaluation_values, trace_values
from search.batch import run_queries
from search.evaluation import by_tag, evaluate, write_trec
from search.explanation import as_values
from search.faithfulness import faithfulness
from search.movement import duration
from search.pairwise import difference
from search.searcher import Searcher
from search.settings import DEFAULT_DEPTH, FUSIONS, Settings
from search.types import (
    BI_ENCODER,
    FIRST_STAGES,
    STAGES,
    Attribution,
    CrossExamError,
    Document,
)
from workbench import Workbench

FAILED = 2
SHOWN = 10
METHODS = ("attention", "rollout", "attention-gradient", "ig", "occlusion")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILED, f"{self.prog}: {message}\n")


class Progress:
    """One line on stderr, rewritten on a terminal, every tenth elsewhere."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._told: tuple[str, int] = ("", -1)

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def step(self, what: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if self._tty:
            end = "\n" if done == total else ""
            print(f"\r{what}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
        elif (what, tenth) != self._told:
            self._told = (what, tenth)
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 2 after an error."""
    args = parser().parse_args(arguments)
    try:
        result = args.run(args)
    except CrossExamError as error:
        print(f"crossexam: {' '.join(str(error).split())}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("crossexam: interrupted", file=sys.stderr)
        return FAILED
    try:
        if args.json:
            print(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            print("\n".join(args.show(result)))
    except BrokenPipeError:
        sys.stderr.close()
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = Parser(prog="cli.py", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Any, show: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run, show=show)
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    rank = command("rank", rank_command, show_rank, "rank a corpus for a query, at every stage")
    rank.add_argument("query")
    add_corpus(rank)
    add_settings(rank)
    add_models(rank)

    score = command("score", score_command, show_score, "score texts against a query")
    score.add_argument("query")
    score.add_argument("texts", nargs="+", metavar="text")
    add_models(score)

    explain = command("explain", explain_command, show_explain, "the attention of one pair")
    explain.add_argument("query")
    explain.add_argument("doc_id")
    add_corpus(explain)
    explain.add_argument("--method", choices=METHODS, help="word by word; see the README")
    explain.add_argument("--baseline", default="pad", help="of integrated gradients")
    explain.add_argument("--variant", default="delete", help="of occlusion: delete or mask")
    explain.add_argument("--against", metavar="DOC_ID", help="why above this document (ig)")
    explain.add_argument("--faithfulness", action="store_true", help="check the explanation")
    explain.add_argument("--layer", type=int, help="from 1; the mean of all without it")
    explain.add_argument("--head", type=int, help="from 1; the mean of all without it")
    add_models(explain)

    evaluation = command("evaluate", evaluate_command, show_evaluation, "quality by judgments")
    add_corpus(evaluation)
    add_settings(evaluation)
    evaluation.add_argument(
        "--pipelines",
        default="bm25,bi-encoder,hybrid,cross-encoder",
        help="stages, separated by commas (default: %(default)s)",
    )
    evaluation.add_argument("--runs", type=Path, metavar="OUT", help="folder for TREC run files")
    evaluation.add_argument("--by-tag", action="store_true", help="means by query tag too")
    add_models(evaluation)

    command("corpora", corpora_command, show_corpora, "the corpora that can be opened by name")
    models = command("models", models_command, show_models, "the catalogue of models")
    models.add_argument("--checksums", action="store_true", help="read the weights' checksums")
    index = command("index", index_command, show_index, "index a corpus and remember it")
    add_corpus(index)
    add_models(index)
    return top


def add_corpus(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--corpus", required=True, metavar="NAME|PATH", help="a name from 'corpora', or a path"
    )


def add_settings(made: argparse.ArgumentParser) -> None:
    made.add_argument("--depth", type=int, default=DEFAULT_DEPTH, help="candidates to rerank")
    made.add_argument("--first-stage", choices=FIRST_STAGES, default=BI_ENCODER)
    made.add_argument("--fusion", choices=FUSIONS, default="rrf")
    made.add_argument("--rrf-k", type=int, default=60)
    made.add_argument("--hybrid-weight", type=float, default=0.5, help="the bi-encoder's share")
    made.add_argument("--blend-weight", type=float, default=0.8, help="the cross-encoder's share")


def add_models(made: argparse.ArgumentParser) -> None:
    made.add_argument("--bi-encoder", default=DEFAULT_BI_ENCODER, metavar="NAME|FOLDER")
    made.add_argument("--cross-encoder", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")
    made.add_argument("--fetch", action="store_true", help="allow a download from the hub")


def settings_of(args: argparse.Namespace) -> Settings:
    return Settings(
        depth=args.depth,
        first_stage=args.first_stage,
        fusion=args.fusion,
        rrf_k=args.rrf_k,
        hybrid_weight=args.hybrid_weight,
        blend_weight=args.blend_weight,
    )


def needs_query(query: str) -> None:
    if not query.strip():
        raise CrossExamError("the query is empty: give at least one word")


def needs_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CrossExamError(
            f"--runs {folder}: run files cannot be written there ({error.strerror}); give a folder "
            "that can be written"
        ) from error


def bench_of(args: argparse.Namespace) -> Workbench:
    return Workbench(bi_encoder=args.bi_encoder, cross_encoder=args.cross_encoder, fetch=args.fetch)


def opened(args: argparse.Namespace, bench: Workbench) -> tuple[Corpus, Searcher]:
    progress = Progress()
    corpus = bench.corpus(args.corpus)
    for warning in corpus.warnings:
        progress.say(f"warning: {warning}")
    searcher = bench.searcher(corpus, say=progress.say, on_progress=progress.step)
    bench.remember(corpus, args.corpus)
    return corpus, searcher


def rank_command(args: argparse.Namespace) -> dict[str, Any]:
    settings = settings_of(args)
    needs_query(args.query)
    _, searcher = opened(args, bench_of(args))
    progress = Progress()
    pipeline = searcher.pipeline(settings)
    for trace in pipeline.stream(args.query):
        if trace.to_score:
            progress.step("cross-encoder", trace.scored, trace.to_score)
    values = trace_values(trace, searcher.store, depth=settings.depth, stages=pipeline.stages)
    return {
        **values,
        "embedding_truncated": searcher.embedding_cuts(trace),
        "notices": list(searcher.reading_notices(trace)),
    }


def show_rank(result: dict[str, Any]) -> list[str]:
    lines = [f"{result['query']!r} in {result['corpus']['name']}"]
    for ranking in result["rankings"]:
        seconds = sum(t["seconds"] for t in result["timings"] if t["stage"] == ranking["stage"])
        lines.append(f"\n{ranking['stage']} ({ranking['model']}, {duration(seconds)})")
        for hit in ranking["hits"][:SHOWN]:
            title = hit["title"] or hit["doc_id"]
            lines.append(f"{hit['rank']:4} {hit['score']:9.4f}  {title}")
        if not ranking["hits"]:
            lines.append("     no document shares a term with the query")
    lines += ["", *result["notices"]] if result["notices"] else []
    return [*lines, f"\ntotal {duration(result['total_seconds'])}"]


def score_command(args: argparse.Namespace) -> dict[str, Any]:
    needs_query(args.query)
    bench, progress = bench_of(args), Progress()
    cross = bench.cross_encoder(progress.say)
    logits = [0.0] * len(args.texts)
    cut = [0] * len(args.texts)
    for batch in cross.score(args.query, args.texts):
        for position, score, tokens in zip(
            batch.positions, batch.scores, batch.n_truncated, strict=True
        ):
            logits[position], cut[position] = score, tokens
    notice = cross.query_notice(args.query)
    bi = bench.bi_encoder(progress.say)
    vectors = bi.encode([args.query, *args.texts])
    return {
        "query": args.query,
        "cross_encoder": cross.name,
        "bi_encoder": bi.name,
        "scores": [
            {
                "text": text,
                "logit": logit,
                "cosine": float(cosine),
                "n_truncated": tokens,
                "n_truncated_bi_encoder": bi.n_truncated(text),
            }
            for text, logit, cosine, tokens in zip(
                args.texts, logits, vectors[1:] @ vectors[0], cut, strict=True
            )
        ],
        "notices": [notice] if notice else [],
    }


def show_score(result: dict[str, Any]) -> list[str]:
    lines = ["  logit  cosine  text"]
    for row in result["scores"]:
        lines.append(f"{row['logit']:7.3f} {row['cosine']:7.3f}  {row['text']}")
        for model, tokens in (
            ("cross-encoder", row["n_truncated"]),
            ("bi-encoder", row["n_truncated_bi_encoder"]),
        ):
            if tokens:
                lines.append(f"{'':16} the {model} did not read its last {tokens} tokens")
    return [*lines, *result["notices"]]


def explain_command(args: argparse.Namespace) -> dict[str, Any]:
    bench, progress = bench_of(args), Progress()
    corpus = bench.corpus(args.corpus)
    document = corpus.store.get([args.doc_id])[0]
    if args.method is None and (args.against or args.faithfulness):
        raise CrossExamError("--against and --faithfulness need a --method, for example ig")
    if args.method is not None:
        return attribution_values(args, corpus, document, bench, progress)
    cross = bench.cross_encoder(progress.say)
    layer = None if args.layer is None else args.layer - 1
    head = None if args.head is None else args.head - 1
    values = as_values(cross.attention(args.query, document.content), layer, head)
    head_values = {"query": args.query, "doc_id": document.doc_id, "title": document.title}
    return {**head_values, "model": cross.name, **values}


def attribution_values(
    args: argparse.Namespace,
    corpus: Corpus,
    document: Document,
    bench: Workbench,
    progress: Progress,
) -> dict[str, Any]:
    explainer = bench.pair_explainer(progress.say)

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: progress.step(what, done, total)

    def explained(text: str) -> Attribution:
        match args.method:
            case "ig":
                return explainer.integrated_gradients(
                    args.query, text, baseline=args.baseline, on_progress=told("steps")
                )
            case "occlusion":
                return explainer.occlusion(
                    args.query, text, variant=args.variant, on_progress=told("words")
                )
            case "rollout":
                return explainer.rollout(args.query, text)
            case "attention-gradient":
                return explainer.attention_gradient(args.query, text)
            case _:
                return explainer.attention_received(args.query, text)

    found = explained(document.content)
    result: dict[str, Any] = {
        "query": args.query,
        "doc_id": document.doc_id,
        "title": document.title,
        "model": bench.cross_encoder().name,
        **asdict(found),
    }
    if args.against:
        rival = corpus.store.get([args.against])[0]
        other = difference(found, explained(rival.content))
        result["against"] = {
            "doc_id": rival.doc_id,
            "title": rival.title,
            **asdict(other),
            "explained": other.explained,
        }
    if args.faithfulness:
        pair = explainer.tokenized(args.query, document.content)
        check = faithfulness(
            found,
            pair.words("document"),
            lambda removals: explainer.scores(
                args.query, document.content, removals, on_progress=told("checks")
            ),
        )
        result["faithfulness"] = {
            **asdict(check),
            "beats_random": check.beats_random,
            "sentence": check.sentence,
        }
    return result


def show_attribution(result: dict[str, Any]) -> list[str]:
    rows = list(zip(result["segments"], result["words"], result["values"], strict=True))
    lines = [
        f"{result['query']!r} with {result['title'] or result['doc_id']!r}: "
        f"logit {result['score']:.3f}, {result['method']}"
    ]
    if result["baseline_score"] is not None:
        lines.append(
            f"baseline ({result['baseline']}) {result['baseline_score']:.3f}, "
            f"residual {result['residual']:.1%}"
        )
    for segment in ("query", "document"):
        named = sorted((row for row in rows if row[0] == segment), key=lambda row: -abs(row[2]))
        words = ", ".join(f"{word} {value:+.3f}" for _, word, value in named[:12])
        lines.append(f"{segment:>9}: {words}")
    if "against" in result:
        against = result["against"]
        lines.append(
            f"above {against['title'] or against['doc_id']!r} by {against['gap']:.3f}; the words "
            f"and baselines explain {against['explained']:.3f} of it"
        )
    if "faithfulness" in result:
        lines.append(result["faithfulness"]["sentence"])
    return lines


def show_explain(result: dict[str, Any]) -> list[str]:
    if "method" in result:
        return show_attribution(result)
    lines = [
        f"{result['query']!r} with {result['title'] or result['doc_id']!r}: "
        f"logit {result['score']:.3f}",
        f"layer {result['layer'] or 'mean of all'}, head {result['head'] or 'mean of all'}",
        "\nwhere each query token looks in the document (share of its attention):",
    ]
    for token, row in zip(result["query_tokens"], result["query_to_doc"], strict=True):
        best = sorted(range(len(row)), key=lambda i: -row[i])[:5]
        seen = ", ".join(f"{result['doc_tokens'][i]} {row[i]:.1%}" for i in best)
        lines.append(f"  {token:>14}  {seen}")
    crossing, special = result["query_mass"]["document"], result["query_mass"]["special"]
    lines.append(f"\n{crossing:.1%} of the query's attention goes to the document, {special:.1%}")
    lines[-1] += " to [CLS] and [SEP]. Attention is where heads look, not the cause of a score."
    return lines


def evaluate_command(args: argparse.Namespace) -> dict[str, Any]:
    settings = settings_of(args)
    stages = [name.strip() for name in args.pipelines.split(",") if name.strip()]
    unknown = [name for name in stages if name not in STAGES]
    if unknown or not stages:
        raise CrossExamError(
            f"--pipelines names {', '.join(unknown) or 'nothing'}: give some of {', '.join(STAGES)}"
        )
    bench = bench_of(args)
    if args.runs is not None:
        needs_folder(args.runs)
    corpus = bench.corpus(args.corpus)
    if not corpus.qrels:
        raise CrossExamError(
            f"corpus {corpus.info.name!r} has no judgments to evaluate against: give a BEIR folder "
            "with qrels"
        )
    corpus, searcher = opened(args, bench)
    judged = {qrel.query_id for qrel in corpus.qrels}
    queries = [query for query in corpus.queries if query.query_id in judged]
    progress = Progress()
    runs = run_queries(
        searcher,
        queries,
        settings,
        stages,
        on_progress=lambda done, total: progress.step("queries", done, total),
    )
    result: dict[str, Any] = {
        "corpus": asdict(corpus.info),
        "depth": settings.depth,
        "first_stage": settings.first_stage,
        "engine": bench.cross_encoder().engine,
        "pipelines": [],
    }
    for stage in stages:
        evaluation = evaluate(runs[stage], corpus.qrels, depth=settings.depth)
        row = evaluation_values(evaluation, len(evaluation.by_query))
        if args.by_tag:
            row["by_tag"] = by_tag(evaluation, corpus.queries, "nDCG@10")
        result["pipelines"].append(row)
        if args.runs is not None:
            write_trec(runs[stage], args.runs / f"{stage}.run")
    return result


def show_evaluation(result: dict[str, Any]) -> list[str]:
    measures = [m for m in result["pipelines"][0] if m not in ("stage", "queries", "by_tag")]
    lines = [f"{'':15}" + "".join(f"{measure:>12}" for measure in measures)]
    for row in result["pipelines"]:
        lines.append(f"{row['stage']:15}" + "".join(f"{row[m]:12.4f}" for m in measures))
    for tag in result["pipelines"][0].get("by_tag", {}):
        cells = [row["by_tag"][tag]["nDCG@10"] for row in result["pipelines"]]
        n = result["pipelines"][0]["by_tag"][tag]["queries"]
        shown = "  ".join(
            f"{row['stage']} {cell:.4f}"
            for row, cell in zip(result["pipelines"], cells, strict=True)
        )
        lines.append(f"nDCG@10 {tag} ({n}): {shown}")
    return lines


def corpora_command(_: argparse.Namespace) -> list[dict[str, Any]]:
    return [asdict(entry) for entry in Workbench().corpora()]


def show_corpora(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        size = "not opened yet" if row["documents"] is None else f"{row['documents']:,} documents"
        gone = " (missing)" if row["missing"] else ""
        lines.append(f"{row['name']:24} {row['kind']:9} {size:18} {row['source']}{gone}")
    return lines


def models_command(args: argparse.Namespace) -> list[dict[str, Any]]:
    return [asdict(card) for card in Workbench().models(checksums=args.checksums)]


def show_models(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        here = "on this machine" if row["available"] else "not on this machine"
        size = f"{row['size_bytes'] / 1e6:.0f} MB, " if row["size_bytes"] else ""
        limit = f"{row['max_length']} tokens, " if row["max_length"] else ""
        lines.append(f"{row['name']}\n    {row['role']}, {size}{limit}{row['licence']}, {here}")
        lines.append(f"    {row['source']} ({row['revision']})\n    {row['note']}")
    return lines


def index_command(args: argparse.Namespace) -> dict[str, Any]:
    corpus, _ = opened(args, bench_of(args))
    return {
        "corpus": asdict(corpus.info),
        "queries": len(corpus.queries),
        "judgments": len(corpus.qrels),
        "warnings": list(corpus.warnings),
    }


def show_index(result: dict[str, Any]) -> list[str]:
    info = result["corpus"]
    return [
        f"{info['name']}: {info['documents']:,} documents, {result['queries']} queries, "
        f"{result['judgments']} judgments, fingerprint {info['fingerprint']}"
    ]


if __name__ == "__main__":
    sys.exit(main())
