"""The buttons below a picture that save it as SVG and PNG, made in the browser, always light."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from components.common import stage
from components.common.browser_view import BrowserView
from components.common.export.source import source
from components.common.export.table_file import file_name

_HERE = Path(__file__).parent
_SCRIPTS = ("picture_colours", "picture_text", "picture_boxes", "picture_svg", "save_file")
_MOUNT = BrowserView(
    "crossexam_save_picture",
    html='<div class="save"></div>',
    css=_HERE / "save_picture.css",
    scripts=[_HERE / f"{name}.js" for name in (*_SCRIPTS, "save_picture")],
)
_UNSAFE = re.compile(r"[^a-zA-Z0-9_-]")  # as Streamlit writes a key as a class
Pair = Sequence[str]
Scale = Sequence[Sequence[str]]


def save_picture(
    of: str,
    *,
    title: str,
    caption: str = "",
    spoken: str = "",
    label: str = "Save this picture:",
    name: str = "",
    numbers: str = "",
    pairs: Sequence[Pair] = (),
    scales: Sequence[Scale] = (),
) -> None:
    """Offer the picture that was drawn under the key `of`; nothing on stage.

    `caption` stands below it; `name`, else `title`, names the file; `spoken` is for those who
    hear it; `numbers` is what it shows as CSV. `pairs` are the colours of a chart as it is drawn
    on a dark page and on a light one, `scales` its colour scales, dark and light.
    """
    if stage.is_on():
        return
    _MOUNT(
        data={
            "target": f"st-key-{_UNSAFE.sub('-', of)}",
            "name": file_name(name or title),
            "label": label,
            "title": title,
            "caption": caption,
            "spoken": spoken,
            "numbers": numbers,
            "source": source(),
            "pairs": [list(pair) for pair in pairs],
            "scales": [[list(stops) for stops in scale] for scale in scales],
        },
        key=f"save_{of}",
    )
