"""What weakens an attribution, in sentences: a baseline that is not neutral, unstable values."""

from __future__ import annotations

from engine.types import FLAGGED_ABOVE, Attribution
from engine.types.registries.explanation_methods import sums_to_score
from engine.types.wording.numbers import decimal

NARROW_GAP = 0.5  # logits
UNSTABLE_ABOVE = 0.05  # logits by which a word may move as the steps double


def warnings_of(attribution: Attribution) -> list[str]:
    """A sentence for each thing that weakens an attribution of a logit; [] without a baseline."""
    baseline_score, residual = attribution.baseline_score, attribution.residual
    if baseline_score is None or residual is None:
        return []
    warnings = []
    gap = attribution.score - baseline_score
    if gap <= 0:
        warnings.append(
            f"This baseline is not neutral: the model scores it {decimal(baseline_score)}, above "
            f"the pair's {decimal(attribution.score)}. The values explain the way down from "
            "there, so they say what lowers the score against this baseline more than what earns "
            "it."
        )
    if not attribution.steps:
        return warnings
    if abs(gap) < NARROW_GAP:
        warnings.append(
            f"The baseline scores {decimal(baseline_score)}, nearly what the pair scores "
            f"({decimal(attribution.score)}): there is hardly a gap to explain, so what raises and "
            "what lowers the score cancel out. Try another baseline too."
        )
    if residual > FLAGGED_ABOVE:
        warnings.append(
            f"The values miss the gap by {residual:.1%} after {attribution.steps} steps: take them "
            "as rough."
        )
    if (attribution.word_change or 0.0) > UNSTABLE_ABOVE:
        warnings.append(
            f"After {attribution.steps} steps, the most that are taken, a word's value still moved "
            f"by {attribution.word_change:.2f} logits as the steps doubled: take single words as "
            "rough."
        )
    return warnings


def interaction_sentence(attribution: Attribution) -> str:
    """What leave-one-out misses the gap by, and what that is; "" for other methods."""
    start, residual = attribution.baseline_score, attribution.residual
    if start is None or residual is None or sums_to_score(attribution.method):
        return ""
    own_sum = sum(attribution.values) + attribution.special_value
    gap = attribution.score - start
    masked = "MASK" in attribution.baseline
    baseline = "has [MASK] for every word" if masked else "is the pair without a word"
    return (
        f"The baseline here {baseline}, which the model scores {decimal(start)}. Words left out "
        f"one at a time need not sum to the gap: one at a time they lose {decimal(own_sum)} logits "
        f"in all, together {decimal(gap)}. The difference of {decimal(abs(own_sum - gap))} "
        f"(residual {residual:.1%}) is interaction: words that do each other's work, or "
        "count only together."
    )
