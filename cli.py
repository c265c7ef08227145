"""CrossExam without a browser: the same engine, as text or with --json."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from commands.importing import add_import
from commands.inputs import STDIN, input_file
from commands.judging import add_judge, asked_of, judge_as_asked
from commands.judging_report import judged_lines
from commands.training import add_training
from commands.wording import FAILED, Parser, said, version
from corpora.indexes.index_backend import URI, EngineSettings
from corpora.judgments.grades import grades_from_text
from corpora.judgments.qrels import read_qrels_alone
from corpora.judgments.queries import read_queries
from corpora.readers.read_options import Reading
from corpora.stores.corpus import Corpus
from engine.explain.attribution_warnings import interaction_sentence, warnings_of
from engine.explain.explanation import as_values
from engine.explain.faithfulness import COSINE, LOGIT, Faithfulness, faithfulness
from engine.explain.pairwise import difference
from engine.explain.unreadable import pair_notices
from engine.quality.batch import run_queries
from engine.quality.evaluation import JUDGED_K, NDCG, by_tag, evaluate, write_trec
from engine.quality.runs.run_comparison import changes, run_agreement
from engine.quality.runs.run_export import runs_csv
from engine.quality.runs.run_notes import (
    check_queries,
    foreign_notes,
    irrelevant_note,
    judged_documents,
    missing_notes,
    passages_note,
    tie_notes,
    tied,
    unknown_notes,
)
from engine.quality.runs.trec_files import decoded, read_run_file
from engine.quality.significance import ALIKE, Difference, compare_values, corrected
from engine.search.movement import duration
from engine.search.searcher import Searcher
from engine.search.settings import DEFAULT_DEPTH, FUSIONS, Settings
from engine.search.stages.failure import passes_on
from engine.search.stages.precision import both_logits, precision_note
from engine.search.stages.wordless import LAST, WORDLESS, few_words, shift_notice
from engine.search.trace_json import ROUND, evaluation_values, trace_values
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    FIRST_STAGES,
    STAGES,
    Attribution,
    CrossExamError,
    Document,
    Evaluation,
    Run,
    Unreadable,
)
from engine.types.contradictory_judgments import CHOICE, RULES, WORDS
from engine.types.ranker_names import is_encoder, stage_of
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from models.trained import delete_trained, trained_folder
from system.storage import write_text_atomically
from workbench.workbench import Workbench

SHOWN = 10
METHODS = ("attention", "rollout", "attention-gradient", "ig", "occlusion")
COSINE_METHODS = ("cosine-occlusion", "cosine-jacobians")


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
    """Run one command; returns the exit status, 2 after an error and where a ranker failed."""
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
    failures = result.get("failures") or {} if isinstance(result, dict) else {}
    for stage, failure in failures.items():
        print(f"crossexam: {stage}: {' '.join(failure.split())}", file=sys.stderr)
    export_error = result.get("export_error") if isinstance(result, dict) else None
    if export_error:
        print(f"crossexam: {export_error}", file=sys.stderr)
    return FAILED if failures or export_error else 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = Parser(prog="cli.py", description=__doc__)
    top.add_argument("--version", action="version", version=f"CrossExam {version()}")
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
    explain.add_argument(
        "--method", choices=(*METHODS, *COSINE_METHODS), help="word by word; see docs/cli.md"
    )
    explain.add_argument(
        "--reranker",
        action="append",
        metavar="NAME",
        help="explain this cross-encoder: a name or folder, NAME#LABEL of several labels",
    )
    explain.add_argument(
        "--baseline",
        help="of integrated gradients: empty document (the default), pad (with --against), mask, "
        "unk",
    )
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
        help="stages, separated by commas (default: %(default)s); bi-encoder:MODEL is one too",
    )
    evaluation.add_argument("--runs", type=Path, metavar="OUT", help="folder for TREC run files")
    evaluation.add_argument("--by-tag", action="store_true", help="means by query tag too")
    add_models(evaluation)

    comparison = command("compare", compare_command, show_compare, "two run files")
    comparison.add_argument("run_a", type=Path, metavar="RUN_A")
    comparison.add_argument("run_b", type=Path, metavar="RUN_B")
    comparison.add_argument("--qrels", type=Path, required=True, metavar="FILE")
    add_contradictions(comparison, "without it they are refused")
    comparison.add_argument("--grades", metavar="WORD=N,…", help="what words in judgments mean")
    comparison.add_argument(
        "--queries", metavar="FILE", help="where judgments name queries by their texts, runs by ids"
    )
    comparison.add_argument("--recall-at", type=int, default=DEFAULT_DEPTH, metavar="K")

    judging = command("judge", judge_command, judged_lines, "grades that a cross-encoder proposes")
    add_corpus(judging)
    add_settings(judging)
    add_judge(judging)
    add_models(judging)

    add_training(command, Progress)
    command("corpora", corpora_command, show_corpora, "the corpora that can be opened by name")
    models = command("models", models_command, show_models, "the catalogue of models")
    models.add_argument("--checksums", action="store_true", help="read the weights' checksums")
    models.add_argument(
        "--measure", action="store_true", help="measure what runs them fastest, and keep that"
    )
    imports = add_import(command, Progress, bench_of)
    add_contradictions(imports, "--keep-good alone: none")
    add_models(imports)
    deletion = command("delete", delete_command, show_delete, "delete what is your own")
    deletion.add_argument("name")
    deletion.add_argument("--yes", action="store_true", help="do not ask")

    index = command("index", index_command, show_index, "index a corpus and remember it")
    add_corpus(index)
    add_models(index)
    index.add_argument(
        "--engine",
        choices=("local", "milvus", "auto"),
        help="what serves this corpus from now on; auto goes by its size",
    )
    index.add_argument(
        "--milvus-from", type=int, metavar="DOCUMENTS", help="remembered: Milvus from this size on"
    )
    index.add_argument(
        "--milvus-uri",
        metavar="ADDRESS",
        help=f"remembered: a cluster, or '' for files of this machine; {URI} goes before it",
    )
    return top


def add_corpus(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--corpus", required=True, metavar="NAME|PATH", help="a name from 'corpora', or a path"
    )


def add_contradictions(made: argparse.ArgumentParser, without: str) -> None:
    made.add_argument(
        "--contradictions",
        choices=RULES,
        metavar="RULE",
        help=f"which grade counts where one pair is judged differently twice: {CHOICE} ({without})",
    )


def add_settings(made: argparse.ArgumentParser) -> None:
    made.add_argument("--depth", type=int, default=DEFAULT_DEPTH, help="candidates to rerank")
    made.add_argument(
        "--first-stage",
        type=first_stage,
        default=BI_ENCODER,
        metavar="STAGE",
        help=f"{', '.join(FIRST_STAGES)} (default: %(default)s), or bi-encoder:MODEL",
    )
    made.add_argument("--fusion", choices=FUSIONS, default="rrf")
    made.add_argument("--rrf-k", type=int, default=60)
    made.add_argument("--hybrid-weight", type=float, default=0.5, help="the bi-encoder's share")
    made.add_argument("--blend-weight", type=float, default=0.8, help="the cross-encoder's share")
    made.add_argument(
        "--wordless",
        choices=WORDLESS,
        default=LAST,
        help="documents without a letter or digit: every reranker ranks them last (the default), "
        "or by score",
    )
    made.add_argument(
        "--reranker",
        "--ranker",
        action="append",
        default=[],
        metavar="NAME",
        help="a further ranker beside the usual ones, more than once if you like: a model, "
        "a folder, cohere:MODEL, tei:http://HOST:PORT, llm-listwise:http://HOST/v1#MODEL; or "
        "bi-encoder:MODEL, which retrieves from the whole corpus on its own",
    )


def first_stage(name: str) -> str:
    """The stage of that name; argparse tells what is wrong with another."""
    try:
        return Settings(first_stage=name).first_stage
    except CrossExamError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_models(made: argparse.ArgumentParser) -> None:
    made.add_argument("--bi-encoder", default=DEFAULT_BI_ENCODER, metavar="NAME|FOLDER")
    made.add_argument("--cross-encoder", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")
    made.add_argument("--fetch", action="store_true", help="allow a download from the hub")
    made.add_argument(
        "--trust-remote-code",
        action="append",
        default=[],
        metavar="NAME",
        help="let this model of the command run the Python code that it brings, with all your "
        "rights; kept until that code changes",
    )


def settings_of(args: argparse.Namespace) -> Settings:
    return Settings(
        depth=args.depth,
        first_stage=args.first_stage,
        fusion=args.fusion,
        rrf_k=args.rrf_k,
        hybrid_weight=args.hybrid_weight,
        blend_weight=args.blend_weight,
        wordless=args.wordless,
        rerankers=tuple(args.reranker),
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
    made = Workbench(bi_encoder=args.bi_encoder, cross_encoder=args.cross_encoder, fetch=args.fetch)
    named = [args.bi_encoder, args.cross_encoder, *(getattr(args, "reranker", None) or [])]
    named += [args.teacher] if getattr(args, "teacher", None) else []
    for name in args.trust_remote_code:
        if name not in [other.partition("#")[0] for other in named]:
            raise CrossExamError(
                f"--trust-remote-code {name!r} names no model of this command: name it as it is "
                f"named in {', '.join(named)}"
            )
        made.trust_code(name, Progress().say)
    return made


def opened(args: argparse.Namespace, bench: Workbench) -> tuple[Corpus, Searcher]:
    progress = Progress()
    corpus = bench.corpus(args.corpus)
    for warning in (*bench.library_warnings, *corpus.warnings):
        progress.say(f"warning: {warning}")
    searcher = bench.searcher(corpus, say=progress.say, on_progress=progress.step)
    return corpus, searcher


def embed_further(bench: Workbench, corpus: Corpus, names: Sequence[str]) -> None:
    """Embed the corpus by the further bi-encoders among these, where that is not done."""
    progress = Progress()
    for name in dict.fromkeys(names):
        if is_encoder(name):
            bench.further_encoder(corpus, name, say=progress.say, on_progress=progress.step)


def rank_command(args: argparse.Namespace) -> dict[str, Any]:
    args.query = said(args.query)
    settings = settings_of(args)
    needs_query(args.query)
    bench = bench_of(args)
    corpus, searcher = opened(args, bench)
    for name in (settings.first_stage, *settings.rerankers):
        try:
            embed_further(bench, corpus, [name])
        except BaseException as error:  # the pipeline meets it again, and says why
            if passes_on(error):
                raise
    progress = Progress()
    pipeline = searcher.pipeline(settings)
    for trace in pipeline.stream(args.query):
        if trace.to_score:
            progress.step(trace.scoring or CROSS_ENCODER, trace.scored, trace.to_score)
    values = trace_values(trace, searcher.store, depth=settings.depth, stages=pipeline.stages)
    return {
        **values,
        "embedding_truncated": searcher.embedding_cuts(trace),
        "engine": bench.cross_encoder().engine,
        "notices": [
            *searcher.reading_notices(trace),
            *filter(None, [precision_note(bench.cross_encoder().engine)]),
        ],
    }


def with_id(row: Mapping[str, Any]) -> str:
    """A document's id, with its title behind it where it has one."""
    return f"{row['doc_id']}  {row['title']}".rstrip()


