"""What a remote service charges: a dated table that people may correct, never a guess.

The table beside this file is an assumption with its date and source. A file `prices.json`
of the same form in the cache folder comes first; a model in neither has no known price.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.types import CrossExamError, Usage
from system.json_reading import json_value
from system.storage import cache_folder

UNITS = (
    "thousand search units",
    "million tokens",
    "million input tokens",
    "million output tokens",
)
_TABLE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for one unit of a service's model, as published at `as_of` (year-month[-day])."""

    service: str
    model: str
    per: str
    dollars: float
    as_of: str
    source: str = ""


def prices() -> tuple[Price, ...]:
    """Every price; the user's own before the table's."""
    own_file = cache_folder() / "prices.json"
    return (*(read_prices(own_file) if own_file.is_file() else ()), *read_prices(_TABLE))


def priced(usage: Usage, service: str, model: str) -> Usage:
    """The usage with its dollars, where every unit that was consumed has a price."""
    table = {p.per: p for p in reversed(prices()) if (p.service, p.model) == (service, model)}
    if not table:
        return usage
    tokens = usage.input_tokens + usage.output_tokens
    if "million tokens" in table and tokens:
        amounts = {"million tokens": tokens / 1e6}
    elif "thousand search units" in table and usage.search_units:
        amounts = {"thousand search units": usage.search_units / 1e3}
    else:
        amounts = {
            "million input tokens": usage.input_tokens / 1e6,
            "million output tokens": usage.output_tokens / 1e6,
        }
    if not any(amounts.values()) or not set(amounts) <= set(table):
        return usage
    dollars = sum(table[per].dollars * amount for per, amount in amounts.items())
    note = " and ".join(
        f"${table[per].dollars:g} per {per} ({table[per].as_of})" for per in amounts
    )
    return replace(usage, dollars=dollars, price_note=f"assumed {note}")


def read_prices(path: Path) -> tuple[Price, ...]:
    """The prices of a file; raises CrossExamError that names the row and the field."""
    try:
        rows = json_value(path.read_text(encoding="utf-8-sig"))["prices"]
        return tuple(_price(row, number, path) for number, row in enumerate(rows, 1))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise CrossExamError(
            f"{path}: not a readable table of prices ({error}); give "
            '{"prices": [{"service", "model", "per", "dollars", "as_of", "source"}]}'
        ) from error


def _price(row: dict[str, Any], number: int, path: Path) -> Price:
    price = Price(
        str(row["service"]),
        str(row["model"]),
        str(row["per"]),
        float(row["dollars"]),
        str(row["as_of"]),
        str(row.get("source", "")),
    )
    if price.per not in UNITS:
        raise CrossExamError(
            f"{path}: price {number} is per {price.per!r}: give one of {', '.join(UNITS)}"
        )
    if not math.isfinite(price.dollars) or price.dollars < 0:
        raise CrossExamError(f"{path}: price {number} has dollars {price.dollars}: give 0 or more")
    return price
