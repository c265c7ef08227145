"""Reads JSON so that nothing of it is lost: a key that one object holds twice is refused."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from engine.types.errors import shown

Pairs = list[tuple[str, Any]]
HALF_A_PAIR = re.compile("[\ud800-\udfff]")  # JSON can write it, and no page can show it
DIGITS = "int_max_str_digits"  # of Python's own sentence about a number of 5,000 digits


class RepeatedKeyError(ValueError):
    """An object holds a key twice, of which a reader would keep the last alone."""


def object_of(pairs: Pairs) -> dict[str, Any]:
    """The object of these keys and values; for `object_pairs_hook` of `json`."""
    values = dict(pairs)
    if len(values) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        repeated = next(key for key, count in counts.items() if count > 1)
        raise RepeatedKeyError(f"the key {shown(repeated)} stands twice in one object")
    return values


def json_value(text: str | bytes, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """The value of a text of JSON; raises ValueError or RecursionError where it is none."""
    return json.loads(text, parse_constant=parse_constant, object_pairs_hook=object_of)


def reason(error: Exception) -> str:
    """Why JSON could not be read, without the words of Python's own settings."""
    if DIGITS in str(error):
        return "a number of over 4,300 digits"
    return str(error) or type(error).__name__
