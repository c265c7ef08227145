"""The tokeniser of BM25: what counts as a term.

A text is put into Unicode's composed form (NFC) and lower case; terms are the runs
of letters, digits and underscores (`\\w+` over Unicode); English stop words are left
out; there is no stemming.
"""

from __future__ import annotations

import re
import unicodedata

from models.stopwords import ENGLISH_STOP_WORDS

_TERM = re.compile(r"\w+")


def terms(text: str) -> list[str]:
    """The terms of a text, in order, repeats kept: "The snakes, again" -> snakes, again."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return [term for term in _TERM.findall(lowered) if term not in ENGLISH_STOP_WORDS]


def term_spans(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """(start, end) of every wanted term in `text`, for marking matches."""
    return [
        match.span()
        for match in _TERM.finditer(text)
        if unicodedata.normalize("NFC", match.group()).lower() in wanted
    ]
