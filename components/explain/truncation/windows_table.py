"""The windows of a document: where each lies, its logit, and whether it was read before."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import shortened
from components.explain.truncation.token_ruler import RulerWindow
from components.explain.what_if.wording import logit

PREVIEW = 90


def windows_table(text: str, windows: Sequence[RulerWindow], *, read_until: int, key: str) -> None:
    """Draw a row for each window; `text` is read up to the character `read_until`."""
    best = max(window.score for window in windows)
    strongest = max(abs(window.score) for window in windows) or 1.0
    plain_table(
        [
            TableColumn("Window", "tokens of the document"),
            TableColumn("Logit", "of query and window"),
            TableColumn("Begins", "first words", words=True),
        ],
        [
            [
                TableCell(
                    f"{number} · {window.first + 1:,}–{window.last:,}",
                    note=_truncation(window, read_until),
                ),
                TableCell(
                    logit(window.score),
                    tag="best" if window.score == best else "",
                    share=window.score / strongest,
                    signed=True,
                ),
                TableCell("", note=_beginning(text[window.start : window.end])),
            ]
            for number, window in enumerate(windows, 1)
        ],
        caption="The windows of the document and their logits",
        key=key,
    )


def _truncation(window: RulerWindow, read_until: int) -> str:
    """How much of a window lies beyond what is read; "" for nothing."""
    if window.end <= read_until:
        return ""
    return "truncated" if window.start >= read_until else "partly truncated"


def _beginning(text: str) -> str:
    """The first words of a window."""
    line = " ".join(text[: 2 * PREVIEW].split())
    return shortened(line, PREVIEW)