def show_rank(result: dict[str, Any]) -> list[str]:
    lines = [f"{result['query']!r} in {result['corpus']['name']}"]
    for ranking in result["rankings"]:
        seconds = sum(t["seconds"] for t in result["timings"] if t["stage"] == ranking["stage"])
        measured = sum(
            t["measured_seconds"] for t in result["timings"] if t["stage"] == ranking["stage"]
        )
        before = f"; {duration(measured)} when its scores were computed" if measured else ""
        lines.append(f"\n{ranking['stage']} ({ranking['model']}, {duration(seconds)}{before})")
        for hit in ranking["hits"][:SHOWN]:
            lines.append(f"{hit['rank']:4} {hit['score']:9.4f}  {with_id(hit)}")
        if ranking["stage"] in result["failures"]:
            lines.append(f"     {result['failures'][ranking['stage']]}")
        elif not ranking["hits"]:
            lines.append("     no document shares a term with the query")
    lines += ["", *result["notices"]] if result["notices"] else []
    for stage, used in result["usage"].items():
        cost = "cost not known" if used["dollars"] is None else f"${used['dollars']:.6f}"
        lines.append(
            f"{stage}: {used['requests']} requests, {used['input_tokens']:,} tokens in, "
            f"{used['output_tokens']:,} out, {used['malformed']} answers not readable, {cost} "
            f"{used['price_note']}".rstrip()
        )
    return [*lines, f"\ntotal {duration(result['total_seconds'])}"]


