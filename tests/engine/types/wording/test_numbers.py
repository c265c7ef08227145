"""Numbers as text."""

from __future__ import annotations

import pytest

from engine.types.wording.numbers import decimal, moved_by, signed, with_minus


@pytest.mark.parametrize(
    ("value", "decimals", "text", "with_sign"),
    [
        (0.064, 3, "0.064", "+0.064"),
        (-1.2, 2, "\N{MINUS SIGN}1.20", "\N{MINUS SIGN}1.20"),
        (-0.0004, 3, "0.000", "0.000"),
        (0.0004, 3, "0.000", "0.000"),
        (-0.0, 2, "0.00", "0.00"),
        (-0.4, 0, "0", "0"),
        (-1200.0, 1, "\N{MINUS SIGN}1200.0", "\N{MINUS SIGN}1200.0"),
    ],
)
def test_a_minus_is_a_minus_and_what_rounds_to_nothing_has_no_sign(
    value: float, decimals: int, text: str, with_sign: str
) -> None:
    assert decimal(value, decimals) == text
    assert signed(value, decimals) == with_sign


def test_a_number_written_otherwise_has_its_minus_signs() -> None:
    assert with_minus(f"{-1e-07:.3g}") == "\N{MINUS SIGN}1e\N{MINUS SIGN}07"
    assert with_minus(f"{-0.001:,.2f}") == "0.00"


def test_what_rounds_to_nothing_did_not_move() -> None:
    assert [moved_by(value) for value in (-0.004, 0.0, 0.004)] == [None, None, None]
    assert moved_by(-0.0004, 3) is None
    assert (moved_by(0.25), moved_by(-0.0016, 3)) == ("+0.25", "-0.002")
