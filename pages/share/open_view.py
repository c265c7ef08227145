"""Open a saved view: the file that stands for a link that would be too long."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.common.messages import error
from engine.share.saved_view import read_view
from engine.types import CrossExamError
from engine.types.errors import shown
from pages.share.page_links import PAGE_LINKS
from state import navigation, url_state
from state.share import page_link


def open_view() -> None:
    """Draw the field for the file, and show its view once it is there."""
    with st.expander("Open a saved view"):
        file = st.file_uploader(
            "A file that “Copy link” gave", type="json", key="saved_view", max_upload_size=1
        )
        if file is None:
            return
        try:
            view = read_view(file.getvalue(), file.name)
            page = _pages().get(view.page)
            if page is None or view.page not in PAGE_LINKS:
                raise CrossExamError(
                    f"{file.name}: there is no page {shown(view.page)}: open a file of this version"
                )
        except CrossExamError as problem:
            error(url_state.error_message(problem))
            return
    page_link.open_next(view.page, view.link)
    page_link.leave_for(page)


def _pages() -> Mapping[str, StreamlitPage]:
    return {page.url_path: page for pages in navigation.sections().values() for page in pages}
