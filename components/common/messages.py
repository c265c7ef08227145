"""Notes to the visitor: an error with its remedy, a notice, an empty page."""

from __future__ import annotations

import re
from itertools import pairwise

import streamlit as st

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>~$:&=]")
_WHITE = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")
# An escape ends where the text begins, and what Streamlit looks for in the text itself goes by
# the text: addresses, shortcodes of emoji and icons, arrows. Each is parted by an empty span.
_PARTED = (
    (re.compile(r"https?(?=://)|www(?=\.)", re.IGNORECASE), 0),
    (re.compile(r"(?<=[-.\w+])@(?=[-\w])"), 0),
    (re.compile(r":(?=[\w+-]+:|material/)"), 0),
    (re.compile(r"(?<!\S)(?:<->|[<-][->]|[<>~]=)(?!\S)"), 1),
)
_NOTHING = ":small[]"
# Plotly knows these entities and numeric ones alone: a quotation mark must not become one.
_CHART = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}


def plain(text: str) -> str:
    """Text that Streamlit's Markdown shows as it is, on one line: no markup, link or symbol."""
    line = _WHITE.sub(" ", text)
    breaks: set[int] = set()
    for pattern, breaks_within in _PARTED:
        for match in pattern.finditer(line):
            breaks.update(range(match.start() + 1, match.end()) if breaks_within else [match.end()])
    part_ends = [0, *sorted(break_at for break_at in breaks if break_at < len(line)), len(line)]
    return _NOTHING.join(
        _MARKDOWN.sub(r"\\\g<0>", line[start:end]) for start, end in pairwise(part_ends)
    )


def chart_text(text: str) -> str:
    """Text that Plotly draws as it is, on one line: no tag, entity, formula or template."""
    line = _WHITE.sub(" ", text)
    return "".join(_CHART.get(character, character) for character in line).replace("%{", "&#37;{")


def error(text: str) -> None:
    """An error and its remedy, as one sentence."""
    st.error(plain(text), icon="⚠️")


def notice(text: str) -> None:
    """Something to know that is no error."""
    st.info(plain(text), icon="ℹ️")


def empty(title: str, text: str) -> None:
    """What to do on a page that has nothing to show yet."""
    with st.container(border=True):
        st.markdown(f"## {plain(title)}")
        st.markdown(plain(text))
