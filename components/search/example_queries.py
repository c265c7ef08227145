"""Example queries to click, beside the query box; what a click does is the page's affair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from components.common.browser_view import BrowserView
from engine.types import Query

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_example_chips",
    html='<div class="chips"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def example_chips(examples: Sequence[Query], *, first: int = 8, key: str) -> str | None:
    """Draw example queries as chips; return the text of the one clicked just now, else None.

    The `first` ones are shown, the others behind "more". A chip and not st.pills, for a
    pill stays chosen and would be returned again on every later run. Its tooltip says
    what the example tests.
    """
    if not examples:
        return None
    chips = [{"text": query.text, "help": help_text(query)} for query in examples]
    data = {"examples": chips, "first": first}
    result = _MOUNT(data=data, key=key, on_clicked_change=lambda: None)
    texts = [query.text for query in examples]
    return result.clicked if result.clicked in texts else None


def help_text(query: Query) -> str:
    """What an example tests: its tags, then its note."""
    return ": ".join(part for part in (", ".join(query.tags), query.note) if part)
