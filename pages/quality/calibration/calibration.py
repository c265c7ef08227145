"""Quality, calibration: what a score means here, and when there is probably no answer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.common import stage
from components.common.messages import empty, error, notice, plain
from components.common.wording import counted
from components.quality.run_wording import about_words
from components.search.headline import headline
from engine.quality.calibration.floor import LEAST_PRECISION, MOST_PRECISION
from engine.quality.calibration.reliability import FEWEST_PAIRS, FEWEST_QUERIES
from engine.quality.calibration.sentences import calibration_sentence
from engine.quality.pipelines import short_model
from engine.types import CrossExamError
from engine.types.calibration.scores import CalibrationScores
from jobs.job import Job
from jobs.visitor_jobs import Slot
from pages.quality.calibration.answers import answers
from pages.quality.calibration.floor import floor_section
from pages.quality.calibration.reliability import reliability
from pages.quality.context import QualityContext
from pages.quality.link_names import FLOOR_PRECISION, RELEVANT_FROM
from pages.search.job_shown import job_shown
from pages.search.others_work import others_work
from state import url_state
from state.app_resources import LoadedCorpus
from state.ended_jobs import is_news
from state.permissions import Act, refusal
from state.quality import calibration as calibrations
from state.quality.calibration import CalibrationTask
from state.quality.price import fp32_price

FIRST_GLANCE = 0.3
GRADES = (1, 2, 3)


def calibration(context: QualityContext) -> None:
    """The part of the page; it needs no run."""
    calibration_view(context.loaded, context.head, dark=context.dark)


def calibration_view(loaded: LoadedCorpus, head: Any, *, dark: bool) -> None:
    """How it is measured, the reliability picture, the floor, and queries without an answer."""
    try:
        task = calibrations.task_of(loaded)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    if not task.grades:
        empty(
            "Nobody has judged anything here",
            "What a score means is learnt from judged pairs: judge documents under “Judge”, at "
            f"least {FEWEST_PAIRS} pairs of {counted(FEWEST_QUERIES, 'query', 'queries')}, then "
            "measure here.",
        )
        return
    precision, from_grade = _choices()
    job = calibrations.job_of(task.key.fingerprint)
    at_work = job is not None and not job.wait(FIRST_GLANCE)
    # What is kept is looked at after its job: one that ended meanwhile is at work for this page,
    # and job_shown has it drawn anew.
    looked = calibrations.looked(loaded, precision, from_grade)
    if not stage.is_on():
        kept = looked.scores if looked else None
        _measure(loaded, task, precision, from_grade, kept, at_work=at_work)
        if job is not None:
            _outcome(job, at_work=at_work)
    if looked is None:
        empty(
            "Nothing was measured yet",
            "A logit is a number without a meaning of its own. Press Measure: each judged pair is "
            "scored in fp32, and the share that people judged relevant is laid against the logit. "
            "From it comes the floor, the logit from which on the wanted share is relevant: below "
            "it Compare says that there is probably no answer.",
        )
        return
    report = looked.report
    with head if head is not None else st.container(), stage.picture("calibration"):
        headline(
            "What does a score mean here?"
            if report.calibration is None
            else f"{calibration_sentence(report.calibration)}.",
            key="headline_calibration",
        )
    if report.missing or report.answers_missing:
        notice(
            f"{counted(report.missing, 'judged pair has', 'judged pairs have')} no score yet, and "
            f"{counted(report.answers_missing, 'query has', 'queries have')} no best score: "
            "measure the rest, nothing is scored twice."
        )
    reliability(report, dark=dark)
    floor_section(looked)
    answers(report, bool(loaded.corpus.unanswerable), dark=dark)


def _choices() -> tuple[float, int]:
    """The wanted precision, and from which grade on a document counts as relevant."""
    left, right, _ = st.columns([2.2, 1.6, 2], vertical_alignment="bottom")
    precision = left.slider(
        "Wanted precision at or above the floor",
        LEAST_PRECISION,
        MOST_PRECISION,
        FLOOR_PRECISION.default,
        0.01,
        key=FLOOR_PRECISION.session_key,
        persist_state="session",
    )
    from_grade = right.segmented_control(
        "Relevant from grade",
        GRADES,
        default=RELEVANT_FROM.default,
        required=True,
        key=RELEVANT_FROM.session_key,
        persist_state="session",
    )
    return round(float(precision), 2), int(from_grade or RELEVANT_FROM.default)


def _measure(
    loaded: LoadedCorpus,
    task: CalibrationTask,
    precision: float,
    from_grade: int,
    kept: CalibrationScores | None,
    *,
    at_work: bool,
) -> None:
    """The button and its price."""
    others_work(Slot.CALIBRATION, but=calibrations.job_of(task.key.fingerprint))
    button_box, text_box = st.columns([1.2, 4.8], vertical_alignment="center")
    if refused := refusal(Act.QUALITY_RUN):
        notice(refused)
    elif button_box.button(
        "Measure",
        key="measure_calibration",
        type="primary",
        disabled=at_work,
        help="It is being measured." if at_work else None,
        width="stretch",
    ):
        calibrations.start(loaded, precision, from_grade)
        st.rerun()
    sample = "" if len(task.grades) == task.judged else f" of {task.judged:,}, drawn by query"
    text_box.caption(
        plain(
            f"{short_model(task.key.model)} in fp32, never fastest: "
            f"{counted(len(task.grades), 'judged pair')}{sample}, and the candidates of "
            f"{counted(sum(q.listed for q in task.questions), 'query', 'queries')} whose best "
            f"score is held against those without an answer. {_cost(loaded, task, kept)}"
            "What was scored is kept."
        )
    )


def _outcome(job: Job[CalibrationScores], *, at_work: bool) -> None:
    """How far the measuring is, or why there is no more of it."""
    if at_work:
        job_shown(job, key="cancel_calibration")
    elif not is_news(job):
        return
    elif job.error is not None:
        error(url_state.error_message(job.error))
    elif job.cancelled:
        notice("Cancelled: what was scored is kept, and Measure goes on from there.")


def _cost(loaded: LoadedCorpus, task: CalibrationTask, kept: CalibrationScores | None) -> str:
    """What is to be read still; how many passages the judged documents have is not counted."""
    if loaded.corpus.split:
        return ""
    pairs = task.most_pairs(kept)
    if not pairs:
        return "All of it was scored. "
    about = about_words(pairs, fp32_price())
    return f"At most {counted(pairs, 'pair')} to read{about}. "
