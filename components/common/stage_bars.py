"""Bars for a room: a table of names, bars and words that is as high as the screen has room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.palette import stage_colour

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_stage_bars",
    html='<div class="stage-bars"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class StageBar:
    """One row: its name, its bar from `start`, as long as `length`, and its words.

    `stage` gives the colour; what is `hatched` came from memory.
    """

    name: str
    stage: str
    start: float
    length: float
    words: str
    hatched: bool = False


def stage_bars(
    bars: Sequence[StageBar],
    *,
    caption: str,
    ends: tuple[str, str],
    most: float,
    note: str = "",
    key: str,
) -> None:
    """Draw the bars on a scale from 0 to `most`, of which `ends` are the words.

    `note` stands below the rows' own words.
    """
    _MOUNT(data=pack(bars, caption=caption, ends=ends, most=most, note=note), key=key)


def pack(
    bars: Sequence[StageBar], *, caption: str, ends: tuple[str, str], most: float, note: str = ""
) -> dict[str, Any]:
    """The rows as plain data, bars in hundredths of the scale; every text stays text."""

    def share(value: float) -> float:
        return round(min(max(100 * value / most, 0.0), 100.0), 3) if most > 0 else 0.0

    return {
        "caption": caption,
        "ends": list(ends),
        "note": note,
        "rows": [
            {
                "name": bar.name,
                "start": share(bar.start),
                "length": share(bar.length),
                "words": bar.words,
                "colours": [stage_colour(bar.stage, dark) for dark in (False, True)],
                "hatched": bar.hatched,
            }
            for bar in bars
        ],
    }
