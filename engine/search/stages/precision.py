"""What a logit of an backend with 16-bit arithmetic may be off by, in sentences."""

from __future__ import annotations

# Largest differences measured by benchmarks/precision.py and benchmarks/bench.py, in logits.
BY_BATCH = 0.05
BY_PRECISION = 0.07
_SHORT = ("bf16", "fp16")


def rounds(backend: str) -> bool:
    """Whether a backend, "OpenVINO bf16", computes in 16 bits, so that logits are rounded."""
    return any(precision in backend for precision in _SHORT)


def precision_note(backend: str) -> str:
    """How far this backend's logits may be off, "" for one that computes in fp32."""
    if not rounds(backend):
        return ""
    return (
        f"These logits are {backend}'s. The same pair differs by up to {BY_BATCH} with the batch "
        f"that it was scored in, and by up to {BY_PRECISION} from fp32, which Attention and "
        "Explain show beside it (as measured; a document without a word differs by more)."
    )


def both_logits(explained: float, ranked: float, backend: str) -> str:
    """The fp32 logit that is explained and the one that ranked, with their difference."""
    difference = abs(explained - ranked)
    in_fp32, as_ranked = (f"{v:.4f}".replace("-", "\N{MINUS SIGN}") for v in (explained, ranked))
    return (
        f"{in_fp32} in fp32, which explains; {as_ranked} in {backend}, which ranked: "
        f"a difference of {difference:.4f}."
    )
