"""The tokeniser of BM25: what counts as a term.

A text is put into lower case and Unicode's composed form (NFC); terms are the runs of
letters, digits and underscores (`\\w+` over Unicode, with the combining marks that
follow them); English stop words are left out; there is no stemming.
"""

from __future__ import annotations

import re
import unicodedata

from models.stopwords import ENGLISH_STOP_WORDS

_DOT_ABOVE = "\u0307"  # what lower-casing leaves behind the i of a Turkish İ
_TERM = re.compile(r"\w[\w\u0300-\u036f]*")


def terms(text: str) -> list[str]:
    """The terms of a text, in order, repeats kept: "The snakes, again" -> snakes, again."""
    return [term for term in _TERM.findall(_folded(text)) if term not in ENGLISH_STOP_WORDS]


def term_spans(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """(start, end) of every wanted term in `text` as it is written, for marking matches."""
    return [match.span() for match in _TERM.finditer(text) if _folded(match.group()) in wanted]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower().replace(f"i{_DOT_ABOVE}", "i"))
