"""A view that is drawn by a script in the browser: a newer drawing is never undone by an older one.

Streamlit 1.67 loads a view's script anew for each drawing and draws as each load ends, in
whatever order that is. On a busy machine the drawing of a search that still ran then came after
the finished one, and stayed. So what is drawn carries the time at which it was first to be drawn,
and the script leaves out what is older than what stands there.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from cachetools import LRUCache

_ENTRY = "export default function"
_IN_ORDER = """
const drawnAt = new WeakMap();

export default function (component) {
  const { at, view } = JSON.parse(new TextDecoder().decode(component.data));
  const element = component.parentElement;
  if (drawnAt.has(element) && at < drawnAt.get(element)) return undefined;
  drawnAt.set(element, at);
  return drawView({ ...component, data: view });
}
"""
_SMALL = re.compile(r"font-size: (0\.\d+r?em)")
_DRAWN = "_drawn_views"
_MOST_KEPT = 500


class BrowserView:
    """Draws plain data by a script, under a key; calling it gives what the browser sent back."""

    def __init__(
        self, name: str, *, css: Path, scripts: Sequence[Path], html: str | None = None
    ) -> None:
        """`scripts` are joined in order; the last has the one default export, the drawing."""
        source = "\n".join(path.read_text(encoding="utf-8") for path in scripts)
        if source.count(_ENTRY) != 1:
            raise ValueError(f"{scripts[-1].name} must have one “{_ENTRY}”")
        self.script = source.replace(_ENTRY, "function drawView") + _IN_ORDER
        self.css = at_least(css.read_text(encoding="utf-8"))
        self._mount = st.components.v2.component(name, html=html, css=self.css, js=self.script)

    def __call__(self, *, data: dict[str, Any], key: str, **callbacks: Any) -> Any:
        """Draw `data`, unless it stands there. `callbacks` are Streamlit's on_…_change."""
        text = json.dumps(data)  # once: Streamlit passes bytes on as they are
        packed = f'{{"at": {_first_drawn(text, key)}, "view": {text}}}'.encode()
        return self._mount(data=packed, key=key, **callbacks)


def _first_drawn(text: str, key: str) -> int:
    """When this view's data were first these, in milliseconds since 1970."""
    drawn: LRUCache[str, tuple[str, int]] = st.session_state.setdefault(
        _DRAWN, LRUCache(_MOST_KEPT)
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    last_digest, drawn_at = drawn.get(key, ("", 0))
    if digest != last_digest:
        drawn_at = max(drawn_at + 1, time.time_ns() // 1_000_000)
    drawn[key] = (digest, drawn_at)
    return drawn_at


def at_least(css: str) -> str:
    """The style with its small letters no smaller than the page's least, which a stage sets."""
    return _SMALL.sub(r"font-size: max(\1, var(--least-type, 0px))", css)
