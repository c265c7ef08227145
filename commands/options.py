"""The options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from commands.output import ProgressLine
from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.search.settings import DEFAULT_DEPTH, FUSIONS, Settings
from engine.search.stages.wordless import LAST, WORDLESS
from engine.types import BI_ENCODER, FIRST_STAGES, STAGES, CrossExamError
from engine.types.contradictory_judgments import CHOICE, RULES
from engine.types.ranker_names import is_encoder
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from workbench.workbench import Workbench

PIPELINES = "bm25,bi-encoder,hybrid,cross-encoder"


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """Add --corpus."""
    parser.add_argument(
        "--corpus", required=True, metavar="NAME|PATH", help="a name from 'corpora', or a path"
    )


def add_contradictions(parser: argparse.ArgumentParser, *, without: str) -> None:
    """Add --contradictions; `without` says what happens without it."""
    parser.add_argument(
        "--contradictions",
        choices=RULES,
        metavar="RULE",
        help=f"which grade counts where one pair is judged differently twice: {CHOICE} ({without})",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the settings of a search; `settings_of` reads them."""
    parser.add_argument("--depth", type=int, default=DEFAULT_DEPTH, help="candidates to rerank")
    parser.add_argument(
        "--first-stage",
        type=_first_stage,
        default=BI_ENCODER,
        metavar="STAGE",
        help=f"{', '.join(FIRST_STAGES)} (default: %(default)s), or bi-encoder:MODEL",
    )
    parser.add_argument("--fusion", choices=FUSIONS, default="rrf")
    parser.add_argument("--rrf-k", type=int, default=60)
    parser.add_argument("--hybrid-weight", type=float, default=0.5, help="the bi-encoder's share")
    parser.add_argument("--blend-weight", type=float, default=0.8, help="the cross-encoder's share")
    parser.add_argument(
        "--wordless",
        choices=WORDLESS,
        default=LAST,
        help="documents without a letter or digit: every reranker ranks them last (the default), "
        "or by score",
    )
    parser.add_argument(
        "--reranker",
        "--ranker",
        action="append",
        default=[],
        metavar="NAME",
        help="a further ranker beside the usual ones, more than once if you like: a model, "
        "a folder, cohere:MODEL, tei:http://HOST:PORT, llm-listwise:http://HOST/v1#MODEL; or "
        "bi-encoder:MODEL, which retrieves from the whole corpus on its own",
    )


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that the options of `add_settings` name."""
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


def _first_stage(name: str) -> str:
    """The stage of that name; argparse says what is wrong with another."""
    try:
        return Settings(first_stage=name).first_stage
    except CrossExamError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def unknown_pipelines(names: Sequence[str]) -> CrossExamError:
    """The error for stages that do not exist, or for none at all."""
    return CrossExamError(
        f"--pipelines names {', '.join(names) or 'nothing'}: give some of {', '.join(STAGES)}"
    )


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add the two models, and what they may do; `workbench_of` reads them."""
    parser.add_argument("--bi-encoder", default=DEFAULT_BI_ENCODER, metavar="NAME|FOLDER")
    parser.add_argument("--cross-encoder", default=DEFAULT_CROSS_ENCODER, metavar="NAME|FOLDER")
    parser.add_argument("--fetch", action="store_true", help="allow a download from the hub")
    parser.add_argument(
        "--trust-remote-code",
        action="append",
        default=[],
        metavar="NAME",
        help="let this model of the command run the Python code that it brings, with all your "
        "rights; kept until that code changes",
    )


def workbench_of(args: argparse.Namespace) -> Workbench:
    """A workbench with the models that the options of `add_models` name."""
    bench = Workbench(
        bi_encoder=args.bi_encoder, cross_encoder=args.cross_encoder, fetch=args.fetch
    )
    names = [args.bi_encoder, args.cross_encoder, *(getattr(args, "reranker", None) or [])]
    names += [args.teacher] if getattr(args, "teacher", None) else []
    for trusted in args.trust_remote_code:
        if trusted not in [name.partition("#")[0] for name in names]:
            raise CrossExamError(
                f"--trust-remote-code {trusted!r} names no model of this command: name it as it "
                f"is named in {', '.join(names)}"
            )
        bench.trust_code(trusted, ProgressLine().log)
    return bench


def opened(args: argparse.Namespace, bench: Workbench) -> tuple[Corpus, Searcher]:
    """The corpus of --corpus and a searcher of it; its warnings are printed."""
    progress = ProgressLine()
    corpus = bench.corpus(args.corpus)
    for warning in (*bench.library_warnings, *corpus.warnings):
        progress.log(f"warning: {warning}")
    searcher = bench.searcher(corpus, say=progress.log, on_progress=progress.update)
    return corpus, searcher


def embed_by(bench: Workbench, corpus: Corpus, names: Sequence[str]) -> None:
    """Embed the corpus by the additional bi-encoders among these, where that is not done."""
    progress = ProgressLine()
    for name in dict.fromkeys(names):
        if is_encoder(name):
            bench.further_encoder(corpus, name, say=progress.log, on_progress=progress.update)
