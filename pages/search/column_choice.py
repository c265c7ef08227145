"""Which rankings stand side by side, against which they are held, and how many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, CROSS_ENCODER, STAGES, CrossExamError
from engine.types.ranker_names import MOST, stage_of
from pages.search.link_names import BASELINE, COLUMNS, ROWS
from state import url_state
from state.search import additional_rankers as rankers

SHOWN_BY_DEFAULT = [stage for stage in STAGES if stage != BLEND]
LEAST_COLUMNS, MOST_COLUMNS = 2, 6


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The stages to show in order, the one that movement is against, and rows a column."""

    stages: tuple[str, ...]
    baseline: str
    top: int

    def two(self) -> ColumnChoice:
        """The baseline and the cross-encoder alone: what a room can read."""
        other_stages = [stage for stage in self.stages if stage != CROSS_ENCODER]
        first = (
            self.baseline if self.baseline != CROSS_ENCODER else (other_stages or [BI_ENCODER])[0]
        )
        return replace(self, stages=(first, CROSS_ENCODER))


def column_choice(settings: Settings, attached: Sequence[str] = ()) -> ColumnChoice:
    """Draw the pickers, and say what does not fit.

    `attached` are the stages of the corpus' attached runs: one that is picked is chosen too.
    """
    additional = [stage_of(name) for name in settings.rerankers]
    not_chosen = [stage for stage in attached if stage not in additional]
    offered = [*STAGES, *additional, *not_chosen]
    usual = [*SHOWN_BY_DEFAULT, *additional][:MOST_COLUMNS]
    columns_key = "columns" if not additional else f"columns {' '.join(additional)}"
    baseline_key = f"baseline_{settings.first_stage}"
    searched = [*STAGES, *additional]
    url_state.give_choices(COLUMNS, columns_key, offered, usual)
    url_state.give_choice(BASELINE, baseline_key, searched, settings.first_stage)
    columns_box, baseline_box, rows_box = st.columns([4, 1.6, 1.2], vertical_alignment="center")
    with columns_box:
        picked = st.pills(
            "Columns",
            offered,
            selection_mode="multi",
            default=usual,
            format_func=lambda stage: plain(stage_label(stage)),
            key=columns_key,
            persist_state="session",
            label_visibility="collapsed",
        )
    if new := [stage for stage in not_chosen if stage in picked]:
        _choose(new, settings)
    with baseline_box:
        baseline = st.selectbox(
            "Movement against",
            searched,
            index=searched.index(settings.first_stage),
            format_func=lambda stage: f"Movement against {stage_label(stage)}",
            label_visibility="collapsed",
            key=baseline_key,
        )
    with rows_box:
        top = st.selectbox(
            "Rows",
            ROWS,
            format_func=lambda rows: f"Top {rows}",
            key="rows",
            persist_state="session",
            label_visibility="collapsed",
        )
    stages = [stage for stage in searched if stage in picked] or list(SHOWN_BY_DEFAULT)
    if len(stages) > MOST_COLUMNS:
        notice(
            f"Only {MOST_COLUMNS} rankings fit side by side: the first {MOST_COLUMNS} are shown."
        )
        stages = stages[:MOST_COLUMNS]
    if len(stages) < LEAST_COLUMNS:
        notice(
            f"One ranking alone compares with nothing: choose {LEAST_COLUMNS} to {MOST_COLUMNS}."
        )
    return ColumnChoice(tuple(stages), baseline, top)


def _choose(stages: Sequence[str], settings: Settings) -> None:
    """Have the search list these attached runs too, and begin anew.

    One that is chosen already has no room beside the first stage, which is such a run as well.
    """
    if set(stages) <= set(rankers.chosen()):
        notice(
            f"{', '.join(map(stage_label, stages))} is not searched: beside the first stage, "
            f"{stage_label(settings.first_stage)}, there is room for {MOST - 1} additional "
            "rankers. Choose fewer under Models."
        )
        return
    try:
        for stage in stages:
            rankers.add(stage)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        st.rerun()
