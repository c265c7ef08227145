"""The figures that an attribution stands on: both ends, what is left over, and warnings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import plain
from components.explain.attribution.word_attribution import LOGIT, ValueWording
from engine.types import FLAGGED_ABOVE, Attribution
from engine.types.registries.explanation_methods import sums_to_score
from engine.types.wording.numbers import decimal

EXPLAINED_BY = "torch fp32"


def backend_sentence(explained: float, ranked: float, backend: str) -> str:
    """How the explained logit and the one that ranked differ: two engines, one model."""
    if backend == EXPLAINED_BY:
        return f"{EXPLAINED_BY} ranked this document too, so both logits are one."
    if decimal(explained, 4) == decimal(ranked, 4):
        return (
            f"The list was ranked by {backend}, which gives the same logit to four decimals, "
            f"{decimal(ranked, 4)}."
        )
    return (
        f"The list was ranked by {backend}, which gives {decimal(ranked, 4)} where fp32 gives "
        f"{decimal(explained, 4)}: a difference of {abs(ranked - explained):.4f}."
    )


def attribution_scores(attribution: Attribution, *, explains: str = "logit") -> None:
    """Draw the logit, the baseline's logit and the residual."""
    score_box, baseline_box, facts_box = st.columns(3)
    name = "Logit (fp32)" if explains == "logit" else explains[:1].upper() + explains[1:]
    score_box.metric(plain(name), decimal(attribution.score))
    if attribution.baseline_score is not None:
        baseline_box.metric(
            "Baseline's logit" if explains == "logit" else "The baseline's",
            decimal(attribution.baseline_score),
            help="What the model gives the input that the values start from: they explain the way "
            "from there to the pair's logit. No input is neutral to a model, so look at this "
            "figure first.",
        )
    if attribution.residual is not None:
        facts_box.metric(
            "Residual" if sums_to_score(attribution.method) else "Interaction",
            f"{attribution.residual:.1%}",
            help="How far the sum of all values misses the gap between both logits, relative to "
            "that gap or to 1 logit, whichever is larger.",
        )


def cosine_score(attribution: Attribution) -> None:
    """Draw the cosine that a bi-encoder's attribution explains, and what it starts from."""
    cosine_box, baseline_box, facts_box = st.columns(3)
    cosine_box.metric(
        "Cosine (fp32)",
        decimal(attribution.score, 3),
        help="Inner product of the two unit vectors, each computed without seeing the other text.",
    )
    if attribution.baseline_score is not None:
        baseline_box.metric(
            "Left to the references",
            decimal(attribution.baseline_score, 3),
            help="What the values do not take apart: cos(query, reference) + cos(reference, "
            "document) − cos of both references, whose every word is [PAD]. It would be 0 in an "
            "encoder trained for this method.",
        )
    if attribution.residual is not None:
        facts_box.metric(
            "Residual",
            f"{attribution.residual:.1%}",
            help="How far the sum of either text's values misses what they take apart, relative "
            "to that or to 0.1, whichever is larger.",
        )


def references_sentence(attribution: Attribution) -> str:
    """What the values of a cosine sum to, and what the references keep; "" without them."""
    if attribution.baseline_score is None or attribution.residual is None:
        return ""
    gap = attribution.score - attribution.baseline_score
    return (
        f"The values of the query's words sum to {decimal(gap, 3)}, and so do the document's: two "
        f"views of the same sum. Together with the {decimal(attribution.baseline_score, 3)} that "
        f"stays with the references it is the cosine of {decimal(attribution.score, 3)}. This "
        "encoder was not trained for the method, so a reference without a word is near other "
        f"texts too. Residual {attribution.residual:.1%}, {attribution.steps} steps; as they last "
        f"doubled, no word moved by more than {attribution.word_change or 0.0:.3f}."
    )


def attribution_ends(
    attribution: Attribution, *, warnings: Sequence[str], interaction: str = ""
) -> None:
    """Draw the sum beside the gap, a warning for each thing that weakens it, and `interaction`."""
    for warning in warnings:
        st.warning(plain(warning), icon="⚠️")
    st.caption(plain(sum_sentence(attribution)))
    if interaction:
        st.caption(plain(interaction))


def sum_sentence(attribution: Attribution) -> str:
    """The sum of the parts beside the gap that it is to explain, both ends shown."""
    if attribution.baseline_score is None or attribution.residual is None:
        return ""
    sum_by_side = {side: sum(v for _, v in attribution.of(side)) for side in ("query", "document")}
    total = sum(sum_by_side.values()) + attribution.special_value
    gap = attribution.score - attribution.baseline_score
    verdict = f"Interaction {attribution.residual:.1%}"
    if sums_to_score(attribution.method):
        above_phrase = (
            "" if attribution.residual <= FLAGGED_ABOVE else f", above {FLAGGED_ABOVE:.0%}"
        )
        steps_phrase = f", {attribution.steps} steps" if attribution.steps else ""
        verdict = f"Residual {attribution.residual:.1%}{above_phrase}{steps_phrase}"
    if attribution.word_change is not None:
        verdict += (
            f"; as they last doubled, no word moved by more than {attribution.word_change:.2f}"
        )
    return (
        f"Query words {LOGIT.text(sum_by_side['query'])}, document words "
        f"{LOGIT.text(sum_by_side['document'])}, {attribution.specials} "
        f"{LOGIT.text(attribution.special_value)}: together {LOGIT.text(total)} logits. The score "
        f"{decimal(attribution.score)} minus the baseline's {decimal(attribution.baseline_score)} "
        f"is {LOGIT.text(gap)}. {verdict}."
    )


def special_sentence(attribution: Attribution, reading: ValueWording) -> str:
    """What the special tokens hold, beside all words together."""
    words_total = sum(abs(value) for value in attribution.values)
    total = words_total + abs(attribution.special_value)
    share = abs(attribution.special_value) / total if total else 0.0
    return (
        f"{attribution.specials}, which are no words, hold "
        f"{reading.text(attribution.special_value)} ({share:.0%} of the whole, signs aside)."
    )
