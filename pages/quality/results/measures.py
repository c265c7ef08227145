"""Quality, the table of measures and latency, and what belongs beside its figures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import plain
from components.quality.measures_table import PipelineRow, quality_table
from engine.quality.runs.run_notes import answered_note, irrelevant_note, missing_notes
from engine.types.registries.measures import JUDGED, PRIMARY, RECALL, whole_list
from jobs.concurrent_work import disturbed_by
from pages.quality.context import QualityContext
from pages.quality.results.counting import AutoJudgmentCount


def measures(context: QualityContext, count: AutoJudgmentCount | None) -> None:
    """A row a pipeline; below it, what the means are over and how times were measured."""
    split = any(query_scores.parents for query_scores in context.run.gathered)
    quality_table(
        [
            PipelineRow(
                name=figures.spec.name,
                measures=figures.evaluation.mean,
                ceiling=figures.ceiling.mean[RECALL.name],
                perfect=figures.ceiling.mean[PRIMARY.name],
                depth=figures.spec.depth,
                judged=figures.evaluation.judged_at_k,
                mean_seconds=figures.mean_seconds,
                p95_seconds=figures.p95_seconds,
                reranked=bool(figures.spec.reranker),
                documents=figures.documents,
                length=figures.length,
                passages=split,
                attached=figures.spec.attached,
                judged_people=count.judged[figures.spec.name] if count else None,
                mark=_self_judged(count, figures.spec.name),
            )
            for figures in context.figures
        ],
        key="quality_table",
        mark=count.mark if count else "",
    )
    n_judged = len(context.figures[0].evaluation.by_query)
    n_left_out = len(context.run.gathered) - n_judged
    left_out_note = f"; {n_left_out} without a judgment are left out" if n_left_out else ""
    for note in irrelevant_note(context.figures[0].evaluation):
        st.caption(plain(note))
    for figures in context.figures:
        for note in missing_notes(figures.evaluation, figures.spec.name):
            st.caption(plain(note))
        for note in answered_note(figures.evaluation, figures.spec.name):
            st.caption(plain(note))
    st.caption(
        plain(
            f"Means over {n_judged} judged queries{left_out_note}. Documents without a judgment "
            f"count as not relevant: read each figure together with {JUDGED}. "
            f"{_listed(whole_list(context.figures[0].length))} read "
            "the whole list, which is as long for every pipeline: behind the reranked candidates "
            "stands the rest of the first stage's list, in its own order. Time: the first stage as "
            "measured in this run, plus each pair's even share of the batch that it was read in; "
            "pairs are read once for all pipelines, on the models of this page, warm."
        )
    )
    if meanwhile := disturbed_by(context.run.saved.head):
        st.caption(
            plain(
                "While this run was measured, other work went on on this server "
                f"({', '.join(meanwhile[:3])}), so its times per query are too long: run again "
                "when nothing else is at work."
            )
        )


def _listed(names: Sequence[str]) -> str:
    """ "MAP@50 and Recall"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _self_judged(count: AutoJudgmentCount | None, name: str) -> str:
    return "judged by itself" if count and name in count.circular else ""
