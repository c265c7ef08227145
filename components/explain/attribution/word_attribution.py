"""Words shaded by what each does to a score (or how much it is looked at), with signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.common import palette
from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from engine.types import Attribution
from engine.types.wording.numbers import decimal
from system.csv_writing import csv_text

DEFAULT_HEIGHT = 330  # px; a longer document scrolls
LABELLED = 12  # the strongest words carry their value below them
FAINT = 0.06  # of the strongest: weaker words stay unshaded
_NAMED = 3
LOOKED_AT = {False: "#6B3FA0", True: "#C3A6F0"}  # violet: neither gain nor loss

_HERE = Path(__file__)
_words = BrowserView(
    "crossexam.word_attribution",
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Words in reading order under a title, each with its value."""

    title: str
    words: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class ValueWording:
    """How values are read: what plus and minus do, in which unit.

    Without `down` the values have no sign and get a colour of their own, so that shares
    of attention are not taken for causes. With `percent` they are shown as shares.
    """

    up: str
    down: str = ""
    unit: str = ""
    decimals: int = 2
    percent: bool = False

    def text(self, value: float) -> str:
        """ "+1.24", "−0.30" or "3.1%"; what rounds to nothing has no sign."""
        if self.percent:
            return f"{value:.1%}" if value >= 0.0005 or value == 0 else "< 0.1%"
        value_text = decimal(value, self.decimals)
        if not any(digit in "123456789" for digit in value_text):
            return value_text.replace("−", "")
        return value_text if value < 0 else f"+{value_text}"


LOGIT = ValueWording("raises the logit", "lowers the logit", unit="logits")
COSINE = ValueWording("raises the cosine", "lowers the cosine", unit="of cosine", decimals=3)
GRADIENT = ValueWording("more attention would raise the logit", "would lower it", decimals=3)
SHARE = ValueWording("share of attention", percent=True)


def groups_of(attribution: Attribution) -> list[WordGroup]:
    """The query's and the document's words of one attribution."""
    return [
        WordGroup("Query", attribution.of("query")),
        WordGroup("Document", attribution.of("document")),
    ]


def word_attribution(
    groups: Sequence[WordGroup],
    reading: ValueWording,
    *,
    key: str,
    title: str = "Words and what they do to the score",
    scale: float | None = None,
    height: int = DEFAULT_HEIGHT,
) -> None:
    """Draw the words; hover, focus or the arrow keys read one out. Nothing leaves the browser.

    `scale` is the value of full colour, for views that stand side by side; by default the
    strongest word's. `height` bounds each scrolling group in pixels; `title` stands above the
    saved picture.
    """
    _words(key=key, data=payload(groups, reading, scale=scale, height=height))
    rows = [(group.title, word, value) for group in groups for word, value in group.words]
    save_picture(key, title=title, numbers=csv_text(("text", "word", "value"), rows))


def strongest(groups: Sequence[WordGroup]) -> float:
    """The largest absolute value, 0 where there is no word."""
    return max((abs(value) for group in groups for _, value in group.words), default=0.0)


def payload(
    groups: Sequence[WordGroup],
    reading: ValueWording,
    *,
    scale: float | None = None,
    height: int = DEFAULT_HEIGHT,
) -> dict[str, Any]:
    """What the browser gets: words as data, never as markup; weights from -1 to 1."""
    top = scale if scale is not None else strongest(groups)
    labelled = _labelled(groups, top)
    return {
        "groups": [
            {
                "title": group.title,
                "words": [word for word, _ in group.words],
                "texts": [reading.text(value) for _, value in group.words],
                "weights": [_weight(value, top) for _, value in group.words],
                "labelled": [(g, i) in labelled for i in range(len(group.words))],
            }
            for g, group in enumerate(groups)
        ],
        "summary": summary(groups, reading),
        "up": reading.up,
        "down": reading.down,
        "unit": reading.unit,
        "full": reading.text(top).lstrip("+"),
        "colours": {
            "up": [palette.up(dark) if reading.down else LOOKED_AT[dark] for dark in (False, True)],
            "down": [palette.down(dark) for dark in (False, True)],
        },
        "height": height,
    }


def summary(groups: Sequence[WordGroup], reading: ValueWording) -> list[dict[str, Any]]:
    """The strongest words of each sign, with what they do: what a person reads first."""
    several = len(groups) > 1
    signed_words = [
        (word, value, "query" if several and group.title == "Query" else "")
        for group in groups
        for word, value in group.words
    ]
    up = sorted((row for row in signed_words if row[1] > 0), key=lambda row: -row[1])[:_NAMED]
    down = sorted((row for row in signed_words if row[1] < 0), key=lambda row: row[1])[:_NAMED]
    lines = [("up", reading.up, up)]
    if reading.down:
        lines.append(("down", reading.down, down))
    floor = FAINT * strongest(groups)
    return [
        {
            "side": side,
            "what": effect,
            "words": [
                {"word": word, "text": reading.text(value), "where": side_text}
                for word, value, side_text in strongest_words
                if abs(value) > floor
            ],
        }
        for side, effect, strongest_words in lines
    ]


def _weight(value: float, top: float) -> float:
    share = max(-1.0, min(1.0, value / top)) if top > 0 else 0.0
    return round(share, 3) if abs(share) >= FAINT else 0.0


def _labelled(groups: Sequence[WordGroup], top: float) -> set[tuple[int, int]]:
    """(group, place) of the strongest words, none too weak to be shaded."""
    floor = FAINT * top
    places = [
        (abs(value), g, i)
        for g, group in enumerate(groups)
        for i, (_, value) in enumerate(group.words)
        if abs(value) > floor
    ]
    places.sort(key=lambda place: (-place[0], place[1:]))
    return {(g, i) for _, g, i in places[:LABELLED]}
