"""The options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from commands.output import ProgressLine
from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import STAGES, CrossExamError
from engine.types.contradictory_judgments import CHOICE, RULES
from engine.types.ranker_names import is_encoder
from engine.types.registries.measures import MEASURES, PRIMARY, comparable
from engine.types.registries.rankers import usages
from engine.types.registries.search_parameters import PARAMETERS, Parameter
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from workbench.workbench import Workbench

PIPELINES = "bm25,bi-encoder,hybrid,cross-encoder"


def add_corpus(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add --corpus."""
    parser.add_argument(
        "--corpus", required=required, metavar="NAME|PATH", help="a name from 'corpora', or a path"
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
    for parameter in PARAMETERS:
        parser.add_argument(
            parameter.flag,
            dest=parameter.name,
            type=_type_of(parameter),
            choices=None if parameter.or_retriever else (parameter.values or None),
            default=parameter.default,
            metavar=parameter.metavar,
            help=parameter.flag_help,
        )
    parser.add_argument(
        "--reranker",
        "--ranker",
        action="append",
        default=[],
        metavar="NAME",
        help="an additional ranker, more than once if you like, written as one of "
        f"{usages()}; a MODEL is a hub name or a folder, a bi-encoder retrieves from the "
        "whole corpus on its own, and a run of another system is attached by “runs”",
    )


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings that the options of `add_settings` name."""
    values = {parameter.name: vars(args)[parameter.name] for parameter in PARAMETERS}
    return Settings.from_values(values, rerankers=tuple(args.reranker))


def _type_of(parameter: Parameter[Any]) -> Callable[[str], Any]:
    """What reads the option's text; that of what retrieves by its name is checked."""
    if not parameter.or_retriever:
        return parameter.kind

    def checked(text: str) -> str:
        try:
            parameter.check(text)
        except CrossExamError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return text

    return checked


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
        bench.model_setup.trust_code(trusted, ProgressLine().log)
    return bench


def opened(args: argparse.Namespace, bench: Workbench) -> tuple[Corpus, Searcher]:
    """The corpus of --corpus and a searcher of it; its warnings are printed."""
    progress = ProgressLine()
    corpus = bench.corpora.open(args.corpus)
    for warning in (*bench.corpora.warnings, *corpus.warnings):
        progress.log(f"warning: {warning}")
    searcher = bench.searchers.of(corpus, log=progress.log, on_progress=progress.update)
    return corpus, searcher


def embed_by(bench: Workbench, corpus: Corpus, names: Sequence[str]) -> None:
    """Embed the corpus by the additional bi-encoders among these, where that is not done."""
    progress = ProgressLine()
    for name in dict.fromkeys(names):
        if is_encoder(name):
            bench.indexes.additional_encoder(
                corpus, name, log=progress.log, on_progress=progress.update
            )


def add_measure(parser: argparse.ArgumentParser) -> None:
    """--measure, what differences are tested on; the help says what each measure is."""
    parser.add_argument(
        "--measure",
        choices=comparable(),
        default=PRIMARY.name,
        help=f"what runs are compared by, {PRIMARY.name} by default",
    )
    parser.epilog = "Measures: " + "; ".join(
        f"{measure.name}: {measure.definition}" for measure in MEASURES
    ).replace("%", "%%")
