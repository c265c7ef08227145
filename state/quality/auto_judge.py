"""A model that judges: at work for a visitor, what it proposes, and how far people agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from corpora.judgments.auto_judgments import AutoJudgment, as_qrels, proposals, provenance_csv
from corpora.judgments.judgment_log import Judgment
from engine.quality.judging.auto_judge import Thresholds
from engine.quality.judging.judging import pool_of
from engine.quality.runs.trec_files import qrels_text
from engine.types import Cancel, ProgressCallback, Reranker, Run
from engine.types.ranker_names import parsed
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus
from state.permissions import Act, require
from state.quality import runs as quality
from state.quality.figures import Version, runs, version
from state.quality.judging import (
    Action,
    Item,
    JudgingSession,
    WithAutoJudgments,
    auto_judgment_store,
    chosen_aggregation,
    judged_pairs,
    judgment_log,
    keep_new,
)
from state.quality.runs import OpenedRun
from state.visitor import visitor_work
from workbench.auto_judging import (
    AutoJudgeReport,
    auto_judgments_of,
    judge_runs,
    people_of,
    report_on,
)

REJECTED = -1
PLACE = "machine"
TEACHER, TOP_KEY, SWITCH, COUNTED = (
    "quality_teacher",
    "quality_machine_top",
    "quality_machine_counts",
    "quality_machine_counted",
)


@dataclass(frozen=True, slots=True)
class JudgeOutcome:
    """How many grades were kept, and how many pairs the judge had not read when it ended."""

    kept: int
    unread: int


def judge_and_keep(
    loaded: LoadedCorpus,
    run: OpenedRun,
    listed: Mapping[str, Run],
    judge_model: str,
    top: int,
    load: Callable[[str], Reranker],
    on_progress: ProgressCallback,
    cancel: Cancel,
    *,
    same_backend: bool,
) -> JudgeOutcome:
    """Have a judge judge the top of a run's pipelines; what it finished is kept."""
    fingerprint = loaded.corpus.info.fingerprint
    store = auto_judgment_store(fingerprint)
    result = judge_runs(
        loaded.corpus,
        judgment_log(fingerprint),
        listed,
        run.texts,
        judge_model=judge_model,
        model=load(judge_model),
        top=top,
        gathered=run.gathered,
        same_backend=same_backend,
        stored=store.judgments(judge_model),
        on_progress=on_progress,
        cancel=cancel,
    )
    return JudgeOutcome(store.keep(auto_judgments_of(result)), result.unread)


def judge_names() -> list[str]:
    """The rerankers that can judge: those that score a pair by itself, on this server."""
    rankers = {name: parsed(name) for name in quality.reranker_names()}
    return [name for name, kind in rankers.items() if not (kind.remote or kind.whole_list)]


def start(loaded: LoadedCorpus, run: OpenedRun, judge_model: str, top: int) -> None:
    """Begin judging in the background; a judge at work is cancelled first."""
    require(Act.AUTO_JUDGE)
    load, run_by_pipeline = quality.loader(), runs(run)
    same_backend = run.saved.head.get("engine") == quality.backend()
    job = Job(
        "judge",
        lambda job: judge_and_keep(
            loaded,
            run,
            run_by_pipeline,
            judge_model,
            top,
            load,
            job.report,
            job.should_stop,
            same_backend=same_backend,
        ),
        key=loaded.corpus.info.fingerprint,
        title="an automatic judge",
        first_step="starting",
        failed="the judge failed",
    )
    visitor_work().keep(Slot.AUTO_JUDGE, job)


def job_of(fingerprint: str) -> Job[JudgeOutcome] | None:
    """This visitor's judge of that corpus: at work, or the last that ended."""
    job = visitor_work().job(Slot.AUTO_JUDGE)
    return job if job is not None and job.key == fingerprint else None


def proposals_of(
    loaded: LoadedCorpus, run: OpenedRun, judge_model: str
) -> tuple[AutoJudgment, ...]:
    """The judge's grades that stand in for a person's, of this run's queries."""
    judgments = auto_judgment_store(loaded.corpus.info.fingerprint).judgments(judge_model)
    texts = run.texts
    return tuple(j for j in proposals(judgments, judged_pairs(loaded)) if j.query_id in texts)


def remove_all(fingerprint: str) -> int:
    """Remove every auto judgment of a corpus; how many went."""
    require(Act.DELETE)
    return auto_judgment_store(fingerprint).remove()


def has_judged(loaded: LoadedCorpus, run: OpenedRun) -> bool:
    """Whether any auto judgment stands in for a person's in this run."""
    judge_models = auto_judgment_store(loaded.corpus.info.fingerprint).judge_models()
    return any(proposals_of(loaded, run, judge_model) for judge_model in judge_models)


