"""What two encoders disagree about, in a sentence."""

from __future__ import annotations


def difference(apart: str, together: str) -> str:
    """What either encoder puts first, in a sentence."""
    if apart == together:
        return f"Both put “{together}” first."
    return (
        f"The bi-encoder, which reads query and document apart, puts “{apart}” first. The "
        f"cross-encoder, which reads them together, puts “{together}” first."
    )
