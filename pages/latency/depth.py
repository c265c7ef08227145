"""Latency, depth: what reranking deeper costs and brings."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted, humanised
from components.latency.depth import BANDS, Mark, depth_chart
from components.search.headline import headline
from engine.latency.depth import JUDGED, DeepPass, DepthCurve, depth_curve
from engine.latency.figure_tables import depth_table
from engine.types import CROSS_ENCODER, SearchTrace
from engine.types.registries.search_parameters import MOST_DEPTH
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab


def show(lab: Lab, trace: SearchTrace, *, dark: bool) -> None:
    """The section."""
    deep = lab.depth.result
    curve = depth_curve(deep, lab.judgments()) if deep is not None else None
    headline("How deep should one rerank?" if curve is None else verdict(curve))
    st.markdown(
        f"One deep pass scores up to {counted(MOST_DEPTH, 'candidate')} in the order of the first "
        "stage. "
        "From its scores every shallower ranking follows without reading on: quality is known at "
        "every depth. Time is measured at the end of each chunk of 5 to 50 pairs, tokenising "
        "included and nothing from memory; between the marks it is the chunk's mean."
    )
    if start_button(lab, lab.depth, "Run one deep pass", "measure_depth"):
        lab.measure_depth()
        st.rerun()
    outcome(lab.depth)
    if deep is not None and curve is not None:
        _curve(lab, deep, curve, trace, dark=dark)


def verdict(curve: DepthCurve) -> str:
    """The answer in a sentence."""
    last, best, first = curve.points[-1], curve.best, curve.points[0]
    name = curve.measure.partition(" with")[0]
    if curve.knee is None:
        if best.depth == first.depth:
            return (
                f"Going deeper than {first.depth} brings nothing here: {name} is never above "
                f"{first.quality:.3f}"
            )
        return (
            f"{name} rises no faster than the time: its best, {best.quality:.3f}, is at depth "
            f"{best.depth}"
        )
    knee = curve.knee
    return (
        f"The knee is at depth {knee.depth}: {name} {knee.quality:.3f} in "
        f"{humanised(knee.seconds)}; depth {last.depth} gives {last.quality:.3f} in "
        f"{humanised(last.seconds)}"
    )


def _curve(lab: Lab, deep: DeepPass, curve: DepthCurve, trace: SearchTrace, *, dark: bool) -> None:
    marks = []
    if curve.knee is not None:
        marks.append(Mark(curve.knee.depth, curve.knee.seconds, curve.knee.quality, "knee"))
    if curve.best.depth != (curve.knee.depth if curve.knee else 0):
        marks.append(Mark(curve.best.depth, curve.best.seconds, curve.best.quality, "best"))
    ends = deep.measured_depths
    depth_chart(
        [point.depth for point in curve.points],
        [point.seconds for point in curve.points],
        [point.quality for point in curve.points],
        measure=curve.measure,
        marks=marks,
        measured=ends,
        dark=dark,
        key="depth_chart",
    )
    notes = [
        "The knee is the point farthest above the chord: seconds and the best quality so far are "
        "both brought to 0 … 1 from the shallowest depth to the deepest (Kneedle). The bands are "
        "the usual advice: " + ", ".join(f"{low}–{high} {name}" for low, high, name in BANDS) + "."
    ]
    if curve.measure == JUDGED:
        judgments = lab.judgments()
        top = deep.documents(deep.deepest).ids(10)
        n_judged = sum(doc_id in judgments for doc_id in top)
        notes.append(f"Judged: {n_judged} of the deepest ranking's top {len(top)}.")
    else:
        notes.append(
            "Nobody judged this query, so quality is the share of the deepest ranking's top 10 "
            "that a shallower one has: agreement, not relevance."
        )
    if deep.deepest < MOST_DEPTH:
        deepest = counted(deep.deepest, "candidate")
        notes.append(f"The first stage found {deepest}, so that is the deepest.")
    reread = any(t.cached for t in trace.timings if t.stage == CROSS_ENCODER and t.step == "score")
    if trace.to_score and trace.to_score <= deep.deepest and not reread:
        here = curve.at(trace.to_score)
        cross = trace.stage_seconds(CROSS_ENCODER)
        notes.append(
            f"For comparison: at depth {trace.to_score} the deep pass says "
            f"{humanised(here.seconds)}; in this search's own run the cross-encoder took "
            f"{humanised(cross)}, with pairs of all {trace.to_score} sorted by length."
        )
    st.caption(plain(" ".join(notes)))
    footing(
        lab,
        "depth",
        depth_table(curve, ends),
        lab.conditions(
            depth=deep.deepest, **{"knee depth": curve.knee.depth if curve.knee else None}
        ),
    )
