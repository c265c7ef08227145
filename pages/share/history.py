"""The browser's history: an entry for each page and view that Back leads to."""

from __future__ import annotations

from components.share.browser_history import browser_history
from engine.types.share.link_names import LinkNames
from state import navigation, url_state
from state.share import app_pages


def keep_history(address: str, links: LinkNames) -> None:
    """Have the browser keep this page's entries for Back, and what its view writes by itself."""
    browser_history(
        url_state.of_entries(links),
        tuple(navigation.EARLIER_ADDRESSES),
        app_pages.written_by_browser(address),
        page=address,
        key="history",
    )