def to_read(loaded: LoadedCorpus, run: OpenedRun, top: int) -> tuple[int, int]:
    """How many pairs the pool holds, and how many of them people judged."""
    pool = pool_of(runs(run), top)
    return len(pool), len(judged_pairs(loaded).intersection(pool))


def report(loaded: LoadedCorpus, run: OpenedRun, judge_model: str) -> AutoJudgeReport:
    """How far people agree with the judge, by all that both have judged so far."""
    judgments_version = version(loaded, WithAutoJudgments(chosen_aggregation(), judge_model))
    return _report(run.run_id, run.saved.saved_at, judgments_version, loaded, run, judge_model)


@st.cache_resource(show_spinner=False, max_entries=8)
def _report(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _judge_model: str,
) -> AutoJudgeReport:
    del run_id, saved_at, judgments_version
    fingerprint = _loaded.corpus.info.fingerprint
    people = people_of(_loaded.corpus, judgment_log(fingerprint), _judge_model)
    judgments = auto_judgment_store(fingerprint).judgments(_judge_model)
    grades = {(j.query_id, j.doc_id): j.grade for j in judgments}
    return report_on(_judge_model, grades, people, runs(_run), _run.specs)


def thresholds_words(judgments: Sequence[AutoJudgment]) -> str:
    """The thresholds of these auto judgments in words, the newest where they differ."""
    newest = max(judgments, key=lambda judgment: judgment.at)
    levels = Thresholds(newest.bounds).levels
    if not newest.calibrated:
        return f"{levels} (the default: not calibrated on people's judgments)"
    return f"{levels} (chosen on {newest.pairs:,} pairs that people judged)"


def proposed_items(loaded: LoadedCorpus, run: OpenedRun, judge_model: str, top: int) -> list[Item]:
    """What the judge proposes for the top of this run's pipelines.

    Nearest to a threshold first: there a person's word is worth most.
    """
    ranks: dict[tuple[str, str], dict[str, int]] = {}
    for name, pipeline_run in runs(run).items():
        for query_id, ranking in pipeline_run.rankings.items():
            for hit in ranking.hits[:top]:
                ranks.setdefault((query_id, hit.doc_id), {})[name] = hit.rank
    judgments = [
        j for j in proposals_of(loaded, run, judge_model) if (j.query_id, j.doc_id) in ranks
    ]
    judgments.sort(key=lambda j: (_distance(j), j.query_id, j.doc_id))
    return [Item(j.query_id, j.doc_id, ranks[(j.query_id, j.doc_id)]) for j in judgments]


def _distance(judgment: AutoJudgment) -> float:
    return min((abs(judgment.score - least) for _, least in judgment.bounds), default=0.0)


def apply_to_proposals(
    loaded: LoadedCorpus,
    session: JudgingSession,
    judge_name: str,
    judge_model: str,
    actions: Sequence[Action],
) -> bool:
    """Keep the new actions (number, item, grade, REJECTED or None); whether there were any.

    A grade becomes the person's judgment, with a note that a model's was shown first; a
    rejected proposal counts no more, and is no judgment.
    """
    require(Act.JUDGE)
    fingerprint = loaded.corpus.info.fingerprint
    log, store = judgment_log(fingerprint), auto_judgment_store(fingerprint)
    proposed = {(j.query_id, j.doc_id): j.grade for j in store.judgments(judge_model)}

    def keep(position: int, grade: int | None) -> None:
        item = session.items[position]
        pair, earlier_grade = (item.query_id, item.doc_id), session.grades.get(position)
        if earlier_grade == REJECTED and grade != REJECTED:
            store.reject(judge_model, *pair, "")
        if earlier_grade not in (None, REJECTED) and grade in (None, REJECTED):
            log.append(Judgment(*pair, None, judge_name, via=_via(judge_model, None)))
        if grade == REJECTED:
            store.reject(judge_model, *pair, judge_name)
        elif grade is not None:
            same = grade == proposed.get(pair)
            via = _via(judge_model, None if same else proposed.get(pair))
            log.append(Judgment(*pair, grade, judge_name, via=via))

    return keep_new(session, actions, keep)


def _via(judge_model: str, other: int | None) -> str:
    if other is None:
        return f"accepted from machine ({judge_model})"
    return f"changed from the machine's {other} ({judge_model})"


def auto_judgments_trec(judgments: Sequence[AutoJudgment]) -> str:
    """The auto judgments as TREC qrels; raises CrossExamError as `qrels_text` does."""
    return qrels_text(as_qrels(judgments))


def auto_judgments_csv(judgments: Sequence[AutoJudgment]) -> str:
    """The auto judgments as CSV, each with its judge, score and thresholds."""
    return provenance_csv(judgments)
