"""What a logit of a backend with 16-bit arithmetic may be off by, in sentences."""

from __future__ import annotations

from engine.types import ScorePrecision
from engine.types.registries.search_parameters import EXACT, FASTEST
from engine.types.wording.numbers import decimal

_SHORT = ("bf16", "fp16")


def rounds(backend: str) -> bool:
    """Whether a backend, "OpenVINO bf16", computes in 16 bits, so that logits are rounded."""
    return any(precision in backend for precision in _SHORT)


def precision_note(precision: ScorePrecision | None) -> str:
    """Which mode scored a list, and how far its logits may be off, as measured on this machine.

    "" where no mode scored it and fp32 did, and in the mode "fastest" where that drifts: its
    notice says so.
    """
    if precision is None or (precision.drift and precision.mode == FASTEST):
        return ""
    if not precision.drift:
        return _exact_note(precision)
    if not rounds(precision.backend):
        return ""
    if precision.measured and precision.largest is not None:
        off = (
            f"On the {precision.pairs:,} pairs that the backends of this machine were measured "
            f"with, its logits lay up to {precision.largest:.3f} from fp32's (99th percentile "
            f"{precision.drift:.3f})"
        )
    else:
        off = (
            "How far its logits lie from fp32's was not measured on this machine (a 99th "
            f"percentile of {precision.drift:.3f} is assumed)"
        )
    return (
        f"{_scored_by(precision)} {off}; Attention and Explain show both. Another "
        "text may lie further off, one without a word by whole units, and the same pair differs "
        "with the batch that it is scored in."
    )


def _exact_note(precision: ScorePrecision) -> str:
    """Which mode scored a list in fp32 alone."""
    if not precision.mode:
        return ""
    as_exact = "" if precision.mode == EXACT else ", as in exact"
    return f"{precision.mode.capitalize()}: {precision.backend} scored every pair{as_exact}."


def _scored_by(precision: ScorePrecision) -> str:
    """What scored a list that drifts, what fp32 did, and which mode is fp32's throughout."""
    if not precision.mode:
        return f"These logits are {precision.backend}'s."
    again = len(precision.exact)
    near = (
        f"fp32 scored {again} again, near ties of the first ten or of their border"
        if again
        else "none of the first ten was a near tie that fp32 had to score again"
    )
    return (
        f"{precision.mode.capitalize()}: {precision.backend} scored every pair; {near}. In exact "
        "every score is fp32's."
    )


def both_logits(explained: float, ranked: float, backend: str) -> str:
    """The fp32 logit that is explained and the one that ranked, with their difference."""
    difference = abs(explained - ranked)
    in_fp32, as_ranked = (decimal(v, 4) for v in (explained, ranked))
    return (
        f"{in_fp32} in fp32, which explains; {as_ranked} in {backend}, which ranked: "
        f"a difference of {difference:.4f}."
    )
