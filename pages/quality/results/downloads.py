"""Quality, the download of a run: TREC files that another tool can check the figures with."""

from __future__ import annotations

from components.common.downloads import download
from components.common.messages import notice
from engine.quality.runs.run_export import runs_zip
from engine.types import CrossExamError, Run
from pages.quality.context import QualityContext
from pages.quality.results.counting import AutoJudgmentCount, mark_of
from state import url_state
from state.quality import auto_judge
from state.quality.figures import own_qrels, runs
from state.quality.judging import people_aggregation

BOTH = """judgments.qrels holds what people judged, and nothing else.
judgments.machine.qrels holds grades that a cross-encoder proposed; judgments.machine.csv says
of each by which model, score and bounds. The figures on screen, {mark}, are those of the two
files joined; people's alone are those of judgments.qrels.
"""


def downloads(context: QualityContext, count: AutoJudgmentCount | None = None) -> None:
    """The runs and the judgments as TREC files, in one zip.

    Auto judgments never enter the file of people's judgments: they have files of their own.
    """
    aggregation = people_aggregation(context.counting_rule)
    run_by_pipeline = runs(context.run)
    named_runs = [
        Run(spec.run_name, run_by_pipeline[spec.name].rankings) for spec in context.run.specs
    ]
    try:
        people_qrels = own_qrels(context.loaded, context.run, aggregation, needed=count is None)
        auto_judgment_files = _auto_judgment_files(context, count)
    except CrossExamError as problem:
        notice(url_state.error_message(problem))
        return
    download(
        f"Download all runs and judgments (TREC files, zip{mark_of(count)})",
        lambda: runs_zip(named_runs, people_qrels, auto_judgment_files),
        file_name=f"crossexam-runs{'-incl-machine-made' if count else ''}.zip",
        mime="application/zip",
    )


def _auto_judgment_files(
    context: QualityContext, count: AutoJudgmentCount | None
) -> dict[str, str]:
    """The files of what the judge proposes, by name; none while only people count."""
    if count is None:
        return {}
    proposals = auto_judge.proposals_of(context.loaded, context.run, count.judge_model)
    return {
        "judgments.machine.qrels": auto_judge.auto_judgments_trec(proposals),
        "judgments.machine.csv": auto_judge.auto_judgments_csv(proposals),
        "READ-ME.txt": BOTH.format(mark=count.mark),
    }
