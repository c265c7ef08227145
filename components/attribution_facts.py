"""The figures that an attribution stands on: both ends, what is left over, and warnings."""

from __future__ import annotations

import streamlit as st

from components.messages import plain
from components.pair_scores import signed
from components.word_attribution import LOGIT, Reading
from search.types import Attribution

FLAGGED_ABOVE = 0.05  # residual
NARROW_GAP = 0.5  # logits
EXPLAINED_BY = "torch fp32"


def engine_sentence(explained: float, ranked: float, engine: str) -> str:
    """How the explained logit and the one that ranked differ: two engines, one model."""
    if engine == EXPLAINED_BY:
        return f"{EXPLAINED_BY} ranked this document too, so both logits are one."
    return (
        f"The list was ranked by {engine}, which gives {ranked:.4f} where {EXPLAINED_BY} gives "
        f"{explained:.4f}: a difference of {abs(ranked - explained):.4f}."
    )


def attribution_scores(attribution: Attribution, *, explains: str = "logit") -> None:
    """Draw the logit, the baseline's logit and the residual."""
    score, base, rest = st.columns(3)
    name = "Logit (fp32)" if explains == "logit" else explains[:1].upper() + explains[1:]
    score.metric(plain(name), signed(attribution.score))
    if attribution.baseline_score is not None:
        base.metric(
            "Baseline's logit" if explains == "logit" else "The baseline's",
            signed(attribution.baseline_score),
            help="What the model gives an input that says nothing. Values explain the way from "
            "there to the pair's logit.",
        )
    if attribution.residual is not None:
        rest.metric(
            "Residual",
            f"{attribution.residual:.1%}",
            help="How far the sum of all values misses the gap between both logits, relative to "
            "that gap or to 1 logit, whichever is larger.",
        )


def cosine_score(attribution: Attribution) -> None:
    """Draw the cosine that a bi-encoder's attribution explains."""
    st.metric(
        "Cosine (fp32)",
        signed(attribution.score, 3),
        help="Inner product of the two unit vectors, each made without seeing the other text.",
    )


def attribution_ends(attribution: Attribution) -> None:
    """Draw the sum beside the gap, and a warning for each thing that weakens it."""
    for warning in warnings_of(attribution):
        st.warning(plain(warning), icon="⚠️")
    st.caption(plain(sum_sentence(attribution)))
    if not attribution.steps:
        st.caption(
            "The baseline here is the pair without a word. Words left out one at a time need not "
            "sum to the gap, for two words can do each other's work: the residual says by how much."
        )


def warnings_of(attribution: Attribution) -> list[str]:
    """What weakens integrated gradients: hardly a gap, or a sum that misses it."""
    start, residual = attribution.baseline_score, attribution.residual
    if start is None or residual is None or not attribution.steps:
        return []
    found = []
    if abs(attribution.score - start) < NARROW_GAP:
        found.append(
            f"The baseline scores {signed(start)}, nearly what the pair scores "
            f"({signed(attribution.score)}): there is hardly a gap to explain, so what raises and "
            "what lowers the score cancel out. Try another baseline too."
        )
    if residual > FLAGGED_ABOVE:
        found.append(
            f"The values miss the gap by {residual:.1%} after {attribution.steps} steps: take them "
            "as rough."
        )
    return found


def sum_sentence(attribution: Attribution) -> str:
    """The sum of the parts beside the gap that it is to explain, both ends shown."""
    if attribution.baseline_score is None or attribution.residual is None:
        return ""
    parts = {side: sum(v for _, v in attribution.of(side)) for side in ("query", "document")}
    total = sum(parts.values()) + attribution.special_value
    gap = attribution.score - attribution.baseline_score
    steps = f", {attribution.steps} steps" if attribution.steps else ""
    verdict = "" if attribution.residual <= FLAGGED_ABOVE else f", above {FLAGGED_ABOVE:.0%}"
    return (
        f"Query words {LOGIT.text(parts['query'])}, document words "
        f"{LOGIT.text(parts['document'])}, {attribution.specials} "
        f"{LOGIT.text(attribution.special_value)}: together {LOGIT.text(total)} logits. The score "
        f"{signed(attribution.score)} minus the baseline's {signed(attribution.baseline_score)} "
        f"is {LOGIT.text(gap)}. Residual {attribution.residual:.1%}{verdict}{steps}."
    )


def special_sentence(attribution: Attribution, reading: Reading) -> str:
    """What the special tokens hold, beside all words together."""
    words = sum(abs(value) for value in attribution.values)
    whole = words + abs(attribution.special_value)
    share = abs(attribution.special_value) / whole if whole else 0.0
    return (
        f"{attribution.specials}, which are no words, hold "
        f"{reading.text(attribution.special_value)} ({share:.0%} of the whole, signs aside)."
    )
