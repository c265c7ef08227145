"""The commands that search: `rank` a corpus for a query, `score` any texts against one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
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
from commands.output import SHOWN, ProgressLine, unreadable_values, with_id
from engine.explain.unreadable import pair_notices
from engine.search.export.ranking_files import RankingExport
from engine.search.movement import duration
from engine.search.precision.near_ties import NEAR_TIE
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import few_words, shift_notice
from engine.search.stages.failure import passes_on
from engine.search.stages.precision import precision_note
from engine.search.trace_json import trace_values
from engine.types import BLEND, CROSS_ENCODER, STAGES, CrossExamError
from engine.types.ranker_names import is_attached, stage_of
from system.storage import write_text_atomically
from workbench.search.ranking_export import ranking_export

WHOLE = (".csv", ".json")  # these hold every stage
EXPORTED = (*WHOLE, ".trec", ".run")


def _rank_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    add_corpus(parser)
    add_settings(parser)
    add_models(parser)
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="write the rankings to FILE.csv or FILE.json, or one as a TREC run to FILE.trec",
    )
    parser.add_argument(
        "--export-stage",
        default=CROSS_ENCODER,
        metavar="STAGE",
        help="whose ranking a TREC run holds (%(default)s unless said); no other is ranked but "
        "what that needs",
    )


def _export(file: Path, stage: str, export: RankingExport, stages: Sequence[str]) -> dict[str, Any]:
    """The file that was written; an error waits until the rankings are printed."""
    shown = [name for name in stages if name != BLEND]  # as the app's columns begin
    try:
        match file.suffix.lower():
            case ".csv":
                text = export.csv(shown, export.settings.first_stage)
            case ".json":
                text = export.json(shown)
            case _:
                text = export.trec(stage)
        write_text_atomically(file, text)
    except (OSError, CrossExamError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return {"export_error": f"--export {file}: {reason}"}
    return {"exported": str(file)}


def _stages(args: argparse.Namespace, settings: Settings) -> list[str] | None:
    """What is to be ranked: the one stage of a TREC run, else None for all of them."""
    offered = (*STAGES, *map(stage_of, settings.rerankers))
    if args.export is None or args.export.suffix.lower() in WHOLE:
        return None
    return [args.export_stage] if args.export_stage in offered else None  # refused once printed


def _rank(args: argparse.Namespace) -> dict[str, Any]:
    query = text_argument(args.query)
    if args.export is not None and args.export.suffix.lower() not in EXPORTED:
        raise CrossExamError(
            f"--export {args.export} ends in no known format: name a file that ends in "
            f"{', '.join(EXPORTED)}"
        )
    settings = settings_of(args)
    checked_query(query)
    bench = workbench_of(args)
    corpus, searcher = opened(args, bench)
    pipeline = searcher.pipeline(settings, _stages(args, settings))
    for name in pipeline.stages:
        try:
            embed_by(bench, corpus, [name])
        except BaseException as error:  # the pipeline meets it again, and says why
            if passes_on(error):
                raise
    progress = ProgressLine()
    for trace in pipeline.stream(query):
        if trace.to_score:
            progress.update(trace.scoring or CROSS_ENCODER, trace.scored, trace.to_score)
    values = trace_values(trace, searcher.store, depth=settings.depth, stages=pipeline.stages)
    reranked = trace.ranking(CROSS_ENCODER)
    precision = reranked.precision if reranked is not None else None
    precision = precision or bench.models.cross_encoder().precision
    backend = bench.models.cross_encoder().backend if precision is None else precision.backend
    return {
        **values,
        "embedding_truncated": searcher.embedding_cuts(trace),
        "engine": backend,
        "notices": [
            *searcher.reading_notices(trace),
            *filter(None, [precision_note(precision) if reranked is not None else None]),
        ],
        **(
            _export(
                args.export,
                args.export_stage,
                ranking_export(bench, corpus, searcher, trace, settings),
                pipeline.stages,
            )
            if args.export is not None
            else {}
        ),
    }


def _rank_lines(result: dict[str, Any]) -> list[str]:
    lines = [f"{result['query']!r} in {result['corpus']['name']}"]
    for ranking in result["rankings"]:
        seconds = sum(
            timing["seconds"] for timing in result["timings"] if timing["stage"] == ranking["stage"]
        )
        measured_seconds = sum(
            timing["measured_seconds"]
            for timing in result["timings"]
            if timing["stage"] == ranking["stage"]
        )
        computed_note = (
            f"; {duration(measured_seconds)} when its scores were computed"
            if measured_seconds
            else ""
        )
        took = f"{duration(seconds)}{computed_note}"
        if is_attached(ranking["stage"]):
            took = "as another system returned it"
        lines.append(f"\n{ranking['stage']} ({ranking['model']}, {took})")
        for hit in ranking["hits"][:SHOWN]:
            tie_mark = "≈" if hit.get("near_tie") else " "
            lines.append(f"{hit['rank']:4} {hit['score']:9.4f} {tie_mark}{with_id(hit)}")
        if ranking["stage"] in result["failures"]:
            lines.append(f"     {result['failures'][ranking['stage']]}")
        elif not ranking["hits"] and is_attached(ranking["stage"]):
            lines.append("     this run has no list for this query")
        elif not ranking["hits"]:
            lines.append("     no document shares a term with the query")
    if any(hit.get("near_tie") for r in result["rankings"] for hit in r["hits"][:SHOWN]):
        lines += ["", NEAR_TIE]
    lines += ["", *result["notices"]] if result["notices"] else []
    for stage, used in result["usage"].items():
        cost = "cost not known" if used["dollars"] is None else f"${used['dollars']:.6f}"
        lines.append(
            f"{stage}: {used['requests']} requests, {used['input_tokens']:,} tokens in, "
            f"{used['output_tokens']:,} out, {used['malformed']} answers not readable, {cost} "
            f"{used['price_note']}".rstrip()
        )
    lines += [f"\nwritten to {result['exported']}"] if "exported" in result else []
    return [*lines, f"\ntotal {duration(result['total_seconds'])}"]


def _score_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument("texts", nargs="+", metavar="text")
    add_models(parser)


def _score(args: argparse.Namespace) -> dict[str, Any]:
    query = checked_query(text_argument(args.query))
    texts = [text_argument(text) for text in args.texts]
    bench, progress = workbench_of(args), ProgressLine()
    cross_encoder = bench.models.cross_encoder(progress.log)
    logits = [0.0] * len(texts)
    truncated_counts = [0] * len(texts)
    for batch in cross_encoder.score(query, texts):
        for position, score, n_truncated in zip(
            batch.positions, batch.scores, batch.n_truncated, strict=True
        ):
            logits[position], truncated_counts[position] = score, n_truncated
    notice = cross_encoder.query_notice(query)
    bi_encoder = bench.models.bi_encoder(progress.log)
    unreadable_by_text = {text: bench.explainers.unreadable(text) for text in [query, *texts]}
    notices = [notice] if notice else []
    notices += pair_notices(
        unreadable_by_text[query], {each_text: unreadable_by_text[each_text] for each_text in texts}
    )
    query_vector = bi_encoder.encode([query], role="query")[0]
    vectors = bi_encoder.encode(texts, role="document")
    return {
        "query": query,
        "cross_encoder": cross_encoder.name,
        "bi_encoder": bi_encoder.name,
        "scores": [
            {
                "text": text,
                "logit": logit,
                "cosine": float(cosine),
                "n_truncated": n_truncated,
                "n_truncated_bi_encoder": bi_encoder.n_truncated(text),
                "unreadable": unreadable_values(unreadable_by_text[text]),
            }
            for text, logit, cosine, n_truncated in zip(
                texts, logits, vectors @ query_vector, truncated_counts, strict=True
            )
        ],
        "query_unreadable": unreadable_values(unreadable_by_text[query]),
        "notices": [
            *notices,
            *shift_notice(sum(few_words(text) for text in texts), cross_encoder.backend),
        ],
    }


def _score_lines(result: dict[str, Any]) -> list[str]:
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


RANK = Command(
    "rank", "rank a corpus for a query, at every stage", _rank, _rank_lines, _rank_options
)
SCORE = Command("score", "score texts against a query", _score, _score_lines, _score_options)
