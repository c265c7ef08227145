"""What the command `judge` prints and writes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpora.judgments.auto_judgments import as_qrels, provenance_csv
from engine.quality.runs.trec_files import qrels_text
from engine.types import CrossExamError
from engine.types.registries.measures import NDCG
from system.storage import write_text_atomically
from workbench.auto_judging import Judged

SHOWN = 10
CAUTION = (
    "Made by a machine, which is itself under test: a pipeline that contains the judge is "
    "measured by its own taste, and its figure is too high."
)


def write(judged: Judged, path: Path) -> tuple[Path, Path]:
    """Write the proposals to PATH.machine.qrels and PATH.machine.csv; returns the two paths.

    TREC's format has no column for a mark, so the file's name says what it holds.
    """
    stem = path.name.removesuffix(".qrels").removesuffix(".machine")
    if not stem:
        raise CrossExamError(f"--out {path} names no file: give one such as judged")
    qrels, table = (path.with_name(f"{stem}.machine.{end}") for end in ("qrels", "csv"))
    try:
        write_text_atomically(qrels, qrels_text(as_qrels(judged.proposed)))
        write_text_atomically(table, provenance_csv(judged.proposed))
    except OSError as error:
        raise CrossExamError(
            f"--out {path}: cannot be written ({error.strerror}); give a place that can be"
        ) from error
    return qrels, table


def judged_values(judged: Judged) -> dict[str, Any]:
    """All of it as plain values."""
    verdicts, agreement = judged.verdicts, judged.agreement
    both = None
    if agreement is not None:
        both = {**asdict(agreement), "pairs": agreement.pairs, "same": agreement.same}
    return {
        "made_by": "machine",
        "caution": CAUTION,
        "corpus": asdict(judged.corpus.info),
        "teacher": verdicts.teacher,
        "revision": verdicts.revision,
        "score": verdicts.kind,
        "top": judged.asked.top,
        "pool": judged.pool,
        "complete": judged.asked.complete,
        "calibrated": verdicts.bounds.calibrated,
        "bounds": {**asdict(verdicts.bounds), "words": verdicts.bounds.words},
        "agreement": both,
        "systems": asdict(judged.order),
        "circular": dict(judged.circular),
        "proposals": [
            {"query_id": o.query_id, "doc_id": o.doc_id, "score": o.score, "grade": o.grade}
            for o in judged.proposed
        ],
    }


def judged_lines(result: dict[str, Any]) -> list[str]:
    """What `judged_values` gives, to be read in a terminal."""
    proposed: list[dict[str, Any]] = result["proposals"]
    counts = [sum(row["grade"] == grade for row in proposed) for grade in range(4)]
    told = [
        f"{result['teacher']} on the top {result['top']} of each run: {result['pool']:,} pairs, "
        f"{len(proposed):,} grades proposed ("
        + ", ".join(f"{count:,} of {grade}" for grade, count in enumerate(counts))
        + ")",
        f"grades by {result['score']}: {result['bounds']['words']}",
        "",
        *_agreement_lines(result),
        "",
        result["caution"],
        *(f"  {name}: {why}" for name, why in result["circular"].items()),
    ]
    if proposed:
        told += ["", "query      document                    score  grade (by the machine)"]
    for row in proposed[:SHOWN]:
        told.append(
            f"{row['query_id'][:10]:10} {row['doc_id'][:24]:24} {row['score']:8.3f}  {row['grade']}"
        )
    if len(proposed) > SHOWN:
        told.append(f"and {len(proposed) - SHOWN:,} more: --out FILE or --json gives all")
    return told


def _agreement_lines(result: dict[str, Any]) -> list[str]:
    found = result["agreement"]
    if found is None:
        return [
            "agreement with people: not measured, for they judged nothing of the measuring half"
        ]
    interval = found["interval"]
    between = f" (95% {interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    told = [
        f"against people on {found['pairs']:,} pairs of {found['queries']:,} queries that the "
        "bounds were not chosen on:",
        f"  same grade {found['same']:.1%}, kappa {_said(found['kappa'])}, linear "
        f"{_said(found['linear'])}, quadratic {_said(found['quadratic'])}{between}",
        f"  relevant or not: kappa {_said(found['binary'])}, precision "
        f"{_said(found['precision'])}, recall {_said(found['recall'])}",
        "  people's grade (rows) and the machine's (columns)",
        "       " + "".join(f"{grade:7}" for grade in range(4)),
        *(
            f"  {grade:5}" + "".join(f"{count:7,}" for count in row)
            for grade, row in enumerate(found["matrix"])
        ),
    ]
    systems = result["systems"]
    if systems["systems"] and systems["queries"]:
        told.append(
            f"  {NDCG.name} over {systems['queries']} of these queries, by people and machine:"
        )
        for row in systems["systems"]:
            told.append(f"    {row['name'][:48]:48} {row['people']:.4f}  {row['machine']:.4f}")
        told.append(f"  Kendall's tau-b of the two orders: {_said(systems['tau'])}")
    return told


def _said(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
