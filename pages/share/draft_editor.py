"""The visitor's own walkthrough: its steps in order, their words, and what to do with it."""

from __future__ import annotations

import streamlit as st

from components.common.downloads import download
from components.common.messages import error, plain
from engine.share import walkthrough_editing as editing
from engine.share.report.report import FILE_NAME, report_html
from engine.share.walkthrough_json import report_sections, walkthrough_text
from engine.types import CrossExamError
from engine.types.share.walkthroughs import (
    LONGEST_HEADING,
    LONGEST_NOTE,
    LONGEST_TITLE,
    Draft,
    Walkthrough,
    WalkthroughStep,
    can_be_live,
)
from state import url_state
from state.share import app_pages, played
from state.share.walkthrough_draft import draft, keep_draft

_OPEN = "_edited_step"  # the number of the step whose words are open, from 0


def draft_editor() -> None:
    """Draw the title, the steps with their buttons, and the ways to undo, play and save."""
    own = draft()
    title = st.text_input(
        "Title",
        own.walkthrough.title,
        max_chars=LONGEST_TITLE,
        placeholder="What the room will learn",
        key=f"walkthrough_title_{len(own.earlier)}",
    )
    if title != own.walkthrough.title:
        _change(editing.titled(own, title))
    for number, step in enumerate(own.walkthrough.steps):
        _step(own, number, step)
    with st.container(horizontal=True):
        if own.walkthrough.steps:
            st.button("Play", key="play_draft", on_click=played.play, args=(played.DRAFT,))
            download(
                "Save as a file",
                lambda: walkthrough_text(own.walkthrough),
                file_name="crossexam-walkthrough.json",
                mime="application/json",
                key="walkthrough_download",
                note="One JSON file, to be opened here or in another CrossExam.",
            )
            _report(own.walkthrough)
        if st.button(
            "Undo",
            key="undo_draft",
            disabled=not own.earlier,
            help="Take the last change back" if own.earlier else "Nothing was changed yet",
        ):
            _change(editing.undone(own))
    st.caption(
        "It is kept in this server's memory for your browser, also when you load the page anew. "
        "Save it as a file to have it when the server was started anew, or elsewhere."
    )


def _report(walkthrough: Walkthrough) -> None:
    """A button that gives the steps with their kept figures as one HTML file."""
    sections = report_sections(walkthrough)
    if sections:
        download(
            "Report",
            lambda: report_html(walkthrough.title or "A walkthrough", sections),
            file_name=FILE_NAME,
            mime="text/html",
            key="walkthrough_report",
            note="One HTML file that asks nothing of the network: to read, send or print.",
        )


def _change(changed: Draft) -> None:
    """Have the changed draft, and draw it."""
    keep_draft(changed)
    st.rerun()


def _step(own: Draft, number: int, step: WalkthroughStep) -> None:
    """A step: its heading, where it is from, and its buttons."""
    last = len(own.walkthrough.steps) - 1
    with st.container(border=True):
        words, up, down, edit, drop = st.columns([6, 0.6, 0.6, 0.9, 1], vertical_alignment="center")
        page = app_pages.page_titles().get(step.page, step.page)
        how = "live" if step.live else "frozen"
        words.markdown(f"**{number + 1:d}. {plain(step.heading or page)}**")
        words.caption(plain(f"{page}, {how}" + (f": {step.note}" if step.note else "")))
        if up.button("↑", key=f"step_up_{number}", disabled=number == 0, help="Earlier"):
            _change(editing.moved(own, number, -1))
        if down.button("↓", key=f"step_down_{number}", disabled=number == last, help="Later"):
            _change(editing.moved(own, number, 1))
        if edit.button("Edit", key=f"step_edit_{number}"):
            st.session_state[_OPEN] = number
        if drop.button("Delete", key=f"step_delete_{number}"):
            st.session_state.pop(_OPEN, None)
            _change(editing.deleted(own, number))
        if st.session_state.get(_OPEN) == number:
            _words_of(own, number, step)


def _words_of(own: Draft, number: int, step: WalkthroughStep) -> None:
    """A form for the words of a step."""
    with st.form(f"step_words_{number}", border=False):
        heading = st.text_input("Heading", step.heading, max_chars=LONGEST_HEADING)
        note = st.text_area("Note", step.note, max_chars=LONGEST_NOTE)
        live = st.toggle(
            "Compute it anew when it is played",
            step.live,
            disabled=not can_be_live(step.page, step.link),
            help="What moved since then is shown beside it."
            if can_be_live(step.page, step.link)
            else "This page's figures are not computed anew: they are played as they were kept.",
        )
        with st.container(horizontal=True):
            keeps = st.form_submit_button("Keep these words", type="primary")
            if st.form_submit_button("Cancel"):
                st.session_state.pop(_OPEN, None)
                st.rerun()
        if not keeps:
            return
    st.session_state.pop(_OPEN, None)
    try:
        changed = editing.reworded(own, number, heading=heading, note=note, live=bool(live))
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    _change(changed)
