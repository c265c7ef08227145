"""Latency, batch size: which batches are fastest, and using them."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.latency.batches import BatchRow, batch_chart, batch_table, rate_words
from components.search.headline import headline
from engine.latency.batching import REPEATS, BatchPoint, BatchReport, BatchSetting
from engine.latency.figure_tables import batches_table
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab
from state.latency.measurements import apply_batches, current_batches, usual_batches
from state.permissions import Act, refusal


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    report, now = lab.batches.result, current_batches()
    headline("Which batches are fastest here?" if report is None else _verdict(report, now))
    st.markdown(
        "A batch is what goes through the cross-encoder at once. A large one keeps the processor "
        "busy but is padded to its longest pair and may not fit its caches; a small one pays the "
        "start of each pass. The same pairs are scored with every setting, without anything from "
        "memory, and the faster of two passes counts."
    )
    if start_button(lab, lab.batches, "Try batch settings", "measure_batches"):
        lab.measure_batches()
        st.rerun()
    outcome(lab.batches)
    st.caption(plain(f"Searches are scored in batches of {words(now)} now."))
    if report is None:
        _buttons(now, None)
        return
    rows = _rows(report, now)
    batch_chart(rows, dark=dark, key="batch_chart")
    _buttons(now, report.best.setting)
    batch_table(
        rows,
        passes=f"{report.points[0].pairs} pairs, the faster of {REPEATS} passes",
        key="batch_table",
    )
    st.caption(
        "Memory is the resident memory of the whole server: its high-water mark during a "
        "setting's passes, and how far that lies above what was held before them. A backend "
        "keeps what it once took, so that later settings may show no rise."
    )
    footing(lab, "batches", batches_table(report), lab.conditions())


def _buttons(now: BatchSetting, best: BatchSetting | None) -> None:
    usual_setting = usual_batches()
    if refused := refusal(Act.SERVER_SETTINGS):
        notice(refused)
        return
    with st.container(horizontal=True):
        if best is not None and st.button(
            f"Use {plain(words(best))}",
            key="apply_batches",
            type="primary",
            disabled=best == now,
            help="These are in use already."
            if best == now
            else "For every visitor of this server, until it ends. Scores stay the same to "
            "within rounding.",
        ):
            apply_batches(best)
            st.rerun()
        if now != usual_setting and st.button(
            f"Back to {plain(words(usual_setting))}", key="reset_batches"
        ):
            apply_batches(usual_setting)
            st.rerun()


def _verdict(report: BatchReport, now: BatchSetting) -> str:
    best = report.best
    current_point = next((point for point in report.points if point.setting == now), None)
    fastest = f"{words(best.setting)}: {rate_words(best.pairs_per_second)} pairs per second"
    if current_point is None:
        return f"Fastest: {fastest}"
    if best.setting == now:
        return f"The setting in use is the fastest, {fastest}"
    gain = best.pairs_per_second / current_point.pairs_per_second - 1
    return f"Fastest: {fastest}, {gain:.0%} more than the setting in use"


def _rows(report: BatchReport, now: BatchSetting) -> list[BatchRow]:
    least = min(point.tokens for point in report.points)  # a pair at a time has no padding

    def row(point: BatchPoint) -> BatchRow:
        return BatchRow(
            limit=words(point.setting),
            by_size=point.setting.by_size,
            pairs_per_second=point.pairs_per_second,
            batches=point.batches,
            padding=1 - least / point.tokens if point.tokens else 0.0,
            peak=point.peak,
            rise=point.rise,
            in_use=point.setting == now,
            best=point == report.best,
        )

    return [row(point) for point in report.points]


def words(setting: BatchSetting) -> str:
    """The setting as a person says it: "8 pairs", "1,024 tokens or 16 pairs"."""
    pairs = f"{setting.largest} pair{'' if setting.largest == 1 else 's'}"
    return pairs if setting.by_size else f"{counted(setting.budget, 'token')} or {pairs}"
