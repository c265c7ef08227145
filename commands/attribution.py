"""What `explain --method` computes and prints: a pair's score taken apart, word by word."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from commands.output import ProgressLine, unreadable_values, with_id
from corpora.stores.corpus import Corpus
from engine.explain.attribution_warnings import interaction_sentence, warnings_of
from engine.explain.faithfulness import Faithfulness, faithfulness
from engine.explain.pairwise import difference
from engine.explain.unreadable import pair_notices
from engine.search.stages.precision import both_logits
from engine.types import (
    BI_ENCODER,
    COSINE,
    LOGIT,
    Attribution,
    CountCallback,
    CrossExamError,
    Document,
    Explainable,
)
from engine.types.registries.explanation_methods import (
    ALL_PADDED,
    EMPTY_DOCUMENT,
    ExplanationMethod,
    ExplanationOptions,
    method_of_command,
    variants_of,
)
from workbench.registries.explanations import explain
from workbench.workbench import Workbench


def attribution_values(
    args: argparse.Namespace,
    corpus: Corpus,
    document: Document,
    bench: Workbench,
    progress: ProgressLine,
) -> dict[str, Any]:
    """What each word of the pair does to its score, by the method of --method."""
    method = asked_method(args)
    if method.explains == BI_ENCODER:
        return cosine_values(method, args, document, bench, progress)
    cross = bench.explainers.explained(explained_name(args), progress.log)
    explainer = bench.explainers.pair_explainer(progress.log, reranker=explained_name(args))

    def counted(what: str) -> CountCallback:
        return lambda done, total: progress.update(what, done, total)

    usual_baseline = ALL_PADDED if args.against else EMPTY_DOCUMENT
    baseline = (args.baseline or usual_baseline) if method.takes_baseline else ""
    options = ExplanationOptions(baseline, counted(method.unit))

    def explained(text: str) -> Attribution:
        return explain(method, explainer, args.query, text, options)

    attribution = explained(document.content)
    result: dict[str, Any] = {
        "query": args.query,
        "doc_id": document.doc_id,
        "title": document.title,
        "model": cross.name,
        **asdict(attribution),
        "warnings": [
            *warnings_of(attribution),
            *filter(None, [interaction_sentence(attribution)]),
        ],
        **labels_of(cross, args.query, document.content),
    }
    if args.against:
        rival = corpus.store.get([args.against])[0]
        other = difference(attribution, explained(rival.content))
        result["against"] = {
            "doc_id": rival.doc_id,
            "title": rival.title,
            **asdict(other),
            "explained": other.explained,
        }
    if args.faithfulness:
        pair = explainer.tokenized(args.query, document.content)
        check = faithfulness(
            attribution,
            pair.words("document"),
            lambda removals: explainer.scores(
                args.query, document.content, removals, on_progress=counted("checks")
            ),
        )
        result["faithfulness"] = check_values(check)
    result |= reading_values(bench, args.query, document, explained_name(args))
    result |= ranking_values(cross, args.query, document.content)
    return result


def asked_method(args: argparse.Namespace) -> ExplanationMethod:
    """The method of --method and, where it has several, of --variant."""
    method = method_of_command(args.method, args.variant)
    if method is None:
        variants = variants_of(args.method)
        raise CrossExamError(f"variant {args.variant!r}: give one of {', '.join(variants)}")
    return method


def cosine_values(
    method: ExplanationMethod,
    args: argparse.Namespace,
    document: Document,
    bench: Workbench,
    progress: ProgressLine,
) -> dict[str, Any]:
    """What moves the bi-encoder's cosine of the pair."""
    if args.against or args.reranker:
        raise CrossExamError(
            f"--method {args.method} explains the bi-encoder alone: leave --against and "
            "--reranker out"
        )
    explainer = bench.explainers.text_explainer(log=progress.log)
    pair = args.query, document.content

    def step(done: int, total: int) -> None:
        progress.update("words or steps", done, total)

    options = ExplanationOptions(on_progress=step)
    attribution = explain(method, explainer, *pair, options)
    result: dict[str, Any] = {
        "query": args.query,
        "doc_id": document.doc_id,
        "title": document.title,
        "model": bench.models.bi_encoder_name,
        "unit": COSINE,
        **asdict(attribution),
    }
    if args.faithfulness:
        result["faithfulness"] = check_values(
            faithfulness(
                attribution,
                explainer.words(document.content),
                lambda removals: explainer.scores(*pair, removals, on_progress=step),
                unit=COSINE,
            )
        )
    result |= reading_values(bench, args.query, document)
    return result


