"""Numbers as text: a true minus sign, and no sign before what rounds to nothing."""

from __future__ import annotations

MINUS = "\N{MINUS SIGN}"


def decimal(value: float, decimals: int = 2) -> str:
    """A number with so many decimals: "−1.20", "0.35", "0.00"."""
    return with_minus(f"{value:.{decimals}f}")


def signed(value: float, decimals: int = 2) -> str:
    """A difference, a gain with its plus: "+0.35", "−1.20", "0.00"."""
    return with_minus(f"{value:+.{decimals}f}")


def moved_by(value: float, decimals: int = 2) -> str | None:
    """A difference for st.metric, which reads a hyphen as down; None where it rounds to nothing."""
    text = f"{value:+.{decimals}f}"
    return text if float(text) else None


def with_minus(text: str) -> str:
    """A number that was written otherwise ("1e-05", "-1,200"), its hyphens as minus signs.

    Before what rounds to nothing ("-0.00 J") stands no sign.
    """
    if not any(digit in "123456789" for digit in text):
        text = text.lstrip("+-")
    return text.replace("-", MINUS)
