"""Quality, first part: choose pipelines and run them, and choose among the runs that are kept."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.ranker_wording import usage_words
from components.common.wording import counted, humanised
from engine.quality.pipelines import PipelineSpec, grid, short_model
from engine.types import BI_ENCODER, BM25, FIRST_STAGES, CrossExamError
from engine.types.ranker_names import parsed, stage_of
from engine.types.registries.search_parameters import DEPTH, RRF
from jobs.job import Job
from state import url_state as choices
from state.app_resources import LoadedCorpus
from state.polling import redraw_while
from state.quality import runs as quality
from state.quality.runs import RunOutcome

FIRST_GLANCE = 0.3
DEPTHS = (10, 20, 50, 100, 200)
WITHOUT = 1.0
MIXES = (WITHOUT, 0.9, 0.8, 0.7, 0.5)
FEW = 20


def working(job: Job[RunOutcome]) -> None:
    """How far the run is, and a way out."""
    job_progress(job.progress, key="cancel_quality", cancel=job.cancel, cancelled=job.cancelled)


def chosen_pipelines() -> list[PipelineSpec]:
    """The pipelines that the visitor puts together."""
    left, right = st.columns(2, gap="large")
    with left:
        additional = quality.encoder_stages()
        firsts = st.pills(
            "First stage",
            [*FIRST_STAGES, *additional],
            selection_mode="multi",
            default=[BM25, BI_ENCODER],
            format_func=lambda stage: plain(stage_label(stage)),
            key=" ".join(["quality_firsts", *additional]),
            persist_state="session",
        )
        depths = st.pills(
            "Candidates that are reranked",
            DEPTHS,
            selection_mode="multi",
            default=[20],
            key="quality_depths",
            persist_state="session",
            help="Each pair is scored once; a shallower depth is worked out from the deepest.",
        )
    with right:
        models = quality.reranker_names()
        picked = st.pills(
            "Reranker",
            models,
            selection_mode="multi",
            default=models[:1],
            format_func=lambda name: plain(short_model(name)),
            key=" ".join(["quality_rerankers", *models[1:]]),
            persist_state="session",
        )
        mixes = st.pills(
            "Reranker mixed with BM25",
            MIXES,
            selection_mode="multi",
            default=[WITHOUT],
            format_func=lambda mix: plain(_mix_words(mix)),
            key="quality_mixes",
            persist_state="session",
            help="Both scores scaled from 0 to 1 within the candidates (min-max), then summed.",
        )
    settings = choices.current().settings
    hybrid = (
        f"RRF with k = {settings.rrf_k}"
        if settings.fusion == RRF
        else f"{settings.hybrid_weight:.0%} bi-encoder, min-max scores"
    )
    told = (
        f"Hybrid: {hybrid}, of BM25 and the bi-encoder, as chosen under Settings above. Further "
        "rerankers and bi-encoders are added under Models."
    )
    if additional:
        told += " An additional bi-encoder embeds the corpus at its first run."
    if any(quality.is_remote(name) for name in picked):
        told += " A remote reranker is sent the text of every pair, which may cost money."
    if any(parsed(name).whole_list for name in picked):
        told += (
            " What orders a whole list (pairwise, listwise) is asked anew for each first stage and "
            "depth, and stands alone: an order has no scores to mix with BM25's."
        )
    st.caption(plain(told))
    if not firsts or (picked and not depths):
        return []
    return grid(
        firsts,
        picked,
        depths or [DEPTH.default],
        blend_weights=[mix for mix in mixes if mix != WITHOUT] if picked else (),
        plain=WITHOUT in mixes or not mixes,
        settings=settings,
    )


def _mix_words(share: float) -> str:
    return "alone" if share == WITHOUT else f"{share:.0%} + {1 - share:.0%} BM25"


def run_panel(ready: LoadedCorpus, judged: frozenset[str], *, first_time: bool) -> None:
    """What to run, the button, and the progress of a run."""
    job = quality.job_of(ready.corpus.info.fingerprint)
    if job is not None:
        job.wait(FIRST_GLANCE)
    at_work = job is not None and job.running
    with st.expander("Run pipelines", expanded=first_time or at_work):
        specs = chosen_pipelines()
        every = quality.chosen_queries(ready.corpus.queries, judged, None)
        number, button, words = st.columns([1.2, 1.2, 3.2], vertical_alignment="bottom")
        count = len(every)
        if len(every) > FEW:
            count = number.number_input(
                f"Queries (of {len(every):,})",
                1,
                len(every),
                len(every),
                step=10,
                key=f"quality_queries_{ready.corpus.info.fingerprint}",
                help="Fewer are a random sample, always the same one.",
            )
        else:
            number.metric("Queries", f"{len(every):,}")
        queries = quality.chosen_queries(ready.corpus.queries, judged, int(count))
        if button.button(
            "Run",
            key="run_quality",
            type="primary",
            disabled=at_work or not specs,
            help="A run is at work."
            if at_work
            else (None if specs else "Choose at least one first stage and one depth."),
            width="stretch",
        ):
            quality.start(ready, queries, specs)
            st.rerun()
        words.caption(plain(_cost(ready, specs, len(queries))))
        if job is not None:
            _outcome(job)


def _cost(ready: LoadedCorpus, specs: Sequence[PipelineSpec], queries: int) -> str:
    """What a run would take, in words."""
    if not specs:
        return "Choose at least one first stage and one depth."
    deepest: dict[tuple[str, str, int], int] = {}
    for spec in specs:
        if spec.reranker:
            alone = spec.depth if parsed(spec.reranker).whole_list else 0
            read = (spec.reranker, spec.first_stage, alone)
            deepest[read] = max(deepest.get(read, 0), spec.depth)
    pairs = queries * sum(deepest.values())
    told = f"{len(specs)} pipelines over {counted(queries, 'query', 'queries')}"
    if not pairs:
        return f"{told}; nothing to rerank."
    speed = None
    for saved in quality.saved_runs(ready.corpus.info.fingerprint):
        if saved.head.get("pairs") and saved.head.get("seconds"):
            speed = float(saved.head["seconds"]) / float(saved.head["pairs"])
            break
    about = "" if speed is None else f", {humanised(pairs * speed)} at most at the last run's speed"
    return (
        f"{told}: at most {counted(pairs, 'pair')} to read{about}. Pairs that are common to "
        "several pipelines, or were scored in an earlier run, are not read again."
    )


def _outcome(job: Job[RunOutcome]) -> None:
    """The progress of a run, or why it ended without one."""
    outcome = job.value
    finished = ""
    if outcome is not None:
        done, asked = outcome.saved.head["queries"], outcome.saved.head["asked"]
        finished = f"the {done} of {counted(asked, 'query', 'queries')} that were finished are kept"
    if outcome is not None and outcome.problem is not None:
        error(
            f"{choices.check(outcome.problem)} {finished[0].upper()}{finished[1:]}: run again to "
            "resume."
        )
    if job.running:
        redraw_while(lambda: job.running, lambda: working(job))
    elif job.error is not None:
        error(choices.check(job.error))
    elif job.cancelled and not finished:
        notice("Cancelled before a query was finished; nothing is kept.")
    elif job.cancelled:
        notice(f"Cancelled: {finished}. Run again to resume; what was scored is not scored again.")


def choose_run(ready: LoadedCorpus, pick: DeltaGenerator, drop: DeltaGenerator) -> str | None:
    """The id of the run to look at: the one just finished, else the newest; None without one.

    The choice is drawn into `pick`, a way to delete it into `drop`.
    """
    fingerprint = ready.corpus.info.fingerprint
    saved = {run.run_id: run for run in quality.saved_runs(fingerprint)}
    if not saved:
        return None
    job = quality.job_of(fingerprint)
    fresh = job.value.saved.run_id if job and job.value else None
    key = f"quality_run_{fingerprint}"
    if fresh in saved and quality.recall("shown") != fresh:
        quality.remember("shown", fresh)
        quality.preset(key, fresh)
    if choices.asked(key) not in saved:
        choices.forget(key)

    def label(run_id: str) -> str:
        head = saved[run_id].head
        when = time.strftime("%d %b %Y, %H:%M:%S", time.localtime(saved[run_id].saved_at))
        asked = counted(int(head["asked"]), "query", "queries")
        if head["queries"] != head["asked"]:
            asked = f"{head['queries']} of {asked} (cancelled)"
        return (
            f"{when} · {counted(len(head['pipelines']), 'pipeline')} · {asked} · "
            f"{counted(int(head['pairs']), 'pair')} · {saved[run_id].size_bytes / 1e6:.1f} MB"
        )

    run_id = pick.selectbox(
        "Saved run", list(saved), format_func=label, key=key, persist_state="session"
    )
    for name, spent in quality.usage_of(saved[run_id]).items():
        consumed = f"{stage_label(stage_of(name))} consumed in this run: {usage_words(spent)}."
        st.caption(plain(consumed))
    with drop, st.popover("Delete …", width="stretch"):
        st.markdown("Delete this run for good? Judgments stay.")
        st.caption(plain(label(run_id)))
        if st.button("Delete it", key="delete_run", type="primary"):
            try:
                quality.delete(fingerprint, run_id)
            except CrossExamError as problem:
                error(choices.check(problem))
            else:
                st.rerun()
    return run_id
