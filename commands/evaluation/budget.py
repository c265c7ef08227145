"""The command `budget`: what of a ranking reaches a language model within a token budget."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import Any

from commands.command import Command
from commands.evaluation.judged_set import judged_set
from commands.inputs import checked_query, text_argument
from commands.options import (
    PIPELINES,
    add_corpus,
    add_models,
    add_settings,
    opened,
    settings_of,
    unknown_pipelines,
    workbench_of,
)
from engine.quality.budget.budget_report import budget_report, budget_sentence, listed_ids
from engine.quality.passage_judgments import grades_of
from engine.quality.pipelines import stage_pipelines
from engine.search.budget.filling import change_sentence, checked_budget, continued, filled
from engine.types import CROSS_ENCODER, STAGES, CrossExamError
from engine.types.quality.contexts import (
    RULE,
    TOKENIZERS,
    USUAL_TOKENS,
    ContextChange,
    FilledContext,
)
from engine.types.ranker_names import retrieves, stage_of
from engine.types.wording.numbers import signed
from workbench.workbench import Workbench


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", nargs="?", help="one query; without it all judged queries of the corpus"
    )
    add_corpus(parser)
    parser.add_argument(
        "--tokens",
        type=int,
        default=USUAL_TOKENS,
        metavar="N",
        help="the budget (%(default)s unless said)",
    )
    parser.add_argument(
        "--tokenizer",
        choices=list(TOKENIZERS),
        default=CROSS_ENCODER,
        help="whose tokens are counted (default: %(default)s); characters divides them by 4, an "
        "estimate",
    )
    parser.add_argument(
        "--pipelines",
        default=PIPELINES,
        help="stages over the query set, separated by commas (default: %(default)s); the first is "
        "what the others are held against",
    )
    add_settings(parser)
    add_models(parser)


def _budget(args: argparse.Namespace) -> dict[str, Any]:
    checked_budget(args.tokens)
    bench = workbench_of(args)
    result: dict[str, Any] = {"rule": RULE, "tokens": args.tokens, "tokenizer": args.tokenizer}
    of_query = args.query is not None
    return {**result, **(_of_query(args, bench) if of_query else _of_set(args, bench))}


def _of_query(args: argparse.Namespace, bench: Workbench) -> dict[str, Any]:
    """One query: the first stage's context, and that of the reranked list."""
    query = checked_query(text_argument(args.query))
    settings = replace(settings_of(args), rerankers=())
    corpus, searcher = opened(args, bench)
    trace = searcher.pipeline(settings, [CROSS_ENCODER]).run(query)
    before, reranked = trace.ranking(settings.first_stage), trace.ranking(CROSS_ENCODER)
    if before is None or reranked is None:
        raise CrossExamError(f"{query!r} has no ranking of {settings.first_stage} in this corpus")
    after = continued(reranked, before)
    ids = list(dict.fromkeys([*before.ids(), *after.ids()]))
    listed = corpus.store.get(ids)
    held_ids = [document.doc_id for document in listed if document.held]
    tokens = bench.tokens.document_lengths(corpus.store, held_ids, args.tokenizer)
    known_query = corpus.query_for_text(query)
    judgments = corpus.judgments(known_query.query_id) if known_query else {}
    grades = grades_of(listed, judgments)
    change = ContextChange(
        filled(before, tokens, args.tokens, grades), filled(after, tokens, args.tokens, grades)
    )
    names = before.stage, after.stage
    return {
        "corpus": asdict(corpus.info),
        "query": query,
        "sentence": change_sentence(change, names, judged=bool(judgments)),
        "contexts": [_context_values(context) for context in (change.before, change.after)],
        "entered": [passage.doc_id for passage in change.entered],
        "left": [passage.doc_id for passage in change.left],
    }


def _context_values(context: FilledContext) -> dict[str, Any]:
    return {
        "stage": context.stage,
        "fitting": context.fitting,
        "tokens_used": context.tokens,
        "relevant": context.relevant,
        "list_ends_first": context.all_fits,
        "passages": [
            {**asdict(passage), "fits": place < context.fitting}
            for place, passage in enumerate(context.passages)
        ],
    }


def _of_set(args: argparse.Namespace, bench: Workbench) -> dict[str, Any]:
    """The judged queries: recall at the budget for each pipeline."""
    settings = settings_of(args)
    stages = [name.strip() for name in args.pipelines.split(",") if name.strip()]
    unknown = [name for name in stages if name not in STAGES and not retrieves(name)]
    if unknown or not stages:
        raise unknown_pipelines(unknown)
    stages += [stage_of(name) for name in settings.rerankers]
    specs = stage_pipelines(stages, settings, bench.models.cross_encoder_name)
    judged = judged_set(args, bench, list(specs.values()))
    tokens = bench.tokens.document_lengths(
        judged.corpus.store, listed_ids(list(specs.values()), judged.gathered), args.tokenizer
    )
    report = budget_report(
        specs,
        judged.gathered,
        judged.corpus.qrels,
        tokens,
        budget=args.tokens,
        baseline=stages[0],
        tokenizer=args.tokenizer,
    )
    return {
        "corpus": asdict(judged.corpus.info),
        "depth": settings.depth,
        "sentence": budget_sentence(report),
        "baseline": report.baseline,
        "queries": report.queries,
        "listed": report.listed,
        "pipelines": [asdict(row) for row in report.rows],
        "curves": [asdict(curve) for curve in report.curves],
    }


def _lines(result: dict[str, Any]) -> list[str]:
    if "contexts" in result:
        lines = [result["sentence"]]
        for context in result["contexts"]:
            lines.append(f"\n{context['stage']}: {context['tokens_used']:,} tokens used")
            lines += [
                f"{passage['rank']:4} {passage['tokens']:6,} tokens  {passage['doc_id']}"
                + ("" if passage["grade"] is None else f"  judged {passage['grade']}")
                for passage in context["passages"][: context["fitting"]]
            ]
        return [*lines, "", result["rule"]]
    lines = [
        result["sentence"],
        "",
        f"{'':15}{'recall':>8}{'difference':>12}{'relevant':>10}{'passages':>10}{'tokens':>9}",
    ]
    for row in result["pipelines"]:
        difference = "" if row["difference"] is None else signed(row["difference"]["value"], 3)
        lines.append(
            f"{row['name']:15}{row['recall']:>8.4f}{difference:>12}{row['relevant']:>10.2f}"
            f"{row['passages']:>10.1f}{row['tokens']:>9,.0f}"
        )
    return [*lines, "", result["rule"]]


BUDGET = Command("budget", "what of a ranking fits into a token budget", _budget, _lines, _options)
