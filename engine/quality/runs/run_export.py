"""Runs as files for other tools: TREC's in one zip, and a table without TREC's escapes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from engine.quality.evaluation import trec_text
from engine.quality.runs.trec_files import qrels_text
from engine.types import Qrel, Run
from system.csv_writing import csv_text

COLUMNS = ("run", "query_id", "doc_id", "rank", "score")


def runs_csv(runs: Iterable[Run]) -> str:
    """Every document of every list with its rank and score, ids as they are."""
    return csv_text(
        COLUMNS,
        (
            (run.name, query_id, hit.doc_id, hit.rank, hit.score)
            for run in runs
            for query_id, ranking in run.rankings.items()
            for hit in ranking.hits
        ),
    )


def runs_zip(runs: Sequence[Run], people: tuple[Qrel, ...], others: Mapping[str, str]) -> bytes:
    """A zip of the runs and of people's judgments as TREC files, with `others` by name.

    Raises CrossExamError as `qrels_text` does.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for run in runs:
            archive.writestr(f"{run.name}.run", trec_text(run))
        archive.writestr("runs.csv", runs_csv(runs))
        archive.writestr("judgments.qrels", qrels_text(people))
        for name, text in others.items():
            archive.writestr(name, text)
    return packed.getvalue()
