"""The command `gate`: which queries need the reranker, and what skipping the others costs."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.evaluation.judged_set import judged_set, reranker_of
from commands.options import add_corpus, add_models, add_settings, settings_of, workbench_of
from engine.latency.power import assumed_power
from engine.quality.fusion_tuning import FOLDS
from engine.quality.gate.gate_export import curves_csv, gate_values, queries_csv
from engine.quality.gate.report import USUAL_KEEP, USUAL_SHARE, gate_report
from engine.quality.pipelines import PipelineSpec
from engine.quality.significance import interval_text
from engine.search.precision.rescoring import precision_values
from engine.types import CrossExamError
from engine.types.quality.gate import ANY_SIGNAL, GATE_SIGNALS, MARGIN, signal_named
from engine.types.ranker_names import parsed
from engine.types.wording.numbers import signed
from system.hardware import hardware
from system.storage import write_text_atomically

BEST = "best"
_PERCENT = re.compile(r"(100|[1-9]?[0-9])%?")


def _options(parser: argparse.ArgumentParser) -> None:
    add_corpus(parser)
    add_settings(parser)
    parser.add_argument(
        "--signal",
        choices=[signal.name for signal in GATE_SIGNALS],
        default=MARGIN.name,
        help="how sure the first stage is (default: %(default)s): "
        + "; ".join(f"{s.name}: {s.definition}, {s.order}" for s in GATE_SIGNALS),
    )
    parser.add_argument(
        "--share",
        type=_percent,
        default=USUAL_SHARE,
        metavar="PERCENT",
        help="of the queries, at which signals are held against the random gate "
        f"({USUAL_SHARE:.0%} unless said)".replace("%", "%%"),
    )
    parser.add_argument(
        "--keep",
        type=lambda text: None if text == BEST else _percent(text),
        default=USUAL_KEEP,
        metavar="PERCENT|best",
        help="of the reranker's gain, by thresholds that other folds chose "
        f"({USUAL_KEEP:.0%} unless said); best seeks the highest mean".replace("%", "%%"),
    )
    parser.add_argument("--folds", type=int, choices=(2, 5, 10), default=FOLDS)
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for curves.csv and queries.csv")
    add_models(parser)


def _percent(text: str) -> float:
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage: give one from 0 to 100")
    return int(match[1]) / 100


def _gate(args: argparse.Namespace) -> dict[str, Any]:
    bench = workbench_of(args)
    reranker = reranker_of(args, bench.models.cross_encoder_name)
    settings = replace(settings_of(args), rerankers=())
    spec = PipelineSpec(settings, reranker)
    judged = judged_set(args, bench, [spec])
    report = gate_report(
        spec,
        judged.gathered,
        judged.corpus.qrels,
        share=args.share,
        keep=args.keep,
        folds=args.folds,
    )
    power = None
    if not parsed(reranker).remote:
        facts = hardware()
        power = assumed_power(str(facts["processor"]), int(facts["cores"]))
    precision = precision_values(bench.models.cross_encoder(), settings.precision)
    result: dict[str, Any] = {
        "corpus": asdict(judged.corpus.info),
        "depth": settings.depth,
        "engine": precision["backend"],
        "precision": precision,
        **gate_values(report, args.signal, watts=power.watts if power else None),
        "power_source": power.source if power else "",
    }
    if args.out is not None:
        files = {"curves.csv": curves_csv(report), "queries.csv": queries_csv(report)}
        result |= _written(args.out, files)
    return result


def _written(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    """The files that were written; an error waits until the figures are printed."""
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_text_atomically(folder / name, text)
            paths.append(str(folder / name))
    except (OSError, CrossExamError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return {"files": paths, "export_error": f"--out {folder}: {reason}"}
    return {"files": paths}


def _lines(result: dict[str, Any]) -> list[str]:
    curves = result["curves"]
    names = list(curves)
    lines = [
        f"{result['pipeline']} over {result['queries']} judged queries",
        "",
        result["sentence"],
        result["unchanged_sentence"],
        "",
        f"{result['measure']} by share of the queries reranked:",
        "".join([f"{'share':>7}", *(f"{name:>11}" for name in names), f"{'pairs':>8}"]),
    ]
    chosen = curves[result["signal"]]
    for place in range(0, len(chosen), 2):
        cells = [f"{curves[name][place]['value']:>11.4f}" for name in names]
        pairs = f"{chosen[place]['pairs_share']:>8.0%}"
        lines.append(f"{chosen[place]['share']:>7.0%}{''.join(cells)}{pairs}")
    lines += ["", "Above the random gate, mean over all shares (95% for all signals together):"]
    for row in result["against_random"]:
        low, high = row["area_interval"]
        verdict = "better" if row["beats_random"] else "not shown"
        lines.append(
            f"{row['signal']:>11} {signed(row['area'], 3)} ({interval_text((low, high))}), "
            f"{verdict}"
        )
    lines.append("")
    if result["cross_validation_problem"]:
        return [*lines, f"No cross-validation: {result['cross_validation_problem']}."]
    lines.append("Thresholds chosen on the other folds:")
    for row in result["cross_validated"]:
        name = "any of them" if row["signal"] == ANY_SIGNAL else signal_named(row["signal"]).name
        low, high = row["interval"]
        kept = "" if row["kept"] is None else f", keeps {row['kept']:.0%} of the gain"
        lines.append(
            f"{name:>11} {row['value']:.4f}, reranks {row['share']:.0%}{kept}; "
            f"{signed(row['value'] - row['random'], 3)} above random "
            f"({interval_text((low, high))})"
        )
    return lines


GATE = Command("gate", "which queries to rerank at all", _gate, _lines, _options)