def score_command(args: argparse.Namespace) -> dict[str, Any]:
    args.query, args.texts = said(args.query), [said(text) for text in args.texts]
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
    unreadable = {text: bench.unreadable(text) for text in [args.query, *args.texts]}
    notices = [notice] if notice else []
    notices += pair_notices(unreadable[args.query], {t: unreadable[t] for t in args.texts})
    query_vector = bi.encode([args.query], role="query")[0]
    vectors = bi.encode(args.texts, role="document")
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
                "unreadable": as_models(unreadable[text]),
            }
            for text, logit, cosine, tokens in zip(
                args.texts, logits, vectors @ query_vector, cut, strict=True
            )
        ],
        "query_unreadable": as_models(unreadable[args.query]),
        "notices": [
            *notices,
            *shift_notice(sum(few_words(text) for text in args.texts), cross.engine),
        ],
    }


def ranking_values(cross: CrossEncoder | AutoCrossEncoder, query: str, text: str) -> dict[str, Any]:
    """The logit of the engine that ranks, beside the explained one; {} where they are one."""
    if isinstance(cross, AutoCrossEncoder):
        return {}
    return {"ranking": {"engine": cross.engine, "score": cross.score_all(query, [text])[0]}}


def as_models(found: Mapping[str, Unreadable]) -> dict[str, Any]:
    """What each model cannot read, by its name, as plain values."""
    return {name.removeprefix("the "): asdict(each) for name, each in found.items()}


