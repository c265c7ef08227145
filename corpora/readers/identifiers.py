"""Finds the id that a file means among the ids that are there."""

from __future__ import annotations

from collections.abc import Container

from engine.types.trec_ids import unescaped_id


def meant_id(written: str, ids: Container[str]) -> str:
    """The one of `ids` that a file writes so, else what it writes.

    As it stands, without outer spaces, without a whole cell's quotes, with the escapes that
    TREC files carry for white space, or without the ".0" that spreadsheets give to numbers.
    """
    if written in ids:
        return written
    plain = written.strip()
    candidates = [plain, unescaped_id(plain)]
    if len(plain) > 1 and plain[0] == plain[-1] == '"':
        candidates.append(plain[1:-1].replace('""', '"'))
    number, point, rest = plain.partition(".")
    if point and rest and not rest.strip("0") and number.lstrip("-").isdigit():
        candidates.append(number)
    elif plain.lstrip("-").isdigit():
        candidates.append(f"{plain}.0")
    return next((each for each in candidates if each in ids), plain)
