"""Quality, the results: measures and latency of every pipeline, and whether it was chance."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import humanised
from components.quality.forest import ForestRow, quality_forest
from components.quality.measures_table import PipelineRow, quality_table
from components.quality.pareto import ParetoPoint, quality_pareto
from components.search.headline import headline
from engine.quality.evaluation import trec_text
from engine.quality.pareto import frontier
from engine.quality.runs.run_export import runs_csv
from engine.quality.runs.run_notes import irrelevant_note, missing_notes
from engine.quality.runs.trec_files import qrels_text
from engine.quality.significance import CONFIDENCE, RESAMPLES, SAMPLES
from engine.quality.verdict import reranking_verdict
from engine.types import CrossExamError, Run
from engine.types.registries.measures import (
    JUDGED,
    PRIMARY,
    RECALL,
    comparable,
    measure_named,
    merit,
    whole_list,
)
from jobs.concurrent_work import disturbed_by
from pages.quality.context import Lab
from pages.quality.counting import AutoJudgmentCount, counted
from state import url_state as choices
from state.quality import auto_judge as quality_machine
from state.quality.figures import differences, own_qrels, runs
from state.quality.judging import people_way

BOTH = """judgments.qrels holds what people judged, and nothing else.
judgments.machine.qrels holds grades that a cross-encoder proposed; judgments.machine.csv says
of each by which model, score and bounds. The figures on screen, {mark}, are those of the two
files joined; people's alone are those of judgments.qrels.
"""


def results(lab: Lab) -> None:
    """The answer in a sentence, the table, the picture, significance and downloads.

    Where machine-made grades are counted, every title says so.
    """
    lab, machine = counted(lab)
    if not lab.figures:
        notice("No person's judgment is of these queries: judge documents under “Judge”.")
        return
    mark = mark_of(machine)
    answer(lab, mark)
    ceiling_sentence(lab, mark)
    if machine:
        st.subheader(plain(f"Quality and latency{mark}"), anchor=False)
    split = any(query_scores.parents for query_scores in lab.run.gathered)
    quality_table(
        [
            PipelineRow(
                name=found.spec.name,
                measures=found.evaluation.mean,
                ceiling=found.ceiling.mean[RECALL.name],
                perfect=found.ceiling.mean[PRIMARY.name],
                depth=found.spec.depth,
                judged=found.evaluation.judged_at_k,
                mean_seconds=found.mean_seconds,
                p95_seconds=found.p95_seconds,
                reranked=bool(found.spec.reranker),
                documents=found.documents,
                length=found.length,
                passages=split,
                judged_people=machine.judged[found.spec.name] if machine else None,
                mark=_self_judged(machine, found.spec.name),
            )
            for found in lab.figures
        ],
        key="quality_table",
        mark=machine.mark if machine else "",
    )
    n = len(lab.figures[0].evaluation.by_query)
    out = len(lab.run.gathered) - n
    left_out = f"; {out} without a judgment are left out" if out else ""
    for note in irrelevant_note(lab.figures[0].evaluation):
        st.caption(plain(note))
    for found in lab.figures:
        for note in missing_notes(found.evaluation, found.spec.name):
            st.caption(plain(note))
    st.caption(
        plain(
            f"Means over {n} judged queries{left_out}. Documents without a judgment count as not "
            f"relevant: read each figure together with {JUDGED}. {_listed(whole_list())} read the "
            "whole list, which is as long for every pipeline: behind the reranked candidates "
            "stands the rest of the first stage's list, in its own order. Time: the first stage as "
            "measured in this run, plus each pair's even share of the batch that it was read in; "
            "pairs are read once for all pipelines, on the models of this page, warm."
        )
    )
    if meanwhile := disturbed_by(lab.run.saved.head):
        st.caption(
            plain(
                "While this run was measured, other work went on on this server "
                f"({', '.join(meanwhile[:3])}), so its times per query are too long: run again "
                "when nothing else is at work."
            )
        )
    head, pick = st.columns([4, 1.6], vertical_alignment="bottom")
    head.subheader(plain(f"Is it worth its time?{_bracketed(machine)}"), anchor=False)
    with pick:
        measure = st.selectbox(
            "Measure", comparable(), key="quality_measure", persist_state="session"
        )
    points = [
        ParetoPoint(
            i, f.spec.name, f.spec.stage, max(f.mean_seconds, 1e-5), f.evaluation.mean[measure]
        )
        for i, f in enumerate(lab.figures, 1)
    ]
    best = frontier([(point.seconds, merit(measure, point.value)) for point in points])
    quality_pareto(points, best, measure=measure + mark, dark=lab.dark, key="quality_pareto")
    named = ", ".join(f"{points[i].number} {points[i].name}" for i in best)
    st.caption(plain(f"No pipeline is both faster and better than these: {named}."))
    if len(lab.figures) > 1:
        significance(lab, measure, machine)
    downloads(lab, machine)


def _listed(names: Sequence[str]) -> str:
    """ "MAP and Recall"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _self_judged(machine: AutoJudgmentCount | None, name: str) -> str:
    return "judged by itself" if machine and name in machine.circular else ""