def ranking_values(cross: Explainable, query: str, text: str) -> dict[str, Any]:
    """The logit of the engine that ranks, beside the explained one; {} where they are one."""
    logit = cross.ranking_logit(query, text)
    return {} if logit is None else {"ranking": {"engine": cross.backend, "score": logit}}


def labels_of(cross: Explainable, query: str, text: str) -> dict[str, Any]:
    """Every label's score, where the model has several."""
    scores = [asdict(score) for score in cross.label_scores(query, text)]
    return {"labels": scores} if scores else {}


def reading_values(
    bench: Workbench, query: str, document: Document, reranker: str = ""
) -> dict[str, Any]:
    """What the models cannot read of a pair: counts, and in sentences."""
    of_query = bench.explainers.unreadable(query, reranker=reranker)
    of_document = bench.explainers.unreadable(document.content, reranker=reranker)
    return {
        "unreadable": {
            "query": unreadable_values(of_query),
            "document": unreadable_values(of_document),
        },
        "notices": pair_notices(of_query, {document.title or document.doc_id: of_document}),
    }


def explained_name(args: argparse.Namespace) -> str:
    """The one cross-encoder of --reranker, "" for that of every search."""
    names: list[str] = args.reranker or [""]
    if len(names) > 1:
        raise CrossExamError(f"--reranker is given {len(names)} times: one pair, one model")
    return names[0]


def check_values(check: Faithfulness) -> dict[str, Any]:
    """A faithfulness check as plain values."""
    return {
        **asdict(check),
        "beats_random": check.beats_random,
        "by_definition": check.is_by_definition,
        "sentence": check.sentence,
    }


def attribution_lines(result: dict[str, Any]) -> list[str]:
    """What `attribution_values` gives, to be read in a terminal."""
    rows = list(zip(result["segments"], result["words"], result["values"], strict=True))
    lines = [
        f"{result['query']!r} with {with_id(result)!r}: "
        f"{result.get('unit', LOGIT)} {result['score']:.3f}, {result['method']}"
    ]
    lines += ranking_lines(result)
    if result["baseline_score"] is not None:
        lines.append(
            f"baseline ({in_words(result['baseline'])}) {result['baseline_score']:.3f}, "
            f"residual {result['residual']:.1%}"
        )
    lines += result.get("warnings", [])
    for segment in ("query", "document"):
        strongest_rows = sorted(
            (row for row in rows if row[0] == segment), key=lambda row: -abs(row[2])
        )
        values_text = ", ".join(f"{word} {value:+.3f}" for _, word, value in strongest_rows[:12])
        lines.append(f"{segment:>9}: {values_text}")
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
    return [*lines, *label_lines(result), *result.get("notices", [])]


def in_words(baseline: str) -> str:
    """A baseline, said as what it is: [PAD] for every word of the document is no empty text."""
    return "[PAD] for the document's words" if baseline == EMPTY_DOCUMENT else baseline


def ranking_lines(result: dict[str, Any]) -> list[str]:
    """The explained score beside the one that ranks."""
    if "ranking" not in result:
        return []
    ranking = result["ranking"]
    return [both_logits(result["score"], ranking["score"], ranking["engine"])]


def label_lines(result: dict[str, Any]) -> list[str]:
    """A line for each label of a model that has several."""
    return [
        f"{row['label']:>14}  {row['probability']:6.1%}  logit {row['logit']:.3f}"
        f"{'  (ranks)' if row['ranks'] else ''}"
        for row in result.get("labels", [])
    ]
