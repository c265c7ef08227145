"""Token budgets of a saved run: its passages' tokens counted in the background, and the figures."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import streamlit as st

from engine.quality.budget.budget_report import budget_report, listed_ids
from engine.quality.pipelines import PipelineSpec
from engine.types.quality.contexts import BudgetReport
from jobs.job import Job
from jobs.shared_jobs import SharedJob, SharedJobs
from state.app_resources import LoadedCorpus, workbench
from state.quality.figures import Version, version
from state.quality.judging import CountingRule, qrels_of
from state.quality.runs import OpenedRun
from state.visitor import visitor_work

REMEMBERED = 12
TokensById = dict[str, int]


@st.cache_resource(show_spinner=False)
def _jobs() -> SharedJobs[TokensById]:
    return SharedJobs(REMEMBERED)


def token_counts(loaded: LoadedCorpus, run: OpenedRun, tokenizer: str) -> SharedJob[TokensById]:
    """The counting of all passages that the run's pipelines list, shared by all visitors.

    For a visitor who cancelled it, it stays so until `count_again`; others go on to wait for it.
    """
    bench = workbench()

    def work(job: Job[TokensById]) -> TokensById:
        return bench.tokens.document_lengths(
            loaded.corpus.store,
            listed_ids(run.specs, run.gathered),
            tokenizer,
            on_progress=job.report,
            cancel=job.should_stop,
        )

    return _jobs().of(
        _key(loaded, run, tokenizer),
        visitor_work(),
        lambda: Job("counting tokens", work, title="counting tokens"),
    )


def count_again(loaded: LoadedCorpus, run: OpenedRun, tokenizer: str) -> None:
    """Have this visitor wait again for a counting that they cancelled."""
    _jobs().again(_key(loaded, run, tokenizer), visitor_work())


def _key(loaded: LoadedCorpus, run: OpenedRun, tokenizer: str) -> Hashable:
    return loaded.corpus.info.fingerprint, run.run_id, run.saved.saved_at, tokenizer


def report_of(
    loaded: LoadedCorpus,
    run: OpenedRun,
    counting_rule: CountingRule,
    tokens: Mapping[str, int],
    *,
    budget: int,
    baseline: str,
    tokenizer: str,
) -> BudgetReport:
    """The run's pipelines at a budget; raises CrossExamError where nothing is judged."""
    judgments_version = version(loaded, counting_rule)
    return _report(
        run.run_id,
        run.saved.saved_at,
        judgments_version,
        budget,
        baseline,
        tokenizer,
        loaded,
        run,
        counting_rule,
        tokens,
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _report(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    budget: int,
    baseline: str,
    tokenizer: str,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
    _tokens: Mapping[str, int],
) -> BudgetReport:
    del run_id, saved_at, judgments_version
    specs: dict[str, PipelineSpec] = {spec.name: spec for spec in _run.specs}
    return budget_report(
        specs,
        _run.gathered,
        qrels_of(_loaded, _counting_rule),
        _tokens,
        budget=budget,
        baseline=baseline,
        tokenizer=tokenizer,
    )


def passage_lengths(texts: Sequence[str], tokenizer: str) -> list[int]:
    """The tokens of a few texts, at once."""
    return workbench().tokens.lengths(texts, tokenizer)
