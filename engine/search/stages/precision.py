"""What a logit of a backend with 16-bit arithmetic may be off by, in sentences."""

from __future__ import annotations

from engine.types import ScorePrecision
from engine.types.wording.numbers import decimal

_SHORT = ("bf16", "fp16")


def rounds(backend: str) -> bool:
    """Whether a backend, "OpenVINO bf16", computes in 16 bits, so that logits are rounded."""
    return any(precision in backend for precision in _SHORT)


def precision_note(precision: ScorePrecision | None) -> str:
    """How far these logits may be off, as measured on this machine; "" for those of fp32."""
    if precision is None or not rounds(precision.backend):
        return ""
    if precision.measured and precision.largest is not None:
        off = (
            f"On the {precision.pairs:,} pairs that the backends of this machine were measured "
            f"with, they lay up to {precision.largest:.3f} from fp32's (99th percentile "
            f"{precision.drift:.3f})"
        )
    else:
        off = (
            "How far they lie from fp32's was not measured on this machine (a 99th percentile of "
            f"{precision.drift:.3f} is assumed)"
        )
    return (
        f"These logits are {precision.backend}'s. {off}; Attention and Explain show both. Another "
        "text may lie further off, one without a word by whole units, and the same pair differs "
        "with the batch that it is scored in."
    )


def both_logits(explained: float, ranked: float, backend: str) -> str:
    """The fp32 logit that is explained and the one that ranked, with their difference."""
    difference = abs(explained - ranked)
    in_fp32, as_ranked = (decimal(v, 4) for v in (explained, ranked))
    return (
        f"{in_fp32} in fp32, which explains; {as_ranked} in {backend}, which ranked: "
        f"a difference of {difference:.4f}."
    )
