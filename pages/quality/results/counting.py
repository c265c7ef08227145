"""Quality, the switch that counts machine-made grades too: off by default, and never silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted as numbered
from components.quality.judge_agreement import agreement_text, circular_words
from engine.quality.evaluation import judged_at
from engine.quality.pipelines import short_model
from engine.types import CrossExamError
from engine.types.registries.measures import JUDGED_K
from pages.quality.context import QualityContext
from pages.quality.link_names import MADE_BY
from state import url_state
from state.quality import auto_judge
from state.quality.auto_judge import COUNTED, SWITCH
from state.quality.figures import figures, runs
from state.quality.judging import WithAutoJudgments, auto_judgment_store, qrels_of


@dataclass(frozen=True, slots=True)
class AutoJudgmentCount:
    """That `grades` machine-made grades are counted, and what belongs beside every figure.

    `judged` is judged@k by people alone, `circular` why a pipeline's figure is too high, both
    by pipeline; `trust` how far people agree with the judge.
    """

    judge_model: str
    grades: int
    judged: Mapping[str, float]
    circular: Mapping[str, str]
    trust: str

    @property
    def mark(self) -> str:
        """What every title says."""
        return f"incl. {self.grades:,} machine-made grades"


def counted(context: QualityContext) -> tuple[QualityContext, AutoJudgmentCount | None]:
    """The figures as the switch wants them, and what was counted; None while it is off.

    The switch is drawn only where a model has judged something of this run.
    """
    loaded, run = context.loaded, context.run
    judge_models = [
        judge_model
        for judge_model in auto_judgment_store(loaded.corpus.info.fingerprint).judge_models()
        if auto_judge.proposals_of(loaded, run, judge_model)
    ]
    if not judge_models:
        return context, None
    switch_box, model_box = st.columns([2.2, 3], vertical_alignment="center")
    counts_proposals = switch_box.toggle(
        "Count machine-made grades too",
        key=SWITCH,
        persist_state="session",
        help="Grades that a cross-encoder proposed, under Judge, for what nobody judged.",
    )
    if not counts_proposals:
        return context, None
    judge_model = judge_models[-1]
    if len(judge_models) > 1:
        url_state.give_choice(MADE_BY, COUNTED, judge_models, judge_models[0])
        judge_model = model_box.selectbox(
            "Made by", judge_models, format_func=short_model, key=COUNTED, persist_state="session"
        )
    proposals = auto_judge.proposals_of(loaded, run, judge_model)
    counting_rule = WithAutoJudgments(context.counting_rule, judge_model)
    try:
        counted_figures = figures(loaded, run, counting_rule, context.recall_at)
    except CrossExamError as problem:
        st.info(plain(url_state.error_message(problem)), icon="ℹ️")
        return context, None
    people_qrels, run_by_pipeline = qrels_of(loaded, context.counting_rule), runs(run)
    judged_shares = {
        f.spec.name: judged_at(
            run_by_pipeline[f.spec.name], people_qrels, JUDGED_K, f.evaluation.by_query
        )
        for f in counted_figures
    }
    report = auto_judge.report(loaded, run, judge_model)
    agreement = report.agreement
    trust_phrase = (
        "not measured against people"
        if agreement is None
        else f"quadratic kappa with people {agreement_text(agreement.quadratic)} on "
        f"{numbered(agreement.pairs, 'pair')} that it did not learn from"
    )
    count = AutoJudgmentCount(
        judge_model, len(proposals), judged_shares, report.circular, trust_phrase
    )
    _banner(count, all(judgment.calibrated for judgment in proposals))
    return replace(context, counting_rule=counting_rule, figures=counted_figures), count


def _banner(count: AutoJudgmentCount, calibrated: bool) -> None:
    """That these are not people's figures, and whose they are too high for."""
    calibration_phrase = (
        "calibrated on people's judgments" if calibrated else "NOT calibrated on people"
    )
    warning_text = (
        f"Every figure on this page counts {count.grades:,} machine-made grades by "
        f"{short_model(count.judge_model)} beside people's judgments: {calibration_phrase}, "
        f"{count.trust} (see Judge)."
    )
    if count.circular:
        warning_text += f" Too high where the judge judges itself. {circular_words(count.circular)}"
    st.warning(plain(warning_text), icon="⚠️")


def mark_of(count: AutoJudgmentCount | None) -> str:
    """What a title adds after a comma, "" while only people count."""
    return f", {count.mark}" if count else ""


def bracketed(count: AutoJudgmentCount | None) -> str:
    """What a title adds in brackets, "" while only people count."""
    return f" ({count.mark})" if count else ""
