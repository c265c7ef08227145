"""Quality, the report: this saved run as one HTML file to send."""

from __future__ import annotations

from components.common.downloads import download
from engine.share.report.report import FILE_NAME, report_of
from engine.share.run_snapshot import run_snapshot
from engine.types.share.snapshots import QualitySnapshot
from pages.quality.context import QualityContext
from pages.quality.results.counting import AutoJudgmentCount
from state.quality.figures import runs
from state.quality.judging import qrels_of
from state.quality.weights import weights

NOTE = (
    "One HTML file with these measures, differences and queries, and how they were made. It opens "
    "without a network, prints, and begins with a paragraph that needs no dictionary."
)


def run_report(context: QualityContext, count: AutoJudgmentCount | None = None) -> None:
    """The button that gives the run as a report, under the judgments that count here."""
    download(
        "Report (HTML)",
        lambda: report_of(frozen_run(context, count)),
        file_name=FILE_NAME,
        mime="text/html",
        key="run_report",
        note=NOTE,
    )


def frozen_run(context: QualityContext, count: AutoJudgmentCount | None) -> QualitySnapshot:
    """The run with the figures that the page shows of it."""
    run = context.run
    return run_snapshot(
        context.loaded.corpus.info,
        run.saved.head,
        run.saved.saved_at,
        run.specs,
        run.gathered,
        qrels_of(context.loaded, context.counting_rule),
        figures=context.figures,
        runs=runs(run),
        weights=weights(context.loaded),
        judgments=(
            f"people's judgments and {count.grades:,} machine-made ones"
            if count
            else "people's judgments"
        ),
    )