def reading_values(
    bench: Workbench, query: str, document: Document, reranker: str = ""
) -> dict[str, Any]:
    """What the models cannot read of a pair: counts, and in sentences."""
    asked = bench.unreadable(query, reranker=reranker)
    found = bench.unreadable(document.content, reranker=reranker)
    return {
        "unreadable": {"query": as_models(asked), "document": as_models(found)},
        "notices": pair_notices(asked, {document.title or document.doc_id: found}),
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
    args.query = said(args.query)
    bench, progress = bench_of(args), Progress()
    corpus = bench.corpus(args.corpus)
    document = corpus.store.get([args.doc_id])[0]
    if args.method is None and (args.against or args.faithfulness):
        raise CrossExamError("--against and --faithfulness need a --method, for example ig")
    if args.method is not None:
        return attribution_values(args, corpus, document, bench, progress)
    cross = bench.explained(explained_name(args), progress.say)
    layer = None if args.layer is None else args.layer - 1
    head = None if args.head is None else args.head - 1
    values = as_values(cross.attention(args.query, document.content), layer, head)
    head_values = {"query": args.query, "doc_id": document.doc_id, "title": document.title}
    labels = labels_of(cross, args.query, document.content)
    reading = reading_values(bench, args.query, document, explained_name(args))
    reading |= ranking_values(cross, args.query, document.content)
    return {**head_values, "model": cross.name, **values, **labels, **reading}


def explained_name(args: argparse.Namespace) -> str:
    names: list[str] = args.reranker or [""]
    if len(names) > 1:
        raise CrossExamError(f"--reranker is given {len(names)} times: one pair, one model")
    return names[0]


def labels_of(cross: CrossEncoder | AutoCrossEncoder, query: str, text: str) -> dict[str, Any]:
    """Every label's score, where the model has several."""
    if not isinstance(cross, AutoCrossEncoder) or len(cross.recipe.labels) < 2:
        return {}
    return {"labels": [asdict(score) for score in cross.label_scores(query, text)]}


def attribution_values(
    args: argparse.Namespace,
    corpus: Corpus,
    document: Document,
    bench: Workbench,
    progress: Progress,
) -> dict[str, Any]:
    if args.method in COSINE_METHODS:
        return cosine_values(args, document, bench, progress)
    cross = bench.explained(explained_name(args), progress.say)
    explainer = bench.pair_explainer(progress.say, reranker=explained_name(args))

    def told(what: str) -> Callable[[int, int], None]:
        return lambda done, total: progress.step(what, done, total)

    def explained(text: str) -> Attribution:
        match args.method:
            case "ig":
                baseline = args.baseline or ("pad" if args.against else "empty document")
                return explainer.integrated_gradients(
                    args.query, text, baseline=baseline, on_progress=told("steps")
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
        "model": cross.name,
        **asdict(found),
        "warnings": [*warnings_of(found), *filter(None, [interaction_sentence(found)])],
        **labels_of(cross, args.query, document.content),
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
        result["faithfulness"] = check_values(check)
    result |= reading_values(bench, args.query, document, explained_name(args))
    result |= ranking_values(cross, args.query, document.content)
    return result


def cosine_values(
    args: argparse.Namespace, document: Document, bench: Workbench, progress: Progress
) -> dict[str, Any]:
    """What moves the bi-encoder's cosine of the pair."""
    if args.against or args.reranker:
        raise CrossExamError(
            f"--method {args.method} explains the bi-encoder alone: leave --against and "
            "--reranker out"
        )
    explainer = bench.text_explainer(say=progress.say)
    pair = args.query, document.content

    def step(done: int, total: int) -> None:
        progress.step("words or steps", done, total)

    explain = (
        explainer.occlusion if args.method == "cosine-occlusion" else explainer.integrated_jacobians
    )
    found = explain(*pair, on_progress=step)
    result: dict[str, Any] = {
        "query": args.query,
        "doc_id": document.doc_id,
        "title": document.title,
        "model": bench.bi_encoder_name,
        "unit": COSINE,
        **asdict(found),
    }
    if args.faithfulness:
        result["faithfulness"] = check_values(
            faithfulness(
                found,
                explainer.words(document.content),
                lambda removals: explainer.scores(*pair, removals, on_progress=step),
                unit=COSINE,
            )
        )
    result |= reading_values(bench, args.query, document)
    return result


def check_values(check: Faithfulness) -> dict[str, Any]:
    return {
        **asdict(check),
        "beats_random": check.beats_random,
        "by_definition": check.is_by_definition,
        "sentence": check.sentence,
    }


def show_attribution(result: dict[str, Any]) -> list[str]:
    rows = list(zip(result["segments"], result["words"], result["values"], strict=True))
    lines = [
        f"{result['query']!r} with {with_id(result)!r}: "
        f"{result.get('unit', LOGIT)} {result['score']:.3f}, {result['method']}"
    ]
    lines += show_ranking(result)
    if result["baseline_score"] is not None:
        lines.append(
            f"baseline ({in_words(result['baseline'])}) {result['baseline_score']:.3f}, "
            f"residual {result['residual']:.1%}"
        )
    lines += result.get("warnings", [])
    for segment in ("query", "document"):
        named = sorted((row for row in rows if row[0] == segment), key=lambda row: -abs(row[2]))
        words = ", ".join(f"{word} {value:+.3f}" for _, word, value in named[:12])
        lines.append(f"{segment:>9}: {words}")
    if "against" in result:
        against = result["against"]
        lines.append(
            f"above {with_id(against)!r} by {against['gap']:.3f}; the words "
            f"and baselines explain {against['explained']:.3f} of it"
        )
    if "faithfulness" in result:
        lines.append(result["faithfulness"]["sentence"])
        if result["faithfulness"]["by_definition"]:
            lines.append(
                "taking words away is what defines leave-one-out: this check favours it by "
                "construction"
            )
    return [*lines, *show_labels(result), *result.get("notices", [])]


def show_ranking(result: dict[str, Any]) -> list[str]:
    if "ranking" not in result:
        return []
    ranking = result["ranking"]
    return [both_logits(result["score"], ranking["score"], ranking["engine"])]


def show_labels(result: dict[str, Any]) -> list[str]:
    return [
        f"{row['label']:>14}  {row['probability']:6.1%}  logit {row['logit']:.3f}"
        f"{'  (ranks)' if row['ranks'] else ''}"
        for row in result.get("labels", [])
    ]


def show_explain(result: dict[str, Any]) -> list[str]:
    if "method" in result:
        return show_attribution(result)
    lines = [
        f"{result['query']!r} with {with_id(result)!r}: logit {result['score']:.3f}",
        *show_ranking(result),
        f"layer {result['layer'] or 'mean of all'}, head {result['head'] or 'mean of all'}",
        "\nwhere each query token looks in the document (share of its attention):",
    ]
    for token, row in zip(result["query_tokens"], result["query_to_doc"], strict=True):
        best = sorted(range(len(row)), key=lambda i: -row[i])[:5]
        seen = ", ".join(f"{result['doc_tokens'][i]} {row[i]:.1%}" for i in best)
        lines.append(f"  {token:>14}  {seen}")
    crossing, special = result["query_mass"]["document"], result["query_mass"]["special"]
    lines.append(f"\n{crossing:.1%} of the query's attention goes to the document, {special:.1%}")
    lines[-1] += " to special tokens. Attention is where heads look, not the cause of a score."
    return [*lines, *show_labels(result), *result["notices"]]


def evaluate_command(args: argparse.Namespace) -> dict[str, Any]:
    settings = settings_of(args)
    stages = [name.strip() for name in args.pipelines.split(",") if name.strip()]
    unknown = [name for name in stages if name not in STAGES and not is_encoder(name)]
    if unknown or not stages:
        raise CrossExamError(
            f"--pipelines names {', '.join(unknown) or 'nothing'}: give some of {', '.join(STAGES)}"
        )
    stages += [stage_of(name) for name in settings.rerankers]
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
    embed_further(bench, corpus, [settings.first_stage, *stages])
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
        "notices": [],
        "pipelines": [],
    }
    evaluations = {}
    for stage in stages:
        evaluation = evaluations[stage] = evaluate(
            runs[stage], corpus.qrels, depth=settings.depth, asked=runs[stage].rankings
        )
        result["notices"] += missing_notes(evaluation, stage)
        row = evaluation_values(evaluation, len(evaluation.by_query))
        row["missing"] = list(evaluation.missing)
        if args.by_tag:
            row["by_tag"] = by_tag(evaluation, corpus.queries, "nDCG@10")
        result["pipelines"].append(row)
    result["notices"] += irrelevant_note(next(iter(evaluations.values())))
    if corpus.split:
        result["notices"] += passages_note(runs.values(), settings.depth)
    result["comparisons"] = [difference_values(d) for d in differences_of(evaluations)]
    if args.runs is not None:
        result |= written(args.runs, [runs[stage] for stage in stages])
    return result


def written(folder: Path, runs: Sequence[Run]) -> dict[str, Any]:
    """The files of the runs, TREC's and one CSV; an error waits until the figures are told."""
    files: list[str] = []
    # A stage's name may hold a path.
    renamed = [replace(run, name=re.sub(r"[^A-Za-z0-9.-]+", "-", run.name)) for run in runs]
    try:
        for run in renamed:
            write_trec(run, folder / f"{run.name}.run")
            files.append(str(folder / f"{run.name}.run"))
        write_text_atomically(folder / "runs.csv", runs_csv(renamed))
        files.append(str(folder / "runs.csv"))
    except (OSError, CrossExamError) as error:
        told = error.strerror if isinstance(error, OSError) else str(error)
        return {"files": files, "export_error": f"--runs {folder}: {told}"}
    return {"files": files}


def differences_of(evaluations: Mapping[str, Evaluation]) -> list[Difference]:
    """nDCG@10 of each later run minus each earlier one, with Holm's correction over all."""
    return corrected(
        [
            compare_values(
                {q: values[NDCG] for q, values in evaluations[left].by_query.items()},
                {q: values[NDCG] for q, values in evaluations[right].by_query.items()},
                names=(left, right),
                measure=NDCG,
            )
            for left, right in combinations(evaluations, 2)
        ]
    )


def difference_values(found: Difference) -> dict[str, Any]:
    """A difference as plain values."""
    return {**asdict(found), "interval": list(found.interval), "sentence": found.sentence}


def show_evaluation(result: dict[str, Any]) -> list[str]:
    aside = ("stage", "queries", "missing", "by_tag")
    measures = [m for m in result["pipelines"][0] if m not in aside]
    width = max(15, *(len(row["stage"]) + 1 for row in result["pipelines"]))
    lines = [*result["notices"], *([""] if result["notices"] else [])]
    lines.append(f"{'':{width}}" + "".join(f"{measure:>12}" for measure in measures))
    for row in result["pipelines"]:
        lines.append(f"{row['stage']:{width}}" + "".join(f"{row[m]:12.4f}" for m in measures))
    for tag in result["pipelines"][0].get("by_tag", {}):
        cells = [row["by_tag"][tag]["nDCG@10"] for row in result["pipelines"]]
        n = result["pipelines"][0]["by_tag"][tag]["queries"]
        shown = "  ".join(
            f"{row['stage']} {cell:.4f}"
            for row, cell in zip(result["pipelines"], cells, strict=True)
        )
        lines.append(f"nDCG@10 {tag} ({n}): {shown}")
    return [*lines, *shown_differences(result["comparisons"])]


def shown_differences(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    names = [f"{row['right']} against {row['left']}" for row in rows]
    width = max(len(name) for name in names)
    lines = [f"{name:{width}}  {row['sentence']}" for name, row in zip(names, rows, strict=True)]
    return ["", *lines]


def judge_command(args: argparse.Namespace) -> dict[str, Any]:
    settings, bench = settings_of(args), bench_of(args)
    asked = asked_of(args, settings, bench.cross_encoder_name)
    corpus, searcher = opened(args, bench)
    return judge_as_asked(args, asked, bench, corpus, searcher, Progress().step)


def compare_command(args: argparse.Namespace) -> dict[str, Any]:
    paths = [args.run_a, args.run_b]
    with ExitStack() as stack:
        if [*map(str, paths), str(args.qrels), args.queries].count(STDIN) > 1:
            raise CrossExamError("- stands for standard input, which can be read once: name files")
        files = [input_file(str(path), stack, lines=True) for path in (*paths, args.qrels)]
        first, second, judged = (file for file in files if file is not None)
        reading = Reading(contradictions=args.contradictions)
        asked = input_file(args.queries, stack, lines=True)
        queries = read_queries(asked, reading) if asked is not None else ()
        grades = grades_from_text(args.grades or "")
        qrels = read_qrels_alone(judged, reading, grades, queries)
        read = [read_run_file(text_of(file), str(file)) for file in (first, second)]
    before, after = (file.run for file in read)
    check_queries((before, after), qrels, "--queries" if asked is None else "")
    contradictory = reading.contradictions_count
    pair = {"A": before, "B": after}
    evaluations = {name: evaluate(run, qrels, depth=args.recall_at) for name, run in pair.items()}
    found = changes(before, after, (evaluations["A"], evaluations["B"]), qrels)
    (difference,) = differences_of(evaluations)
    notices = [
        *(note for file in read for note in file.notes),
        *reading.notes,
        *(
            note
            for name, run in pair.items()
            for note in foreign_notes(run, judged_documents(qrels), name, str(args.qrels))
        ),
        *(note for name in pair for note in missing_notes(evaluations[name], name)),
        *(note for name in pair for note in unknown_notes(evaluations[name], name)),
        *irrelevant_note(evaluations["A"]),
        *(note for name, run in pair.items() for note in tie_notes(run, name)),
    ]
    rows = [
        {
            "run": name,
            "file": str(path),
            "name": run.name,
            "queries": len(evaluations[name].by_query),
            "missing": list(evaluations[name].missing),
            "unknown": list(evaluations[name].unknown),
            "ties": tied(run),
            **{measure: round(value, ROUND) for measure, value in evaluations[name].mean.items()},
            f"judged@{JUDGED_K}": round(evaluations[name].judged_at_k, ROUND),
        }
        for path, (name, run) in zip(paths, pair.items(), strict=True)
    ]
    return {
        "contradictory_judgments": contradictory,
        "contradictions_rule": args.contradictions,
        "notices": notices,
        "without_relevant": list(evaluations["A"].irrelevant),
        "runs": rows,
        **difference_values(difference),
        "agreement": asdict(run_agreement(before, after)),
        "queries": [{**asdict(change), "difference": change.difference} for change in found],
    }


def in_words(baseline: str) -> str:
    """A baseline, said as what it is: [PAD] for every word of the document is no empty text."""
    return "[PAD] for the document's words" if baseline == "empty document" else baseline


def show_compare(result: dict[str, Any]) -> list[str]:
    aside = ("run", "file", "name", "queries", "missing", "unknown", "ties")
    measures = [m for m in result["runs"][0] if m not in aside]
    lines = [*result["notices"], *([""] if result["notices"] else [])]
    lines.append(f"{'':26}" + "".join(f"{measure:>12}" for measure in measures))
    for row in result["runs"]:
        name = f"{row['run']} {row['name']}"[:26]
        lines.append(f"{name:26}" + "".join(f"{row[m]:12.4f}" for m in measures))
    if result["contradictory_judgments"]:
        n = result["contradictory_judgments"]
        told = f"{n:,} of the pairs {'is' if n == 1 else 'are'} judged differently twice"
        lines.append(f"\n{told}: {WORDS[result['contradictions_rule']]}")
    agreed = result["agreement"]
    tau = "none"
    if agreed["tau"] is not None:
        tau = f"{agreed['tau']:.3f} (n = {agreed['tau_queries']})"
    lines += [
        "",
        f"B against A: {result['sentence']}",
        f"agreement over {agreed['queries']} "
        f"{'query' if agreed['queries'] == 1 else 'queries'}: Kendall's tau {tau}, "
        f"RBO {agreed['rbo']:.3f}, overlap@10 {agreed['overlap']:.3f}",
    ]
    changed = [row for row in result["queries"] if abs(row["difference"]) > ALIKE]
    for title, found in (
        ("lost most", [row for row in changed if row["difference"] < 0][:5]),
        ("won most", [row for row in reversed(changed) if row["difference"] > 0][:5]),
    ):
        if found:
            lines.append(f"\n{title} (query, A, B, first relevant rank in A and B):")
        for row in found:
            first = f"{row['first_before'] or '-'} to {row['first_after'] or '-'}"
            lines.append(
                f"  {row['query_id'][:32]:32} {row['before']:.4f} {row['after']:.4f}  {first}"
            )
    return lines


def text_of(path: Path) -> str:
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise CrossExamError(f"{path}: {error.strerror}: give a file that can be read") from error


def corpora_command(_: argparse.Namespace) -> list[dict[str, Any]]:
    bench = Workbench()
    entries = [asdict(entry) for entry in bench.corpora()]
    for warning in bench.library_warnings:
        Progress().say(f"warning: {warning}")
    return entries


def show_corpora(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        size = "not opened yet" if row["documents"] is None else f"{row['documents']:,} documents"
        gone = " (missing)" if row["missing"] else ""
        lines.append(f"{row['name']:24} {row['kind']:9} {size:18} {row['source']}{gone}")
    return lines


def models_command(args: argparse.Namespace) -> list[dict[str, Any]]:
    bench = Workbench()
    if args.measure:
        bench.measure_engines(on_progress=Progress().step)
    return [asdict(card) for card in bench.models(checksums=args.checksums)]


def show_models(result: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in result:
        here = "on this machine" if row["available"] else "not on this machine"
        size = f"{row['size_bytes'] / 1e6:.0f} MB, " if row["size_bytes"] else ""
        limit = f"{row['max_length']} tokens, " if row["max_length"] else ""
        lines.append(f"{row['name']}\n    {row['role']}, {size}{limit}{row['licence']}, {here}")
        lines.append(f"    {row['source']} ({row['revision']})\n    {row['note']}")
        if row["engine"] is not None:
            lines += engine_lines(row["engine"])
    return lines


def engine_lines(choice: dict[str, Any]) -> list[str]:
    lines = [f"    runs by {choice['engine']}: {choice['reason']}"]
    for row in choice["figures"]:
        told = f"{row['per_second']:7.1f} {choice['unit']}/s" if row["per_second"] else f"{'':13}"
        apart = row["note"] or f"at most {row['difference']:.4f} from fp32 torch"
        lines.append(f"      {row['label']:18} {told}  {apart}")
    return lines


def delete_command(args: argparse.Namespace) -> dict[str, Any]:
    if not args.yes:
        if not sys.stdin.isatty():
            raise CrossExamError(f"delete {args.name!r}, its files and embeddings? Say --yes")
        print(f"Delete {args.name!r}, its files and embeddings? [y/N] ", end="", file=sys.stderr)
        if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
            raise CrossExamError("nothing was deleted")
    if trained_folder(args.name) is not None:
        delete_trained(args.name)
    else:
        Workbench().delete_corpus(args.name)
    return {"deleted": args.name}


def show_delete(result: dict[str, Any]) -> list[str]:
    return [f"{result['deleted']} is deleted"]


def index_command(args: argparse.Namespace) -> dict[str, Any]:
    bench = bench_of(args)
    keep_engine(args, bench)
    corpus, _ = opened(args, bench)
    bench.remember(corpus, args.corpus)
    return {
        "corpus": asdict(corpus.info),
        "engine": asdict(bench.serving(corpus)),
        "queries": len(corpus.queries),
        "judgments": len(corpus.qrels),
        "warnings": list(corpus.warnings),
    }


def keep_engine(args: argparse.Namespace, bench: Workbench) -> None:
    """Remember what was said about the engine, once all of it is checked."""
    kept = bench.engine_settings(environment=False)
    size = kept.milvus_from if args.milvus_from is None else args.milvus_from
    address = kept.address if args.milvus_uri is None else args.milvus_uri.strip()
    EngineSettings(size, address)
    corpus = bench.corpus(args.corpus) if args.engine is not None else None
    if (size, address) != (kept.milvus_from, kept.address):
        bench.change_engine_settings(milvus_from=size, address=address)
    if corpus is not None:
        bench.choose_engine(corpus, None if args.engine == "auto" else args.engine)


def show_index(result: dict[str, Any]) -> list[str]:
    info, engine = result["corpus"], result["engine"]
    names = {"local": "this process", "milvus": engine["address"] or "a file of Milvus Lite"}
    return [
        f"{info['name']}: {info['documents']:,} documents, {result['queries']} queries, "
        f"{result['judgments']} judgments, fingerprint {info['fingerprint']}",
        f"served by {names[engine['engine']]} ({engine['reason']})",
    ]


if __name__ == "__main__":
    sys.exit(main())
