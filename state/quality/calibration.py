"""What a score means on a corpus: measured in the background, kept, and looked at."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from corpora.calibration.calibration_store import CalibrationStore
from engine.quality.calibration.report import CalibrationReport
from engine.types import CrossExamError
from engine.types.calibration.reliability import KeptFloor
from engine.types.calibration.scores import CalibrationKey, CalibrationScores
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.quality.judging import judgment_log
from state.visitor import visitor_work
from workbench.calibration.calibrating import CalibrationTask as CalibrationTask
from workbench.calibration.calibrating import (
    calibration_task,
    keep_floor,
    measure,
    report_on,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """A report on what is kept, and the floor that Compare goes by."""

    task: CalibrationTask
    scores: CalibrationScores
    report: CalibrationReport
    kept: KeptFloor | None


def task_of(loaded: LoadedCorpus) -> CalibrationTask:
    """The app's cross-encoder on this corpus, with people's judgments as they stand."""
    return _task(_version(loaded), loaded)


@st.cache_resource(show_spinner=False, max_entries=8)
def _task(version: Hashable, _loaded: LoadedCorpus) -> CalibrationTask:
    del version
    name = workbench().models.cross_encoder_name
    return calibration_task(_loaded.corpus, name, _loaded.searcher.reranker)


def start(loaded: LoadedCorpus, precision: float, from_grade: int) -> None:
    """Begin to measure in the background; where all is scored, Compare goes by this floor then."""
    require(Act.QUALITY_RUN)
    task = task_of(loaded)

    def work(job: Job[CalibrationScores]) -> CalibrationScores:
        scores = measure(task, loaded.searcher, on_progress=job.report, cancel=job.should_stop)
        report = report_on(task, scores, precision=precision, from_grade=from_grade)
        if report.complete:
            keep_floor(task, report)
        return scores

    fingerprint = task.key.fingerprint
    job = Job(
        "calibration",
        work,
        key=fingerprint,
        title="a calibration",
        first_step="searching",
        failed="the calibration failed",
    )
    visitor_work().keep(Slot.CALIBRATION, job, part=fingerprint)


def job_of(fingerprint: str) -> Job[CalibrationScores] | None:
    """This visitor's measuring on that corpus: at work, or ended last."""
    return visitor_work().job(Slot.CALIBRATION, part=fingerprint)


def looked(loaded: LoadedCorpus, precision: float, from_grade: int) -> Looked | None:
    """What is kept of the corpus, put together; None where nothing was measured yet."""
    task, store = task_of(loaded), CalibrationStore()
    return _looked(
        (_version(loaded), task.key, store.version(task.key)), precision, from_grade, task
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _looked(
    version: Hashable, precision: float, from_grade: int, _task: CalibrationTask
) -> Looked | None:
    del version
    store = CalibrationStore()
    scores = store.scores(_task.key)
    if scores is None:
        return None
    report = report_on(_task, scores, precision=precision, from_grade=from_grade)
    return Looked(_task, scores, report, store.floor(_task.key))


def use_floor(looked_at: Looked) -> None:
    """Have Compare go by this floor, for all visitors."""
    require(Act.QUALITY_RUN)
    keep_floor(looked_at.task, looked_at.report)


def forget_floor(looked_at: Looked) -> None:
    """Have Compare say nothing of missing answers any more, for all visitors."""
    require(Act.QUALITY_RUN)
    CalibrationStore().keep_floor(looked_at.task.key, None)


def floor_of_search(loaded: LoadedCorpus) -> KeptFloor | None:
    """The floor that was measured for this corpus and version of the cross-encoder."""
    key = CalibrationKey(
        loaded.corpus.info.fingerprint,
        workbench().models.cross_encoder_name,
        loaded.searcher.reranker.revision,
    )
    try:
        return _floor(key, CalibrationStore().version(key))
    except CrossExamError:  # a search goes on without it; the page of the calibration says why
        return None


@st.cache_resource(show_spinner=False, max_entries=32)
def _floor(key: CalibrationKey, version: Hashable) -> KeptFloor | None:
    del version
    return CalibrationStore().floor(key)


def _version(loaded: LoadedCorpus) -> Hashable:
    fingerprint = loaded.corpus.info.fingerprint
    return loaded.number, fingerprint, judgment_log(fingerprint).version