def _bracketed(machine: AutoJudgmentCount | None) -> str:
    return f" ({machine.mark})" if machine else ""


def answer(lab: Lab, mark: str = "") -> None:
    """The verdict on the best reranked pipeline in plain words, its figures after it."""
    before_at, after_at = lab.default_pair()
    before, after = lab.figures[before_at], lab.figures[after_at]
    if before is after or not after.spec.reranker or before.spec.reranker:
        return
    names = before.spec.name, after.spec.name
    shown = differences(lab.ready, lab.run, lab.way, names[0], lab.names)
    told = next(one for one in shown if one.right == names[1])  # as in the list below
    more = after.mean_seconds - before.mean_seconds
    cost = f"{humanised(abs(more))} {'more' if more > 0 else 'less'} per query"
    with lab.head if lab.head is not None else st.container():
        headline(
            reranking_verdict(told, more),
            f"{names[1]} against {names[0]}, the best without a reranker: {told.sentence}; "
            f"{cost}{mark}.",
            key="verdict",
        )


def ceiling_sentence(lab: Lab, mark: str = "") -> None:
    """What no reranker can mend, for the best reranked pipeline."""
    reranked = [found for found in lab.figures if found.spec.reranker]
    if not reranked:
        return
    best = max(reranked, key=lambda f: PRIMARY.merit(f.evaluation.mean[PRIMARY.name]))
    lost = 1 - best.ceiling.mean[RECALL.name]
    notice(
        f"{best.spec.name}: {lost:.1%} of the relevant documents are not among its candidates, "
        "which no reranker can mend. A perfect reranker would reach "
        f"{PRIMARY.name} {best.ceiling.mean[PRIMARY.name]:.3f}; this one reaches "
        f"{best.evaluation.mean[PRIMARY.name]:.3f}{mark}."
    )


def significance(lab: Lab, measure: str, machine: AutoJudgmentCount | None = None) -> None:
    """Every other pipeline against one, with Holm's correction, in sentences."""
    before, _ = lab.default_pair()
    head, pick = st.columns([2.6, 3], vertical_alignment="bottom")
    head.subheader(plain(f"Or was it chance?{_bracketed(machine)}"), anchor=False)
    with pick:
        baseline = st.selectbox(
            "Against", lab.names, index=before, key=f"quality_baseline_{lab.run.run_id}"
        )
    found = differences(lab.ready, lab.run, lab.way, baseline, lab.names, measure)
    rows = [ForestRow(d.right, d.difference, *d.interval, d.significant, d.sentence) for d in found]
    shown = measure + mark_of(machine)
    record = measure_named(measure)
    quality_forest(
        rows,
        measure=shown,
        baseline=baseline,
        dark=lab.dark,
        higher_is_better=record is None or record.higher_is_better,
        key="quality_forest",
    )
    for one in found:
        st.markdown(f"**{plain(one.right)}**: {plain(one.sentence)}.")
    exact = (
        "exact"
        if all(one.exact for one in found)
        else f"{SAMPLES:,} sampled sign patterns where exact counting would take too long"
    )
    st.caption(
        plain(
            f"Paired randomisation test over queries, two-sided ({exact}); interval: "
            f"{RESAMPLES:,} bootstrap resamples of the queries, percentiles; p corrected by Holm's "
            f"method for all {len(found)} comparisons of this list. Filled marks: corrected p at "
            f"most {1 - CONFIDENCE:.2f}. The queries stand for others like them only as far "
            "as they were drawn from them."
        )
    )


def downloads(lab: Lab, machine: AutoJudgmentCount | None = None) -> None:
    """The runs and the judgments as TREC files, so that another tool can check the figures.

    A machine's grades never enter the file of people's judgments: they have files of their own.
    """
    way = people_way(lab.way)
    try:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            lists = runs(lab.run)
            named = [Run(spec.run_name, lists[spec.name].rankings) for spec in lab.run.specs]
            for run in named:
                archive.writestr(f"{run.name}.run", trec_text(run))
            archive.writestr("runs.csv", runs_csv(named))
            people = own_qrels(lab.ready, lab.run, way, needed=machine is None)
            archive.writestr("judgments.qrels", qrels_text(people))
            if machine:
                made = quality_machine.made_by(lab.ready, lab.run, machine.teacher)
                archive.writestr("judgments.machine.qrels", quality_machine.machine_qrels(made))
                archive.writestr("judgments.machine.csv", quality_machine.machine_csv(made))
                archive.writestr("READ-ME.txt", BOTH.format(mark=machine.mark))
    except CrossExamError as problem:
        notice(choices.check(problem))
        return
    st.download_button(
        f"Download all runs and judgments (TREC files, zip{plain(mark_of(machine))})",
        packed.getvalue(),
        file_name=f"crossexam-runs{'-incl-machine-made' if machine else ''}.zip",
        mime="application/zip",
        icon="⬇️",
    )


def mark_of(machine: AutoJudgmentCount | None) -> str:
    """What a title adds after a comma, "" while only people count."""
    return f", {machine.mark}" if machine else ""
