"""What the address says of the names that are written in the browser: nothing is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from components.common.browser_view import BrowserView

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_browser_address",
    html="<div></div>",
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def browser_address(
    names: Sequence[str], known: Mapping[str, str], *, key: str
) -> dict[str, str] | None:
    """What the address says of these names, where it isn't what is `known`; else None."""
    in_order = {name: known[name] for name in names if name in known}
    data = {"names": list(names), "known": in_order}
    said = _MOUNT(data=data, key=key, on_said_change=lambda: None).said
    if not isinstance(said, dict):
        return None
    return {name: said[name] for name in names if isinstance(said.get(name), str)}
